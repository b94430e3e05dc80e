"""Whether a sentence in a model's own words says no more than the clauses it cites.

"The number occurs in the evidence" lets through too much (../shared/DESIGN.md, section 6): a combined cap
given as the single one, 以上 for 以下, a neighbour's figure. So each figure is held against the piece of a
cited clause that speaks of the same thing (`figures`), what is said besides against the clauses' own words
(`claims`), and most of the sentence's words must stand there or in the question. Measured:
docs/verification.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.grounding.claims import text_of, wrong_claims
from agent.grounding.comparators import without_comparators
from agent.grounding.figures import wrong_figures
from agent.grounding.numbers import unsupported
from agent.grounding.wording import canonical
from agent.lexis import content, tokens
from agent.state import Span
from corpus.numbers import find_numbers, stated_in

WORDS_OF_ITS_OWN = 0.5  # share of a sentence's bigrams that may stand neither in span nor question
FEW = 6  # fewer of them are how one speaks, in a sentence however short

_PROMISE = re.compile(r"一定(?:能|可以|会)|保证(?:能|通过|获)|肯定(?:能|可以)|必然(?:能|获)|包过")


def faults(sentence: str, spans: Sequence[Span], question: str) -> list[str]:
    """What is wrong with a sentence, by name; [] where nothing is.

    uncited; number: a figure that nothing cited states; comparator, qualifier, neighbour, conjunction: one
    that is stated otherwise; article, year, place, validity, modality, negation, subject, scope, authority,
    added, echo, beside: see `agent.grounding.claims`; words: mostly its own; promise.
    """
    if not spans:
        return ["uncited"]
    found = ["number"] if _invented(sentence, spans, question) else wrong_figures(sentence, spans)
    found += wrong_claims(sentence, spans, question)
    said = {token for token in tokens(_own_words(sentence)) if len(token) > 1}
    known = tokens(canonical(question)).union(*(tokens(text_of(span)) for span in spans))
    own = said - known
    if len(own) >= FEW and len(own) / len(said) > WORDS_OF_ITS_OWN:
        found.append("words")
    if _PROMISE.search(sentence):
        found.append("promise")
    return found


def _invented(sentence: str, spans: Sequence[Span], question: str) -> bool:
    """Whether a figure stands neither in what is cited, nor in its number and dates, nor is said as another
    day of the same text (2022年 of a text of that year)."""
    about = canonical(
        " ".join(
            str(part)
            for span in spans
            for part in (
                span.evidence.doc_number,
                span.label,
                span.evidence.effective_from,
                span.evidence.effective_to,
                span.evidence.issued_on,
            )
            if part
        )
    )
    years = {number.key for number in find_numbers(re.sub(r"((?:19|20)\d{2})(?=\D|$)", r"\1年 ", about))}
    known = find_numbers(about)
    return any(
        not stated_in(number, known)
        and number.key not in years
        and not any(stated_in(number, find_numbers(text_of(span))) for span in spans)
        for number in unsupported(canonical(sentence), spans)
    )


def _own_words(sentence: str) -> str:
    """Without figures and comparators, which are judged by themselves, and without particles."""
    plain = canonical(sentence)
    for number in sorted(find_numbers(plain), key=lambda number: -number.start):
        plain = f"{plain[: number.start]} {plain[number.end :]}"
    return content(without_comparators(plain))
