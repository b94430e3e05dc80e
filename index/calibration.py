"""How probable is it that a hit answers the question? So that a score means the same from query to query.

A fused score is relative: the best hit of any query has about 1. Here four signs that do not depend on
the other hits' scale are brought together by logistic regression. It was fitted on 672 questions of
`evals/fitting`, each asked once of the whole library and once of the library without the documents that
answer it (the best ten hits each); no question of a suite or a benchmark was among them. How well it
tells, and how well it is calibrated elsewhere: docs/retrieval.md, `python -m evals.bench.answerable`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass

from index.tokens import tokens

INTERCEPT = -28.33
WEIGHTS = {"near": 0.22, "dense": 25.87, "known": 1.74, "above": 14.09}


@dataclass(frozen=True, slots=True)
class Signs:
    """Of one hit. near: `index.rerank.Fit.near`; dense: cosine of the best row; known: share of the
    query's words that the library knows, by rarity, which stand in the unit, its title or its headings;
    above: `near` beyond the median of the query's candidates."""

    near: float
    dense: float
    known: float
    above: float


def probability(signs: Signs) -> float:
    """In (0, 1): that the hit is relevant to the query."""
    logit = INTERCEPT + sum(weight * getattr(signs, name) for name, weight in WEIGHTS.items())
    return 1 / (1 + math.exp(-logit))


class Known:
    """The words of one query that the library knows, weighed by rarity.

    Args:
        doc_freq: in how many rows a token occurs.
        rows: rows in all.
    """

    def __init__(self, query: str, doc_freq: Callable[[str], int], rows: int) -> None:
        self._weights: list[tuple[str, float]] = []
        for token in tokens(query):
            if found := doc_freq(token):
                self._weights.append((token, math.log(1 + (rows - found + 0.5) / (found + 0.5))))
        self._total = sum(weight for _, weight in self._weights)

    def share(self, *texts: str) -> float:
        """Of their weight what stands in the texts; 0 where the library knows none of them."""
        own: Collection[str] = {token for text in texts for token in tokens(text)}
        found = sum(weight for token, weight in self._weights if token in own)
        return found / self._total if self._total > 0 else 0.0
