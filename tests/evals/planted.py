"""An assistant with a fault planted in it by a switch; the rest of it is the real one."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from agent import Assistant
from agent.types import Answer, Citation, Ctx, Turn
from corpus.model import Role
from index import Library

Switch = Literal["none", "shuffled", "numbers", "versions", "no_refusals", "leaks"]
DAY = date(2026, 11, 22)
FORMERLY = date(2024, 6, 1)  # many texts of the samples were replaced since


@dataclass
class Planted:
    """Answers as the real assistant does, save for what `switch` breaks.

    shuffled     citations keep their [n] and stand for clauses cited for other questions
    numbers      every number in an answer gets another digit
    versions     asked for no day, it answers from the texts of 2024 and calls them in force
    no_refusals  where nothing fits, the best hit of the search is the answer
    leaks        visitors are taken for officials
    """

    real: Assistant
    switch: Switch = "none"
    _asked: dict[tuple[str, Ctx, tuple[Turn, ...]], Answer] = field(default_factory=dict)

    @property
    def library(self) -> Library:
        return self.real.library

    def ask(self, question: str, ctx: Ctx = Ctx(), history: Sequence[Turn] = ()) -> Answer:
        if self.switch == "leaks":
            ctx = replace(ctx, role=Role.OFFICIAL)
        if self.switch == "versions" and ctx.as_of is None:
            ctx = replace(ctx, as_of=FORMERLY)
        answer = self._really(question, ctx, tuple(history))
        if self.switch == "shuffled":
            return replace(answer, citations=self._others(answer.citations))
        if self.switch == "numbers":
            return replace(answer, answer=_altered(answer.answer))
        if self.switch == "versions":
            return replace(answer, citations=[replace(c, validity="in_force") for c in answer.citations])
        if self.switch == "no_refusals" and answer.status == "refused":
            return self._regardless(question, ctx, answer)
        return answer

    def _really(self, question: str, ctx: Ctx, history: tuple[Turn, ...]) -> Answer:
        key = (question, ctx, history)
        if key not in self._asked:
            self._asked[key] = self.real.ask(question, ctx, history)
        return self._asked[key]

    def _others(self, citations: Sequence[Citation]) -> list[Citation]:
        known = [c for answer in self._asked.values() for c in answer.citations]
        drawn = random.Random(1).sample(known, len(known))
        return [replace(drawn[number], n=c.n) for number, c in enumerate(citations)]

    def _regardless(self, question: str, ctx: Ctx, refused: Answer) -> Answer:
        hits = self.library.search(question, k=1, as_of=ctx.as_of or DAY, role=ctx.role)
        if not hits:
            return refused
        hit = hits[0]
        cited = Citation(1, hit.doc_id, hit.title, hit.doc_number, hit.issuer, hit.validity, hit.label, None,
                         hit.text, hit.clause_id)  # fmt: skip
        return Answer(question, "answered", f"{hit.text}[1]", [cited])


def _altered(answer: str) -> str:
    """Another digit behind every figure; the [n] stay."""
    return re.sub(r"(?<![\[\d])\d+(?![\d\]])", lambda found: f"{found.group()}7", answer)
