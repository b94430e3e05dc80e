"""What a figure is of: the words around it, in a sentence and in a clause."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from agent.grounding.comparators import comparators, without_comparators
from agent.grounding.wording import canonical
from agent.lexis import content, tokens
from agent.state import Span
from corpus.numbers import Number, find_numbers, stated_numbers

_CELLS = " | "
_MARKER = re.compile(
    r"^\s*(?:第[一二三四五六七八九十百零\d]+条|[(（][一二三四五六七八九十\d]+[)）]|[一二三四五六七八九十\d]+[、.])\s*"
)
_PIECE = re.compile(r"[^，,:：。；;！!？?\n]*[，,:：。；;！!？?\n]?")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a canonical text between commas; `sentence` counts the stops before it."""

    text: str
    start: int
    end: int
    sentence: int
    block: int = 0  # counts the full stops alone: 。 ends what a ； does not


@dataclass(frozen=True, slots=True)
class Frame:
    """A figure with the words that say what it is of, all canonical.

    `own`: the piece that it stands in; `back`: what leads up to it; `over`: title, headings, and the
    sentence over a list or the header over a column.
    """

    number: Number
    comparator: str | None
    own: str
    back: str
    over: str = ""
    after: str = ""
    block: str = ""  # the sentence as a whole
    at: tuple[int, int] = (0, 0)  # which text, which place: two figures of one clause share the first
    near: frozenset[str] = field(default_factory=frozenset)
    wide: frozenset[str] = field(default_factory=frozenset)


def pieces(text: str) -> list[Piece]:
    """The pieces of a canonical text in order; a heading of an item (（一）上限。) leads into the next."""
    found: list[Piece] = []
    sentence = block = 0
    for match in _PIECE.finditer(text):
        if not match.group().strip():
            continue
        found.append(Piece(match.group(), match.start(), match.end(), sentence, block))
        last = match.group().rstrip()[-1:]
        headed = last == "。" and _MARKER.match(match.group()) and len(match.group()) <= 14
        if last in "。！!？?；;" and not headed:
            sentence += 1
        if last in "。！!？?" and not headed:
            block += 1
        if match.group().endswith("\n") and last not in ":：，,":
            sentence += 1
            block += 1
    return found


def words_of(text: str) -> frozenset[str]:
    """The tokens of a text that say what it is about: without figures, comparators and particles."""
    plain = canonical(text)
    for number in sorted(find_numbers(plain), key=lambda number: -number.start):
        plain = f"{plain[: number.start]},{plain[number.end :]}"
    return frozenset(token for token in tokens(content(without_comparators(plain))) if len(token) > 1)


def frames(text: str, over: str = "", of: int = 0) -> list[Frame]:
    """The frame of every figure of a text."""
    plain = canonical(text)
    numbers = [number for number in find_numbers(plain) if number.kind != "weak"]
    classes = comparators(plain, numbers)
    parts = pieces(plain)
    found = []
    for number, comparator in zip(numbers, classes, strict=True):
        at = next((n for n, part in enumerate(parts) if part.start <= number.start < part.end), None)
        if at is None:
            continue
        back = _back(parts, at, number, numbers)
        block = "".join(part.text for part in parts if part.block == parts[at].block)
        after = "".join(part.text for part in parts[at + 1 :] if part.sentence == parts[at].sentence)
        frame = Frame(
            number, comparator, _narrow(plain, parts[at], number, numbers), back, over, after, block
        )
        found.append(_worded(replace(frame, at=(of, number.start))))
    return found


def _narrow(plain: str, part: Piece, number: Number, numbers: Sequence[Number]) -> str:
    """The part of a piece that belongs to the figure: what stands between 、 where each has its own."""
    others = [o for o in numbers if part.start <= o.start < part.end and o.start != number.start]
    like = [other for other in others if other.kind == number.kind]
    if not like or ("、" not in part.text and "和" not in part.text and "比" not in part.text):
        return part.text
    begin, end = part.start, part.end
    for other in like:
        cut = max((plain.rfind(mark, other.end, number.start) for mark in "、和比"), default=-1)
        if other.end <= number.start and cut >= 0:
            begin = max(begin, cut + 1)
        cut = next(
            (
                plain.find(m, number.end, other.start)
                for m in "、和比"
                if m in plain[number.end : other.start]
            ),
            -1,
        )
        if other.start >= number.end and cut >= 0:
            end = min(end, cut)
    inner = plain[begin:end]
    return inner if words_of(inner) else part.text


def _back(parts: Sequence[Piece], at: int, number: Number, numbers: Sequence[Number]) -> str:
    """The pieces before, up to the stop or to the one that holds a figure of the same kind."""
    found: list[str] = []
    for part in reversed(parts[:at]):
        if part.sentence != parts[at].sentence:
            break
        inside = [other for other in numbers if part.start <= other.start < part.end]
        if any(other.kind == number.kind and other.kind != "date" for other in inside):
            break
        found.append(part.text)
    return "".join(reversed(found))


def _worded(frame: Frame) -> Frame:
    near = words_of(frame.own)
    return replace(frame, near=near, wide=near | words_of(frame.back) | words_of(frame.over))


def without_marker(text: str) -> str:
    """A clause without the number that it begins with."""
    return _MARKER.sub("", text)


def frames_of(span: Span, of: int = 0) -> list[Frame]:
    """The frames of a cited clause; a figure of a table's row has its column's header over it."""
    over = "\n".join([span.evidence.title, *span.evidence.heading_path])
    lead = span.lead or ""
    if _CELLS in span.text:
        return [frame for line in span.text.split("\n") for frame in _row(line, lead, over, of)]
    return frames(without_marker(span.text), f"{over}\n{lead}", of)


def _row(line: str, lead: str, over: str, of: int) -> list[Frame]:
    cells, header = line.split(_CELLS), lead.split(_CELLS)
    found = []
    for at, cell in enumerate(cells):
        head = header[at] if len(header) == len(cells) else ""
        name = cells[0] if at else ""
        for number in stated_numbers(canonical(f"{head}\n{cell}" if head else cell)):
            if number.kind == "weak":
                continue
            plain = canonical(f"{name}{head}:{cell}")
            own = find_numbers(plain)
            comparator = comparators(plain, own)[-1] if own else None
            if comparator is None and re.search(r"上限|最高|限额", head):
                comparator = "most"
            found.append(_worded(Frame(number, comparator, plain, name, over, at=(of, at))))
    return found
