"""PDF: paragraphs over lines and pages, tables, running heads, garbled pages, scans."""
# ruff: noqa: E501  (Chinese text and markup, as literals)

from __future__ import annotations

import io
import sys
import zlib
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

from corpus.errors import ReadError
from corpus.readers import read

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))
BODY = ParagraphStyle("body", fontName=FONT, fontSize=12, leading=20, firstLineIndent=24, wordWrap="CJK")
PLAIN = ParagraphStyle("plain", parent=BODY, firstLineIndent=0, spaceAfter=8)
TITLE = ParagraphStyle("title", parent=BODY, fontSize=20, leading=28, alignment=1, firstLineIndent=0)
RIGHT = ParagraphStyle("right", parent=BODY, alignment=2, firstLineIndent=0)
LONG = (
    "为了规范优质中小企业梯度培育工作，提升中小企业创新能力和专业化水平，促进中小企业高质量发展，助力实现产业基础高级化"
    "和产业链现代化，根据《中华人民共和国中小企业促进法》第三条、第四条等有关规定，制定本办法。"
)


def _build(path: Path, story: list, head: str = "江苏省工业和信息化厅文件") -> Path:
    def running(canvas: Canvas, document: SimpleDocTemplate) -> None:
        if not head:
            return
        canvas.setFont(FONT, 9)
        canvas.drawString(72, 810, head)
        canvas.drawCentredString(297, 30, f"— {document.page} —")

    SimpleDocTemplate(str(path), pagesize=A4).build(story, onFirstPage=running, onLaterPages=running)
    return path


def _texts(raw) -> list[str]:
    return [block.text for block in raw.blocks]


def test_paragraphs_over_lines_and_pages(tmp_path):
    story = [
        Paragraph("江苏省优质中小企业梯度培育管理实施细则（暂行）关于进一步支持专精特新的若干措施", TITLE),
        Spacer(1, 12),
    ]
    expected = [story[0].text]
    for number in "一二三四五六七八九十":
        for text in (
            f"第{number}条 {LONG}",
            "（一）研发费用占比不低于5%；",
            "（二）营业收入不低于1000万元。",
        ):
            story.append(Paragraph(text, BODY))
            expected.append(text)
    story += [Paragraph("江苏省工业和信息化厅", RIGHT), Paragraph("2025年12月1日", RIGHT)]
    expected += ["江苏省工业和信息化厅", "2025年12月1日"]
    raw = read(_build(tmp_path / "a.pdf", story))
    assert _texts(raw) == expected
    assert (raw.blocks[0].kind, raw.blocks[0].level) == ("heading", 1)
    assert {block.kind for block in raw.blocks[1:]} == {"paragraph"}
    assert raw.pages == 2 and raw.warnings == ()
    pages = [block.page for block in raw.blocks]
    assert pages == sorted(pages) and pages[0] == 1 and pages[-1] == 2


def test_a_paragraph_that_a_page_break_cuts_has_the_page_where_it_begins(tmp_path):
    story = [
        Paragraph(LONG, BODY),
        *[Paragraph(f"第{n}段。", BODY) for n in range(29)],
        Paragraph(LONG * 3, BODY),
    ]
    raw = read(_build(tmp_path / "a.pdf", story))
    assert raw.pages == 2
    assert _texts(raw)[-1] == LONG * 3
    assert raw.blocks[-1].page == 1


def test_a_signature_wider_than_a_line_is_one_paragraph(tmp_path):
    issuers = (
        "工业和信息化部、国家统计局、国家发展和改革委员会、财政部、中国人民银行、国家税务总局、市场监管总局"
    )
    story = [*[Paragraph(LONG, BODY)] * 3, Paragraph(issuers, RIGHT), Paragraph("2011年6月18日", RIGHT)]
    assert _texts(read(_build(tmp_path / "a.pdf", story)))[-2:] == [issuers, "2011年6月18日"]


def test_paragraphs_set_apart_by_space_without_indent(tmp_path):
    texts = [f"{LONG}{number}。" for number in "甲乙丙"] + [LONG[:70] + "。"]
    assert (
        _texts(read(_build(tmp_path / "a.pdf", [Paragraph(text, PLAIN) for text in texts], head=""))) == texts
    )


