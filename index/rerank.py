"""The second stage of a search: the best candidates of the first, compared with the query word by word.

A unit fits as far as each token of the query finds its like in it (MaxSim, Khattab and Zaharia 2020),
with the vectors of the same embedding pass (`index/token_vectors.py`). What a unit's fit lacks of the
best one is taken off its fused score, unscaled: where all fit alike, the first stage decides. Measured
on 663 questions over statutes and samples and on CMRC 2018 (docs/benchmarks.md).

Where the first stage is sure (its best unit leads, and still does after a look at the first `LOOK`),
the rest keep their order unlooked at: 59 % of 1,335 questions, the first hit never another for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from index.token_vectors import Tokens, similarities

CANDIDATES = 100  # units looked at twice: those beyond 50 are seldom first, and often within 5,000 characters
WEIGHT = 5.0  # of a difference in fit (a mean cosine), the fused score weighing 1; 4 to 8 are alike
LOOK = 20  # units that are always looked at
_EVERY = 5  # of the others one in so many, to know what fits by chance
_LEAD = 0.05  # of the first unit over the second, in fused score
_STAYS = 0.1  # and after the look, in the score of the second stage


def fit(query: Tokens, rows: Sequence[Tokens]) -> float | None:
    """The mean over the query's tokens of the best cosine in any row; None where there are no tokens."""
    found = [similarities(query, row) for row in rows if len(row.spans)]
    if not found or not len(query.spans):
        return None
    return float(np.concatenate(found, axis=1).max(axis=1).mean())


def fits_of(units: Sequence[str], query: Tokens, rows: Mapping[str, Sequence[Tokens]]) -> dict[str, float]:
    """The fit of each of the units whose tokens are in `rows`."""
    return {unit: value for unit in units if (value := fit(query, rows.get(unit, ()))) is not None}


@dataclass(frozen=True, slots=True)
class Judged:
    """All units best first with scores in [0, 1]; of those looked at the fit; the usual fit of candidates."""

    scores: dict[str, float]
    fits: dict[str, float]
    usual: float


def judged(
    fused: Mapping[str, float],
    fits_for: Callable[[Sequence[str]], Mapping[str, float]],
    early: bool = True,
) -> Judged:
    """The second stage over the first stage's units (best first).

    Args:
        fits_for: the fits of units, those without tokens left out; asked once or twice.
        early: stop after a look at the first `LOOK` where the first stage is sure.
    """
    units = list(fused)[:CANDIDATES]
    if early and len(units) > LOOK:
        sample = units[::_EVERY]
        fits = dict(fits_for(list(dict.fromkeys([*units[:LOOK], *sample]))))
        first = {unit: fits[unit] for unit in units[:LOOK] if unit in fits}
        if _sure(fused, first, units[:LOOK]):
            usual = median(fits[unit] for unit in sample if unit in fits)
            return Judged(reranked(fused, first, LOOK), first, usual)
        fits |= fits_for([unit for unit in units if unit not in fits])
    else:
        fits = dict(fits_for(units))
    return Judged(reranked(fused, fits), fits, median(fits.values()) if fits else 0.0)


def _sure(fused: Mapping[str, float], fits: Mapping[str, float], units: Sequence[str]) -> bool:
    best, second = units[:2]
    if len(fits) < len(units) or fused[best] - fused[second] < _LEAD:
        return False
    own = fused[best] + WEIGHT * fits[best]
    return own - max(fused[unit] + WEIGHT * fits[unit] for unit in units[1:]) >= _STAYS


def reranked(
    fused: Mapping[str, float], fits: Mapping[str, float], candidates: int = CANDIDATES
) -> dict[str, float]:
    """Scores in [0, 1] of all units of `fused` (best first), best first.

    The first `candidates` are judged again by their `fits`; a unit that has none is taken to fit like
    the mean of the others. The rest follow in their order.
    """
    if not fits:
        return dict(fused)
    first = list(fused)[:candidates]
    best, mean = max(fits.values()), sum(fits.values()) / len(fits)
    room = WEIGHT * (best - min(fits.values()))  # the most that is taken off: scores stay in [0, 1]
    again = {
        unit: (fused[unit] + WEIGHT * (fits.get(unit, mean) - best) + room) / (1 + room) for unit in first
    }
    floor = min(again.values())
    rest = {unit: min(score / (1 + room), floor) for unit, score in list(fused.items())[candidates:]}
    return dict(sorted(again.items(), key=lambda item: -item[1])) | rest
