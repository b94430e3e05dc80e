"""Whether an answer states the facts it must, and none that it must not.

Answer key recall follows the "nugget" evaluation of TREC question answering (Voorhees 2003): a
list of facts, each present or absent, here decided by accepted wordings instead of a judge.
Numbers are compared as quantities (`corpus.numbers`), the rest as text without spaces and marks.
"""

from __future__ import annotations

import re
import unicodedata

from corpus.numbers import Number, find_numbers, same
from evals.metrics.base import NOT_APPLICABLE, Observed, Part

Item = str | Number

_MARKUP = re.compile(r"\[\d{1,3}\]|[*`#>_]")
_SPACE = re.compile(r"\s+")
# TREC allowed 100 characters of English without blanks a nugget, about 35 of Chinese; here a fact
# comes in the sentence of the clause that states it and behind the name of its document.
ALLOWANCE = 100
_CHINESE_NUMERALS = "零〇一二三四五六七八九十百千万亿两"


def key_recall(seen: Observed) -> Part:
    """Facts of the key that the answer states in one of their accepted wordings, of all facts.

    A refusal that the suite allows beside an answer is not held against the key; one that it
    demands is (the refusal then has to say what the library does hold).
    """
    if seen.case.wants_answer and seen.declined_rightly:
        return NOT_APPLICABLE
    return Part(len(seen.case.key) - len(missing_facts(seen)), len(seen.case.key))


def key_precision(seen: Observed) -> Part:
    """How much of an answer's length its facts account for: nugget precision (Voorhees 2003).

    Each fact of the key that is stated allows `ALLOWANCE` characters; an answer within its allowance
    has precision 1, a longer one allowance / length, one that states no fact 0. Length leaves out
    blanks, Markdown and [n]. It tells the answer that buries a figure in a page of clauses from the
    one that gives it: it says nothing of truth, which `number_fidelity` and the citations judge.
    """
    if not seen.case.key or not seen.case.wants_answer or not seen.gave_answer:
        return NOT_APPLICABLE
    length = len(_flat(seen.answer.answer))
    allowed = ALLOWANCE * (len(seen.case.key) - len(missing_facts(seen)))
    return Part(min(1.0, allowed / length) if length else 0.0, 1)


def missing_facts(seen: Observed) -> list[str]:
    """The first wording of each fact that the answer does not state."""
    return [fact[0] for fact in seen.case.key if not any(states(seen.answer.answer, w) for w in fact)]


def forbidden_facts(seen: Observed) -> Part:
    """Forbidden statements found in the answer, of those listed; lower is better."""
    if not seen.case.forbidden:
        return NOT_APPLICABLE
    found = [text for text in seen.case.forbidden if states(seen.answer.answer, text)]
    return Part(len(found), len(seen.case.forbidden))


def states(answer: str, wording: str) -> bool:
    """Whether `wording` occurs in `answer`, numbers compared by value and unit.

    600万元 is stated by "6,000,000元" but not by "1600万元", 5% by 百分之五 but not by 15%.
    """
    return _contains(_items(answer), _items(wording)) or _contains_text(_flat(answer), _flat(wording))


def _flat(text: str) -> str:
    return _SPACE.sub("", unicodedata.normalize("NFKC", _MARKUP.sub("", text))).lower()


def _items(text: str) -> list[Item]:
    """Text and numbers in turn, beginning and ending with text (which may be empty)."""
    text = _MARKUP.sub("", text)
    items: list[Item] = []
    at = 0
    for number in find_numbers(text):
        if number.start >= at:
            items.append(_flat(text[at : number.start]))
        else:  # the other end of a range: at the same place
            items.append("")
        items.append(number)
        at = number.end
    return [*items, _flat(text[at:])]


def _contains(items: list[Item], wanted: list[Item]) -> bool:
    if len(wanted) == 1:
        return False  # no number in it: plain text decides
    return any(_match_at(items, wanted, start) for start in range(0, len(items) - len(wanted) + 1, 2))


def _match_at(items: list[Item], wanted: list[Item], start: int) -> bool:
    last = len(wanted) - 1
    for offset, want in enumerate(wanted):
        have = items[start + offset]
        if isinstance(want, Number) or isinstance(have, Number):
            if not (isinstance(want, Number) and isinstance(have, Number) and same(have, want)):
                return False
        elif offset == 0:
            if not have.endswith(want):
                return False
        elif offset == last:
            if not have.startswith(want):
                return False
        elif have != want:
            return False
    return True


def _contains_text(text: str, wanted: str) -> bool:
    """Plain occurrence, but not in the middle of a longer number."""
    if not wanted:
        return False
    before = r"(?<![0-9.])" if wanted[0].isdigit() else ""
    after = r"(?![0-9.%万亿千百])" if wanted[-1].isdigit() else ""
    if wanted[0] in _CHINESE_NUMERALS:
        before = f"(?<![{_CHINESE_NUMERALS}])"
    if wanted[-1] in _CHINESE_NUMERALS:
        after = f"(?![{_CHINESE_NUMERALS}])"
    return re.search(before + re.escape(wanted) + after, text) is not None