def test_table_with_caption_unit_and_merged_head(tmp_path):
    style = [("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("FONT", (0, 0), (-1, -1), FONT, 10),
             ("SPAN", (1, 0), (2, 0)), ("SPAN", (0, 0), (0, 1))]  # fmt: skip
    rows = [["指标", "2024年", ""], ["", "计划", "实际"], ["营业收入", "1", "2"]]
    story = [
        Paragraph(LONG, BODY),
        Paragraph("表1 主要指标（单位：亿元）", PLAIN),
        Table(rows, style=style),
        Paragraph("本办法自2026年1月1日起施行。", BODY),
    ]
    raw = read(_build(tmp_path / "a.pdf", story, head=""))
    assert _texts(raw) == [
        LONG,
        "表1 主要指标（单位：亿元）",
        "指标 | 2024年 | 2024年\n指标 | 计划 | 实际\n营业收入 | 1 | 2",
        "本办法自2026年1月1日起施行。",
    ]
    table = raw.blocks[2].table
    assert table is not None
    assert (table.caption, table.unit, table.header_rows) == ("表1 主要指标", "亿元", 2)


def test_table_over_a_page_break_is_one_and_its_repeated_head_goes(tmp_path):
    rows = [["序号", "企业"], *[[str(n), f"企业{n}号"] for n in range(1, 60)]]
    style = [("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("FONT", (0, 0), (-1, -1), FONT, 10)]
    raw = read(
        _build(tmp_path / "a.pdf", [Paragraph("名单如下。", BODY), Table(rows, style=style, repeatRows=1)])
    )
    assert raw.pages == 2
    tables = [block.table for block in raw.blocks if block.table]
    assert len(tables) == 1
    assert tables[0].rows == tuple(map(tuple, rows))


def test_a_reference_at_a_lines_start_opens_no_paragraph(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    canvas.setFont(FONT, 12)
    lines = [
        "各级工业和信息化主管部门依照本法第二条和本法有关规定以及省级实施细则",
        "第三条规定组织开展工作，相关经费由各级财政部门依照规定予以统筹保障，支",
        "持中小企业发展。",
    ]
    for index, line in enumerate(lines):
        canvas.drawString(72 + (24 if index == 0 else 0), 700 - 20 * index, line)
    canvas.save()
    # the first line is indented: widths are alike, so that the second is full
    assert _texts(read(tmp_path / "a.pdf")) == ["".join(lines)]


def _with_tounicode(path: Path, cmap: bytes, text: str = LONG) -> Path:
    """A PDF whose font has a broken ToUnicode map (pypdf trusts it, as it must)."""
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setFont(FONT, 12)
    for index in range(0, len(text), 35):
        canvas.drawString(72, 700 - 20 * (index // 35), text[index : index + 35])
    canvas.save()
    writer = PdfWriter(clone_from=PdfReader(path))
    from pypdf.generic import NameObject, StreamObject

    for font in writer.pages[0]["/Resources"]["/Font"].values():
        if font.get_object()["/BaseFont"].startswith("/STSong"):
            stream = StreamObject()
            stream.set_data(cmap)
            font.get_object()[NameObject("/ToUnicode")] = writer._add_object(stream)
    writer.write(path)
    return path


def _private_use() -> bytes:
    """A well-formed ToUnicode map that sends every ideograph to the private use area."""
    ranges = [f"<{high:02X}00> <{high:02X}FF> <E000>" for high in range(0x20, 0x100)]
    chunks = [ranges[start : start + 100] for start in range(0, len(ranges), 100)]
    body = "\n".join(f"{len(chunk)} beginbfrange\n" + "\n".join(chunk) + "\nendbfrange" for chunk in chunks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{body}\nendcmap end end"
    ).encode()


def test_a_pdf_garbled_in_every_library_is_refused(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "rapidocr", None)  # as where it is not installed
    path = _with_tounicode(tmp_path / "a.pdf", _private_use())
    text = PdfReader(path).pages[0].extract_text()
    assert any("\ue000" <= char <= "\uf8ff" for char in text)
    with pytest.raises(ReadError) as caught:
        read(path)
    assert caught.value.key == "reader.garbled"


def _raw_pdf(encoding: str, codec: str, lines: list[str]) -> bytes:
    """A PDF by hand: a Chinese font not embedded, without ToUnicode, in a national encoding."""
    content = (
        "BT /F1 12 Tf 72 700 Td 20 TL "
        + " ".join(f"<{line.encode(codec).hex()}> Tj T*" for line in lines)
        + " ET"
    )
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(content)}>>stream\n{content}\nendstream",
        f"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/{encoding}/DescendantFonts[6 0 R]>>",
        "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000/FontDescriptor 7 0 R"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>>>",
        "<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880"
        "/Descent -120/CapHeight 880/StemV 93>>",
    ]
    out = b"%PDF-1.4\n"
    offsets = []
    for number, text in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj{text}endobj\n".encode()
    xref = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n" + "".join(
        f"{at:010d} 00000 n \n" for at in offsets
    )
    return (
        out + f"{xref}trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(out)}\n%%EOF".encode()
    )


def test_a_page_that_pypdf_garbles_is_read_by_another_and_announced(tmp_path):
    lines = ["关于印发优质中小企业梯度培育管理办法的通知", "各设区市工业和信息化局："]
    path = tmp_path / "a.pdf"
    path.write_bytes(_raw_pdf("GBKp-EUC-H", "gbk", lines))
    assert "通知" not in PdfReader(path).pages[0].extract_text()
    raw = read(path)
    assert _texts(raw) == lines
    assert len(raw.warnings) == 1
    assert "第1页" in raw.warnings[0] and "pypdfium2" in raw.warnings[0]


def test_a_scan_without_text_is_refused_with_what_to_do(tmp_path, monkeypatch):
    from PIL import Image

    canvas = Canvas(str(tmp_path / "a.pdf"))
    image = io.BytesIO()
    Image.new("RGB", (200, 200), "white").save(image, "PNG")
    image.seek(0)
    from reportlab.lib.utils import ImageReader

    canvas.drawImage(ImageReader(image), 0, 0, 500, 700)
    canvas.save()
    with pytest.raises(ReadError) as caught:
        read(tmp_path / "a.pdf")
    assert caught.value.key == "formats.ocr_failed"
    monkeypatch.setitem(sys.modules, "rapidocr", None)  # as where it is not installed
    with pytest.raises(ReadError) as caught:
        read(tmp_path / "a.pdf")
    assert caught.value.key == "formats.ocr_missing"
    assert "pip install rapidocr" in caught.value.message("zh")
    assert "扫描件" in caught.value.message("zh")


def test_encryption(tmp_path):
    plain = _build(tmp_path / "a.pdf", [Paragraph(LONG, BODY)], head="")
    for name, user in (("open.pdf", ""), ("closed.pdf", "secret")):
        for algorithm in ("RC4-128", "AES-256"):
            writer = PdfWriter(clone_from=PdfReader(plain))
            writer.encrypt(user_password=user, owner_password="owner", algorithm=algorithm)
            writer.write(tmp_path / name)
            if user:
                with pytest.raises(ReadError) as caught:
                    read(tmp_path / name)
                assert caught.value.key == "reader.encrypted"
            else:
                assert _texts(read(tmp_path / name)) == [LONG]


def test_a_page_turned_sideways(tmp_path):
    plain = _build(tmp_path / "a.pdf", [Paragraph(LONG, BODY), PageBreak(), Paragraph("第二页。", BODY)])
    writer = PdfWriter(clone_from=PdfReader(plain))
    writer.pages[0].rotate(90)
    writer.write(tmp_path / "b.pdf")
    assert _texts(read(tmp_path / "b.pdf")) == [LONG, "第二页。"]


def test_a_landscape_page_shown_by_rotation(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    canvas.rotate(90)
    canvas.setFont(FONT, 12)
    canvas.drawString(72, -100, "第一行文字，说明情况。")
    canvas.drawString(72, -160, "第二行文字，另起一段。")
    canvas.save()
    writer = PdfWriter(clone_from=PdfReader(tmp_path / "a.pdf"))
    writer.pages[0].rotate(90)
    writer.write(tmp_path / "b.pdf")
    assert _texts(read(tmp_path / "b.pdf")) == ["第一行文字，说明情况。", "第二行文字，另起一段。"]


def test_pages_in_a_loop_and_a_bomb(tmp_path):
    loop = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF"
    )
    (tmp_path / "loop.pdf").write_bytes(loop)
    with pytest.raises(ReadError):
        read(tmp_path / "loop.pdf")
    content = zlib.compress(b"q " * 2_000_000, 9)
    bomb = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 500 500]/Contents 4 0 R>>endobj\n4 0 obj<</Filter/FlateDecode/Length "
        + str(len(content)).encode() + b">>stream\n" + content + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    )  # fmt: skip
    (tmp_path / "bomb.pdf").write_bytes(bomb)
    with pytest.raises(ReadError):
        read(tmp_path / "bomb.pdf")
