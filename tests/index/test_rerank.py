"""The second stage by itself: who gains by it, who keeps a place, and that scores stay scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from index.rerank import CANDIDATES, fit, fits_of
from index.rerank import reranked as by_fits
from index.token_vectors import Tokens, quantised


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
    assert fit(query, [tokens(X), tokens(Z, Y)]) == pytest.approx(1.0, abs=0.02)
    assert fit(query, [tokens(X, Z)]) == pytest.approx(0.5, abs=0.02)
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
