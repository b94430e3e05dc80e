"""Does the library answer the question at all? The decision to refuse, in one place.

Two signals that fail differently: how much of the question's rare words the best unit covers
(blind to paraphrase), and the cosine of the embedding (blind to what exactly is asked). The
thresholds were chosen on the tuning half of the suites (docs/benchmarks.md).
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.spans import Scored
from agent.state import Understanding

# Calibrated by `python -m evals.bench.answerability` (see docs/benchmarks.md).
COVERAGE_ALONE = 0.62
COVERAGE_FLOOR = 0.34
DENSE_ALONE = 0.905
SLOPE = 3.0
CENTRE = 0.862


def answerable(best: Scored, plan: Understanding) -> bool:
    """Whether the best unit speaks of what is asked."""
    return confidence(best, plan) >= 0.5


def confidence(best: Scored, plan: Understanding) -> float:
    """A score in [0, 1]; 0.5 is the line between answering and refusing."""
    dense = best.evidence.dense
    if plan.lang == "en":
        return 0.5 + (dense - 0.83) * 5
    lean = best.coverage - COVERAGE_FLOOR + SLOPE * (dense - CENTRE)
    return max(0.0, min(1.0, 0.5 + lean))


def best_of(scored: Sequence[Scored]) -> Scored | None:
    return scored[0] if scored else None
