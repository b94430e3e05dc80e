"""How well a text fits a question word by word, in meaning: `index.matching`, weighted as words are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.lexis import Terms, normalise
from index import Evidence, Library, Matched

# Weighted means of the best cosines: unrelated texts lie about CENTRE, close ones SPREAD above.
CENTRE, SPREAD = 0.45, 0.5
LEFT_ASIDE = 0.1


@dataclass(frozen=True, slots=True)
class Meaning:
    """One unit against the question, each of the question's tokens with its weight (sum 1)."""

    match: Matched
    weights: NDArray[np.float64]

    def of_unit(self) -> float:
        """About -1 to 1; the title and the headings count as the unit's."""
        return self._scaled(self.match.whole)

    def of_span(self, text: str) -> float:
        """The same of a verbatim piece of the unit."""
        return self._scaled(self.match.within(text))

    def weakest(self) -> float:
        """The best cosine of the word that is matched worst, the lightest tenth of the weight left
        aside: low where something of what is asked has no like in the unit."""
        best = self.match.whole
        order = np.argsort(best)
        reached = np.cumsum(self.weights[order])
        return float(best[order][min(len(order) - 1, int(np.searchsorted(reached, LEFT_ASIDE)))])

    def _scaled(self, best: NDArray[np.float32]) -> float:
        return float(np.clip((self.weights @ best - CENTRE) / SPREAD, -1.0, 1.0))


def meanings(
    question: str, terms: Terms, evidence: Sequence[Evidence], library: Library
) -> dict[str, Meaning]:
    """By clause id; empty where the model gives no token vectors."""
    text = normalise(question)
    found = library.match(text, evidence)
    weights: NDArray[np.float64] | None = None
    out = {}
    for clause_id, match in found.items():
        if weights is None:
            weights = token_weights(text, terms, match.asked.tolist())
        out[clause_id] = Meaning(match, weights)
    return out


def token_weights(text: str, terms: Terms, places: Sequence[Sequence[int]]) -> NDArray[np.float64]:
    """The weight of the heaviest word that a token of the question lies in; all alike without any."""
    found = []
    for start, end in places:
        words = [text[start:end], *(text[at : at + 2] for at in range(max(0, start - 1), end))]
        found.append(max(terms.weights.get(word, 0.0) for word in words))
    total = sum(found)
    count = len(found)
    return np.array([weight / total for weight in found] if total else [1 / max(1, count)] * count)
