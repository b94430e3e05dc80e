"""What every metric speaks: a `Part` of a question's score, and what it is computed from."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from agent.types import Answer, Citation
from evals.facts import LibraryFacts
from evals.suite import Case


class Part(NamedTuple):
    """`hit` of `of` things of one question; `of` 0: the metric does not apply to it.

    A metric over a suite is the sum of hits over the sum of things, so that a question with
    four facts weighs four times one with a single fact; it is None where nothing applies.
    """

    hit: int
    of: int


NOT_APPLICABLE = Part(0, 0)


@dataclass(frozen=True, slots=True)
class Observed:
    """One question, its answer, the library it was asked of and the day it was asked for."""

    case: Case
    answer: Answer
    facts: LibraryFacts
    day: date

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
# A sentence with its stop and the [n] that follow it.
_SENTENCE = re.compile(r"[^。！？；!?;\n]*[。！？；!?;\n]?(?:[ \t]*\[\d{1,3}\])*")


def marks(text: str) -> set[int]:
    """The n of every [n] in `text`."""
    return {int(n) for n in _MARK.findall(text)}


def sentences(answer: str) -> list[str]:
    """An answer in sentences, each with the [n] that stand at its end, before or after the stop.

    >>> sentences("上限600万元。[1]贴息1%[2]。")
    ['上限600万元。[1]', '贴息1%[2]。']
    """
    pieces = (match.group().strip() for match in _SENTENCE.finditer(answer))
    return [piece for piece in pieces if piece]


def cited(answer: Answer, sentence: str) -> list[Citation]:
    """The citations that a sentence's [n] name."""
    wanted = marks(sentence)
    return [citation for citation in answer.citations if citation.n in wanted]
