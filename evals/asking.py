"""One question asked and scored: the step that every run, with or without Inspect, is made of."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from typing import Any, Protocol

from agent.types import Answer, Ctx, Turn
from corpus.catalog import Catalog
from corpus.errors import InputError
from corpus.model import Role
from evals.facts import LibraryFacts
from evals.faults import find_faults
from evals.metrics import METRICS, Observed, retrieval
from evals.metrics.usage import usage_of
from evals.record import Row
from evals.suite import Case
from index.types import Evidence


class SearchableLibrary(Protocol):
    """What the runner asks of `index.Library`."""

    @property
    def catalog(self) -> Catalog: ...

    def search(
        self, query: str, *, k: int = 10, as_of: date, role: Role, in_force_only: bool = True
    ) -> list[Evidence]: ...


class Asked(Protocol):
    """What the runner asks of `agent.Assistant`."""

    @property
    def library(self) -> SearchableLibrary: ...

    def ask(self, question: str, ctx: Ctx = ..., history: Sequence[Turn] = ...) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with the time it took; `error`: what the user was told instead."""

    answer: Answer
    wall_ms: float
    error: str | None = None


def ask(case: Case, assistant: Asked) -> Reply:
    """Asks one question. An error for the user (too long, empty) is a refusal with its message.

    Raises:
        Exception: whatever else the assistant or its model raises.
    """
    clock = time.perf_counter()
    error: str | None = None
    try:
        answer = assistant.ask(case.question, Ctx(role=case.role, as_of=case.as_of), list(case.history))
    except InputError as problem:
        error = problem.message()
        answer = Answer(question=case.question, status="refused", answer=error)
    return Reply(answer, (time.perf_counter() - clock) * 1000, error)


def score(case: Case, reply: Reply, library: SearchableLibrary, facts: LibraryFacts, run_day: date) -> Row:
    """Scores an answer by every metric and finds the step at which it went wrong."""
    answer, day = reply.answer, case.as_of or run_day
    wanted = retrieval.places(case, facts)
    ranking: tuple[str, ...] = ()
    if wanted:
        find = partial(_search, library, case.role, day)
        ranking = retrieval.ranking(retrieval.searched(case, answer, facts, find), wanted)
    seen = Observed(case, answer, facts, day, ranking, tuple(place.name for place in wanted))
    scores = {metric.name: metric.score(seen) for metric in METRICS}

    def search() -> list[Evidence]:
        return library.search(case.question, k=10, as_of=day, role=case.role, in_force_only=False)

    faults, details = find_faults(seen, scores, search)
    return Row(
        id=case.id,
        question=case.question,
        tags=list(case.tags),
        expected_status=list(case.expected_status),
        status=answer.status,
        answer=answer.answer,
        citations=[asdict(citation) for citation in answer.citations],
        warnings=list(answer.warnings),
        tools=list(answer.tools),
        timings_ms=dict(answer.timings_ms),
        wall_ms=round(reply.wall_ms, 2),
        scores=scores,
        faults=faults,
        details=details,
        error=reply.error,
        ranking=list(seen.ranking),
        places=list(seen.places),
        usage=asdict(used) if (used := usage_of(answer)) else None,
        case=case.model_dump(mode="json", exclude_defaults=True),
    )


def _search(
    library: SearchableLibrary, role: Role, day: date, query: str, as_of: str | None = None, **options: Any
) -> list[Evidence]:
    """A search for the asker of a question, on its day unless the agent made it for another."""
    on = date.fromisoformat(as_of) if as_of else day
    return library.search(query, as_of=on, role=role, **options)


__all__ = ["Asked", "Reply", "SearchableLibrary", "ask", "score"]
