"""An observed answer in one call."""

from __future__ import annotations

from datetime import date
from typing import Any

from agent.types import Answer, Citation, Status
from evals.facts import LibraryFacts
from evals.metrics import Observed
from evals.suite import Case

DAY = date(2026, 11, 22)


def observe(
    facts: LibraryFacts,
    text: str,
    citations: list[Citation] | None = None,
    status: Status = "answered",
    **fields: Any,
) -> Observed:
    """The answer `text` to a question whose case has `fields`."""
    given = {"id": "q", "question": "最多贴多少？", "expected_status": "answered"}
    case = Case.model_validate(given | fields)
    return Observed(case, Answer(case.question, status, text, citations or []), facts, DAY)
