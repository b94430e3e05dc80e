"""Key precision, quoted spans, refusal precision, Chinese numerals: values by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from evals.facts import LibraryFacts
from evals.metrics import METRICS, Part
from evals.metrics.aggregate import difference, ratio
from evals.metrics.key_facts import ALLOWANCE, key_precision, key_recall
from evals.metrics.number_fidelity import number_fidelity
from evals.metrics.quoted_spans import quoted_spans, wrong_spans
from evals.metrics.status import refusal_precision, refusal_recall
from evals.report import metric_name
from tests.evals.conftest import cite
from tests.evals.metrics.observing import observe

CAP = "单个项目每年不超过600万元"
KEY: dict[str, Any] = {"key": [["600万元"], ["一个百分点"]]}


def test_key_precision_allows_each_stated_fact_its_length(facts: LibraryFacts) -> None:
    assert key_precision(observe(facts, "贴息一个百分点，上限600万元。[1]", **KEY)) == Part(1.0, 1)
    long = "上限600万元。" + "甲" * (2 * ALLOWANCE - 8)  # 8 characters and the rest: twice the allowance
    assert key_precision(observe(facts, long, **KEY)) == Part(0.5, 1)
    assert key_recall(observe(facts, long, **KEY)) == Part(1, 2)
    assert key_precision(observe(facts, long + " \n [1] **", **KEY)) == Part(0.5, 1)
    assert key_precision(observe(facts, "没有说到点子上。", **KEY)) == Part(0.0, 1)
    assert key_precision(observe(facts, "文库没有。", status="refused", **KEY)) == Part(0, 0)
    assert key_precision(observe(facts, "任何")) == Part(0, 0)


def test_quoted_spans_stand_in_the_evidence_of_their_sentence(facts: LibraryFacts) -> None:
    citations = [cite(1, "new", "第一条", CAP), cite(2, "old", "第一条", "不超过1000万元")]
    said = "《贴息办法new》规定“单个项目每年不超过６００万元”。[1]旧版为“不超过1000万元”。[2]"
    assert quoted_spans(observe(facts, said, citations)) == Part(3, 3)
    wrong = observe(facts, "规定“单个项目每年不超过1000万元”。[1]依据《促进办法》。[1]", citations)
    assert quoted_spans(wrong) == Part(0, 2)
    assert wrong_spans(wrong) == ["单个项目每年不超过1000万元", "促进办法"]
    assert quoted_spans(observe(facts, "“小巨人”可以。[1]", citations)) == Part(0, 0)
    asked = observe(facts, "您问的《促进办法》没有规定。[1]", citations, question="《促进办法》怎么说？")
    assert quoted_spans(asked) == Part(0, 0)
    assert quoted_spans(observe(facts, "没有《促进办法》。", status="refused")) == Part(0, 0)


def test_refusal_precision_and_recall_on_six_answers(facts: LibraryFacts) -> None:
    """Refused: 3, of which 2 rightly; to be refused: 3, of which 2 were: 2/3 and 2/3."""
    seen = [
        observe(facts, "", status="refused", expected_status="refused"),
        observe(facts, "", status="refused", expected_status=["refused", "clarify"]),
        observe(facts, "", status="refused"),
        observe(facts, "", status="answered", expected_status="refused"),
        observe(facts, "", status="answered"),
        observe(facts, "", status="clarify", expected_status="clarify"),
    ]
    assert ratio([refusal_precision(one) for one in seen]).value == pytest.approx(2 / 3)
    assert ratio([refusal_recall(one) for one in seen]).value == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("上限为六百万元。[1]", True),
        ("上限为６００万元。[1]", True),
        ("上限为6,000,000元。[1]", True),
        ("上限为六百五十万元。[1]", False),
        ("上限为6百万元。[1]", True),
        ("企业上限为一千万元。[1]", True),
    ],
)
def test_numbers_in_chinese_numerals_are_held_against_the_clause(
    facts: LibraryFacts, said: str, right: bool
) -> None:
    citations = [cite(1, "new", "第一条", CAP), cite(2, "new", "第一条第二款", "企业", at=1)]
    assert number_fidelity(observe(facts, said.replace("[1]", "[1][2]"), citations)) == Part(int(right), 1)


def test_numbers_inside_a_quotation_belong_to_its_mark(facts: LibraryFacts) -> None:
    """The first sentence inside the quotation has no [n] of its own: that behind the quotation counts."""
    citations = [cite(1, "new", "第一条", CAP), cite(2, "old", "第一条", "不超过1000万元")]
    crossed = "原文是“每年不超过1000万元。就是这样。”[1]"
    assert number_fidelity(observe(facts, crossed, citations)) == Part(0, 1)


def test_the_interval_is_seeded_and_resamples_questions() -> None:
    parts = [Part(0.5, 1), Part(1, 1), Part(0, 1), Part(0.25, 1)]
    value = ratio(parts, resamples=500, seed=7)
    assert value == ratio(parts, resamples=500, seed=7)
    assert value.value == pytest.approx(1.75 / 4) and value.hit == 1.75 and value.of == 4
    assert (value.low, value.high) == pytest.approx(_by_hand(parts, 500, 7))


def _by_hand(parts: Sequence[Part], resamples: int, seed: int) -> tuple[float, float]:
    """The percentile bootstrap written out as a loop over the same draws."""
    picks = np.random.default_rng(seed).integers(0, len(parts), (resamples, len(parts)))
    means = sorted(sum(parts[at].hit for at in row) / sum(parts[at].of for at in row) for row in picks)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def test_counts_stay_whole_and_a_difference_of_equals_is_nothing() -> None:
    assert isinstance(ratio([Part(1, 2), Part(2, 2)]).hit, int)
    gap = difference([Part(1, 1), Part(0, 1)] * 10, [Part(1, 1), Part(0, 1)] * 10)
    assert (gap.value, gap.low, gap.high) == (0, 0, 0)


def test_every_metric_has_a_name_for_people_and_a_definition() -> None:
    for metric in METRICS:
        assert metric_name(metric.name) != metric.name
        assert metric.name.startswith("retrieval_") or (metric.score.__doc__ or "").strip()
