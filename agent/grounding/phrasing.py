"""Whether a sentence in a model's own words says no more than the clauses it cites.

"The number occurs in the evidence" lets through too much (../shared/DESIGN.md, section 6): a combined cap
given as the single one, 以上 for 以下. So a figure must stand in one cited span, under the same comparator
and the same qualifier, and most of the sentence's words must stand there or in the question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.grounding.numbers import unsupported
from agent.lexis import content, lexicon, normalise, tokens
from agent.state import Span
from corpus.numbers import Number, find_numbers, stated_in

WORDS_OF_ITS_OWN = 0.5  # share of a sentence's bigrams that may stand neither in span nor question
FEW = 6  # fewer of them are how one speaks, in a sentence however short
_AROUND = 8  # characters before and after a figure in which its comparator stands

_COMPARATORS = (
    ("least", r"不低于|不少于|不小于|至少|以上|达到|起(?=[，。；]|$)"),
    ("most", r"不超过|不高于|不多于|不大于|至多|最多|最高|以下|以内|上限|封顶|之内"),
    ("more", r"(?<!不)超过|(?<!不)高于|(?<!不)大于|(?<!不)多于"),
    ("less", r"(?<!不)低于|(?<!不)少于|(?<!不)小于|不足|不到|未满"),
)
_ANY_COMPARATOR = re.compile("|".join(pattern for _, pattern in _COMPARATORS))
_PROMISE = re.compile(r"一定(?:能|可以|会)|保证(?:能|通过|获)|肯定(?:能|可以)|必然(?:能|获)|包过")


def faults(sentence: str, spans: Sequence[Span], question: str) -> list[str]:
    """What is wrong with a sentence, by name; [] where nothing is.

    uncited, number, comparator, qualifier, words, promise.
    """
    if not spans:
        return ["uncited"]
    found = []
    if unsupported(sentence, spans):
        found.append("number")
    else:
        texts = [_text(span) for span in spans]
        numbers = [number for number in find_numbers(normalise(sentence)) if number.kind != "weak"]
        if not all(any(_same_comparator(number, sentence, text) for text in texts) for number in numbers):
            found.append("comparator")
        if numbers and not any(_same_qualifiers(sentence, text) for text in texts):
            found.append("qualifier")
    said = {token for token in tokens(_own_words(sentence)) if len(token) > 1}
    known = tokens(normalise(question)).union(*(tokens(normalise(_text(span))) for span in spans))
    own = said - known
    if len(own) >= FEW and len(own) / len(said) > WORDS_OF_ITS_OWN:
        found.append("words")
    if _PROMISE.search(sentence):
        found.append("promise")
    return found


def _own_words(sentence: str) -> str:
    """Without figures and comparators, which are judged by themselves, and without particles."""
    plain = normalise(sentence)
    for number in sorted(find_numbers(plain), key=lambda number: -number.start):
        plain = f"{plain[: number.start]} {plain[number.end :]}"
    return content(_ANY_COMPARATOR.sub(" ", plain))


def _text(span: Span) -> str:
    evidence = span.evidence
    return "\n".join([evidence.title, *evidence.heading_path, span.lead or "", span.text])


def _same_comparator(number: Number, sentence: str, text: str) -> bool:
    """Whether some statement of the number in `text` has the comparator that the sentence gives it."""
    plain = normalise(text)
    wanted = _comparator(normalise(sentence), number)
    stated = [other for other in find_numbers(plain) if stated_in(number, [other])]
    # found in the heading or by sum of a list: `unsupported` has let it pass, nothing to compare with
    return not stated or any(_comparator(plain, other) == wanted for other in stated)


def _comparator(text: str, number: Number) -> str | None:
    """The class of the comparator nearest to a figure, before it or right behind it."""
    before = re.split(r"[，。；、\n]", text[max(0, number.start - _AROUND) : number.start])[-1]
    after = re.split(r"[，。；\n]", text[number.end : number.end + _AROUND // 2])[0]
    classes = [name for name, pattern in _COMPARATORS if re.search(pattern, f"{before}|{after}")]
    return classes[0] if classes else None


def _same_qualifiers(sentence: str, text: str) -> bool:
    """单个项目 in the sentence and 合计 in the text speak of different figures."""
    groups = lexicon()["qualifiers"]["groups"]
    said = [group for group in groups if any(word in sentence for word in group)]
    return all(any(word in text for word in group) for group in said)
