"""The second stage of a search: the best candidates of the first, compared with the query word by word.

A unit fits as far as each token of the query finds its like in it (MaxSim, Khattab and Zaharia 2020),
with the vectors of the same embedding pass (`index/token_vectors.py`). What a unit's fit lacks of the
best one is taken off its fused score, unscaled: where all fit alike, the first stage decides. Measured
on 663 questions over statutes and samples and on CMRC 2018 (docs/benchmarks.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from index.token_vectors import Tokens, similarities

CANDIDATES = 100  # units looked at twice: those beyond 50 are seldom first, and often within 5,000 characters
WEIGHT = 8.0  # of a difference in fit (a mean cosine), the fused score weighing 1; 5 to 12 are alike


def fit(query: Tokens, rows: Sequence[Tokens]) -> float | None:
    """The mean over the query's tokens of the best cosine in any row; None where there are no tokens."""
    found = [similarities(query, row) for row in rows if len(row.spans)]
    if not found or not len(query.spans):
        return None
    return float(np.concatenate(found, axis=1).max(axis=1).mean())


def fits_of(units: Sequence[str], query: Tokens, rows: Mapping[str, Sequence[Tokens]]) -> dict[str, float]:
    """The fit of each of the units whose tokens are in `rows`."""
    return {unit: value for unit in units if (value := fit(query, rows.get(unit, ()))) is not None}


def reranked(fused: Mapping[str, float], fits: Mapping[str, float]) -> dict[str, float]:
    """Scores in [0, 1] of all units of `fused` (best first), best first.

    The first `CANDIDATES` are judged again by their `fits`; a unit that has none is taken to fit like
    the mean of the others. The rest follow in their order.
    """
    if not fits:
        return dict(fused)
    first = list(fused)[:CANDIDATES]
    best, mean = max(fits.values()), sum(fits.values()) / len(fits)
    room = WEIGHT * (best - min(fits.values()))  # the most that is taken off: scores stay in [0, 1]
    again = {
        unit: (fused[unit] + WEIGHT * (fits.get(unit, mean) - best) + room) / (1 + room) for unit in first
    }
    floor = min(again.values())
    rest = {unit: min(score / (1 + room), floor) for unit, score in list(fused.items())[CANDIDATES:]}
    return dict(sorted(again.items(), key=lambda item: -item[1])) | rest
