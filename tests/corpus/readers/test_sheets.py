"""XLSX and CSV: titles, merged heads, units, several tables on a sheet, cells as they are shown."""

from __future__ import annotations

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
    assert read(named).format == "xlsx"
    empty = tmp_path / "empty.xlsx"
    saved(empty)
    with pytest.raises(ReadError):
        read(empty)
