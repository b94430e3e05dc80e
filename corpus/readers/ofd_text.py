"""From the objects of an OFD page to runs of text and drawn lines (points, y downwards)."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from corpus.readers.ofd_package import (
    POINTS,
    PageContent,
    PlacedObject,
    apply,
    numbers,
)
from corpus.readers.pdf_lines import PART_GAP
from corpus.readers.pdf_tables import Edge
from corpus.readers.placed_text import Run

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_RULE = 3.0  # points up to which a drawn box is a line
_TILT = 0.09  # sine of the angle (5°) from which text is a watermark
_PATH = re.compile(r"[MLQBASC]|-?\d+(?:\.\d+)?(?:[eE]-?\d+)?")
_ARGUMENTS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
_MAX_TOKENS = 20_000  # of a path: beyond it is a drawing, not a table's rules


def runs(page: PageContent) -> list[Run]:
    """The visible text of a page. Text drawn twice at a place (for bold) is taken once; text set at
    an angle (a watermark) is left out."""
    seen: set[tuple[str, int, int]] = set()
    found: list[Run] = []
    left, top, width, height = (value * POINTS for value in page.box)
    for item in page.objects:
        if item.kind != "TextObject":
            continue
        for run in _runs_of(item):
            key = (run.text, round(run.x0), round(run.baseline))
            inside = left - 6 <= run.x0 <= left + width + 6 and top - 6 <= run.baseline <= top + height + 6
            if key not in seen and inside and run.text.strip():
                seen.add(key)
                found.append(run)
    return found


def _runs_of(item: PlacedObject) -> Iterator[Run]:
    element, transform = item.element, item.transform
    a, b, c, d, _, _ = transform
    scale = math.sqrt(abs(a * d - b * c)) or 1.0
    if (element.get("Alpha") or "").strip() == "0" or abs(b) > _TILT * (math.hypot(a, b) or 1.0):
        return
    size = _number(element.get("Size"), 0.0)
    x = y = 0.0
    for code in element:
        if not (isinstance(code.tag, str) and code.tag.rpartition("}")[2] == "TextCode"):
            continue
        text = "".join(
            char for char in (code.text or "").replace("\t", " ") if unicodedata.category(char) != "Cc"
        )
        # a code without X or Y goes on from the one before
        x, y = _number(code.get("X"), x), _number(code.get("Y"), y)
        across, down = _deltas(code, "DeltaX", len(text)), _deltas(code, "DeltaY", len(text))
        for piece, x0, x1, at in _pieces(text, x, y, size, across, down):
            (start, baseline), (end, _) = apply(transform, x0, at), apply(transform, x1, at)
            yield Run(piece, start * POINTS, end * POINTS, baseline * POINTS, (size * scale or 1.0) * POINTS)


def _pieces(
    text: str, x: float, y: float, size: float, across: Sequence[float], down: Sequence[float]
) -> Iterator[tuple[str, float, float, float]]:
    """Text, start, end and baseline of each stretch without a wide gap or a step to another line."""
    start, piece, right = x, "", x
    for index, char in enumerate(text):
        if text[index : index + 2] == "  " and piece.strip():
            # blanks of a form, over which other text may be set
            yield piece, start, right, y
            piece = ""
        start = start if piece else x
        piece += char
        width = _width(char, size)
        right = x + width
        if index + 1 == len(text):
            break
        step = across[index] if index < len(across) else 0.0 if index < len(down) and down[index] else width
        fall = down[index] if index < len(down) else 0.0
        if abs(fall) > 0.3 * size or step - width > PART_GAP * size or step < -width:
            yield piece, start, right, y
            piece = ""
        elif step - width > 0.6 * size:
            piece += " "
        x, y = x + step, y + fall
    if piece:
        yield piece, start, right, y


def _width(char: str, size: float) -> float:
    return size if unicodedata.east_asian_width(char) in "WFA" else 0.5 * size


def _deltas(code: Element, name: str, count: int) -> list[float]:
    """The steps from character to character, `g count value` written out, no more than needed."""
    tokens = iter((code.get(name) or "").replace(",", " ").split())
    steps: list[float] = []
    for token in tokens:
        if len(steps) >= count:
            break
        if token == "g":
            times = _number(next(tokens, None), 0.0)
            steps += [_number(next(tokens, None), 0.0)] * max(0, min(int(times), count - len(steps)))
        else:
            steps.append(_number(token, 0.0))
    return steps


def _number(text: str | None, default: float) -> float:
    found = numbers(text, 1)
    return found[0] if found else default


def rules(page: PageContent) -> list[Edge]:
    """The horizontal and vertical lines drawn on a page, also as thin boxes or as outlines."""
    edges: list[Edge] = []
    for item in page.objects:
        if item.kind != "PathObject":
            continue
        points = _outlines(item)
        edges += [edge for outline in points for edge in _edges(outline)]
        if len(edges) > _MAX_TOKENS:
            return []
    return edges


def _outlines(item: PlacedObject) -> Iterator[list[tuple[float, float]]]:
    """The straight-lined outlines of a path, in points; curves are stepped over."""
    data = next(
        (child.text or "" for child in item.element
         if isinstance(child.tag, str) and child.tag.endswith("AbbreviatedData")), "",
    )  # fmt: skip
    tokens = _PATH.findall(data[: _MAX_TOKENS * 8])
    outline: list[tuple[float, float]] = []
    at = 0
    while at < len(tokens):
        command = tokens[at]
        count = _ARGUMENTS.get(command)
        if count is None:
            at += 1
            continue
        arguments = numbers(" ".join(tokens[at + 1 : at + 1 + count]), count) if count else ()
        at += 1 + count
        if command in ("M", "S") or arguments is None:
            if len(outline) > 1:
                yield outline
            outline = []
        if command == "C" and outline:
            outline.append(outline[0])
        elif arguments:
            x, y = apply(item.transform, arguments[-2], arguments[-1])
            if command in ("Q", "B", "A") and len(outline) > 1:
                yield outline
                outline = []
            outline.append((x * POINTS, y * POINTS))
    if len(outline) > 1:
        yield outline


def _edges(outline: Sequence[tuple[float, float]]) -> Iterator[Edge]:
    xs, ys = [x for x, _ in outline], [y for _, y in outline]
    x0, x1, top, bottom = min(xs), max(xs), min(ys), max(ys)
    if bottom - top <= _RULE < x1 - x0:
        yield Edge("h", x0, x1, (top + bottom) / 2, (top + bottom) / 2)
    elif x1 - x0 <= _RULE < bottom - top:
        yield Edge("v", (x0 + x1) / 2, (x0 + x1) / 2, top, bottom)
    else:
        for (ax, ay), (bx, by) in pairwise(outline):
            if abs(ay - by) < 0.5 < abs(ax - bx):
                yield Edge("h", min(ax, bx), max(ax, bx), ay, ay)
            elif abs(ax - bx) < 0.5 < abs(ay - by):
                yield Edge("v", ax, ax, min(ay, by), max(ay, by))
