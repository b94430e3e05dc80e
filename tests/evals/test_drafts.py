"""Questions by rule from the wording of clauses."""

from __future__ import annotations

from datetime import date

import pytest

from corpus.catalog import Catalog
from corpus.errors import InputError
from corpus.model import Clause
from evals.candidates import Candidates
from evals.drafts import drafts, propose, short_title
from evals.facts import LibraryFacts
from evals.suite import Case


def clause(text: str, label: str = "第一条") -> Clause:
    return Clause("d:1", "d", 1, "article", label, (), text, 0, len(text))


def asked(text: str) -> list[tuple[str, str | None]]:
    return [
        (draft.case["question"], draft.case["key"][0][0] if "key" in draft.case else None)
        for draft in drafts("a.md", "关于印发《灯塔企业办法》的通知", [clause(text)])
    ]


@pytest.mark.parametrize(
    ("text", "question", "key"),
    [
        ("第一条 单个项目补助不超过300万元。", "按《灯塔企业办法》，单个项目补助最多多少钱？", "300万元"),
        ("（二）资产负债率应当不高于75%；", "按《灯塔企业办法》，资产负债率最多百分之几？", "75%"),
        ("研发人员占比不得低于百分之十。", "按《灯塔企业办法》，研发人员占比至少要百分之几？", "百分之十"),
        ("称号有效期3年。", "按《灯塔企业办法》，称号有效期多长？", "3年"),
        ("本办法自2026年4月1日起施行。", "《灯塔企业办法》从哪天开始施行？", "2026年4月1日"),
        ("申报灯塔企业应当符合下列条件：", "按《灯塔企业办法》，申报灯塔企业要满足哪些条件？", None),
        ("申报单位应当提交以下材料：", "按《灯塔企业办法》，申报单位要交哪些材料？", None),
        ("本办法所称灯塔企业，是指带动一条产业链的制造业企业。", "《灯塔企业办法》里说的灯塔企业是指什么？",
         "带动一条产业链的制造业企业"),
        ("市工信局负责灯塔企业的初审。", "按《灯塔企业办法》，灯塔企业的初审由谁负责？", "市工信局"),
    ],
)  # fmt: skip
def test_a_rule_asks_what_the_wording_states(text: str, question: str, key: str | None) -> None:
    assert asked(text) == [(question, key)]


@pytest.mark.parametrize(
    "text",
    [
        "企业营业收入未达到2000万元的，不予推荐。",
        "《另一办法》自2020年1月1日起施行后，按其执行。",
        "各市应当加强宣传。",
        "文号：苏工信〔2026〕1号\n发文机关：省工信厅",
    ],
)
def test_no_question_where_the_wording_is_not_plain(text: str) -> None:
    assert asked(text) == []


def test_drafts_are_spread_over_the_clauses() -> None:
    many = "。".join(f"第{n}类补助不超过{n}万元" for n in range(1, 9))
    found = drafts("a.md", "办法", [clause(many), clause("称号有效期3年。", "第二条")], limit=2)
    assert [draft.case["gold"][0]["clause"] for draft in found] == ["第一条", "第二条"]


def test_short_titles() -> None:
    assert short_title("关于印发《甲办法》的通知") == "甲办法"
    assert short_title("甲细则（试行）") == "甲细则"
    assert short_title("贴息要点（2026年1月版）") == "贴息要点"


def test_only_documents_in_force_that_nobody_asks_about(catalog: Catalog, facts: LibraryFacts) -> None:
    kept, day = Candidates(catalog.engine), date(2026, 11, 1)
    made = [kept.get(number) for number in propose(facts, kept, [], day)]
    files = {one.case["gold"][0]["doc"] for one in made}
    assert files == {"new.md"}  # old.md is over, secret.md states nothing that a rule reads
    assert {one.origin for one in made} == {"draft"} and {one.state for one in made} == {"open"}
    assert ["600万元"] in [one.case["key"][0] for one in made]
    assert propose(facts, kept, [], day) == []  # nothing twice
    touched = Case.model_validate(
        {"id": "a", "question": "?", "expected_status": "answered", "gold": [{"doc": "new.md"}]}
    )
    assert propose(facts, Candidates(catalog.engine), [touched], day) == []
    assert propose(facts, kept, [touched], day, ["old.md"])
    with pytest.raises(InputError, match="gone"):
        propose(facts, kept, [], day, ["gone.md"])
