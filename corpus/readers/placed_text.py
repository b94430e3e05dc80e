"""Text by its place on a page, as OFD and character recognition give it: runs to lines and cells.

Coordinates are points from the page's top left corner (y downwards).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from corpus.readers.common import clean, join_lines
from corpus.readers.pdf_lines import PART_GAP, Box, Line

_SAME_LINE = 0.5  # share of the size by which baselines of one line may differ
_WORD_GAP = 0.25  # ems from which a gap is a space


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text on one baseline."""

    text: str
    x0: float
    x1: float
    baseline: float
    size: float


def lines(found: Sequence[Run], number: int) -> list[Line]:
    """Runs on one baseline as one line, from top to bottom; wide gaps leave `parts`."""
    rows: list[list[Run]] = []
    for run in sorted(found, key=lambda run: (run.baseline, run.x0)):
        if rows and abs(run.baseline - rows[-1][0].baseline) <= _SAME_LINE * min(run.size, rows[-1][0].size):
            rows[-1].append(run)
        else:
            rows.append([run])
    result: list[Line] = []
    for row in rows:
        pieces: list[list[Run]] = []
        for run in sorted(row, key=lambda run: run.x0):
            if pieces and run.x0 - pieces[-1][-1].x1 <= PART_GAP * run.size:
                pieces[-1].append(run)
            else:
                pieces.append([run])
        parts = [line for line in (_line(piece, number) for piece in pieces) if line.text]
        if parts:
            whole = _line([run for piece in pieces for run in piece], number)
            result.append(whole if len(parts) == 1 else replace(whole, parts=tuple(parts)))
    return result


def _line(row: Sequence[Run], number: int) -> Line:
    text = row[0].text
    for before, run in pairwise(row):
        text += (" " if run.x0 - before.x1 > _WORD_GAP * run.size else "") + run.text
    size = round(row[len(row) // 2].size, 1)
    top = min(run.baseline - 0.88 * run.size for run in row)
    return Line(clean(text), number, row[0].x0, max(run.x1 for run in row), top, size)


def texts_in(boxes: Sequence[Box], found: Sequence[Run], number: int) -> tuple[list[str], list[Run]]:
    """The text of each box (lines by newline), and the runs that stand in none."""
    inside: list[list[Run]] = [[] for _ in boxes]
    outside: list[Run] = []
    for run in found:
        x, y = (run.x0 + run.x1) / 2, run.baseline - 0.35 * run.size
        place = next(
            (index for index, box in enumerate(boxes) if box[0] <= x <= box[2] and box[1] <= y <= box[3]),
            None,
        )
        (outside if place is None else inside[place]).append(run)
    texts = [_cell_text(lines(group, number), box) for group, box in zip(inside, boxes, strict=True)]
    return texts, outside


def _cell_text(found: Sequence[Line], box: Box) -> str:
    """A cell's lines as one: wrapped ones joined, those that someone broke kept apart by a space."""
    text = ""
    for before, line in zip((None, *found), found, strict=False):
        room = box[2] - box[0]
        apart = before is not None and _length(before) + _length(line) < room and _says_much(before, line)
        text = f"{text} {line.text}" if apart else join_lines((text, line.text))
    return text


def _length(line: Line) -> float:
    return (line.x1 or 0.0) - (line.x0 or 0.0) + (line.size or 0.0)


def _says_much(first: Line, second: Line) -> bool:
    """Whether two lines are things of their own, and not one word (投资 / 完成) of a narrow head."""
    return any(len(line.text) > 6 or re.search(r"[\d：:]", line.text) for line in (first, second))
