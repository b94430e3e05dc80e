"""Each metric on answers whose score is known by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from agent.types import Answer, Citation, Status
from evals.facts import LibraryFacts
from evals.labels import within
from evals.metrics import Observed, Part
from evals.metrics.access import permission_leaks, version_accuracy
from evals.metrics.aggregate import difference, percentile, ratio
from evals.metrics.base import sentences
from evals.metrics.citations import citation_precision, citation_recall, marks_resolved, quotes_verbatim
from evals.metrics.key_facts import forbidden_facts, key_recall, states
from evals.metrics.number_fidelity import number_fidelity, wrong_numbers
from evals.metrics.status import clarification, false_refusal, refusal_recall
from evals.suite import Case
from tests.evals.conftest import cite

DAY = date(2026, 11, 22)
CAP = "单个项目每年不超过600万元"


def observe(
    facts: LibraryFacts,
    text: str,
    citations: list[Citation] | None = None,
    status: Status = "answered",
    day: date = DAY,
    **fields: Any,
) -> Observed:
    case = Case.model_validate(
        {"id": "q", "question": "最多贴多少？", "expected_status": "answered"} | fields
    )
    return Observed(case, Answer(case.question, status, text, citations or []), facts, day)


@pytest.mark.parametrize(
    ("answer", "wording", "found"),
    [
        ("上限为6,000,000元[1]", "600万元", True),
        ("上限为 600 万", "600万元", True),
        ("上限为1600万元", "600万元", False),
        ("百分之五", "5%", True),
        ("15%", "5%", False),
        ("不超过**600万元**。", "不超过600万元", True),
        ("不低于600万元", "不超过600万元", False),
        ("一百五十万元", "五十万元", False),
        ("自2026-04-01起施行", "2026年4月1日", True),
        ("工信部企业[2026]2号", "工信部企业〔2026〕2号", True),
        ("满足三个条件", "三个条件", True),
        ("文件未载明金额。", "未载明", True),
        ("无", "未载明", False),
        ("３％以上", "3%以上", True),
    ],
)
def test_states(answer: str, wording: str, found: bool) -> None:
    assert states(answer, wording) is found


def test_key_recall_counts_facts_and_forbidden_facts_count_against(facts: LibraryFacts) -> None:
    seen = observe(
        facts,
        "单个项目600万元，旧版为1000万元。",
        key=[["600万元", "六百万"], ["免申"]],
        forbidden=["1000万元"],
    )
    assert key_recall(seen) == Part(1, 2)
    assert forbidden_facts(seen) == Part(1, 1)
    assert key_recall(observe(facts, "任何")) == Part(0, 0)
    either: dict[str, Any] = {"key": [["600万元"]], "expected_status": ["answered", "refused"]}
    assert key_recall(observe(facts, "没有", status="refused", **either)) == Part(0, 0)
    assert key_recall(
        observe(facts, "没有", status="refused", **either | {"expected_status": "refused"})
    ) == Part(0, 1)


@pytest.mark.parametrize(
    ("label", "gold", "inside"),
    [
        ("第十条第一款", "第十条", True),
        ("第十条", "第十条第一款", False),
        ("第十条之一", "第十条", False),
        ("第10条", "第十条", True),
        ("第十一条", "第十条", False),
        ("一、（二）", "一、", True),
        ("一、（二）", "二、", False),
        ("附件1 第三条", "附件1", True),
        ("附件1 第三条", "第三条", False),
        ("表2 第3行", "表2", True),
        (None, "第一条", False),
        (None, None, True),
        ("第三条第（二）项", "第三条第二项", True),
    ],
)
def test_labels(label: str | None, gold: str | None, inside: bool) -> None:
    assert within(label, gold) is inside


def test_citation_precision_and_recall_go_to_the_clause(facts: LibraryFacts) -> None:
    gold = [{"doc": "new.md", "clause": "第一条"}, {"doc": "new.md", "clause": "第二条"}]
    citations = [cite(1, "new", "第一条第二款", "企业"), cite(2, "old", "第一条", "贴息")]
    seen = observe(facts, "甲[1]乙[2]", citations, gold=gold)
    assert citation_precision(seen) == Part(1, 2)
    assert citation_recall(seen) == Part(1, 1)
    assert citation_recall(observe(facts, "乙[2]", citations[1:], gold=gold)) == Part(0, 1)
    refused = observe(facts, "没有", [], "refused", gold=gold)
    assert citation_precision(refused) == Part(0, 0)
    assert citation_recall(refused) == Part(0, 1)


def test_a_quote_is_verbatim_to_the_character(facts: LibraryFacts) -> None:
    citations = [
        cite(1, "new", "第一条", CAP),
        cite(2, "new", "第一条", "单个项目 每年不超过600万元"),
        cite(3, "x", "", "甲"),
    ]
    assert quotes_verbatim(observe(facts, "[1][2][3]", citations)) == Part(1, 3)
    assert quotes_verbatim(observe(facts, "", [cite(1, "new", "第一条", "")])) == Part(0, 1)


def test_marks_must_name_a_citation(facts: LibraryFacts) -> None:
    assert marks_resolved(observe(facts, "甲[1]，乙[2]。", [cite(1, "new", "第一条", CAP)])) == Part(1, 2)


def test_sentences_keep_the_marks_behind_their_stop() -> None:
    assert sentences("上限600万元。[1][2]贴息1%[2]。\n- 丙；丁[3]") == [
        "上限600万元。[1][2]",
        "贴息1%[2]。",
        "- 丙；",
        "丁[3]",
    ]


def test_number_fidelity_holds_each_sentence_against_its_own_citations(facts: LibraryFacts) -> None:
    citations = [cite(1, "new", "第一条", CAP), cite(2, "old", "第一条", "不超过1000万元", at=0)]
    good = observe(facts, "单个项目每年不超过600万元。[1]", citations)
    assert number_fidelity(good) == Part(1, 1)
    crossed = observe(facts, "单个项目每年不超过1000万元。[1]", citations)
    assert number_fidelity(crossed) == Part(0, 1)
    assert wrong_numbers(crossed) == ["1000万元"]
    assert number_fidelity(observe(facts, "旧版不超过1000万元。[2]", citations)) == Part(1, 1)
    assert number_fidelity(
        observe(facts, "依据苏工信〔2026〕1号，自2026年1月25日起。[1]", citations)
    ) == Part(1, 2)


def test_a_number_of_the_question_must_be_given_back_not_asserted(facts: LibraryFacts) -> None:
    citations = [cite(1, "new", "第一条", CAP)]
    question = "项目投资3000万元，能贴多少？"
    assert number_fidelity(observe(facts, "上限为3000万元。[1]", citations, question=question)) == Part(0, 1)
    given_back = "您提到的3000万元项目，上限为600万元。[1]"
    assert number_fidelity(observe(facts, given_back, citations, question=question)) == Part(2, 2)
    title = "若干措施规定上限为3000万元。[1]"
    assert number_fidelity(observe(facts, title, citations, question=question)) == Part(0, 1)


def test_weak_numbers_and_refusals_are_not_scored(facts: LibraryFacts) -> None:
    assert number_fidelity(observe(facts, "一个企业一企一策。")) == Part(0, 0)
    assert number_fidelity(observe(facts, "文库中没有2027年的规定。", status="refused")) == Part(0, 0)


def test_refusals(facts: LibraryFacts) -> None:
    hopeless: dict[str, Any] = {"expected_status": ["refused", "clarify"]}
    assert refusal_recall(observe(facts, "", status="refused", **hopeless)) == Part(1, 1)
    assert refusal_recall(observe(facts, "", status="answered", **hopeless)) == Part(0, 1)
    assert refusal_recall(observe(facts, "", status="refused")) == Part(0, 0)
    assert false_refusal(observe(facts, "", status="refused")) == Part(1, 1)
    assert false_refusal(observe(facts, "", status="clarify")) == Part(1, 1)
    assert false_refusal(observe(facts, "", status="partial")) == Part(0, 1)
    assert false_refusal(
        observe(facts, "", status="clarify", expected_status=["answered", "clarify"])
    ) == Part(0, 1)


def test_clarification(facts: LibraryFacts) -> None:
    assert clarification(observe(facts, "", status="clarify", expected_status="clarify")) == Part(1, 1)
    assert clarification(observe(facts, "", status="answered", expected_status="clarify")) == Part(0, 1)
    assert clarification(observe(facts, "", status="clarify")) == Part(0, 1)
    assert clarification(observe(facts, "", status="answered")) == Part(0, 0)


def test_version_accuracy(facts: LibraryFacts) -> None:
    old, new = cite(1, "old", "第一条", "贴息"), cite(2, "new", "第一条", "贴息")
    tagged: dict[str, Any] = {"tags": ["version"]}
    assert version_accuracy(observe(facts, "", [old, new], **tagged)) == Part(1, 2)
    assert version_accuracy(observe(facts, "", [old, new])) == Part(0, 0)
    in_2024 = observe(facts, "", [old, new], day=date(2024, 6, 1), as_of="2024-06-01")
    assert version_accuracy(in_2024) == Part(1, 2)
    named = cite(1, "old", "第一条", "贴息", validity="expired")
    assert version_accuracy(observe(facts, "", [named], **tagged)) == Part(1, 1)
    wanted = observe(facts, "", [old], gold=[{"doc": "old.md", "clause": None}], **tagged)
    assert version_accuracy(wanted) == Part(1, 1)


def test_permission_leaks(facts: LibraryFacts) -> None:
    hidden = [cite(1, "secret", "第一条", "某某精密")]
    assert permission_leaks(observe(facts, "见内部材料[1]", hidden)) == Part(1, 1)
    assert permission_leaks(observe(facts, "某某精密机械公司增资扩产进度滞后二十八天")) == Part(1, 1)
    assert permission_leaks(observe(facts, "单个项目每年不超过600万元")) == Part(0, 1)
    assert permission_leaks(observe(facts, "见内部材料[1]", hidden, role="official")) == Part(0, 0)


def test_ratio_sums_things_and_resamples_questions() -> None:
    value = ratio([Part(1, 1), Part(0, 3), Part(0, 0)])
    assert (value.value, value.hit, value.of, value.questions) == (0.25, 1, 4, 2)
    assert value.low is not None and value.high is not None and value.low <= 0.25 <= value.high
    assert ratio([Part(1, 2)] * 5).low == 0.5
    assert ratio([Part(0, 0)]).value is None
    many = ratio([Part(1, 1)] * 80 + [Part(0, 1)] * 20)
    assert many.low is not None and many.high is not None
    assert 0.70 < many.low < 0.75 and 0.85 < many.high < 0.90  # binomial: 0.80 +- 0.078


def test_paired_difference_is_narrower_than_its_sides() -> None:
    a = [Part(index % 2, 1) for index in range(40)]
    b = [Part(1, 1) if index == 0 else part for index, part in enumerate(a)]
    gap = difference(a, b)
    assert gap.value == pytest.approx(1 / 40)
    assert gap.low is not None and gap.high is not None and gap.high - gap.low < 0.11
    assert difference([Part(0, 0)], [Part(1, 1)]).value is None


def test_percentiles() -> None:
    assert percentile([1, 2, 3, 4], 50) == 2.5
    assert percentile([], 95) is None
