"""Whether an answer cites the right places, and quotes them as they stand.

Citation precision and recall are those of ALCE (Gao et al. 2023, "Enabling Large Language Models
to Generate Text with Citations"), decided by the gold clause of the suite instead of an
entailment model: a citation is right if its document is a gold document and its clause equals
the gold label or lies within it (第十条第一款 within 第十条).
"""

from __future__ import annotations

from agent.types import Citation
from evals.facts import LibraryFacts
from evals.labels import within
from evals.metrics.base import NOT_APPLICABLE, Observed, Part, marks
from evals.suite import Gold


def is_at(citation: Citation, gold: Gold, facts: LibraryFacts) -> bool:
    """Whether a citation lies in a gold place."""
    return facts.file_of(citation.doc_id) == gold.doc and within(citation.clause, gold.clause)


def wrong_citations(seen: Observed) -> list[Citation]:
    """Citations that lie in no gold place."""
    return [
        citation
        for citation in seen.answer.citations
        if not any(is_at(citation, gold, seen.facts) for gold in seen.case.gold)
    ]


def cites_gold(seen: Observed) -> bool:
    """Whether any citation lies in a gold place."""
    return len(wrong_citations(seen)) < len(seen.answer.citations)


def citation_precision(seen: Observed) -> Part:
    """Citations in a gold place, of all citations of answers to questions that have gold places."""
    if not seen.case.gold or not seen.gave_answer:
        return NOT_APPLICABLE
    total = len(seen.answer.citations)
    return Part(total - len(wrong_citations(seen)), total)


def citation_recall(seen: Observed) -> Part:
    """Of questions with gold places: those whose answer cites at least one of them.

    The places of a case are alternatives, each of which bears out its answer (an article, and the
    table that repeats it), so one is enough. A refusal of an answerable question cites none.
    """
    if not seen.case.gold or not seen.case.wants_answer:
        return NOT_APPLICABLE
    if seen.declined_rightly:
        return NOT_APPLICABLE
    return Part(int(cites_gold(seen)), 1)


def quotes_verbatim(seen: Observed) -> Part:
    """Citations whose quote occurs, character for character, in the text of the version cited."""
    citations = seen.answer.citations
    return Part(sum(is_verbatim(citation, seen.facts) for citation in citations), len(citations))


def is_verbatim(citation: Citation, facts: LibraryFacts) -> bool:
    return bool(citation.quote.strip()) and citation.quote in facts.text(citation.doc_id)


def marks_resolved(seen: Observed) -> Part:
    """[n] in the answer that name a citation, of all [n]."""
    used = marks(seen.answer.answer)
    known = {citation.n for citation in seen.answer.citations}
    return Part(len(used & known), len(used))
