"""Joins the two rankings: a convex sum of scores, each scaled over its own best rows.

Measured against reciprocal rank fusion on CMRC 2018 (docs/benchmarks.md): the sum is better, as it
keeps how much better the first row is than the second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

DEPTH = 100  # rows of each ranking that set its scale
DENSE_WEIGHT = 0.5


def fuse(
    dense: Sequence[tuple[str, float]],
    lexical: Sequence[tuple[str, float]],
    dense_weight: float = DENSE_WEIGHT,
) -> dict[str, float]:
    """Fused scores in [0, 1] of all rows of both rankings, best first.

    Each ranking is (row id, score), best first. Its first `DEPTH` rows are scaled so that the best
    is 1 and the last 0; rows below, and rows that a ranking does not hold, count 0 on that side.

    >>> fuse([("a", 0.9), ("b", 0.8)], [("b", 12.0), ("c", 4.0)])
    {'a': 0.5, 'b': 0.5, 'c': 0.0}
    """
    left, right = _scaled(dense), _scaled(lexical)
    rows = dict.fromkeys([*left, *right])
    fused = {
        row: dense_weight * left.get(row, 0.0) + (1 - dense_weight) * right.get(row, 0.0) for row in rows
    }
    return dict(sorted(fused.items(), key=lambda item: -item[1]))


def _scaled(ranking: Sequence[tuple[str, float]]) -> Mapping[str, float]:
    if not ranking:
        return {}
    best = ranking[0][1]
    worst = ranking[min(DEPTH, len(ranking)) - 1][1]
    spread = best - worst
    if spread <= 0:  # a single row, or all alike
        return {row: 1.0 if score >= best else 0.0 for row, score in ranking}
    return {row: max(0.0, (score - worst) / spread) for row, score in ranking}
