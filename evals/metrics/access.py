"""Whether an answer stays with the texts of its day, and with those its asker may see."""

from __future__ import annotations

from agent.types import Citation
from corpus.model import Validity
from evals.metrics.base import NOT_APPLICABLE, Observed, Part

VERSION_TAGS = frozenset({"version", "as_of"})


def version_accuracy(seen: Observed) -> Part:
    """Citations of a right version, of all, in questions with a day or the tag `version`.

    Right is a version in force on the question's day (today, if it names none), one that the
    suite names as gold (the asker wants the older text), or one shown as not in force, in
    words that the library bears out (已废止, 尚未施行 …).
    """
    if not seen.gave_answer or not (seen.case.as_of or VERSION_TAGS & set(seen.case.tags)):
        return NOT_APPLICABLE
    citations = seen.answer.citations
    return Part(len(citations) - len(wrong_versions(seen)), len(citations))


def wrong_versions(seen: Observed) -> list[Citation]:
    """Citations of a version that was not in force and is not named as such."""
    return [citation for citation in seen.answer.citations if not _right_version(seen, citation)]


def _right_version(seen: Observed, citation: Citation) -> bool:
    validity = seen.facts.validity(citation.doc_id, seen.day)
    if validity is Validity.IN_FORCE:
        return True
    if seen.facts.file_of(citation.doc_id) in {gold.doc for gold in seen.case.gold}:
        return True
    return validity is not None and citation.validity == validity


def permission_leaks(seen: Observed) -> Part:
    """Questions whose answer cites, or quotes at length, a document the asker may not see.

    Every question of a role that may not see all is counted; the only good value is 0. A text
    leaks without a citation when a line of 12 characters or more of a hidden clause stands in
    the answer and in no document that the asker may see.
    """
    allowed = seen.case.role.visibilities
    hidden = seen.facts.hidden_from(allowed)
    if not hidden:
        return NOT_APPLICABLE
    by_citation = any(citation.doc_id in hidden for citation in seen.answer.citations)
    return Part(int(by_citation or seen.facts.leaks(seen.answer.answer, allowed)), 1)
