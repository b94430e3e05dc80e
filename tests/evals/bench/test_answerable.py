"""Telling what can be answered from what cannot: each query asked with and without its documents."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evals.bench.answerable import Asked, ask_twice, calibration_error, figures, fitted
from evals.bench.beir import Judgement, Passage, Query, RetrievalSet
from evals.bench.retrieval import indexed
from index.bench import Likely
from index.calibration import WEIGHTS, Signs
from index.embedder import open_embedder


def _hit(name: str, probability: float) -> Likely:
    signs = Signs(*[probability] * 4)
    return Likely(name, signs, probability)


def _asked(probability: float, answerable: bool) -> Asked:
    return Asked((_hit("a", probability),), (answerable,), answerable)


def test_the_area_under_the_curve_is_the_share_of_pairs_in_order() -> None:
    asked = [_asked(0.9, True), _asked(0.4, True), _asked(0.6, False), _asked(0.12, False)]
    found = figures(asked)
    assert found["auc"] == pytest.approx(3 / 4)
    assert found["queries"] == 2
    assert (found["refused_unanswerable_0.15"], found["refused_answerable_0.15"]) == (0.5, 0.0)


def test_calibration_is_judged_bin_by_bin() -> None:
    said = np.array([0.95, 0.95, 0.05, 0.05])
    assert calibration_error(said, np.array([True, True, False, False])) == pytest.approx(0.05)
    assert calibration_error(said, np.array([False, False, True, True])) == pytest.approx(0.95)


def test_a_fit_gives_every_weight_and_tells_the_kinds_apart() -> None:
    rng = np.random.default_rng(5)
    asked = [_asked(float(rng.uniform(0.5, 0.9)), True) for _ in range(40)]
    asked += [_asked(float(rng.uniform(0.1, 0.4)), False) for _ in range(40)]
    weights = fitted(asked)
    assert weights.keys() == WEIGHTS.keys() | {"intercept"}
    assert sum(weights[name] for name in WEIGHTS) > 0 > weights["intercept"]


@pytest.mark.slow
def test_the_second_time_the_documents_with_the_answer_are_gone(models_dir: Path) -> None:
    texts = {
        "a:0": "企业租用算力，按合同金额的百分之三十给予算力券。",
        "a:1": "算力券每家企业每年不超过五十万元。",
        "b:0": "稳岗返还按上年度实际缴纳失业保险费的百分之六十执行。",
        "c:0": "设备更新贷款按年利率给予贴息。",
    }
    passages = tuple(Passage(name, "", text, doc=name[0]) for name, text in texts.items())
    queries = (Query("q", "租用算力能补多少"), Query("unjudged", "稳岗返还多少"))
    found = RetrievalSet(passages, queries, (Judgement("q", "a:0", 1),))
    with indexed(passages, open_embedder(models_dir)) as index:
        whole, left = ask_twice(found, index)
    assert whole.answerable and not left.answerable
    assert "a:0" in [hit.id for hit in whole.hits] and any(whole.relevant)
    assert {hit.id[0] for hit in left.hits} == {"b", "c"} and not any(left.relevant)
    assert whole.hits[0].probability > left.hits[0].probability
