"""Clause by clause: added, deleted, changed, moved; and the inline difference."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from corpus.diff import Change, body, counts, diff, inline
from corpus.model import Clause
from corpus.parse import parse_file
from tests.corpus.making import from_lines

LAWS = Path(__file__).resolve().parents[3] / "shared" / "data" / "laws"


def statute(*articles: str) -> tuple[Clause, ...]:
    numbers = "一二三四五六七八九十"
    lines = [f"第{numbers[at]}条　{text}" for at, text in enumerate(articles)]
    return from_lines("\n".join(["某某管理办法", *lines])).clauses


def summary(changes: Sequence[Change]) -> list[tuple[str, str | None, str | None]]:
    return [
        (change.op, change.old.label if change.old else None, change.new.label if change.new else None)
        for change in changes
        if change.op != "same"
    ]


PURPOSE = "为了规范专项资金的使用，提高资金效益，制定本办法。"
SCOPE = "专项资金支持在本市注册的工业企业开展技术改造。"
RATE = "对符合条件的项目，按设备投入的10%给予补助，单户最高50万元。"
CHECK = "区工信局负责项目的初审，市工信局组织专家评审并公示。"
CLOSE = "本办法自2024年1月1日起施行。"


def test_the_same_text_has_no_changes() -> None:
    old = statute(PURPOSE, SCOPE, CLOSE)
    changes = diff(old, old)
    assert {change.op for change in changes} == {"same"}
    assert counts(changes)["same"] == len([clause for clause in old if clause.parent_id is None])


def test_an_article_put_in_moves_the_rest_and_changes_nothing() -> None:
    new = "企业有下列情形之一的，不予支持：提供虚假材料，发生重大安全事故。"
    changes = diff(statute(PURPOSE, SCOPE, RATE, CHECK), statute(PURPOSE, SCOPE, new, RATE, CHECK))
    assert summary(changes) == [
        ("added", None, "第三条"),
        ("moved", "第三条", "第四条"),
        ("moved", "第四条", "第五条"),
    ]


def test_an_article_taken_out_stands_where_it_stood() -> None:
    changes = diff(statute(PURPOSE, SCOPE, RATE, CHECK), statute(PURPOSE, RATE, CHECK))
    assert summary(changes) == [
        ("deleted", "第二条", None),
        ("moved", "第三条", "第二条"),
        ("moved", "第四条", "第三条"),
    ]


def test_a_changed_figure_is_the_whole_inline_difference() -> None:
    changes = diff(statute(PURPOSE, RATE), statute(PURPOSE, RATE.replace("50", "100").replace("10%", "15%")))
    (change,) = [change for change in changes if change.op == "changed"]
    edits = [(piece.op, piece.text) for piece in change.pieces if piece.op != "equal"]
    assert edits == [("delete", "10%"), ("insert", "15%"), ("delete", "50"), ("insert", "100")]
    assert not change.renumbered


def test_changed_and_renumbered_at_once() -> None:
    changes = diff(statute(PURPOSE, RATE), statute(PURPOSE, SCOPE, RATE.replace("最高50", "最高80")))
    assert summary(changes) == [("added", None, "第二条"), ("changed", "第二条", "第三条")]
    assert next(change for change in changes if change.op == "changed").renumbered


def test_rewritten_under_its_number_is_deleted_and_added() -> None:
    other = "未来产业先导区由各设区市推荐，省里组织遴选。"
    changes = diff(statute(PURPOSE, RATE, CLOSE), statute(PURPOSE, other, CLOSE))
    assert {(op, old or new) for op, old, new in summary(changes)} == {
        ("added", "第二条"),
        ("deleted", "第二条"),
    }


def test_white_space_is_no_change() -> None:
    spaced = statute(PURPOSE, RATE.replace("，单户", "，　单户"))
    assert summary(diff(statute(PURPOSE, RATE), spaced)) == []


def test_notices_with_sections() -> None:
    old = from_lines(
        "关于某项工作的通知\n一、申报条件\n企业成立满两年。\n二、申报时间\n截至5月31日。\n三、联系方式\n见附件。"
    )
    new = from_lines(
        "关于某项工作的通知\n一、申报条件\n企业成立满三年。\n二、支持标准\n每家十万元。\n三、联系方式\n见附件。"
    )
    ops = {op for op, _, _ in summary(diff(old.clauses, new.clauses))}
    assert "changed" in ops and ops <= {"changed", "added", "deleted"}


def test_the_pieces_give_both_texts_back() -> None:
    old, new = (
        "由地方工商行政管理部门责令改正，处十万元罚款。",
        "由负责商标执法的部门责令限期改正，可以处五万元以下罚款。",
    )
    pieces = inline(old, new)
    assert "".join(piece.text for piece in pieces if piece.op != "insert") == old
    assert "".join(piece.text for piece in pieces if piece.op != "delete") == new


@pytest.mark.parametrize(("old", "new"), [("", "新"), ("旧", ""), ("", ""), ("同", "同")])
def test_the_ends_of_the_scale(old: str, new: str) -> None:
    pieces = inline(old, new)
    assert "".join(piece.text for piece in pieces if piece.op != "insert") == old
    assert "".join(piece.text for piece in pieces if piece.op != "delete") == new


def test_the_label_is_not_part_of_the_body() -> None:
    (article,) = [clause for clause in statute(SCOPE) if clause.label == "第一条"]
    assert body(article) == SCOPE


def test_nothing_against_something() -> None:
    clauses = statute(PURPOSE, RATE)
    units = [clause for clause in clauses if clause.parent_id is None]
    assert [change.op for change in diff((), clauses)] == ["added"] * len(units)
    assert [change.op for change in diff(clauses, ())] == ["deleted"] * len(units)
    assert diff((), ()) == []


def test_the_trademark_law_of_2019_and_of_2026() -> None:
    if not LAWS.is_dir():
        pytest.skip("shared/data is not here")
    old = parse_file(LAWS / "trademark-law.md").clauses
    new = parse_file(LAWS / "trademark-law_effective_2027-01-01.md").clauses
    changes = diff(old, new)
    found = set(summary(changes))
    for was, now in (("第二十一条", "第十二条"), ("第三十九条", "第四十三条"), ("第七十二条", "第八十六条")):
        assert ("moved", was, now) in found
    for was, now in (("第一条", "第一条"), ("第五十七条", "第七十二条"), ("第七条", "第九条")):
        assert ("changed", was, now) in found
    assert ("added", None, "第四十七条") in found
    told = counts(changes)
    assert told["same"] + told["changed"] + told["moved"] + told["deleted"] == len(
        [clause for clause in old if clause.parent_id is None]
    )
    assert told["same"] + told["changed"] + told["moved"] + told["added"] == len(
        [clause for clause in new if clause.parent_id is None]
    )
