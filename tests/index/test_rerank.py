"""The second stage by itself: who gains by it, who keeps a place, and that scores stay scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest

from index.rerank import CANDIDATES, LOOK, STRETCHES, Fit, fit, fits_of, judged
from index.rerank import reranked as by_fits
from index.token_vectors import Tokens, quantised, similarities


def tokens(*vectors: tuple[float, float, float]) -> Tokens:
    places = np.array([[at, at + 1] for at in range(len(vectors))], np.int32).reshape(-1, 2)
    return Tokens(quantised(np.array(vectors, np.float32).reshape(-1, 3)), places)


def reranked(
    fused: Mapping[str, float], query: Tokens, rows: Mapping[str, Sequence[Tokens]]
) -> dict[str, float]:
    return by_fits(fused, fits_of(list(fused)[:CANDIDATES], query, rows))


X, Y, Z = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)


def test_fit_is_the_mean_of_the_best_likes_over_all_rows() -> None:
    query = tokens(X, Y)
    both, one = fit(query, [tokens(X), tokens(Z, Y)]), fit(query, [tokens(X, Z)])
    assert both is not None and both.whole == pytest.approx(1.0, abs=0.02)
    assert one is not None and one.whole == pytest.approx(0.5, abs=0.02)
    assert fit(query, []) is None and fit(tokens(), [tokens(X)]) is None


def test_the_better_fit_comes_first_though_the_first_stage_had_it_behind() -> None:
    found = reranked({"a": 0.9, "b": 0.5}, tokens(X, Y), {"a": [tokens(Z)], "b": [tokens(X, Y)]})
    assert list(found) == ["b", "a"] and all(0 <= score <= 1 for score in found.values())


def test_where_all_fit_alike_the_first_stage_decides() -> None:
    rows = {name: [tokens(X)] for name in "abc"}
    fused = {"a": 0.9, "b": 0.5, "c": 0.1}
    assert reranked(fused, tokens(X), rows) == pytest.approx(fused)


def test_a_unit_without_tokens_is_neither_first_nor_last_for_it() -> None:
    rows = {"a": [tokens(X)], "c": [tokens(Z)]}
    assert list(reranked({"a": 0.5, "b": 0.5, "c": 0.5}, tokens(X), rows)) == ["a", "b", "c"]
    assert reranked({"a": 0.5, "b": 0.4}, tokens(X), {}) == {"a": 0.5, "b": 0.4}


def test_what_was_not_looked_at_again_follows_in_its_order() -> None:
    fused = {f"u{n}": 1 - n / 100 for n in range(CANDIDATES + 5)}
    rows = {f"u{n}": [tokens(X if n % 2 else Z)] for n in range(CANDIDATES)}
    found = reranked(fused, tokens(X), rows)
    assert list(found)[CANDIDATES:] == [f"u{n}" for n in range(CANDIDATES, CANDIDATES + 5)]
    scores = list(found.values())
    assert scores == sorted(scores, reverse=True) and found.keys() == fused.keys()


def test_words_near_each_other_fit_better_than_words_here_and_there() -> None:
    query = tokens(X, Y)
    together = fit(query, [tokens(*[Z] * 50, X, Y, *[Z] * 50)])
    apart = fit(query, [tokens(X, *[Z] * 100, Y)])
    assert together is not None and apart is not None
    assert together.whole == pytest.approx(apart.whole)
    assert together.near == pytest.approx(1.0, abs=0.02) and apart.near == pytest.approx(0.5, abs=0.02)
    rows = {"apart": [tokens(X, *[Z] * 100, Y)], "together": [tokens(*[Z] * 50, X, Y, *[Z] * 50)]}
    assert list(reranked({"apart": 0.6, "together": 0.5}, query, rows)) == ["together", "apart"]


@pytest.mark.parametrize("length", [1, 15, 16, 17, 31, 32, 33, 64, 200])
def test_the_best_stretch_is_the_best_of_all_stretches(length: int) -> None:
    values = np.random.default_rng(length).normal(size=(length, 3))
    text = tokens(*(tuple(row) for row in values))
    query = tokens(X, Y, Z)
    cosines = similarities(query, text)
    slow = [
        max(cosines[:, at : at + width].max(axis=1).mean() for at in range(max(1, length - width + 1)))
        for width in STRETCHES
    ]
    found = fit(query, [text])
    assert found is not None and found.near == pytest.approx(sum(slow) / len(slow), abs=1e-6)


def _asking(fits: Mapping[str, float]) -> tuple[list[str], Callable[[Sequence[str]], Mapping[str, Fit]]]:
    asked: list[str] = []

    def fits_for(units: Sequence[str]) -> Mapping[str, Fit]:
        asked.extend(units)
        return {unit: Fit(fits[unit], fits[unit]) for unit in units if unit in fits}

    return asked, fits_for


MANY = {"u0": 0.95, **{f"u{n}": 0.5 - n / 1000 for n in range(1, CANDIDATES)}}


def test_where_the_first_stage_is_sure_few_units_are_looked_at() -> None:
    asked, fits_for = _asking(dict.fromkeys(MANY, 0.7) | {"u0": 0.85, "u99": 0.99})
    found = judged(MANY, fits_for)
    assert len(asked) == len(set(asked)) < CANDIDATES / 2
    assert next(iter(found.scores)) == "u0" and found.fits.keys() == set(list(MANY)[:LOOK])
    assert found.usual == 0.7
    assert next(iter(judged(MANY, fits_for, early=False).scores)) == "u99"


@pytest.mark.parametrize(
    ("fused", "fits"),
    [
        ({"u1": 0.93}, {"u0": 0.9}),  # no lead in the first stage
        ({}, {"u0": 0.7, "u5": 0.9}),  # another fits better
        ({}, {"u0": 0.71, "u1": 0.785}),  # the lead nearly goes with the look
    ],
)
def test_where_it_is_not_all_candidates_are(fused: Mapping[str, float], fits: Mapping[str, float]) -> None:
    asked, fits_for = _asking(dict.fromkeys(MANY, 0.7) | dict(fits))
    found = judged({**MANY, **fused}, fits_for)
    assert sorted(asked) == sorted(MANY) and found.fits.keys() == MANY.keys()
