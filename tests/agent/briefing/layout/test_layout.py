"""The document by the standard: written, read back, and each check seen to fail."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.shared import Mm, Pt

from agent.briefing.layout import (
    Imprint,
    Masthead,
    Parts,
    check_docx,
    deviations,
    docx_bytes,
    render,
    write_file,
)
from agent.briefing.layout import standard as gb
from agent.briefing.layout.write import office
from agent.briefing.marks import chinese, mark
from agent.briefing.model import Briefing, Exhibit, Section
from agent.state import Formula, Operand, Span, Statement, Table, TableRow
from corpus.errors import InputError
from corpus.model import Validity, Visibility
from index.types import Evidence

WHOLE = Parts(
    Masthead("示例市工业和信息化局文件", "示工信发〔2026〕3号"),
    Imprint("示例市工信局办公室", ("各县工信局",)),
)


def evidence(doc_id: str, title: str, number: str | None = None) -> Evidence:
    return Evidence(
        clause_id=f"{doc_id}-1",
        doc_id=doc_id,
        label="表4",
        heading_path=(),
        text="",
        page=3,
        title=title,
        doc_number=number,
        issuer=None,
        validity=Validity.IN_FORCE,
        visibility=Visibility.PUBLIC,
        score=1.0,
        sample="虚构数据",
    )


REPORT = evidence("r", "监测月报（虚构数据）")
RULES = evidence("p", "培育办法", "示政发〔2025〕8号")
NAMES, VALUES = ("甲", "乙", "丙"), ("29.3", "25.0", "9.7")
ROWS = [
    Span(REPORT, f"r-1-{n}", f"表4第{n}行", f"{name} | {value}", 3)
    for n, (name, value) in enumerate(zip(NAMES, VALUES, strict=True), 1)
]
CLAUSE = Span(RULES, "p-3", "第三条", "对认定企业给予支持。", 2)
OPERANDS = tuple(Operand(span, text, Decimal(text)) for span, text in zip(ROWS, VALUES, strict=True))
SUM = Formula("sum", OPERANDS, Decimal("64.0"), "亿元")
SHARE = Formula("share", (OPERANDS[0], SUM), Decimal("45.8"), "%")


@pytest.fixture(scope="module")
def whole(briefing: Briefing) -> bytes:
    return docx_bytes(briefing, WHOLE)


@pytest.fixture(scope="module")
def briefing() -> Briefing:
    rows = [
        TableRow((name, text), (span,), (SHARE,) if name == "甲" else ())
        for name, text, span in zip(NAMES, VALUES, ROWS, strict=True)
    ]
    table = Table(("领域", "产值（亿元）"), tuple(rows), "bar")
    lead = Statement("2026年6月，3个领域产值合计64.0亿元。", tuple(ROWS), formulas=(SUM,))
    quoted = Statement("办法提出：“对认定企业给予支持。”", (CLAUSE,))
    sections = (
        Section("主要指标", 1, (lead, Exhibit("产值", "亿元", table))),
        Section("政策依据", 1),
        Section("支持措施", 2, (quoted,)),
    )
    return Briefing(
        "简报",
        "未来产业",
        "关于未来产业情况的简报",
        date(2026, 7, 5),
        date(2026, 7, 4),
        sections,
        addressees=("示例市人民政府",),
        issuer="示例市工业和信息化局",
        warnings=("引用虚构数据。",),
        sample=True,
    )


def test_every_parameter_of_the_standard_is_kept(briefing: Briefing) -> None:
    for parts in (Parts(), WHOLE, Parts(annexes=False, charts=False)):
        checks = check_docx(docx_bytes(briefing, parts))
        assert [check for check in checks if not check.passed] == []
        assert len(checks) >= 55


def test_the_figures_of_the_standard_themselves() -> None:
    """Held once more, apart from the constants that writer and checker share."""
    assert (gb.PAGE, gb.TOP, gb.LEFT, gb.TYPE_AREA) == ((210, 297), 37, 28, (156, 225))
    assert (gb.LINES, gb.CHARACTERS, gb.BODY_PT, gb.TITLE_PT, gb.SMALL_PT) == (22, 28, 16, 22, 14)
    assert gb.LINES * gb.LINE_TWIPS <= 225 / 25.4 * 1440 < (gb.LINES + 1) * gb.LINE_TWIPS
    assert [mark(level, 12) for level in (1, 2, 3, 4)] == ["十二、", "（十二）", "12.", "（12）"]
    assert [chinese(n) for n in (1, 10, 20, 99)] == ["一", "十", "二十", "九十九"]


def _style(name: str, **values: Any) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        style = document.styles[name]
        for key, value in values.items():
            setattr(style.font if key in ("size", "bold") else style.paragraph_format, key, value)

    return change


def _text(name: str, text: str) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        found = next(one for one in document.paragraphs if one.style.name == name)
        for run in found.runs[1:]:
            run.text = ""
        found.runs[0].text = text

    return change


def _page(**values: Any) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for key, value in values.items():
            setattr(document.sections[0], key, value)

    return change


def _font(name: str, font: str) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        fonts = document.styles[name].element.rPr.rFonts
        fonts.set(docx.oxml.ns.qn("w:eastAsia"), font)

    return change


def _footer(change: Callable[[Any], None]) -> Callable[[Any], None]:
    return lambda document: change(document.sections[0].footer.paragraphs[0])


def _drop(pattern: str) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for element in document.element.body.xpath(pattern):
            element.getparent().remove(element)

    return change


def _unindented(name: str) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        properties = document.styles[name].element.pPr
        properties.remove(properties.ind)

    return change


def _no_outline(document: Any) -> None:
    for element in document.styles["Heading 2"].element.xpath(".//w:outlineLvl"):
        element.getparent().remove(element)


def _no_date(document: Any) -> None:
    for one in document.paragraphs:
        if one.style.name == gb.STYLE_DATE:
            one._p.getparent().remove(one._p)


def _black_mast(document: Any) -> None:
    document.styles[gb.STYLE_MAST].font.color.rgb = docx.shared.RGBColor(0, 0, 0)


def _imprint_on_top(document: Any) -> None:
    document.tables[-1]._tbl.xpath(".//w:tblpPr")[0].set(docx.oxml.ns.qn("w:tblpYSpec"), "top")


CHANGES = {
    "纸宽 mm": _page(page_width=Mm(216)),
    "纸高 mm": _page(page_height=Mm(279)),
    "天头 mm": _page(top_margin=Mm(28)),
    "订口 mm": _page(left_margin=Mm(27)),
    "下边 mm": _page(bottom_margin=Mm(30)),
    "右边 mm": _page(right_margin=Mm(28)),
    "版心宽 mm": _page(left_margin=Mm(30)),
    "版心高 mm": _page(bottom_margin=Mm(33)),
    "每面行数": _page(bottom_margin=Mm(60)),
    "装订线不另占": _page(gutter=Mm(5)),
    "页码距版心 mm": _page(footer_distance=Mm(10)),
    "正文字体": _font(gb.STYLE_BODY, "宋体"),
    "正文字号": _style(gb.STYLE_BODY, size=Pt(14)),
    "标题字体": _font(gb.STYLE_TITLE, "黑体"),
    "标题字号": _style(gb.STYLE_TITLE, size=Pt(18)),
    "主送机关字体": _font(gb.STYLE_ADDRESSEE, "宋体"),
    "附件说明字号": _style(gb.STYLE_ATTACHMENT, size=Pt(12)),
    "成文日期字体": _font(gb.STYLE_DATE, "宋体"),
    "附件标识字体": _font(gb.STYLE_ANNEX, "宋体"),
    "1级标题字体": _font("Heading 1", "宋体"),
    "2级标题字体": _font("Heading 2", "黑体"),
    "3级标题字号": _style("Heading 3", size=Pt(12)),
    "4级标题字体": _font("Heading 4", "楷体"),
    "正文行距 磅": _style(gb.STYLE_BODY, line_spacing=Pt(33)),
    "正文首行缩进 字": _unindented(gb.STYLE_BODY),
    "每行字数": _page(right_margin=Mm(40)),
    "标题居中": _style(gb.STYLE_TITLE, alignment=0),
    "成文日期右空四字": _unindented(gb.STYLE_DATE),
    "附件说明左空二字": _unindented(gb.STYLE_ATTACHMENT),
    "标题有大纲级别": _no_outline,
    "有标题": _text(gb.STYLE_TITLE, " "),
    "标题无书名号外的标点结尾": _text(gb.STYLE_TITLE, "关于情况的简报。"),
    "1级标题序号": _text("Heading 1", "1、主要指标"),
    "2级标题序号": _text("Heading 2", "(一)支持措施"),
    "主送机关后标全角冒号": _text(gb.STYLE_ADDRESSEE, "示例市人民政府:"),
    "成文日期不编虚位": _text(gb.STYLE_DATE, "2026年07月05日"),
    "有成文日期": _no_date,
    "附件名称后无标点": _text(gb.STYLE_ATTACHMENT, "附件：1. 目录。"),
    "发文字号六角括号": _text(gb.STYLE_NUMBER, "示工信发[2026]3号"),
    "单双页不同": lambda document: setattr(document.settings, "odd_and_even_pages_header_footer", False),
    "单页码形式": _footer(lambda paragraph: setattr(paragraph.runs[0], "text", "-")),
    "单页码位置": _footer(lambda paragraph: setattr(paragraph, "alignment", 1)),
    "单页码字号": _footer(lambda paragraph: setattr(paragraph.runs[0].font, "size", Pt(9))),
    "单页码空一字": _footer(lambda paragraph: paragraph._p.pPr.remove(paragraph._p.pPr.ind)),
    "发文机关标志红色": _black_mast,
    "发文机关标志字体": _font(gb.STYLE_MAST, "黑体"),
    "红色分隔线": _drop("//w:pBdr"),
    "版记在末面底部": _imprint_on_top,
    "版记与版心等宽": lambda document: setattr(document.tables[-1].columns[0], "width", Mm(100)),
    "脚注一一对应": _drop("(//w:footnoteReference)[1]"),
    "图有替代文字": lambda document: document.element.body.xpath(".//wp:docPr")[0].attrib.pop("descr"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_check_fails_where_its_parameter_is_not_kept(whole: bytes, name: str) -> None:
    document = docx.Document(io.BytesIO(whole))
    CHANGES[name](document)
    out = io.BytesIO()
    document.save(out)
    assert name in {check.name for check in deviations(out.getvalue())}


def test_footnotes_are_words_own_and_say_where(briefing: Briefing) -> None:
    with zipfile.ZipFile(io.BytesIO(docx_bytes(briefing, WHOLE))) as package:
        notes = package.read("word/footnotes.xml").decode()
        assert "word/footnotes.xml" in package.read("[Content_Types].xml").decode()
        assert "footnotes.xml" in package.read("word/_rels/document.xml.rels").decode()
        assert "w:footnotePr" in package.read("word/settings.xml").decode()
    assert "《监测月报（虚构数据）》表4第1—3行（现行有效）" in notes and "算式见附件" in notes
    assert "《培育办法》（示政发〔2025〕8号）第三条（现行有效）：“对认定企业给予支持。”" in notes


def test_the_annexes_list_sources_and_formulas(briefing: Briefing) -> None:
    document = docx.Document(io.BytesIO(docx_bytes(briefing)))
    cells = [[cell.text for cell in row.cells] for row in document.tables[-1].rows]
    assert cells[1] == ["1", "《监测月报（虚构数据）》", "表4第1—3行", "3", "现行有效"]
    assert cells[2] == ["2", "《培育办法》（示政发〔2025〕8号）", "第三条", "2", "现行有效"]
    text = "\n".join(one.text for one in document.paragraphs)
    assert "3个领域产值合计64.0亿元，合计：29.3+25.0+9.7=64.0亿元。" in text
    assert "表1“甲”，占比：29.3÷64.0×100%=45.8%。" in text
    assert "附件：1. 引用资料目录" in text and "附件1" in text and "附件2" in text


def test_what_it_is_stands_at_its_head_and_in_its_data(briefing: Briefing) -> None:
    marked = replace(briefing, unverified=("这一句没有依据。",))
    data = docx_bytes(marked)
    text = [one.text for one in docx.Document(io.BytesIO(data)).paragraphs]
    assert "人工智能辅助生成" in text[1] and "引用虚构数据" in text[2] and "这一句没有依据。" in text[:8]
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert "ContentProducer" in package.read("docProps/custom.xml").decode()


def test_hostile_text_stays_text(briefing: Briefing) -> None:
    bad = Span(replace(RULES, title="<w:p>&\x07注入"), "p-9", "第九条", "a<b&c\x00", 1)
    section = Section("甲<乙", 1, (Statement("正文<w:r>&amp;", (bad,)),))
    assert deviations(docx_bytes(replace(briefing, sections=(section,)))) == []


def test_an_earlier_file_is_not_overwritten_without_being_asked(briefing: Briefing, tmp_path: Path) -> None:
    target = tmp_path / "out.docx"
    target.write_text("earlier")
    with pytest.raises(InputError) as caught:
        write_file(briefing, target)
    assert caught.value.key == "briefing.exists" and target.read_text() == "earlier"
    assert write_file(briefing, target, overwrite=True).path == target
    assert deviations(target) == [] and [path.name for path in tmp_path.iterdir()] == ["out.docx"]


@pytest.mark.parametrize(
    ("name", "key"), [("a.txt", "bad_suffix"), ("no/such/folder/a.docx", "cannot_write")]
)
def test_what_cannot_be_written_is_named(briefing: Briefing, tmp_path: Path, name: str, key: str) -> None:
    with pytest.raises(InputError) as caught:
        write_file(briefing, tmp_path / name)
    assert caught.value.key == f"briefing.{key}" and Path(name).name in caught.value.message("zh")


def test_without_libreoffice_the_message_says_what_to_do(
    briefing: Briefing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError) as caught:
        render(briefing, ".pdf")
    assert caught.value.key == "briefing.no_office" and "libreoffice-writer" in caught.value.message("zh")


@pytest.mark.slow
@pytest.mark.skipif(office() is None, reason="LibreOffice is not installed")
def test_pdf_has_lines_of_28_characters_and_pages_of_22_lines(briefing: Briefing, tmp_path: Path) -> None:
    long = Section("正文", 1, (Statement("字" * 28 * 30 + "。"),))
    data = render(replace(briefing, sections=(long,)), ".pdf", Parts(annexes=False))
    path = tmp_path / "x.pdf"
    path.write_bytes(data)
    import pdfplumber

    with pdfplumber.open(path) as pdf:
        second = pdf.pages[1].extract_text().split("\n")
        first = pdf.pages[0].extract_text().split("\n")
    lines = [line for line in (*first, *second) if re.fullmatch("字+", line)]
    assert {len(line) for line in lines[1:-1]} == {28}
    assert len([line for line in first if line.strip()]) <= gb.LINES + 1  # and the page number


@pytest.mark.slow
@pytest.mark.skipif(office() is None, reason="LibreOffice is not installed")
def test_pdf_keeps_the_full_stop_before_a_footnote_at_the_end_of_a_line(
    briefing: Briefing, tmp_path: Path
) -> None:
    sections = tuple(
        Section(
            "正文",
            1,
            (
                Statement(f"2026年6月累计，6个领域{'示' * n}例领域产值合计814.7亿元。", tuple(ROWS)),
                Statement("据《重点项目库季报（2026年6月末，虚构数据）》编。", (CLAUSE,)),
            ),
        )
        for n in range(8)
    )
    path = tmp_path / "x.pdf"
    path.write_bytes(render(replace(briefing, sections=sections), ".pdf", Parts(annexes=False)))
    import pdfplumber

    with pdfplumber.open(path) as pdf:
        text = "".join(page.extract_text() for page in pdf.pages)
    assert len(re.findall(r"亿\s*元[\s\d]*。", text)) == len(re.findall(r"编[\s\d]*。", text)) == 8


def test_a_file_that_is_no_docx_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.docx"
    path.write_bytes(b"nothing")
    with pytest.raises(InputError) as caught:
        check_docx(path)
    assert "x.docx" in caught.value.message("zh")
