"""XLSX and CSV: titles, merged heads, units, several tables on a sheet, cells as they are shown."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from corpus.errors import ReadError
from corpus.model import Block, Table
from corpus.parse import parse_file
from corpus.readers import read
from corpus.readers.xlsx import shown


def saved(path: Path, *rows: list[Any], merge: tuple[str, ...] = (), book: Workbook | None = None) -> Path:
    book = book or Workbook()
    sheet: Any = book.active
    for row in rows:
        sheet.append(row)
    for area in merge:
        sheet.merge_cells(area)
    book.save(path)
    return path


def tables(blocks: tuple[Block, ...]) -> list[Table]:
    return [block.table for block in blocks if block.table is not None]


def test_title_unit_and_a_head_of_two_rows(tmp_path: Path) -> None:
    path = saved(
        tmp_path / "a.xlsx",
        ["重点项目进展情况月报（2026年8月）", None, None, None],
        ["单位：亿元"],
        ["项目名称", "投资完成", None, "阶段"],
        [None, "当月", "累计", None],
        ["甲项目", 1.25, 20, "在建"],
        ["注：数据为初步统计。"],
        merge=("A1:D1", "A3:A4", "B3:C3", "D3:D4"),
    )
    document = read(path)
    assert (document.format, document.blocks[0].level) == ("xlsx", 1)
    (found,) = tables(document.blocks)
    assert (found.caption, found.unit, found.header_rows) == ("重点项目进展情况月报（2026年8月）", "亿元", 2)
    assert found.rows == (
        ("项目名称", "投资完成", "投资完成", "阶段"),
        ("项目名称", "当月", "累计", "阶段"),
        ("甲项目", "1.25", "20", "在建"),
    )
    assert document.blocks[-1].text == "注：数据为初步统计。"
    parsed = parse_file(path)
    assert parsed.version.title == "重点项目进展情况月报（2026年8月）"
    assert parsed.tables[0].columns[1] == ("投资完成", "当月")
    clause = next(
        clause for clause in parsed.clauses if clause.clause_id == parsed.tables[0].rows[0].clause_id
    )
    assert clause.text == "甲项目 | 1.25 | 20 | 在建"


def test_several_tables_on_a_sheet_under_and_beside_each_other(tmp_path: Path) -> None:
    path = saved(
        tmp_path / "a.xlsx",
        ["表1 产值"],
        ["地区", "产值", None, "行业", "户数"],
        ["南京", 1, None, "化工", 3],
        ["苏州", 2, None, "纺织", 4],
        [],
        ["表2 用电"],
        ["地区", "用电量"],
        ["南京", 5],
    )
    found = tables(read(path).blocks)
    assert [table.rows[0] for table in found] == [("地区", "产值"), ("行业", "户数"), ("地区", "用电量")]
    assert found[2].caption == "表2 用电"
    assert found[1].rows[2] == ("纺织", "4")


def test_a_row_of_units_belongs_to_the_head(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.xlsx", ["地区", "产值", "增速"], [None, "（亿元）", "（%）"], ["南京", 1, 2])
    (found,) = tables(read(path).blocks)
    assert found.header_rows == 2


def test_sheets_are_pages_and_hidden_ones_are_told(tmp_path: Path) -> None:
    book = Workbook()
    first: Any = book.active
    first.title = "南京市"
    first.append(["项目", "投资"])
    first.append(["甲", 1])
    secret = book.create_sheet("草稿")
    secret.append(["秘密"])
    secret.sheet_state = "hidden"
    last = book.create_sheet("苏州市")
    last.append(["项目", "投资"])
    last.append(["乙", 2])
    book.save(tmp_path / "a.xlsx")
    document = read(tmp_path / "a.xlsx")
    assert [(block.text, block.page) for block in document.blocks if block.kind == "heading"] == [
        ("南京市", 1),
        ("苏州市", 2),
    ]
    assert "秘密" not in "".join(block.text for block in document.blocks)
    assert any("草稿" in warning for warning in document.warnings)


def test_a_formula_without_its_result_is_told(tmp_path: Path) -> None:
    document = read(saved(tmp_path / "a.xlsx", ["项目", "投资"], ["甲", 1], ["乙", "=B2+1"]))
    assert tables(document.blocks)[0].rows[2] == ("乙", "")
    assert any("1个公式" in warning for warning in document.warnings)


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (38, "General", "38"),
        (38.0, "0.0", "38.0"),
        (0.124, "0.0%", "12.4%"),
        (0.1 + 0.2, "General", "0.3"),
        (1234567.5, "#,##0.00", "1,234,567.50"),
        (-3.25, "0.0;[Red]-0.0", "-3.2"),
        (2.5, "0.##", "2.5"),
        (2.0, "0.##", "2"),
        (12, '0"个"', "12"),
        (1e15, "General", "1000000000000000"),
        (date(2026, 8, 31), "yyyy-mm-dd", "2026年8月31日"),
        (date(2026, 8, 1), 'yyyy"年"m"月"', "2026年8月"),
        (True, "General", "是"),
        ("甲\n乙", "General", "甲\n乙"),
    ],
)
def test_cells_as_shown(value: Any, number_format: str, text: str) -> None:
    assert shown(value, number_format) == text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_csv_of_any_encoding_and_separator(tmp_path: Path, encoding: str, mark: str) -> None:
    lines = [["项目名称", "总投资（亿元）", "备注"], ["甲项目", "1.5", '"含税，暂估"'], ["乙项目", "2", ""]]
    text = "重点项目月报（2026年8月）\n\n" + "\n".join(mark.join(line) for line in lines)
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    document = read(path)
    assert (document.format, document.blocks[0].text) == ("csv", "重点项目月报（2026年8月）")
    (found,) = tables(document.blocks)
    assert found.rows[1:] == (("甲项目", "1.5", "含税，暂估"), ("乙项目", "2", ""))


def test_damaged_and_mislabelled_workbooks(tmp_path: Path) -> None:
    good = saved(tmp_path / "a.xlsx", ["项目", "投资"], ["甲", 1])
    data = good.read_bytes()
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(data[: len(data) // 2])
    with pytest.raises(ReadError):
        read(cut)
    flipped = tmp_path / "flipped.xlsx"
    flipped.write_bytes(data.replace(b"xl/workbook.xml", b"xl/workbook.xmm"))
    with pytest.raises(ReadError):
        read(flipped)
    named = tmp_path / "a.docx"
    named.write_bytes(data)
    with pytest.raises(ReadError):
        read(named)
    old = tmp_path / "a.xls"
    old.write_bytes(data)
    assert read(old).format == "xlsx"
    empty = tmp_path / "empty.xlsx"
    saved(empty)
    with pytest.raises(ReadError):
        read(empty)


def named(path: Path, *sheets: tuple[str, list[list[Any]]]) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


_TABLE: list[list[Any]] = [["项目", "投资"], ["甲项目", 1.5], ["乙项目", 2.5]]


def test_a_workbook_without_a_title_is_called_by_its_file(tmp_path: Path) -> None:
    one = parse_file(named(tmp_path / "无锡市2026年重点项目清单.xlsx", ("Sheet1", _TABLE)))
    assert one.version.title == "无锡市2026年重点项目清单"
    two = parse_file(named(tmp_path / "重点项目.xlsx", ("苏南", _TABLE), ("苏北", _TABLE)))
    assert two.version.title == "重点项目"
    assert [clause.heading_path for clause in two.clauses if clause.kind == "table"] == [("苏南",), ("苏北",)]


def test_lines_above_a_table_are_text_and_the_title_is_among_them(tmp_path: Path) -> None:
    lines = [
        ["附件1"],
        ["江苏省重大工业项目进展月报"],
        ["填报单位：江苏省工业和信息化厅", "报告期：2026年8月", "单位：亿元"],
        ["数据截至：2026年8月31日"],
    ]
    parsed = parse_file(named(tmp_path / "a.xlsx", ("表", [*lines, *_TABLE])))
    assert parsed.version.title == "江苏省重大工业项目进展月报"
    (table,) = parsed.tables
    assert (table.caption, table.unit) == ("江苏省重大工业项目进展月报", "亿元")
    for line in ("报告期：2026年8月", "数据截至：2026年8月31日", "填报单位：江苏省工业和信息化厅"):
        assert line in parsed.version.text.split("\n")


def test_hidden_rows_and_columns_are_left_out_and_told(tmp_path: Path) -> None:
    book = Workbook()
    sheet: Any = book.active
    for row in (
        ["地区", "内部估计", "产值"],
        ["南京", "秘密一", 1],
        ["苏州", "秘密二", 2],
        ["无锡", "秘密三", 3],
    ):
        sheet.append(row)
    sheet.column_dimensions["B"].hidden = True
    sheet.row_dimensions[3].hidden = True
    book.save(tmp_path / "a.xlsx")
    document = read(tmp_path / "a.xlsx")
    (found,) = tables(document.blocks)
    assert found.rows == (("地区", "产值"), ("南京", "1"), ("无锡", "3"))
    assert any("共2个" in warning for warning in document.warnings)


def changed(path: Path, change: Callable[[bytes], bytes]) -> Path:
    """A workbook of one small table whose sheet is changed as a hostile hand would."""
    good = saved(path.with_name("good.xlsx"), ["项目", "投资"], ["甲项目", 1])
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, change(data) if name == "xl/worksheets/sheet1.xml" else data)
    return path


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'ref="A1:B2"', b'ref="A1:XFD1048576"'),
        (b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'),
        (b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
        (b"</sheetData>", b"</sheetData>" + b"<a>" * 5000 + b"</a>" * 5000),
    ],
    ids=["declared", "last row", "merged over all", "deep"],
)
def test_a_sheet_that_claims_to_be_huge_is_read_as_it_is(tmp_path: Path, old: bytes, new: bytes) -> None:
    document = read(changed(tmp_path / "a.xlsx", lambda data: data.replace(old, new)))
    assert tables(document.blocks)[0].rows == (("项目", "投资"), ("甲项目", "1"))


def test_merged_areas_without_end_fill_no_memory(tmp_path: Path) -> None:
    areas = b"".join(b'<mergeCell ref="A2:B%d"/>' % (9000 + at) for at in range(3000))
    put = b"</sheetData><mergeCells>" + areas + b"</mergeCells>"
    path = changed(tmp_path / "a.xlsx", lambda data: data.replace(b"</sheetData>", put))
    assert "甲项目" in read(path).blocks[0].text


def test_bombs_and_outside_entities_are_refused(tmp_path: Path) -> None:
    text = b"&#30002;&#39033;&#30446;"
    bomb = changed(tmp_path / "bomb.xlsx", lambda data: data.replace(text, b"x" * 40_000_000))
    with pytest.raises(ReadError, match="bomb"):
        read(bomb)
    secret = tmp_path / "secret.txt"
    secret.write_text("不可外泄", "utf-8")
    doctype = f'<!DOCTYPE l [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'.encode()
    outside = changed(tmp_path / "xxe.xlsx", lambda data: doctype + data.replace(text, b"&x;"))
    with pytest.raises(ReadError):
        read(outside)


def test_too_many_cells_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.readers.xlsx.MAX_CELLS", 3)
    monkeypatch.setattr("corpus.readers.csv.MAX_CELLS", 3)
    path = saved(tmp_path / "a.xlsx", ["项目", "投资"], ["甲", 1])
    with pytest.raises(ReadError, match="3"):
        read(path)
    text = tmp_path / "a.csv"
    text.write_text("项目,投资\n甲,1\n", "utf-8")
    with pytest.raises(ReadError, match="3"):
        read(text)


def test_csv_with_line_breaks_in_quotes_and_quotes_that_nothing_closes(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('项目,说明\n甲项目,"第一行\n第二行，有逗号,和""引号"""\n乙项目,无\n', "utf-8")
    (found,) = tables(read(path).blocks)
    assert found.rows == (("项目", "说明"), ("甲项目", '第一行 第二行，有逗号,和"引号"'), ("乙项目", "无"))
    path.write_text('项目,投资\n"甲项目,1\n' + "乙项目,2\n" * 20_000, "utf-8")
    document = read(path)
    (found,) = tables(document.blocks)
    assert len(found.rows) == 20_002 and found.rows[1] == ("甲项目", "1")
    assert any("引号" in warning for warning in document.warnings)
