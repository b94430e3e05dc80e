"""Layouts met in files made afresh: titles inside a table's frame, rows of labels, web archives, heads."""

from __future__ import annotations

import base64
from pathlib import Path

import openpyxl
import pytest
from docx import Document

from corpus.errors import ReadError
from corpus.model import Block, Table
from corpus.readers import read
from corpus.readers.framed import table_blocks
from corpus.readers.pdf_layout import PageItems, blocks_of
from corpus.readers.pdf_lines import Line
from corpus.readers.pdf_quality import squeeze

TITLE, NOTE = "2026年1—8月设区市工业主要指标", "注：数据来源于市统计局。"
HEAD = [["设区市", "增加值增速", "增加值增速", "投资"], ["设区市", "当月", "累计", "投资"]]
BODY = [["南京", "5.9", "6.1", "812.4"], ["无锡", "7.2", "7.0", "905.1"]]
PATHS = [("设区市",), ("增加值增速", "当月"), ("增加值增速", "累计"), ("投资",)]


def table_of(blocks: list[Block]) -> Table:
    (table,) = [block.table for block in blocks if block.table is not None]
    return table


def paths_of(table: Table) -> list[tuple[str, ...]]:
    heads = zip(*table.rows[: table.header_rows], strict=True)
    return [tuple(dict.fromkeys(levels)) for levels in heads]


@pytest.mark.parametrize("header_rows", [None, 4])
def test_title_unit_and_note_inside_the_frame_are_no_rows(header_rows: int | None) -> None:
    rows = [[TITLE] * 4, ["单位：亿元、%"] * 4, *HEAD, *BODY, [NOTE] * 4]
    blocks = table_blocks(rows, header_rows=header_rows)
    assert [block.text for block in blocks if block.kind == "paragraph"] == [TITLE, "单位：亿元、%", NOTE]
    table = table_of(blocks)
    assert (table.caption, table.unit) == (TITLE, "亿元、%")
    assert paths_of(table) == PATHS
    assert [list(row) for row in table.rows[table.header_rows :]] == BODY


def test_a_numbered_part_of_a_form_stays_in_its_table() -> None:
    rows = [["一、企业基本情况"] * 3, ["企业名称", "注册地", "法定代表人"], ["甲公司", "南京市", "张三"]]
    (block,) = table_blocks(rows)
    assert block.text.startswith("一、企业基本情况")


def test_a_row_of_labels_above_the_head_is_no_head() -> None:
    rows = [["填报单位：泰州市工信局", "2026年8月", "", "单位：亿元"], *HEAD, *BODY]
    table = table_of(table_blocks(rows))
    assert paths_of(table) == PATHS
    assert table.unit == "亿元"


def test_docx_with_merged_title_rows(tmp_path: Path) -> None:
    document = Document()
    table = document.add_table(rows=5, cols=3)
    table.cell(0, 0).merge(table.cell(0, 2)).text = "专项资金安排表"
    table.cell(1, 0).merge(table.cell(1, 2)).text = "单位：万元"
    for at, row in enumerate((["序号", "企业", "金额"], ["1", "甲公司", "320"], ["2", "乙公司", "180.5"]), 2):
        for column, text in enumerate(row):
            table.cell(at, column).text = text
    document.save(str(tmp_path / "a.docx"))
    found = table_of(list(read(tmp_path / "a.docx").blocks))
    assert (found.caption, found.unit, found.header_rows) == ("专项资金安排表", "万元", 1)
    assert found.rows[0] == ("序号", "企业", "金额")


def test_a_sheet_with_day_and_unit_beside_the_reporting_office(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["重点项目推进情况月调度表"])
    sheet.append(["填报单位：泰州市工信局", None, "截至2026年8月31日", "单位：亿元"])
    sheet.append(["序号", "项目名称", "投资情况", None, "进度"])
    sheet.append([None, None, "总投资", "完成", None])
    sheet.append([1, "甲项目", 12.5, 2.86, "在建"])
    sheet.append([2, "乙项目", 38, 6.4, "投产"])
    for area in ("A1:E1", "D2:E2", "A3:A4", "B3:B4", "C3:D3", "E3:E4"):
        sheet.merge_cells(area)
    book.save(tmp_path / "a.xlsx")
    blocks = list(read(tmp_path / "a.xlsx").blocks)
    table = table_of(blocks)
    assert (table.caption, table.unit) == ("重点项目推进情况月调度表", "亿元")
    assert paths_of(table) == [
        ("序号",),
        ("项目名称",),
        ("投资情况", "总投资"),
        ("投资情况", "完成"),
        ("进度",),
    ]
    assert "截至2026年8月31日" in [block.text for block in blocks]


def test_a_cover_sheet_with_month_and_issuer_above_the_title(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    cover = book.active
    assert cover is not None
    for at, text in enumerate(("江苏省工业和信息化厅", "2026年9月", "重点产业链运行监测月报"), 2):
        cover.cell(at, 2, text)
    book.save(tmp_path / "a.xlsx")
    titles = [block.text for block in read(tmp_path / "a.xlsx").blocks if block.level == 1]
    assert titles == ["重点产业链运行监测月报"]


def _archive(page: bytes, kind: str = "text/html; charset=gb2312") -> bytes:
    head = (
        "From: <Saved by Blink>\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="--B"\r\n\r\n----B\r\n'
        f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + base64.encodebytes(page) + b"\r\n----B--\r\n"


def test_a_saved_web_page_is_read(tmp_path: Path) -> None:
    page = (
        "<html><head><title>申报通知</title></head><body><h1>申报通知</h1><p>一、申报条件。</p></body></html>"
    )
    path = tmp_path / "a.mht"
    path.write_bytes(_archive(page.encode("gb2312")))
    document = read(path)
    assert document.format == "html"
    assert [block.text for block in document.blocks] == ["申报通知", "一、申报条件。"]


def test_a_mail_without_a_page_is_refused_with_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "a.mht"
    path.write_bytes(_archive(b"x", "text/plain"))
    with pytest.raises(ReadError) as caught:
        read(path)
    assert caught.value.key == "reader.foreign_mhtml"


def test_radicals_and_ligatures_are_the_same_text() -> None:
    assert squeeze("⼯业 ⽉报 ﬁrst") == squeeze("工业月报 first")


def _page(number: int, *more: Line) -> PageItems:
    head = Line("江苏工信 2026年第8期", number, 60, 300, 20, 12.0)
    foot = Line(f"第 {number} 页 共 2 页", number, 250, 330, 800, 12.0)
    body = Line(f"第{'一二'[number - 1]}段正文，写到此处为止。", number, 60, 400, 300, 9.8)
    return PageItems(number, 842.0, (head, *more, body, foot), 595.0)


def test_a_running_head_larger_than_a_small_body_goes_and_the_title_stays() -> None:
    title = Line("产业集群培育研究", 1, 200, 400, 80, 18.0)
    texts = [block.text for block in blocks_of([_page(1, title), _page(2)])]
    assert texts == ["产业集群培育研究", "第一段正文，写到此处为止。", "第二段正文，写到此处为止。"]


def test_attachments_that_open_their_pages_are_no_running_heads() -> None:
    pages = [
        PageItems(
            number,
            842.0,
            (
                Line(f"附件{number}", number, 60, 100, 40, 12.0),
                Line("正文一句。", number, 60, 300, 300, 12.0),
            ),
            595.0,
        )
        for number in (1, 2)
    ]
    assert [block.text for block in blocks_of(pages)][::2] == ["附件1", "附件2"]
