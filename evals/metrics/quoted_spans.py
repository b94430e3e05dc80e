"""Whether what an answer puts in quotation marks, and the documents it names, stand in its evidence."""

from __future__ import annotations

from evals.metrics.base import NOT_APPLICABLE, Observed, Part, cited
from evals.metrics.chinese import fold, quoted, sentences, titles

SHORT = 4  # characters: “小巨人” is a name, not a quotation


def quoted_spans(seen: Observed) -> Part:
    """Spans in “” 「」 『』 of 4 characters or more, and names in 《》, that the evidence holds; of all.

    The evidence of a sentence is that of its [n], of all citations where it has none: quote, cited
    clause, and the particulars of the document. Full and half width, blanks and kinds of quotation
    marks make no difference; any other character does. What the question itself quotes or names is
    not an assertion. Refusals and questions back are not scored. (The quotes of the citations
    themselves are `quotes_verbatim`, to the character.)
    """
    if not seen.gave_answer:
        return NOT_APPLICABLE
    judged = _judge(seen)
    return Part(sum(right for _, right in judged), len(judged))


def wrong_spans(seen: Observed) -> list[str]:
    """The spans that no evidence holds, as written."""
    return [span for span, right in _judge(seen) if not right] if seen.gave_answer else []


def _judge(seen: Observed) -> list[tuple[str, bool]]:
    asked = fold(seen.case.question + "".join(text for _, text in seen.case.history))
    judged = []
    for sentence in sentences(seen.answer.answer):
        spans = [span for span in quoted(sentence) if len(fold(span)) >= SHORT] + titles(sentence)
        spans = [span for span in spans if fold(span) not in asked]
        if not spans:
            continue
        citations = cited(seen.answer, sentence) or seen.answer.citations
        evidence = fold("\n".join(seen.facts.evidence(citation) for citation in citations))
        judged += [(span, fold(span) in evidence) for span in spans]
    return judged
