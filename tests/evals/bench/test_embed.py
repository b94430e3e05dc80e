"""The embedding benchmark: engines agree, ratios are to the baseline, quality is counted by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import InputError
from evals.bench.beir import Judgement, Passage, Query, RetrievalSet
from evals.bench.embed import BASELINE, embed_samples, engines_here, flat, quality, sample_passages

pytestmark = pytest.mark.slow

SMALL = RetrievalSet(
    (
        Passage("p1", "中小企业促进法", "机关、事业单位和大型企业应当及时支付中小企业款项。"),
        Passage("p2", "", "水果店今日供应苹果、香蕉和葡萄。"),
        Passage("p3", "商标法", "注册商标的有效期为十年，自核准注册之日起计算。"),
    ),
    (Query("q1", "大企业拖欠货款怎么办"), Query("q2", "注册商标有效期是几年"), Query("q3", "商标")),
    (Judgement("q1", "p1", 1), Judgement("q2", "p3", 1), Judgement("q3", "p2", 1)),
)


def test_every_engine_is_held_against_the_baseline(zhixun_home: Path) -> None:
    figures = embed_samples(passages=6, rounds=2)
    assert figures["passages"] == 6 and list(figures["engines"])[:2] == [BASELINE, "onnx fp32"]
    baseline = figures["engines"][BASELINE]
    assert baseline["ratio"] == baseline["cpu_ratio"] == 1
    for engine in figures["engines"].values():
        assert engine["cosine_worst"] > 0.999 and engine["passages_per_s"] > 0 < engine["query_ms_p50"]
    assert flat(figures)["onnx fp32: cosine_worst"] == figures["engines"]["onnx fp32"]["cosine_worst"]


def test_what_is_found_is_counted_for_each_engine_and_across_them(zhixun_home: Path) -> None:
    found = quality(SMALL, engines_here())
    assert "onnx fp32" in found["hybrid"] and BASELINE not in found["dense"]
    for figures in (*found["dense"].values(), *found["hybrid"].values()):
        assert figures["hit@1"] == pytest.approx(2 / 3, abs=1e-4)  # q3 asks for the fruit shop in vain
    assert len(found["dense"]) == len(found["hybrid"]) ** 2


def test_more_passages_than_there_are_is_said() -> None:
    with pytest.raises(InputError):
        embed_samples(passages=len(sample_passages()) + 1, rounds=1)
