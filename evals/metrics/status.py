"""Whether questions are answered, refused or asked back as they should be.

Refusal recall and false refusal are the two error rates of abstention as in SQuAD 2.0
(Rajpurkar et al. 2018, unanswerable questions) and later work on selective answering.
"""

from __future__ import annotations

from evals.metrics.base import NOT_APPLICABLE, Observed, Part


def status_accuracy(seen: Observed) -> Part:
    """Answers whose status is one of the expected ones."""
    return Part(int(seen.answer.status in seen.case.expected_status), 1)


def refusal_recall(seen: Observed) -> Part:
    """Of questions that are to be refused: those whose status is one that the suite allows."""
    if not seen.case.wants_refusal:
        return NOT_APPLICABLE
    return Part(int(seen.answer.status in seen.case.expected_status), 1)


def refusal_precision(seen: Observed) -> Part:
    """Of refusals: those of questions that may be refused.

    With `refusal_recall` the precision and recall of "refused" as a class; a question that the suite
    allows both to answer and to refuse counts as rightly refused.
    """
    if seen.answer.status != "refused":
        return NOT_APPLICABLE
    return Part(int("refused" in seen.case.expected_status), 1)


def false_refusal(seen: Observed) -> Part:
    """Of questions that can be answered: those refused, or asked back without need; lower is better."""
    if not seen.case.wants_answer:
        return NOT_APPLICABLE
    allowed = seen.answer.status in seen.case.expected_status
    return Part(int(not seen.gave_answer and not allowed), 1)


def clarification(seen: Observed) -> Part:
    """Of questions that need asking back, and those asked back: the ones rightly so."""
    needed = seen.case.expected_status == ("clarify",)
    if not needed and seen.answer.status != "clarify":
        return NOT_APPLICABLE
    return Part(int(seen.answer.status in seen.case.expected_status), 1)
