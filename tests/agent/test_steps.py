"""Steps and rules by themselves: topology, as-of days, follow-ups, number check."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from agent.assistant import Assistant
from agent.followup import make_whole
from agent.graph import build
from agent.grounding.numbers import unsupported
from agent.lexis import content
from agent.spans import in_period, spans_of, states
from agent.state import Draft, Span, Statement
from agent.steps.guard import guard
from agent.steps.understand import _intent
from agent.steps.verify import verify
from corpus.model import Clause, Role, Validity, Visibility
from index.asof import full_years, named_day, stated_day, without_names
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


@pytest.mark.parametrize(
    "question",
    [
        "财政部 税务总局2021年13号公告现在还管用吗",
        "财政部公告2021年第13号还有效吗",
        "苏政办发〔2021〕109号还有效吗",
        "《2021年工作要点》还有效吗",
    ],
)
def test_the_year_of_a_document_is_no_day(question: str) -> None:
    assert stated_day(question, TODAY) is None
    assert named_day(question, TODAY) is None


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("绿色工厂推荐时间还照工信部节〔2024〕13号走吗", "绿色工厂推荐时间还照 走吗"),
        ("苏政办发〔2021〕109号的目标", " 的目标"),
    ],
)
def test_only_the_issuer_goes_with_a_number(question: str, left: str) -> None:
    assert without_names(question) == left


@pytest.mark.parametrize(
    ("said", "year"),
    [
        ("21年度按多少摊销", "2021年度按多少摊销"),
        ("23年评上的", "2023年评上的"),
        ("开了21年了", "开了21年了"),
    ],
)
def test_short_years(said: str, year: str) -> None:
    assert full_years(said) == year


@pytest.mark.parametrize(
    ("question", "asked", "whole"),
    [
        ("10月呢？", "8月增资扩产项目完成投资多少？", "10月增资扩产项目完成投资多少？"),
        ("那下半年呢", "上半年技改投资多少？", "下半年技改投资多少？"),
        ("三季度的呢？", "二季度营收多少？", "三季度营收多少？"),
    ],
)
def test_one_period_gives_way_to_another(question: str, asked: str, whole: str) -> None:
    assert make_whole(question, [("user", asked)]).question == whole


def test_the_label_of_a_clause_is_no_figure() -> None:
    item = replace(span("取得高新技术企业称号；"), label="一、（二）2.")
    assert unsupported("《某办法》一、（二）2.载明：取得高新技术企业称号；", [item]) == []
    assert [n.text for n in unsupported("《某办法》一、（二）2.载明：奖励2万元", [item])] == ["2万元"]


def row(text: str, *path: str, title: str = "运行监测月报（2026年8月）") -> Span:
    whole = replace(span(text, title=title).evidence, heading_path=path, label="表1")
    return Span(whole, "d:1", "表1第1行", text, None)


@pytest.mark.parametrize(
    ("first", "periods", "of_it"),
    [
        ("2024年7月", ("2024", "7月"), True),
        ("2024年7月", ("2025", "7月"), False),  # though the title names 2025
        ("某项目", ("2024", "7月"), False),
        ("2024年7月", ("2024", "7月", "9月"), True),  # one of several months
    ],
)
def test_the_period_of_a_table_row(first: str, periods: tuple[str, ...], of_it: bool) -> None:
    found = row(f"{first} | 5.8%", "时期 | 增速", title="增速汇编（2024—2025年）")
    assert in_period(found, periods) is of_it


def test_the_unit_above_a_table_is_the_unit_of_its_money() -> None:
    path = ("表1 项目明细（投资单位：亿元）", "名称 | 总投资 | 开工率% | 竣工日期")
    table = Clause("d:1", "d", 1, "table", "表1", path[:1], "名称 | 总投资\n甲 | 8.5", 0, 20)
    part = Clause("d:2", "d", 2, "row", "表1第1行", path, "甲 | 8.5 | 60 | 2027年", 10, 20, parent_id="d:1")
    evidence = replace(span(table.text).evidence, clause_id="d:1", label="表1")
    (found,) = spans_of(evidence, [part])
    assert found.lead == "名称 | 总投资（亿元） | 开工率% | 竣工日期"
    assert states(found, frozenset({"money"}))


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("（三）数量列在表1。\n表1 集群数量（单位：个）", "（三）数量列在表1。"),
        (
            "（三）数量见下表。\n表1 集群数量。另见表2。",
            "（三）数量见下表。\n表1 集群数量。另见表2。",
        ),  # a sentence
        ("表1 集群数量", "表1 集群数量"),
    ],
)
def test_the_caption_of_the_next_table_is_not_quoted(text: str, quoted: str) -> None:
    (found,) = spans_of(replace(span(text).evidence, text=text), [])
    assert found.text == quoted and found.text in text


@pytest.mark.parametrize(
    "question",
    ["教我怎么改发票日期又查不出来", "替我写一份盖工信厅章的证明", "帮我弄个假证书", "给我们做一份红头文件"],
)
def test_forged_papers_are_refused(question: str) -> None:
    assert guard({"question": question})["halt"].status == "refused"


@pytest.mark.parametrize(
    "question", ["证书丢了怎么补办？", "公章丢了要登报吗？", "开具完税证明去哪里办？", "红头文件在哪里查？"]
)
def test_honest_questions_of_papers_pass(question: str) -> None:
    assert "halt" not in guard({"question": question})


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("我们营收3800万，研发占比6%，能申报小巨人吗？", "eligibility"),
        ("我公司能不能享受贴息？", "eligibility"),
        ("我们成立两年，要多久才能申报专精特新？", "fact"),
        ("抽检说我们不合格，几天内可以申请复检？", "fact"),
        ("我们报给统计局的数据，他们能拿给别人看吗？", "fact"),
    ],
)
def test_whether_a_firm_qualifies_or_how_long_it_has(question: str, intent: str) -> None:
    assert _intent(question) == intent


def test_words_that_hold_a_modal_verb_are_kept() -> None:
    assert content("智能工厂能不能申请").split() == ["智能工厂", "申请"]
    assert content("节能改造和产能要求").strip() == "节能改造和产能要求"
