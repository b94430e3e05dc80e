from pathlib import Path

from corpus.model import Clause
from corpus.parse import parse_file
from index.rows import LONG_UNIT, ROW_CHARS, doc_of, heading_of, rows, split, unit_of, unit_rows


def _unit(text: str, kind: str = "article", seq: int = 0) -> Clause:
    return Clause(f"d:{seq}", "d", seq, kind, "第一条", ("第一章　总则",), text, 0, len(text))  # type: ignore[arg-type]


def test_a_unit_of_ordinary_length_is_one_row_under_its_own_id() -> None:
    (row,) = rows("d", "办法", [_unit("第一条　为了发展。")])
    assert row.row_id == "d:0"
    assert row.passage == "办法\n第一条　为了发展。" and row.heading == "第一章　总则"


def test_a_heading_that_repeats_the_title_is_left_out_and_that_of_a_table_embedded() -> None:
    assert heading_of("某某办法", ("《某某办法》", "第一章　总则")) == "第一章　总则"
    (row,) = unit_rows("d:0", "d", "办法", "表1　数量", "指标 | 数值", table=True)
    assert row.passage == "办法\n表1　数量\n指标 | 数值"


def test_parts_make_no_rows_of_their_own() -> None:
    part = Clause("d:1", "d", 1, "item", "第一条（一）", (), "（一）某项；", 0, 6, parent_id="d:0")
    assert [row.row_id for row in rows("d", "办法", [_unit("第一条"), part])] == ["d:0"]


def test_a_long_unit_is_split_at_sentence_ends_and_loses_nothing() -> None:
    text = "".join(f"这是第{i}句，说的是企业的事情。" for i in range(200))
    pieces = split(text)
    assert "".join(pieces) == text
    assert all(len(piece) <= ROW_CHARS and piece.endswith("。") for piece in pieces)
    assert min(map(len, pieces)) > ROW_CHARS / 2  # no scrap at the end
    ids = [row.row_id for row in unit_rows("d:7", "d", "", "", text)]
    assert ids == [f"d:7#{k}" for k in range(1, len(pieces) + 1)]
    assert {unit_of(row) for row in ids} == {"d:7"} and {doc_of(row) for row in ids} == {"d"}


def test_a_text_without_any_sentence_end_is_cut_all_the_same() -> None:
    pieces = split("字" * 5000)
    assert sum(map(len, pieces)) == 5000 and max(map(len, pieces)) <= ROW_CHARS


def test_pieces_of_a_table_repeat_its_header() -> None:
    table = "指标 | 数值\n" + "".join(f"指标{i} | {i}\n" for i in range(300))
    found = unit_rows("d:0", "d", "", "", table, table=True)
    assert len(table) > LONG_UNIT and len(found) > 1
    assert all(row.body.startswith("指标 | 数值\n") for row in found)
    lines = [line for row in found for line in row.body.splitlines()[1:]]
    assert lines == table.splitlines()[1:]


def test_pieces_of_a_table_repeat_a_head_of_two_levels() -> None:
    head = "地区 | 2025年 | 2025年\n地区 | 产值（亿元） | 增速（%）\n"
    table = head + "".join(f"第{i}市 | {i}.5 | 3.{i}\n" for i in range(150))
    found = unit_rows("d:0", "d", "", "", table, table=True)
    assert len(found) > 1 and all(row.body.startswith(head) for row in found)
    lines = [line for row in found for line in row.body.splitlines()[2:]]
    assert lines == table.splitlines()[2:]
    assert all(len(row.body) <= ROW_CHARS for row in found)


def test_rows_of_a_long_table_read_from_a_file_carry_title_caption_and_head(tmp_path: Path) -> None:
    lines = "".join(f"| 第{i}化工园区 | {i}.25 | 合格 |\n" for i in range(80))
    (tmp_path / "名单.md").write_text(
        "# 全省化工园区监测通报\n\n一、监测结果\n\n表1 化工园区监测结果（单位：亿元）\n\n"
        f"| 园区 | 当月产值 | 结论 |\n| --- | --- | --- |\n{lines}\n二、下一步工作\n\n继续监测。\n",
        encoding="utf-8",
    )
    parsed = parse_file(tmp_path / "名单.md")
    made = rows(parsed.version.doc_id, parsed.version.title, parsed.clauses)
    of_table = [row for row in made if "化工园区 |" in row.body]
    assert len(of_table) > 1
    for row in of_table:
        assert row.title == "全省化工园区监测通报"
        assert "监测结果" in row.heading and "表1 化工园区监测结果" in row.heading
        assert row.body.startswith("园区 | 当月产值 | 结论\n")
        assert row.passage.startswith("全省化工园区监测通报\n")


def _text(text: str, seq: int, start: int = 0) -> Clause:
    return Clause(f"d:{seq}", "d", seq, "text", None, (), text, start, start + len(text))


def test_head_matter_makes_no_rows() -> None:
    head = _text(
        "苏工信规〔2024〕3号\n发文机关：江苏省工业和信息化厅\n成文日期：2024年1月2日\n摘编来源：某报", 0
    )
    marked = _text("【示例摘编】本文由本项目用自己的话摘写，不是官方文本。", 1)
    preamble = _text("各设区市工业和信息化局：\n现就有关事项通知如下。", 2)
    assert [row.row_id for row in rows("d", "通知", [head, marked, preamble, _unit("第一条", seq=3)])] == [
        "d:2",
        "d:3",
    ]


def test_what_looks_like_head_matter_far_below_is_text() -> None:
    assert rows("d", "汇编", [_unit("第一条"), _text("发文机关：某局", 1, start=5000)])[1].row_id == "d:1"


def test_a_version_of_head_matter_alone_can_still_be_found() -> None:
    assert [row.row_id for row in rows("d", "通知", [_text("文号：未查得", 0)])] == ["d:0"]
