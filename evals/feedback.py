"""Feedback on an answer as a candidate case: what was asked, what was answered, what the asker says of it.

One answer has at most one open candidate: who changes their mind changes it, who withdraws deletes it.
A helpful answer proposes its status and its places; an unhelpful one proposes nothing but the question,
because only a person can say what would have been right.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from agent.types import Answer, Turn
from corpus.model import Role
from evals.candidates import Candidate, Candidates
from evals.facts import LibraryFacts
from evals.plain_text import clean
from evals.provenance import program

Reason = Literal[
    "off_topic",
    "wrong_source",
    "wrong_version",
    "wrong_number",
    "incomplete",
    "wrongly_refused",
    "should_refuse",
    "other",
]
REASONS: tuple[Reason, ...] = get_args(Reason)
HELPFUL, NO_REASON = "helpful", "none"  # beside the reasons, in counts

# One process serves the chat: two clicks at once must not make two candidates of one answer.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True)
class Told:
    """An answer that somebody has read: where in its conversation, for which day, in which language.

    `as_of` is the day that the asker chose; `day` the one for which the answer speaks.
    """

    answer_id: str
    question: str
    history: Sequence[Turn]
    answer: Answer
    as_of: date | None
    day: date
    lang: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the asker says; a reason only where the answer was not helpful."""

    helpful: bool
    reason: Reason | None = None
    remark: str = ""


def record(kept: Candidates, facts: LibraryFacts, told: Told, opinion: Opinion) -> int:
    """Keeps the opinion, in place of an earlier one on the same answer that is still open.

    What staff have already filled in of an open candidate stays; only the opinion changes then.

    Returns:
        The candidate's id.
    """
    proposals = [_case(told, facts, helpful) for helpful in (True, False)]
    case = proposals[0] if opinion.helpful else proposals[1]
    with _ONE_AT_A_TIME:
        before = kept.feedback_on(told.answer_id)
        if before is not None and before.state == "open":
            untouched = before.case in proposals
            kept.replace(before.id, case if untouched else before.case, _note(told, facts, opinion))
            return before.id
        number = kept.add("feedback", case, _note(told, facts, opinion))
    assert number is not None  # only drafts are refused as known
    return number


def withdraw(kept: Candidates, answer_id: str) -> Literal["withdrawn", "nothing", "closed"]:
    """Deletes the open candidate of an answer; one that staff have closed stays."""
    with _ONE_AT_A_TIME:
        before = kept.feedback_on(answer_id)
        if before is None:
            return "nothing"
        if before.state != "open":
            return "closed"
        kept.delete([before.id])
    return "withdrawn"


def counts(found: Iterable[Candidate]) -> Counter[str]:
    """How often each reason was given: `REASONS`, `NO_REASON`, `HELPFUL`. Candidates from documents
    are passed over."""
    return Counter(kind(one) for one in found if one.origin == "feedback")


def kind(one: Candidate) -> str:
    """One of `REASONS`, `NO_REASON` or `HELPFUL`."""
    if one.note.get("helpful"):
        return HELPFUL
    return one.note["reason"] if one.note.get("reason") in REASONS else NO_REASON


def _case(told: Told, facts: LibraryFacts, helpful: bool) -> dict[str, Any]:
    case: dict[str, Any] = {"question": clean(told.question), "role": Role.VISITOR.value}
    if told.history:
        case["history"] = [[who, clean(text)] for who, text in told.history]
    if told.as_of is not None:
        case["as_of"] = told.as_of.isoformat()
    if helpful:
        case["expected_status"] = [told.answer.status]
        if gold := _gold(told.answer, facts):
            case["gold"] = gold
    return case


def _gold(answer: Answer, facts: LibraryFacts) -> list[dict[str, str | None]]:
    """The places that the answer cites, each once, by file name as suites name them."""
    places = {
        (file, citation.clause): None
        for citation in answer.citations
        if (file := facts.file_of(citation.doc_id)) is not None
    }
    return [{"doc": file, "clause": clause} for file, clause in places]


def _note(told: Told, facts: LibraryFacts, opinion: Opinion) -> dict[str, Any]:
    documents, _ = facts.size
    return {
        "answer_id": told.answer_id,
        "helpful": opinion.helpful,
        "reason": opinion.reason,
        "remark": clean(opinion.remark),
        "status": told.answer.status,
        "answer": clean(told.answer.answer),
        "citations": [{"doc_id": one.doc_id, "clause": one.clause} for one in told.answer.citations],
        "lang": told.lang,
        "day": told.day.isoformat(),
        "library": {"fingerprint": facts.fingerprint, "documents": documents},
        **program(),
    }
