"""Whether every figure of an answer stands in what it cites."""

from __future__ import annotations

import re
from functools import cache

from agent.grounding.formula import derives, holds
from agent.state import Formula
from corpus.numbers import Number, find_numbers, same, stated_in, stated_numbers
from evals.metrics.base import NOT_APPLICABLE, Observed, Part, cited, sentences

# Words by which a sentence gives a figure back to the asker instead of asserting it.
_ASKERS = re.compile(
    r"您|你|贵公司|贵企业|贵单位|所问|所述|提问|问题中|如果|假如|若(?!干)|按.{0,12}(?:计算|测算|来算)"
)
_TRANSPARENT = ("weak",)


def number_fidelity(seen: Observed) -> Part:
    """Numbers of the answer that its citations state, of all numbers of the answer.

    The numbers of a sentence are every amount, rate, count, duration, date, ordinal and document
    number in it (`corpus.numbers`; weak ones, as 一个, are passed over). A sentence with [n] is
    held against the evidence of those citations: quote, cited clause, and the title, number
    and dates of the document. A sentence without [n] is held against all citations of the answer.
    A number of the question, or of what the asker said before, counts as borne out only in a sentence that
    gives it back to the asker (您, 如果, 按…计算); in any other sentence it is an assertion like every other.
    A number that the answer computed counts as borne out when the recorded formula, computed anew over
    operands that stand in the library's texts, gives it (`agent.grounding.formula`).
    A coarser date is borne out by a finer one (2026年 by 2026-04-01), never the reverse.
    Refusals and questions back are not scored: they assert nothing of a document.
    """
    if not seen.gave_answer:
        return NOT_APPLICABLE
    judged = [pair for sentence in sentences(seen.answer.answer) for pair in _judge(seen, sentence)]
    return Part(sum(right for _, right in judged), len(judged))


def wrong_numbers(seen: Observed) -> list[str]:
    """The numbers that no evidence bears out, as written."""
    if not seen.gave_answer:
        return []
    judged = [pair for sentence in sentences(seen.answer.answer) for pair in _judge(seen, sentence)]
    return [number.text for number, right in judged if not right]


def _judge(seen: Observed, sentence: str) -> list[tuple[Number, bool]]:
    for citation in seen.answer.citations:  # 《…》一、（二）2.载明 names a place, no figure
        if citation.clause:
            sentence = sentence.replace(f"》{citation.clause}", "》 ")
    claimed = [number for number in find_numbers(sentence) if number.kind not in _TRANSPARENT]
    if not claimed:
        return []
    citations = cited(seen.answer, sentence) or seen.answer.citations
    stated = [n for citation in citations for n in stated_numbers(seen.facts.evidence(citation))]
    told = "\n".join([seen.case.question, *(text for who, text in seen.case.history if who == "user")])
    echoed = find_numbers(told) if _ASKERS.search(sentence) else []
    return [
        (
            number,
            stated_in(number, stated)
            or any(_given_back(number, asked) for asked in echoed)
            or derives(number, _sound(seen)),
        )
        for number in claimed
    ]


def _given_back(number: Number, asked: Number) -> bool:
    """Whether a figure is the asker's, or that without what follows it: 2500万 of 融了2500万股权."""
    rest = asked.text.removeprefix(number.text)
    return same(number, asked) or (rest != asked.text and rest[:1].isalpha())


def _sound(seen: Observed) -> list[Formula]:
    """The formulas of the answer that the library's texts bear out."""
    text_of = cache(seen.facts.text)
    return [formula for formula in seen.answer.formulas if holds(formula, text_of)]
