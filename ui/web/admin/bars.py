"""Stacked bars by day as the numbers of an SVG; the template draws them in the page's own colours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ui.accounts.usage import Day

WIDTH, HEIGHT = 960, 240
LEFT, TOP, BOTTOM = 44, 10, 26
_LABELS = 10  # dates under the bars at most


@dataclass(frozen=True, slots=True)
class Piece:
    """A rectangle of a bar: so many answers of a status."""

    status: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A day: its pieces, and the middle of it for the label (None: unlabelled, for want of room)."""

    day: date
    total: int
    x: float
    width: float
    pieces: tuple[Piece, ...]
    label: str | None


@dataclass(frozen=True, slots=True)
class Chart:
    """`ticks`: the marks of the scale, each with its height."""

    bars: tuple[Bar, ...]
    ticks: tuple[tuple[int, float], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    ground: int = HEIGHT - BOTTOM


def bars(days: Sequence[Day], statuses: Sequence[str]) -> Chart:
    """The chart of some days, the statuses stacked in their order."""
    top = _top(max((day.total for day in days), default=0))
    room = HEIGHT - TOP - BOTTOM
    step = (WIDTH - LEFT) / max(1, len(days))
    every = math.ceil(len(days) / _LABELS)
    made = []
    for number, day in enumerate(days):
        x, y = LEFT + number * step, float(HEIGHT - BOTTOM)
        pieces = []
        for status in statuses:
            height = day.counts.get(status, 0) / top * room
            if height:
                y -= height
                pieces.append(
                    Piece(
                        status, round(x + step * 0.15, 2), round(y, 2), round(step * 0.7, 2), round(height, 2)
                    )
                )
        label = day.day.strftime("%m-%d") if (len(days) - 1 - number) % every == 0 else None
        made.append(Bar(day.day, day.total, round(x, 2), round(step, 2), tuple(pieces), label))
    marks = range(0, top + 1, top // 4)
    ticks = tuple((mark, round(HEIGHT - BOTTOM - mark / top * room, 2)) for mark in marks)
    return Chart(tuple(made), ticks)


def _top(most: int) -> int:
    """The end of the scale: a round number that four marks divide."""
    if most <= 4:
        return 4
    size = 10 ** (len(str(most)) - 1)
    return next(end for end in (size * n for n in (1, 2, 4, 8, 12, 20)) if end >= most and end % 4 == 0)
