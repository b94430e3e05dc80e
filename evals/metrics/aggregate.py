"""From the parts of questions to a value with its confidence interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from evals.metrics.base import Part


@dataclass(frozen=True, slots=True)
class Value:
    """A metric over a set of questions: `hit / of`, with its 95 % interval; None where of = 0."""

    value: float | None
    low: float | None
    high: float | None
    hit: float  # whole where things are counted; a sum of fractions for reciprocal ranks and the like
    of: int
    questions: int

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def ratio(parts: Sequence[Part], resamples: int = 2000, seed: int = 20261122) -> Value:
    """Sum of hits over sum of things, with a percentile bootstrap over questions (Efron 1979).

    Questions are resampled and not single things, since the facts of one answer stand or fall
    together. Where all questions agree, the interval has no width: it says nothing of questions
    that the suite does not hold.
    """
    counted = np.array([part for part in parts if part.of], dtype=float).reshape(-1, 2)
    hit, of = _count(counted[:, 0].sum()), int(counted[:, 1].sum())
    if not of:
        return Value(None, None, None, 0, 0, 0)
    low, high = _interval(counted[:, 0], counted[:, 1], resamples, seed)
    return Value(hit / of, low, high, hit, of, len(counted))


def difference(a: Sequence[Part], b: Sequence[Part], resamples: int = 2000, seed: int = 20261122) -> Value:
    """`b - a` of the same questions in the same order, resampled in pairs; hit and of are those of b."""
    left, right = np.array(a, dtype=float).reshape(-1, 2), np.array(b, dtype=float).reshape(-1, 2)
    if not left[:, 1].sum() or not right[:, 1].sum():
        return Value(None, None, None, 0, 0, len(left))
    generator = np.random.default_rng(seed)
    picks = generator.integers(0, len(left), (resamples, len(left)))
    with np.errstate(invalid="ignore", divide="ignore"):
        draws = right[picks, 0].sum(1) / right[picks, 1].sum(1) - left[picks, 0].sum(1) / left[picks, 1].sum(
            1
        )
    low, high = np.nanpercentile(draws, [2.5, 97.5])
    gap = right[:, 0].sum() / right[:, 1].sum() - left[:, 0].sum() / left[:, 1].sum()
    hit, of = _count(right[:, 0].sum()), int(right[:, 1].sum())
    return Value(float(gap), float(low), float(high), hit, of, len(left))


def _count(total: float) -> float:
    """7 for 7.0, so that reports show counts as such; fractions to four places."""
    return int(total) if float(total).is_integer() else round(float(total), 4)


def percentile(values: Sequence[float], percent: float) -> float | None:
    """Linear interpolation between the nearest ranks; None for no values."""
    return float(np.percentile(np.array(values, dtype=float), percent)) if values else None


def _interval(hit: np.ndarray, of: np.ndarray, resamples: int, seed: int) -> tuple[float, float]:
    generator = np.random.default_rng(seed)
    picks = generator.integers(0, len(hit), (resamples, len(hit)))
    draws = hit[picks].sum(1) / of[picks].sum(1)
    low, high = np.percentile(draws, [2.5, 97.5])
    return float(low), float(high)
