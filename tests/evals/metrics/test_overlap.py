"""ROUGE-L and token overlap by hand."""

from __future__ import annotations

import pytest

from evals.metrics.overlap import bag_f1, characters, rouge_l


def test_tokens_are_characters_words_and_figures() -> None:
    assert characters("贴息１.5%，见GDP 2[1]。") == ["贴", "息", "1.5%", "见", "gdp", "2"]


@pytest.mark.parametrize(
    ("answer", "reference", "precision", "recall"),
    [
        ("甲乙丙丁", "甲乙丙丁", 1, 1),
        ("甲乙丙丁", "甲丙", 2 / 4, 1),  # 甲..丙 in order
        ("丙甲", "甲丙", 1 / 2, 1 / 2),  # order counts
        ("甲 600万元[1]。", "六百", 0, 0),
        ("上限600万", "600万元", 2 / 4, 2 / 3),  # 600 万 of 上 限 600 万 / 600 万 元
        ("", "甲", 0, 0),
        ("甲", "", 0, 0),
    ],
)
def test_rouge_l(answer: str, reference: str, precision: float, recall: float) -> None:
    found = rouge_l(answer, reference)
    assert (found.precision, found.recall) == pytest.approx((precision, recall))
    both = precision + recall
    assert found.f1 == pytest.approx(2 * precision * recall / both if both else 0)


def test_bag_counts_repeats_once_each() -> None:
    found = bag_f1("丙甲甲", "甲丙丁")
    assert (found.precision, found.recall) == pytest.approx((2 / 3, 2 / 3))
