"""Images and scanned pages: recognised only where a page has no usable text, and said so."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import docx
import docx.shared
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from corpus.errors import ReadError
from corpus.readers import read
from corpus.readers.common import Source
from corpus.readers.ocr import mended
from corpus.readers.scan import Recognised, frames, page_list
from tests.corpus.readers.ofd_making import NS, ofd, page
from tests.corpus.readers.scan_making import FONT, scan, text_to_path

pytest.importorskip("rapidocr", reason="character recognition is not installed")

TABLE = (
    ("项目名称", "计划总投资", "累计完成投资"),
    ("新材料产业园一期", "125.5", "88.2"),
    ("大数据中心", "8.8", "1.05"),
)


@pytest.fixture(scope="module")
def report() -> Image.Image:
    return scan(
        (400, 150, "2026年6月重点项目进展情况", 64),
        (250, 330, "截至6月底，全市列统重点项目进展总体平稳，完成投资好于时序进", 40),
        (170, 400, "度，具体情况见下表。", 40),
        (1200, 500, "单位：亿元", 34),
        table=TABLE,
    )


def _check(raw) -> None:
    assert raw.blocks[0].text == "2026年6月重点项目进展情况" and raw.blocks[0].kind == "heading"
    assert (
        raw.blocks[1].text
        == "截至6月底，全市列统重点项目进展总体平稳，完成投资好于时序进度，具体情况见下表。"
    )
    tables = [block.table for block in raw.blocks if block.table]
    assert len(tables) == 1 and tables[0].rows == TABLE and tables[0].unit == "亿元"


def _saved(image: Image.Image, path: Path, **options) -> Path:
    image.save(path, **options)
    return path


def test_an_image_is_read_with_its_table_and_the_confidence_is_told(tmp_path, report):
    raw = read(_saved(report, tmp_path / "a.png"))
    _check(raw)
    assert raw.format == "image" and raw.pages == 1
    assert len(raw.warnings) == 1 and "第1页" in raw.warnings[0] and "平均置信度" in raw.warnings[0]


@pytest.mark.slow
@pytest.mark.parametrize("degrees", [91.0, 180.0, -1.8])
def test_a_page_on_its_side_or_askew_is_set_right(tmp_path, report, degrees):
    turned = report.rotate(degrees, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC)
    _check(read(_saved(turned, tmp_path / "a.jpg", quality=70)))


def test_only_the_pages_without_text_are_recognised(tmp_path, report):
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(595, 842))
    canvas.setFont("STSong-Light", 12)
    canvas.drawString(72, 700, "第一页是电子版的文字，不需要识别。")
    canvas.showPage()
    buffer = io.BytesIO()
    report.save(buffer, "PNG")
    canvas.drawImage(ImageReader(buffer), 0, 0, 595, 842)
    canvas.save()
    raw = read(tmp_path / "a.pdf")
    assert raw.blocks[0].text == "第一页是电子版的文字，不需要识别。" and raw.blocks[0].page == 1
    assert {block.page for block in raw.blocks[1:]} == {2}
    assert [block.table.rows for block in raw.blocks if block.table] == [TABLE]
    assert len(raw.warnings) == 1 and "第2页" in raw.warnings[0]


@pytest.mark.slow
def test_a_scan_with_a_stamp_of_text_and_a_page_of_outlines(tmp_path):
    image = scan(
        (250, 300, "关于印发专项资金管理办法的通知", 56),
        (170, 420, "各设区市财政局：现将办法印发给你们。", 40),
    )
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(595, 842))
    canvas.drawImage(ImageReader(buffer), 0, 0, 595, 842)
    canvas.drawString(400, 20, "Scanned by ScannerApp 3.1")
    canvas.showPage()
    # the same words as curves, as design programs export them
    outlines = text_to_path(
        FONT, "第二页的文字已经转成曲线没有可以复制的内容需要识别出来才能够检索得到这些字"
    )
    for points in outlines:
        path = canvas.beginPath()
        for command, x, y in points:
            (path.moveTo if command == "M" else path.lineTo)(40 + x, 600 + y)
        canvas.drawPath(path, stroke=0, fill=1)
    canvas.save()
    raw = read(tmp_path / "a.pdf")
    texts = [block.text for block in raw.blocks if block.page == 1]
    assert texts[:2] == ["关于印发专项资金管理办法的通知", "各设区市财政局：现将办法印发给你们。"]
    assert "第二页的文字已经转成曲线" in "".join(block.text for block in raw.blocks if block.page == 2)
    assert "第1—2页" in raw.warnings[0]


def test_an_ofd_of_images_is_recognised(tmp_path, report):
    buffer = io.BytesIO()
    report.save(buffer, "JPEG")
    resource = (
        f'<ofd:Res {NS} BaseLoc="Res"><ofd:MultiMedias><ofd:MultiMedia ID="7" Type="Image">'
        "<ofd:MediaFile>scan.jpg</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>"
    )
    data = ofd(
        page('<ofd:ImageObject ID="4" ResourceID="7" Boundary="0 0 210 297" CTM="210 0 0 297 0 0"/>'),
        common="<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>",
        more={"Doc_0/DocumentRes.xml": resource, "Doc_0/Res/scan.jpg": buffer.getvalue()},
    )
    (tmp_path / "a.ofd").write_bytes(data)
    raw = read(tmp_path / "a.ofd")
    _check(raw)
    assert raw.format == "ofd" and "第1页" in raw.warnings[0]


@pytest.mark.slow
def test_scans_pasted_into_a_word_document(tmp_path, report):
    document = docx.Document()
    for image in (Image.new("RGB", (60, 60), "red"), report):
        buffer = io.BytesIO()
        image.save(buffer, "PNG")
        buffer.seek(0)
        document.add_picture(buffer, width=docx.shared.Cm(15))
    document.save(str(tmp_path / "a.docx"))
    raw = read(tmp_path / "a.docx")
    _check(raw)
    assert raw.format == "docx" and "平均置信度" in raw.warnings[0]
    document.add_paragraph("有文字的文档不识别图片。")
    document.save(str(tmp_path / "b.docx"))
    assert [block.text for block in read(tmp_path / "b.docx").blocks] == ["有文字的文档不识别图片。"]


@pytest.mark.slow
def test_each_frame_of_a_tiff_is_a_page(tmp_path):
    wrapped = (170, 370, "金使用效益，制定本办法。", 40)
    first = scan((250, 300, "第一条 为规范省级专项资金的设立、分配、使用和监督，提高资", 40), wrapped)
    second = scan((250, 300, "第二条　本办法自公布之日起施行。", 44))
    raw = read(_saved(first, tmp_path / "a.tif", save_all=True, append_images=[second]))
    assert [(block.page, block.text) for block in raw.blocks] == [
        (1, "第一条　为规范省级专项资金的设立、分配、使用和监督，提高资金使用效益，制定本办法。"),
        (2, "第二条 本办法自公布之日起施行。"),
    ]


@pytest.mark.slow
def test_a_poor_scan_is_told_twice(tmp_path):
    image = scan(
        (250, 300, "关于印发专项资金管理办法的通知", 44),
        (250, 400, "各设区市财政局：现将办法印发给你们。", 44),
    )
    poor = image.crop((200, 250, 1300, 520)).resize((115, 28)).resize((1100, 270))
    raw = read(_saved(poor, tmp_path / "a.png"))
    assert any("平均置信度" in warning for warning in raw.warnings)
    assert any("错字可能较多" in warning for warning in raw.warnings)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_blank_damaged_and_oversized_images(tmp_path):
    cases = {
        "blank.png": (_png(Image.new("RGB", (300, 300), "white")), "formats.ocr_failed"),
        "cut.png": (_png(scan((250, 300, "文字", 44)))[:300], "reader.damaged"),
        "huge.png": (_png(Image.new("1", (12000, 12000))), "formats.image_too_large"),
        "bomb.png": (_png(Image.new("1", (20000, 20000))), "formats.image_too_large"),
    }
    for name, (data, key) in cases.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(ReadError) as caught:
            read(tmp_path / name)
        assert caught.value.key == key, name


def test_without_rapidocr_the_error_says_what_to_install(tmp_path, monkeypatch):
    path = _saved(Image.new("RGB", (300, 300), "white"), tmp_path / "a.png")
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    with pytest.raises(ReadError) as caught:
        read(path)
    assert caught.value.key == "formats.ocr_missing" and "pip install rapidocr" in str(caught.value)


def test_pages_beyond_the_time_are_named(tmp_path, monkeypatch):
    monkeypatch.setenv("ZHIXUN_READ_TIMEOUT_S", "0.001")
    first = scan((250, 300, "第一条　制定本办法。", 44))
    path = _saved(first, tmp_path / "a.tif", save_all=True, append_images=[first])
    recognised = Recognised()
    pages = [
        recognised.page(frame, number)
        for number, frame in enumerate(frames(Source(path, path.read_bytes())), 1)
    ]
    assert not any(page.items for page in pages)
    assert "第1—2页" in recognised.warnings()[0] and "ZHIXUN_READ_TIMEOUT_S" in recognised.warnings()[0]


@pytest.mark.parametrize(
    ("text", "mended_text"),
    [
        ("快报（2026年5月，虚构数据)", "快报（2026年5月，虚构数据）"),
        ("苏工信规(2025）1号", "苏工信规（2025）1号"),
        ("各县(市、区)财政局:", "各县（市、区）财政局："),
        ("加强领导,明确责任;抓好落实", "加强领导，明确责任；抓好落实"),
        ("1,234.5 (CNY) 10:30", "1,234.5 (CNY) 10:30"),
        ("快报（虚构数\n据)\n各市局:", "快报（虚构数\n据）\n各市局："),
    ],
)
def test_brackets_and_marks_of_one_width(text, mended_text):
    assert mended(text) == mended_text


def test_page_list():
    assert page_list([5, 1, 2, 3]) == "1—3、5"


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
