"""Does the library answer the question at all? The decision to refuse, in one place.

Two signals that fail differently: how much of the question's rare words the best unit covers
(blind to paraphrase), and the cosine of the embedding (blind to what exactly is asked). The
thresholds were chosen on the tuning half of the suites (docs/benchmarks.md).
"""

from __future__ import annotations

from agent.spans import Scored
from agent.state import Understanding

COVERAGE_CENTRE = 0.34  # the line: coverage = 0.34 at a cosine of 0.862 ...
DENSE_CENTRE = 0.862
SLOPE = 3.0  # ... and 0.03 less coverage for each 0.01 more cosine
ENGLISH_CENTRE = 0.778  # cosines between languages are lower, and there is no coverage


def answerable(best: Scored, plan: Understanding) -> bool:
    """Whether the best unit speaks of what is asked."""
    return confidence(best, plan) >= 0.5


def confidence(best: Scored, plan: Understanding) -> float:
    """A score in [0, 1]; 0.5 is the line between answering and refusing."""
    dense = best.evidence.dense
    if plan.lang == "en":
        return max(0.0, min(1.0, 0.5 + (dense - ENGLISH_CENTRE) * 5))
    lean = best.coverage - COVERAGE_CENTRE + SLOPE * (dense - DENSE_CENTRE)
    return max(0.0, min(1.0, 0.5 + lean))
