"""Tables of known truth in every format: captions, units, header paths and cells as they were meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.model import ClauseTable, ParsedDocument
from corpus.parse import parse_file
from corpus.tables import shape
from tests.corpus.tables_made import WRITERS, Made, make

_MIN = 0.98
_BATCHES = [[make(3 * batch + at) for at in range(3)] for batch in range(8)]  # 24 tables a format


def _marks(made: Made, found: ClauseTable | None) -> list[tuple[str, bool]]:
    """What was asked and whether it was right: each cell, each header path, caption and unit."""
    asked = [("caption", found is not None and found.caption == made.caption)]
    asked.append(("unit", found is not None and found.unit == made.unit))
    columns = found.columns if found else ()
    rows = [row.cells for row in found.rows] if found else []
    for at, path in enumerate(made.truth):
        asked.append((f"head {at} {path}", at < len(columns) and columns[at] == path))
    for at, row in enumerate(made.body):
        for column, text in enumerate(row):
            right = at < len(rows) and column < len(rows[at]) and rows[at][column] == text
            asked.append((f"cell {at},{column} {text}", right))
    return asked + [("row too many", False)] * max(0, len(rows) - len(made.body))


def _table_of(parsed: ParsedDocument, made: Made, at: int) -> ClauseTable | None:
    named = [table for table in parsed.tables if table.caption == made.caption]
    return named[0] if named else parsed.tables[at] if at < len(parsed.tables) else None


@pytest.mark.parametrize("format", WRITERS)
def test_tables_as_they_were_meant(tmp_path: Path, format: str) -> None:
    asked: list[tuple[str, bool]] = []
    for tables in _BATCHES:
        parsed = parse_file(WRITERS[format](tmp_path, tables))
        assert len(parsed.tables) == len(tables), [table.caption for table in parsed.tables]
        for at, made in enumerate(tables):
            asked += [
                (f"{made.name}: {what}", right) for what, right in _marks(made, _table_of(parsed, made, at))
            ]
    wrong = [what for what, right in asked if not right]
    assert len(asked) > 500
    assert 1 - len(wrong) / len(asked) >= _MIN, wrong[:40]


@pytest.mark.parametrize("format", WRITERS)
def test_a_table_is_cited_as_a_whole_and_by_row(tmp_path: Path, format: str) -> None:
    made = make(4)
    parsed = parse_file(WRITERS[format](tmp_path, [made]))
    clauses = {clause.clause_id: clause for clause in parsed.clauses}
    (table,) = parsed.tables
    whole = clauses[table.clause_id]
    assert whole.kind == "table" and parsed.version.text[whole.start : whole.end] == whole.text
    for row in table.rows:
        clause = clauses[row.clause_id]
        assert clause.parent_id == table.clause_id
        assert parsed.version.text[clause.start : clause.end] == clause.text
        assert all(cell in clause.text for cell in row.cells[1:])
        assert " ".join(table.columns[-1]) in clause.heading_path[-1]
        assert made.caption in clause.heading_path
    assert all(note in parsed.version.text for note in (*made.notes, *made.labels))


def test_lines_around_a_table_are_no_rows_of_it() -> None:
    rows = [
        ["重点项目进展情况表"],
        ["报告期：2026年8月", "", "", "单位：亿元"],
        ["项目", "投资", "", "阶段"],
        ["", "当月", "累计", ""],
        ["甲", "1", "2", "在建"],
        [],
        ["合计", "1", "2", ""],
        ["注：初步数"],
        ["填报人：张三", "审核人：李四"],
    ]
    (found,) = shape(rows)
    assert found.lines == ("重点项目进展情况表", "报告期：2026年8月", "单位：亿元")
    assert found.columns == (("项目",), ("投资", "当月"), ("投资", "累计"), ("阶段",))
    assert found.body == (("甲", "1", "2", "在建"), ("合计", "1", "2", ""))
    assert found.totals == (1,)
    assert found.notes == ("注：初步数", "填报人：张三", "审核人：李四")


def test_a_head_repeated_on_each_page_is_taken_once() -> None:
    head = ["序号", "企业名称", "所在市"]
    rows = [head, ["1", "甲公司", "南京"], head, ["2", "乙公司", "苏州"]]
    (found,) = shape(rows)
    assert found.body == (("1", "甲公司", "南京"), ("2", "乙公司", "苏州"))


def test_years_are_headers_and_figures_are_none() -> None:
    (years,) = shape([["地区", "2024", "2025"], ["南京", "1.5", "2"]])
    assert years.header_rows == 1
    (figures,) = shape([["南京", "1.5", "2"], ["苏州", "3", "4"]])
    assert figures.header_rows == 0


def test_numbers_of_columns_head_nothing() -> None:
    rows = [["指标名称", "计量单位", "本月", "累计"], ["甲", "乙", "1", "2"], ["产值", "亿元", "3", "4"]]
    (found,) = shape(rows)
    assert found.columns == (("指标名称",), ("计量单位",), ("本月",), ("累计",))
    assert found.body == (("产值", "亿元", "3", "4"),)


def test_texts_under_a_header_over_two_columns_stay_data() -> None:
    rows = [
        ["负责人", "联系方式", "", "备注"],
        ["张三", "南京路", "信箱", "无"],
        ["李四", "北京路", "信箱", "无"],
    ]
    (found,) = shape(rows, merges=[(0, 1, 0, 2)])
    assert found.header_rows == 1 and len(found.body) == 2


def test_captions_part_tables_without_an_empty_row() -> None:
    rows = [["表1 产值"], ["地区", "产值"], ["南京", "1"], ["表2 用电"], ["地区", "用电"], ["南京", "2"]]
    assert [found.lines for found in shape(rows)] == [("表1 产值",), ("表2 用电",)]
