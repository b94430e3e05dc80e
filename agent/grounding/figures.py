"""Whether a figure of a sentence is the one that the cited clauses give for the same thing.

A figure is compared with its frame: the piece of the clause that it stands in, what leads up to it, the
headings over it (`agent.grounding.frames`). It must stand there under the same comparator, with no word
that excludes the sentence's (单个项目 for 单个企业), and no other figure of the kind may fit the sentence's
words better: that one would be its neighbour's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from agent.grounding.comparators import agree
from agent.grounding.frames import Frame, frames, frames_of, without_marker, words_of
from agent.grounding.wording import canonical, families, values_in
from agent.state import Span
from corpus.numbers import find_numbers, stated_in

# What a sentence may not add to a figure: the text must say it of this figure.
_TO_BE_SAID = {"sum": {0, 2}, "period": {0}}
_ALWAYS_SAID = (
    "tier",
    "level",
    "works",
    "first",
    "factory",
    "hours",
    "place",
    "size",
    "turn",
    "purse",
    "unit",
)
_SO_FAR = re.compile(r"累计|1[-—－–~至到]\d{1,2}月|前\d+个月|至今|年初")
_AND, _OR = re.compile(r"并且|而且|[,，]且|同时"), re.compile(r"或者|或(?![许]|有)")
_BETTER, _SPARE = 1.05, 0.2  # how much better another figure must fit


def wrong_figures(sentence: str, spans: Sequence[Span]) -> list[str]:
    """What is wrong with the figures of a sentence that `spans` state: comparator, qualifier, neighbour,
    conjunction."""
    stated = [frame for at, span in enumerate(spans) for frame in frames_of(span, at)]
    found: list[str] = []
    matched: list[tuple[Frame, Frame]] = []
    for claim in frames(sentence):
        if claim.number.kind in ("doc_number", "ordinal"):
            continue
        fault, frame = _match(claim, stated)
        if fault:
            found.append(fault)
        if frame is not None:
            matched.append((claim, frame))
    if _other_conjunction(canonical(sentence), matched, spans):
        found.append("conjunction")
    return list(dict.fromkeys(found))


def _match(claim: Frame, stated: Sequence[Frame]) -> tuple[str | None, Frame | None]:
    """The fault of a figure, and the frame of the clause that it is taken for."""
    same = [frame for frame in stated if stated_in(claim.number, [frame.number])]
    if not same:
        return None, None  # stands in the title or the headings, or nowhere: `unsupported` tells
    fitting = [frame for frame in same if agree(claim.comparator, frame.comparator)]
    if claim.number.kind == "date":
        fitting = same
    if not fitting:
        return "comparator", None
    if claim.number.kind == "date" and not _is_day(claim):
        return None, same[0]  # a month or a year is no figure of its own; `differs` looks at those beside it
    like = [frame for frame in fitting if not differs(claim, frame)]
    if not like:
        return "qualifier", None
    rivals = [
        frame
        for frame in stated
        if frame.number.kind == claim.number.kind
        and not stated_in(claim.number, [frame.number])
        and not differs(claim, frame)
    ]
    weights = _rarity([*like, *rivals])
    best = max(like, key=lambda frame: _likeness(claim, frame, weights))
    least = _likeness(claim, best, weights) * _BETTER + _SPARE
    if _is_day(claim):
        rivals = [rival for rival in rivals if _is_day(rival)]
    elif claim.number.kind == "date":
        rivals = []
    if any(_likeness(claim, one, weights) >= least for one in rivals):
        return "neighbour", best
    return None, best


def _is_day(frame: Frame) -> bool:
    """Whether a date names a day: a month or a year says when, and is seldom what is asked for."""
    return frame.number.kind == "date" and (frame.number.code or "").count("-") >= 2


def _rarity(found: Sequence[Frame]) -> dict[str, float]:
    """The words around figures, those that few of them have weighing more: they tell one from another."""
    counts = Counter(word for frame in found for word in frozenset().union(*_worded(frame)))
    return {word: 1 / count for word, count in counts.items()}


def _likeness(claim: Frame, frame: Frame, weights: Mapping[str, float]) -> float:
    """Words shared, those of the figure's own piece counting twice; figures beside it count as words."""
    said = frozenset().union(*_worded(claim))
    own, around = _worded(frame)
    return sum(weights.get(word, 0.0) for part in (said & own, said & (own | around)) for word in part)


def _worded(frame: Frame) -> tuple[frozenset[str], frozenset[str]]:
    """The words and other figures of a frame's own piece; and those around it."""
    around = f"{frame.back} {frame.after}"
    return frame.near | _figures(frame.own, frame), words_of(around) | _figures(around, frame)


def _figures(text: str, frame: Frame) -> frozenset[str]:
    return frozenset(
        f"#{number.key}"
        for number in find_numbers(text)
        if number.kind != "weak" and number.key != frame.number.key
    )


def differs(claim: Frame, frame: Frame) -> bool:
    """Whether the sentence says of a figure what excludes, or is not, what the clause says of it."""
    near, wide = frame.own + frame.back, frame.over + frame.after
    said = claim.own + claim.back
    for family in families():
        asked = values_in(claim.own, family) or values_in(said, family)
        if not asked:
            continue
        have = values_in(frame.own, family) or values_in(near, family)
        if family in _ALWAYS_SAID:
            have = have or values_in(wide, family)
        if have and not asked & have:
            return True
        if (asked - values_in(near + frame.over, family)) & _TO_BE_SAID.get(family, set()):
            return True
        if family in _ALWAYS_SAID and asked - values_in(near + wide + frame.block, family):
            return True
    months, have_months = _months(said), _months(frame.own) or _months(near) or _months(frame.block)
    if claim.number.kind != "date" and months and have_months and not months <= have_months:
        return True
    return bool(_SO_FAR.search(near)) and not _SO_FAR.search(said) and bool(re.search(r"\d+月", said))


def _months(text: str) -> frozenset[str]:
    return frozenset(
        match[1]
        for number in find_numbers(text)
        if number.kind == "date" and (match := re.search(r"-(\d\d)", number.code or ""))
    )


def _other_conjunction(sentence: str, matched: Sequence[tuple[Frame, Frame]], spans: Sequence[Span]) -> bool:
    """Whether two figures are joined by 且 where the clause joins them by 或, or the other way round."""
    for (first, one), (second, other) in pairwise(matched):
        if one.at[0] != other.at[0] or " | " in spans[one.at[0]].text:
            continue
        said = sentence[first.number.end : second.number.start]
        text = canonical(without_marker(spans[one.at[0]].text))
        written = text[min(one.at[1], other.at[1]) : max(one.at[1], other.at[1])]
        if (_AND.search(said) and _OR.search(written)) or (_OR.search(said) and _AND.search(written)):
            return True
    return False
