"""What every metric speaks: a `Part` of a question's score, and what it is computed from."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from agent.types import Answer, Citation
from evals.facts import LibraryFacts
from evals.metrics.chinese import sentences
from evals.suite import Case


class Part(NamedTuple):
    """`hit` of `of` things of one question; `of` 0: the metric does not apply to it.

    A metric over a suite is the sum of hits over the sum of things, so that a question with
    four facts weighs four times one with a single fact; it is None where nothing applies. A measure
    that is a fraction by itself (reciprocal rank) is a hit of 0 to 1 of one question.
    """

    hit: float
    of: int


NOT_APPLICABLE = Part(0, 0)


@dataclass(frozen=True, slots=True)
class Observed:
    """One question, its answer, the library it was asked of and the day it was asked for."""

    case: Case
    answer: Answer
    facts: LibraryFacts
    day: date
    ranking: tuple[str, ...] = ()  # what the search found, best first (`evals.metrics.retrieval`)
    places: tuple[str, ...] = ()  # what it should find; () where retrieval is not measured

    @property
    def gave_answer(self) -> bool:
        return self.answer.status in ("answered", "partial")

    @property
    def declined_rightly(self) -> bool:
        """No answer was given, and the suite allows that."""
        return not self.gave_answer and self.answer.status in self.case.expected_status


Score = Callable[[Observed], Part]


@dataclass(frozen=True, slots=True)
class Metric:
    """A named score with the direction in which it is better."""

    name: str
    score: Score
    better: Literal["higher", "lower"] = "higher"


_MARK = re.compile(r"\[(\d{1,3})\]")
__all__ = ["NOT_APPLICABLE", "Metric", "Observed", "Part", "Score", "cited", "marks", "sentences"]


def marks(text: str) -> set[int]:
    """The n of every [n] in `text`."""
    return {int(n) for n in _MARK.findall(text)}


def cited(answer: Answer, sentence: str) -> list[Citation]:
    """The citations that a sentence's [n] name."""
    wanted = marks(sentence)
    return [citation for citation in answer.citations if citation.n in wanted]
