"""The second look: a question's words against those of the best units, token by token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.rows import Row
from index.token_vectors import Spans, Tokens, similarities

Best: TypeAlias = NDArray[np.float32]  # (n,): for each token of the question the cosine of its like


@dataclass(frozen=True, slots=True)
class Matched:
    """One unit against one question.

    `asked` (n, 2) are the places of the question's tokens in its text, in characters.
    """

    asked: Spans
    rows: tuple[tuple[str, Spans, NDArray[np.float32]], ...]  # body, places in it, cosines (n, tokens)

    @property
    def whole(self) -> Best:
        """The best like of each token anywhere in the unit, its title and its headings."""
        return np.concatenate([cosines for _, _, cosines in self.rows], axis=1).max(axis=1)

    def within(self, text: str) -> Best:
        """The best like of each token in a verbatim piece of the unit; in the whole unit where the
        piece lies over several rows and cannot be found in one."""
        found = [
            cosines[:, places]
            for body, spans, cosines in self.rows
            if (places := _inside(text, body, spans)).any()
        ]
        return np.concatenate(found, axis=1).max(axis=1) if found else self.whole


def matched(question: Tokens, rows: Sequence[Row], tokens: dict[str, Tokens]) -> Matched | None:
    """None where the unit has no tokens at all."""
    found = [
        (row.body, tokens[row.row_id].spans, similarities(question, tokens[row.row_id]))
        for row in rows
        if row.row_id in tokens and len(tokens[row.row_id].spans)
    ]
    return Matched(question.spans, tuple(found)) if found and len(question.spans) else None


def _inside(text: str, body: str, spans: Spans) -> NDArray[np.bool_]:
    at = body.find(text)
    if at >= 0:
        return (spans[:, 0] >= at) & (spans[:, 1] <= at + len(text))
    whole = bool(body.strip()) and body.strip() in text
    return (spans[:, 0] >= 0) & whole
