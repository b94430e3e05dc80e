"""A cross-encoder by setting: query and unit read together by one model, for the best few units.

None comes with the package (the smallest good one for Chinese has 280 million parameters); a folder
named by `ZHIXUN_RERANKER` is loaded through sentence-transformers. It changes the order of the first
`ZHIXUN_RERANKER_CANDIDATES` units and nothing else: scores and probabilities stay on the scale that the
refusal line was fitted to, so that a model of unknown scale cannot move what is answered and refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from corpus.errors import StateError
from index.types import Evidence


class CrossEncoder:
    """A reranking model with one output.

    Args:
        model: a folder in sentence-transformers layout, or the name of a model downloaded before:
            nothing is fetched.
        candidates: how many of the best units it reads.

    Raises:
        StateError: it cannot be loaded, or is no model with one output.
    """

    def __init__(self, model: str, candidates: int) -> None:
        from sentence_transformers import CrossEncoder as Model

        try:
            self._model: Any = Model(model, local_files_only=True)
        except (OSError, ValueError, ImportError, KeyError, RuntimeError) as error:
            raise StateError("reranker.unusable", model=model, reason=error) from error
        outputs = getattr(self._model, "num_labels", 1)
        if outputs != 1:
            raise StateError("reranker.outputs", model=model, count=outputs)
        self.name = Path(model).name
        self.candidates = candidates

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers the query: higher is better, on the model's own scale.

        Raises:
            StateError: the model cannot read them.
        """
        if not texts:
            return []
        from torch.nn import Identity

        try:  # as the model gives them: a sigmoid would make the best ones alike
            found = self._model.predict(
                [(query, text) for text in texts], show_progress_bar=False, activation_fn=Identity()
            )
        except (RuntimeError, ValueError, IndexError) as error:
            raise StateError("reranker.unusable", model=self.name, reason=error) from error
        return [float(value) for value in found]

    def reordered(self, query: str, found: Sequence[Evidence]) -> list[Evidence]:
        """The evidence with its first `candidates` in the model's order; the scores keep their places."""
        first, rest = found[: self.candidates], found[self.candidates :]
        values = self.scores(query, [_passage(item) for item in first])
        order = sorted(range(len(first)), key=lambda at: -values[at])
        kept = [item.score for item in first]
        return [replace(first[at], score=kept[place]) for place, at in enumerate(order)] + list(rest)


def _passage(item: Evidence) -> str:
    return "\n".join([item.title, *item.heading_path, item.text])
