"""The second stage of a search: the best candidates of the first, compared with the query word by word.

A unit fits as far as each token of the query finds its like in it (MaxSim, Khattab and Zaharia 2020),
with the vectors of the same embedding pass (`index/token_vectors.py`), and as far as it finds them near
each other: an answer stands in one place, while words met here and there are chance. What a unit's fit
lacks of the best one is taken off its fused score, unscaled: where all fit alike, the first stage
decides. Weights were chosen on `evals/fitting`, on a plateau; measured in docs/benchmarks.md.

Where the first stage is sure (its best unit leads, and still does after a look at the first `LOOK`),
the rest keep their order unlooked at: 59 % of 1,335 questions, the first hit never another for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.token_vectors import Tokens, similarities

CANDIDATES = 100  # units looked at twice: those beyond 50 are seldom first, and often within 5,000 characters
WHOLE = 4.0  # weight of a difference in fit with the whole unit (a mean cosine), the fused score weighing 1
NEAR = 3.0  # and with its best stretches
STRETCHES = (16, 32)  # tokens: about a sentence, and two
LOOK = 20  # units that are always looked at
_EVERY = 5  # of the others one in so many, to know what fits by chance
_LEAD = 0.05  # of the first unit over the second, in fused score
_STAYS = 0.1  # and after the look, in the score of the second stage


class Fit(NamedTuple):
    """Mean cosines of the query's tokens with their likes: anywhere in the unit, and in its best stretch
    of so many tokens (the mean over `STRETCHES`)."""

    whole: float
    near: float

    @property
    def weight(self) -> float:
        """In units of the fused score."""
        return WHOLE * self.whole + NEAR * self.near


def fit(query: Tokens, rows: Sequence[Tokens]) -> Fit | None:
    """How a query fits a unit of these rows; None where there are no tokens."""
    found = [similarities(query, row) for row in rows if len(row.spans)]
    if not found or not len(query.spans):
        return None
    near = [max(_in_best_stretch(cosines, width) for cosines in found) for width in STRETCHES]
    whole = np.max([cosines.max(axis=1) for cosines in found], axis=0)
    return Fit(float(whole.mean()), sum(near) / len(near))


def _in_best_stretch(cosines: NDArray[np.float32], width: int) -> float:
    """The best mean over the query's tokens (rows) of their maxima within `width` columns in a row.

    The maximum of every stretch is that of the end of one block and the beginning of the next (van Herk
    1992), so that the width costs nothing.
    """
    asked, tokens = cosines.shape
    if tokens <= width:
        return float(cosines.max(axis=1).mean())
    blocks = np.full((asked, -(-tokens // width) * width), -1, np.float32)
    blocks[:, :tokens] = cosines
    blocks = blocks.reshape(asked, -1, width)
    begun = np.maximum.accumulate(blocks, axis=2).reshape(asked, -1)
    left = np.maximum.accumulate(blocks[:, :, ::-1], axis=2)[:, :, ::-1].reshape(asked, -1)
    stretches = tokens - width + 1
    best = np.maximum(left[:, :stretches], begun[:, width - 1 : width - 1 + stretches])
    return float(best.mean(axis=0).max())


def fits_of(units: Sequence[str], query: Tokens, rows: Mapping[str, Sequence[Tokens]]) -> dict[str, Fit]:
    """The fit of each of the units whose tokens are in `rows`."""
    return {unit: value for unit in units if (value := fit(query, rows.get(unit, ()))) is not None}


@dataclass(frozen=True, slots=True)
class Judged:
    """All units best first with scores in [0, 1]; of those looked at the fit; how near to each other
    words are usually found in a candidate."""

    scores: dict[str, float]
    fits: dict[str, Fit]
    usual: float


def judged(
    fused: Mapping[str, float],
    fits_for: Callable[[Sequence[str]], Mapping[str, Fit]],
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
            usual = median(fits[unit].near for unit in sample if unit in fits)
            return Judged(reranked(fused, first, LOOK), first, usual)
        fits |= fits_for([unit for unit in units if unit not in fits])
    else:
        fits = dict(fits_for(units))
    return Judged(reranked(fused, fits), fits, median(one.near for one in fits.values()) if fits else 0.0)


def _sure(fused: Mapping[str, float], fits: Mapping[str, Fit], units: Sequence[str]) -> bool:
    best, second = units[:2]
    if len(fits) < len(units) or fused[best] - fused[second] < _LEAD:
        return False
    own = fused[best] + fits[best].weight
    return own - max(fused[unit] + fits[unit].weight for unit in units[1:]) >= _STAYS


def reranked(
    fused: Mapping[str, float], fits: Mapping[str, Fit], candidates: int = CANDIDATES
) -> dict[str, float]:
    """Scores in [0, 1] of all units of `fused` (best first), best first.

    The first `candidates` are judged again by their `fits`; a unit that has none is taken to fit like
    the mean of the others. The rest follow in their order.
    """
    if not fits:
        return dict(fused)
    first = list(fused)[:candidates]
    weights = {unit: one.weight for unit, one in fits.items()}
    best, mean = max(weights.values()), sum(weights.values()) / len(weights)
    room = best - min(weights.values())  # the most that is taken off: scores stay in [0, 1]
    again = {unit: (fused[unit] + weights.get(unit, mean) - best + room) / (1 + room) for unit in first}
    floor = min(again.values())
    rest = {unit: min(score / (1 + room), floor) for unit, score in list(fused.items())[candidates:]}
    return dict(sorted(again.items(), key=lambda item: -item[1])) | rest
