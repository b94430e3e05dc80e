"""Reading order of a page set in columns: each column read to its end before the next.

Works on lines with a place, whatever library found them. A line that runs over the white space
between two columns is known by its `parts`, the pieces that wide gaps set apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from corpus.readers.pdf_lines import Line

_MIN_ROWS = 3  # rows on each side of a gutter
_MIN_CHARS = 8.0  # characters a row, on average, that prose has
_MIN_WIDTH = 10.0  # ems of a column of prose
_FULL = 0.85  # share of a column's width at which a row fills it
_FULL_SHARE = 0.5  # share of rows that fill a column of prose (list entries and table cells vary)
_ONE_SIDED_ROWS = 6  # beside so many rows of prose, whatever stands on the other side is a column too ...
_ONE_SIDED_GAP = 4.0  # ... where the gutter has this many ems
_GAP = 1.0  # ems of the narrowest gutter
_MAX_COLUMNS = 4


@dataclass(frozen=True, slots=True)
class Placed:
    """A piece of a line: where it stands, and the line it is of (to be kept whole out of columns)."""

    part: Line
    line: Line
    x0: float
    x1: float
    top: float
    size: float


def placed_parts(lines: Sequence[Line]) -> list[Placed] | None:
    """The pieces of lines from top to bottom; None where a line has no place."""
    found: list[Placed] = []
    for line in lines:
        for part in line.parts or (line,):
            if part.x0 is None or part.x1 is None or part.top is None or not part.size:
                return None
            found.append(Placed(part, line, part.x0, part.x1, part.top, part.size))
    return sorted(found, key=lambda piece: (round(piece.top, 1), piece.x0))


def in_columns(lines: Sequence[Line]) -> list[Line] | None:
    """The lines column by column; None where the page is not set in columns."""
    pieces = placed_parts(lines)
    if not pieces or len(pieces) < 2 * _MIN_ROWS:
        return None
    ordered = _ordered(pieces, _MAX_COLUMNS)
    if ordered is None:
        return None
    # what lies outside the columns keeps its lines whole, as they came
    result: list[Line] = []
    done: set[int] = set()
    for piece, of_column in ordered:
        if of_column:
            result.append(piece.part)
        elif id(piece.line) not in done:
            done.add(id(piece.line))
            result.append(piece.line)
    return result


def _ordered(pieces: list[Placed], depth: int) -> list[tuple[Placed, bool]] | None:
    """The pieces in reading order, each with whether it stands in a column; None without columns."""
    size = sorted(piece.size for piece in pieces)[len(pieces) // 2]
    best: list[tuple[int, int]] = []
    gutter = 0.0
    for x in _candidates(pieces, size):
        bands = _bands(pieces, x, size)
        if _weight(bands) > _weight(best):
            best, gutter = bands, x
    if not best:
        return None
    result: list[tuple[Placed, bool]] = []
    at = 0
    for start, end in best:
        result += [(piece, False) for piece in pieces[at:start]]
        for left in (True, False):
            side = [piece for piece in pieces[start:end] if _is_left(piece, gutter) is left]
            inner = _ordered(side, depth - 1) if depth > 1 else None
            edges = (min(piece.x0 for piece in side), max(piece.x1 for piece in side))
            for piece, of_inner in inner or [(piece, False) for piece in side]:
                part = piece.part if of_inner else replace(piece.part, column=edges)
                result.append((replace(piece, part=part), True))
        at = end
    return result + [(piece, False) for piece in pieces[at:]]


def _weight(bands: Sequence[tuple[int, int]]) -> int:
    return sum(end - start for start, end in bands)


def _is_left(piece: Placed, x: float) -> bool:
    return (piece.x0 + piece.x1) / 2 < x


def _candidates(pieces: Sequence[Placed], size: float) -> list[float]:
    """Middles of the gaps beside an edge that several rows share, as those of a column do."""
    found = set()
    for x in _shared(piece.x0 for piece in pieces):
        ends = {round(piece.x1) for piece in pieces if piece.x1 < x - 0.5 * _GAP * size}
        found |= {(end + x) / 2 for end in sorted(ends, reverse=True)[:4]}
    for x in _shared(piece.x1 for piece in pieces):
        starts = {round(piece.x0) for piece in pieces if piece.x0 > x + 0.5 * _GAP * size}
        found |= {(start + x) / 2 for start in sorted(starts)[:4]}
    return sorted(found)


def _shared(edges: Iterable[float]) -> list[int]:
    counts = Counter(round(x) for x in edges)
    return [x for x in counts if counts[x - 1] + counts[x] + counts[x + 1] >= _MIN_ROWS]


def _bands(pieces: Sequence[Placed], x: float, size: float) -> list[tuple[int, int]]:
    """Runs of pieces (index from, to) that all stand on one side of x, with columns on both."""
    bands: list[tuple[int, int]] = []
    start = 0
    for index in range(len(pieces) + 1):
        crosses = index < len(pieces) and pieces[index].x0 < x < pieces[index].x1
        if index < len(pieces) and not crosses:
            continue
        if index - start >= 2 * _MIN_ROWS and _are_columns(pieces[start:index], x, size):
            bands.append((start, index))
        start = index + 1
    return bands


def _are_columns(band: Sequence[Placed], x: float, size: float) -> bool:
    left = [piece for piece in band if _is_left(piece, x)]
    right = [piece for piece in band if not _is_left(piece, x)]
    if not left or not right:
        return False
    gap = min(piece.x0 for piece in right) - max(piece.x1 for piece in left)
    if gap < _GAP * size:
        return False
    prose = [_is_prose(left, size), _is_prose(right, size)]
    if all(prose):
        return True
    wide = gap >= _ONE_SIDED_GAP * size
    return wide and any(
        is_prose and len(side) >= _ONE_SIDED_ROWS and not _side_by_side(left, right, size)
        for is_prose, side in zip(prose, (left, right), strict=True)
    )


def _side_by_side(left: Sequence[Placed], right: Sequence[Placed], size: float) -> bool:
    """Whether the sides share most of their rows, as the cells of a table do."""
    few, many = sorted((left, right), key=len)
    if len(few) <= _MIN_ROWS:
        return False
    shared = sum(1 for piece in few if any(abs(piece.top - other.top) < 0.3 * size for other in many))
    return shared > 0.6 * len(few)


def _is_prose(side: Sequence[Placed], size: float) -> bool:
    rows: list[list[Placed]] = []
    for piece in side:
        if rows and abs(piece.top - rows[-1][0].top) < 0.5 * size:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    if len(rows) < _MIN_ROWS:
        return False
    if sum(len(piece.part.text) for piece in side) / len(rows) < _MIN_CHARS:
        return False
    span = max(piece.x1 for piece in side) - min(piece.x0 for piece in side)
    if span < _MIN_WIDTH * size:
        return False
    widths = [max(piece.x1 for piece in row) - min(piece.x0 for piece in row) for row in rows]
    return sum(1 for width in widths if width >= _FULL * span) >= _FULL_SHARE * len(rows)
