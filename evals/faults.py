"""Where a question went wrong: the step to look at first when mending the assistant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evals.labels import within
from evals.metrics.access import wrong_versions
from evals.metrics.base import Observed, Part
from evals.metrics.citations import is_verbatim, wrong_citations
from evals.metrics.key_facts import missing_facts
from evals.metrics.number_fidelity import wrong_numbers
from evals.metrics.quoted_spans import wrong_spans
from index.types import Evidence

# In the order in which they explain each other; each is a message `evals.fault_<name>`.
FAULTS = (
    "error",
    "leak",
    "wrongly_answered",
    "not_retrieved",
    "wrongly_refused",
    "wrong_status",
    "not_cited",
    "wrong_citation",
    "version",
    "number",
    "quote",
    "broken_mark",
    "forbidden_fact",
    "missing_fact",
)

# The step of a turn at which each arose; each is a message `evalrun.step_<name>`. A gold clause that
# is cited and whose facts are left out or wrong was misread: "read".
STEPS = {
    "error": "run",
    "leak": "access",
    "wrongly_answered": "refuse",
    "not_retrieved": "retrieve",
    "wrongly_refused": "refuse",
    "wrong_status": "refuse",
    "not_cited": "cite",
    "wrong_citation": "cite",
    "version": "version",
    "number": "read",
    "quote": "write",
    "broken_mark": "write",
    "forbidden_fact": "read",
    "missing_fact": "read",
}

Search = Callable[[], list[Evidence]]


def find_faults(seen: Observed, scores: dict[str, Part], search: Search) -> tuple[list[str], dict[str, Any]]:
    """The faults of one answer, and what they consist of.

    `search` gives the ten best hits for the question; it is asked only where gold evidence is
    missing from the answer, to tell "not retrieved" from "retrieved and not used". For a
    follow-up question it searches for the words of the question alone.
    """
    found: set[str] = set()
    details: dict[str, Any] = {}
    status_right = seen.answer.status in seen.case.expected_status
    if seen.case.wants_refusal and seen.gave_answer:
        found.add("wrongly_answered")
    elif seen.case.wants_answer and not seen.gave_answer and not status_right:
        found.add("not_retrieved" if _unretrieved(seen, search, details) else "wrongly_refused")
    elif not status_right:
        found.add("wrong_status")
    if _falls_short(scores, "permission_leaks", lower=True):
        found.add("leak")
    if seen.gave_answer and not seen.case.wants_refusal:
        found |= _answer_faults(seen, scores, search, details)
    if _falls_short(scores, "quotes_verbatim"):
        found.add("quote")
        details["not_verbatim"] = [c.n for c in seen.answer.citations if not is_verbatim(c, seen.facts)]
    if _falls_short(scores, "quoted_spans"):
        found.add("quote")
        details["wrong_spans"] = wrong_spans(seen)
    if _falls_short(scores, "marks_resolved"):
        found.add("broken_mark")
    if _falls_short(scores, "forbidden_facts", lower=True):
        found.add("forbidden_fact")
    if _falls_short(scores, "key_recall") and not found & {"wrongly_refused", "not_retrieved"}:
        found.add("missing_fact")
        details["missing_facts"] = missing_facts(seen)
    return [fault for fault in FAULTS if fault in found], details


def _answer_faults(
    seen: Observed, scores: dict[str, Part], search: Search, details: dict[str, Any]
) -> set[str]:
    found = set()
    if _falls_short(scores, "citation_recall"):
        found.add("not_retrieved" if _unretrieved(seen, search, details) else "not_cited")
        details["missed_gold"] = [f"{gold.doc} {gold.clause or ''}".strip() for gold in seen.case.gold]
    if _falls_short(scores, "citation_precision"):
        found.add("wrong_citation")
        details["wrong_citations"] = [f"[{c.n}] {c.title} {c.clause or ''}" for c in wrong_citations(seen)]
    if _falls_short(scores, "version_accuracy"):
        found.add("version")
        details["wrong_versions"] = [f"[{c.n}] {c.title}" for c in wrong_versions(seen)]
    if _falls_short(scores, "number_fidelity"):
        found.add("number")
        details["wrong_numbers"] = wrong_numbers(seen)
    return found


def _falls_short(scores: dict[str, Part], name: str, lower: bool = False) -> bool:
    hit, of = scores[name]
    return hit > 0 if lower else hit < of


def _unretrieved(seen: Observed, search: Search, details: dict[str, Any]) -> bool:
    """Whether none of the gold places is among the hits of a plain search."""
    hits = search() if seen.case.gold else []
    details["searched"] = [f"{hit.title} {hit.label or ''}".strip() for hit in hits[:3]]
    return bool(seen.case.gold) and not any(
        seen.facts.file_of(hit.doc_id) == gold.doc and _overlap(hit.label, gold.clause)
        for hit in hits
        for gold in seen.case.gold
    )


def _overlap(label: str | None, gold: str | None) -> bool:
    """A search hit is a whole unit, so it also counts when the gold part lies inside it."""
    return within(label, gold) or (label is not None and within(gold, label))
