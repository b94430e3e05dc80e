"""The probability of a hit: signs of its own, on one scale for every query."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from index.calibration import Known, Signs, probability
from index.library import Library
from index.tokens import tokens

DAY = date(2026, 11, 22)
USUAL = Signs(near=0.6, dense=0.85, known=0.6, above=0.1)


@pytest.mark.parametrize("sign", ["near", "dense", "known", "above"])
def test_more_of_a_sign_is_more_probable(sign: str) -> None:
    more = replace(USUAL, **{sign: getattr(USUAL, sign) + 0.05})
    assert 0 < probability(USUAL) < probability(more) < 1


def _known(query: str, rows: list[str]) -> Known:
    return Known(query, lambda token: sum(token in tokens(row) for row in rows), len(rows))


def test_words_that_the_library_does_not_know_do_not_count() -> None:
    known = _known("算力券量子", ["算力券按合同金额核定", "稳岗返还", "贷款贴息"])
    assert known.share("算力券按合同金额核定") == pytest.approx(1.0)
    assert known.share("贷款贴息") == 0.0
    assert _known("量子", ["稳岗返还"]).share("量子") == 0.0


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    rows = ["企业申报", "企业贴息", "企业补助", "企业算力"]
    known = _known("企业算力", rows)
    assert known.share("算力") > known.share("企业")


@pytest.mark.slow
def test_the_second_stage_alone_gives_a_probability(library: Library, source: Path) -> None:
    list(library.ingest([source]))
    answered = library.search("租用算力能给多少补贴", as_of=DAY, rerank=True)
    foreign = library.search("明天南京的天气怎么样", as_of=DAY, rerank=True)
    assert answered[0].probability is not None and foreign[0].probability is not None
    assert answered[0].probability > max(item.probability or 0.0 for item in foreign)
    assert library.search("租用算力能给多少补贴", as_of=DAY)[0].probability is None
