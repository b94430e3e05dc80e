"""What a question asks for, and whether a span states it: kinds of figures, denials, schemes by name."""

from __future__ import annotations

from datetime import date

import pytest

from agent.lexis import Terms
from agent.relevance import missing
from agent.scoring import names
from agent.spans import states
from agent.state import Span, Understanding
from agent.steps.guard import guard
from agent.steps.understand import _attributes
from agent.wants import asked_count, asks_which_text, wants
from corpus.model import Validity, Visibility
from index.types import Evidence


def span(text: str) -> Span:
    evidence = Evidence(
        "a:1",
        "a",
        "一、（一）",
        (),
        text,
        None,
        "示例通知",
        None,
        None,
        Validity.IN_FORCE,
        Visibility.PUBLIC,
        0.9,
    )
    return Span(evidence, "a:1", "一、（一）", text, None)


def plan(question: str) -> Understanding:
    return Understanding(
        question=question,
        intent="fact",
        as_of=date(2026, 11, 22),
        as_of_stated=False,
        lang="zh",
        terms=Terms({}),
        query=question,
        wants=wants(question),
        attributes=_attributes(question),
    )


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("零碳工厂轮到我们大概哪年前", {"year"}),
        ("我们还得等几年？", {"duration", "year"}),
        ("申报截止日期是哪天", {"date"}),
        ("大标题用几号字", set()),
        ("还没到截止时间，想撤回来改一改行不行？", set()),
        ("申报几号截止", {"date"}),
    ],
)
def test_kinds_of_figures_asked_for(question: str, kinds: set[str]) -> None:
    assert wants(question) == kinds


@pytest.mark.parametrize(
    ("kind", "text", "stated"),
    [
        ("year", "第二阶段到2030年，扩展到钢铁行业。", True),
        ("date", "第二阶段到2030年，扩展到钢铁行业。", False),
        ("percent", "取消“贷款利率不高于LPR加50个基点”的要求。", True),
        ("percent", "取消贷款期限的要求。", False),
    ],
)
def test_what_states_a_figure(kind: str, text: str, stated: bool) -> None:
    assert states(span(text), frozenset({kind})) is stated


def test_a_denial_answers_and_a_bare_mention_does_not() -> None:
    asked = plan("评上普通的小巨人，财政直接奖多少？奖励金额是多少")
    assert missing([span("普通小巨人的认定本身不附带财政奖励。")], asked) is None
    assert missing([span("小巨人由财政部门给予奖励。")], asked) is not None


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("写材料时能不能合在一起报", False),
        ("申报要交什么材料", True),
        ("网站的日志至少留多久", False),
        ("申报网站是什么", True),
        ("过了截止时间还能补吗", False),
        ("申报什么时候截止", True),
    ],
)
def test_attributes_that_are_asked_for(question: str, asked: bool) -> None:
    assert bool(_attributes(question)) is asked


@pytest.mark.parametrize(
    ("question", "gap"),
    [
        ("苏科贷一户最高能贷多少？", "苏科贷"),
        ("一家企业最高能贷多少？", None),
        ("信贷资金有什么要求", None),
        ("投贷联动怎么做", None),
        ("买设备贷的款能贴息吗", None),
        ("算力券怎么领", None),
    ],
)
def test_a_scheme_that_the_evidence_does_not_name(question: str, gap: str | None) -> None:
    found = missing([span("单个企业每年贴息不超过1000万元；算力券由市里发放。")], plan(question))
    assert (found.what if found else None) == gap


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("四大监测是哪四个", 4),
        ("一张网有哪3个场景", 3),
        ("挑了哪两个市先行先试", 2),
        ("1650里头那16个集群都叫什么？", 16),
        ("10+X未来产业里的10个是哪些？", 10),
        ("把31个未来产业领域一个不落列出来", 31),
        ("3个月内是什么标准", None),
        ("两个文件有什么不同", None),
        ("有哪些场景", None),
        ("哪一个更好", None),
    ],
)
def test_how_many_are_asked_to_be_named(question: str, count: int | None) -> None:
    assert asked_count(question) == count


@pytest.mark.parametrize(
    ("text", "count", "named"),
    [
        ("建立“甲甲”场景、“乙乙”和“丙丙”。", 3, True),
        ("建设“专精特新培育”“数字服务”“合规服务”三个特色场景。", 3, True),
        ("在南京、苏州率先试点。", 2, True),
        ("“八个一”具体是哪八项，公开来源没有写明。", 8, True),
        ("优先发展10个产业：甲甲、乙乙、丙丙、丁丁、细胞和基因、己己、庚庚、辛辛、壬壬、癸癸。", 10, True),
        ("16个集群的正式名单没有完整公布，不作列举。", 16, True),
        ("二、产业基础。企业约1700家。", 2, False),
        ("四个方面分别对应四大专项监测机制。", 4, False),
    ],
)
def test_a_clause_that_names_as_many(text: str, count: int, named: bool) -> None:
    assert names(span(text), count) is named


@pytest.mark.parametrize(
    ("question", "halts"), [("明年的贴息会涨到多少？", True), ("明年的申报什么时候开始", False)]
)
def test_the_future_is_not_foretold(question: str, halts: bool) -> None:
    assert ("halt" in guard({"question": question})) is halts


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("今年做小巨人复核，看新办法还是老办法？", True),
        ("推荐时间还照工信部节〔2024〕13号走吗", True),
        ("这批按哪个标准评", True),
        ("新办法里营收要求多少", False),
        ("还用交纸质材料吗", False),
    ],
)
def test_which_of_two_texts_is_asked(question: str, asked: bool) -> None:
    assert asks_which_text(question) is asked
