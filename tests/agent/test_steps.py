"""Steps and rules by themselves: topology, as-of days, follow-ups, number check."""

from __future__ import annotations

from datetime import date

import pytest

from agent.asof import stated_day
from agent.assistant import Assistant
from agent.followup import make_whole
from agent.graph import build
from agent.grounding.numbers import unsupported
from agent.state import Draft, Span, Statement
from agent.steps.verify import verify
from corpus.model import Role, Validity, Visibility
from index.types import Evidence

TODAY = date(2026, 11, 22)


def test_respond_is_reached_from_verify_alone(assistant: Assistant) -> None:
    edges = build(assistant.library, lambda: TODAY).get_graph().edges
    assert {edge.source for edge in edges if edge.target == "respond"} == {"verify"}
    assert {edge.source for edge in edges if edge.target == "__end__"} == {"respond"}


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("2023年的时候小巨人主营占比要多少", date(2023, 12, 31)),
        ("截至2025年3月的规定是什么", date(2025, 3, 31)),
        ("在2024年1月15日有效的版本里上限是多少", date(2024, 1, 15)),
        ("去年的政策里贴息多少", date(2025, 12, 31)),
        ("2025年年初的标准是多少", date(2025, 1, 1)),
        ("2025年全年增速是多少", None),
        ("2026年省重大项目有多少个", None),
        ("2027年基础级覆盖率目标是多少", None),
        ("成立时间不到3年能报吗", None),
    ],
)
def test_day_that_a_question_states(question: str, day: date | None) -> None:
    found = stated_day(question, TODAY)
    assert (found.day if found else None) == day


@pytest.mark.parametrize(
    ("question", "history", "whole"),
    [
        ("那小型企业呢？", [("user", "中型企业的划型标准是什么？")], "小型企业的划型标准是什么？"),
        ("那单个企业呢？", [("user", "单个项目最多多少钱？")], "单个企业最多多少钱？"),
        ("什么时候截止？", [("user", "2026年小巨人申报")], "2026年小巨人申报，什么时候截止？"),
        ("首台套认定有效期几年？", [("user", "绿色工厂怎么申报？")], "首台套认定有效期几年？"),
    ],
)
def test_follow_ups(question: str, history: list[tuple[str, str]], whole: str) -> None:
    assert make_whole(question, history).question == whole  # type: ignore[arg-type]


def span(text: str, doc_id: str = "d", title: str = "某办法") -> Span:
    evidence = Evidence(
        clause_id=f"{doc_id}:0",
        doc_id=doc_id,
        label="第一条",
        heading_path=(),
        text=text,
        page=None,
        title=title,
        doc_number=None,
        issuer=None,
        validity=Validity.IN_FORCE,
        visibility=Visibility.PUBLIC,
        score=1.0,
    )
    return Span(evidence, evidence.clause_id, "第一条", text, None)


@pytest.mark.parametrize(
    ("statement", "evidence", "wrong"),
    [
        ("单个项目不超过600万元", "单个项目贴息不超过600万元", []),
        ("单个项目不超过600万元", "单个项目贴息不超过6,000,000元", []),
        ("单个项目不超过1000万元", "单个项目贴息不超过600万元", ["1000万元"]),
        ("自2026年4月1日起施行", "本办法自二〇二六年四月一日起施行", []),
        ("《某办法》第二十条规定：三年", "有效期三年", []),
        ("比例为90%", "占比百分之九十以上", []),
    ],
)
def test_numbers_must_stand_in_the_evidence(statement: str, evidence: str, wrong: list[str]) -> None:
    assert [number.text for number in unsupported(statement, [span(evidence)])] == wrong


def test_verify_drops_what_the_evidence_does_not_bear_out(assistant: Assistant) -> None:
    record = next(iter(assistant.library.catalog.snapshot().records))
    text = assistant.library.catalog.text(record)
    true = span(text[:20], record)
    draft = Draft(
        "answered",
        [
            Statement(text[:20], (true,)),
            Statement("奖励9999万元", (true,)),
            Statement("文中没有的话", (span("文中没有的话", record),)),
            Statement("没有出处的话"),
            Statement("说明：共3条。", note=True),
        ],
    )
    result = verify({"draft": draft}, assistant.library.catalog)
    assert [statement.text for statement in result["draft"].statements] == [text[:20]]
    assert len(result["problems"]) == 4


def test_roles() -> None:
    assert Role.VISITOR.visibilities == {Visibility.PUBLIC}
    assert Role.OFFICIAL.visibilities == Role.STAFF.visibilities == {Visibility.PUBLIC, Visibility.INTERNAL}
