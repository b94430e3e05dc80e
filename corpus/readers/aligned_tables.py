"""Tables without rules: rows whose pieces stand in columns, where figures make it plain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from corpus.readers.page_order import Placed, placed_parts
from corpus.readers.pdf_lines import Box, Line
from corpus.readers.pdf_tables import FoundTable, as_table

_MIN_ROWS = 3
_FILLED = 0.7  # share of the cells that hold something
_FIGURES = 0.6  # share of a column's cells, below the head, that are figures
_STEP = 3.0  # ems from row to row beyond which a table has ended
_FIGURE = re.compile(r"[+\-−–—]?[¥￥]?\d[\d,，.]*\s*(?:%|％|个百分点|万|亿|元)*|[—\-–/]+")
_CELL_MAX = 40  # characters; a longer piece is prose


def aligned_tables(lines: Sequence[Line], page: int) -> list[tuple[FoundTable, list[Line]]]:
    """The tables without rules among a page's lines, each with the lines that it is made of.

    Three rows or more of two pieces or more; the pieces fall into columns that do not overlap; one
    column is of figures (with two columns: of nothing else). Anything less plain stays text.
    """
    if sum(1 for line in lines if line.parts) < _MIN_ROWS:
        return []
    pieces = placed_parts(lines)
    if pieces is None:
        return []
    found: list[tuple[FoundTable, list[Line]]] = []
    for rows in _runs(_rows(pieces)):
        while len(rows) >= _MIN_ROWS:
            table = _table(rows, page)
            if table is not None:
                of_table = {id(piece.line) for row in rows for piece in row}
                found.append((table, [line for line in lines if id(line) in of_table]))
                break
            rows = rows[1:]  # a caption or unit line with a gap in it may stand above the head
    return found


def _rows(pieces: Sequence[Placed]) -> list[list[Placed]]:
    rows: list[list[Placed]] = []
    for piece in pieces:
        if rows and abs(piece.top - rows[-1][0].top) < 0.5 * piece.size:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda piece: piece.x0) for row in rows]


def _runs(rows: Sequence[list[Placed]]) -> list[list[list[Placed]]]:
    """Stretches of rows with two pieces or more, close to one another."""
    runs: list[list[list[Placed]]] = []
    last: list[Placed] | None = None
    for row in rows:
        is_cells = len(row) >= 2 and all(len(piece.part.text) <= _CELL_MAX for piece in row)
        near = last is not None and row[0].top - last[0].top <= _STEP * row[0].size
        if not is_cells:
            last = None
            continue
        if last is not None and near:
            runs[-1].append(row)
        else:
            runs.append([row])
        last = row
    return runs


def _table(rows: Sequence[list[Placed]], page: int) -> FoundTable | None:
    columns = _columns(rows)
    if len(columns) < 2:
        return None
    grid = [_cells(row, columns) for row in rows]
    if any(row is None for row in grid):
        return None
    texts = [row for row in grid if row is not None]
    filled = sum(1 for row in texts for cell in row if cell)
    if filled < _FILLED * len(texts) * len(columns) or not _has_figures(texts):
        return None
    # edges midway between columns and between rows
    xs = [columns[0][0], *((left[1] + right[0]) / 2 for left, right in pairwise(columns)), columns[-1][1]]
    tops = [row[0].top for row in rows]
    ys = [*tops, tops[-1] + 1.2 * rows[-1][0].size]
    cells: list[tuple[Box, str]] = [
        ((xs[column], ys[index], xs[column + 1], ys[index + 1]), text)
        for index, row in enumerate(texts)
        for column, text in enumerate(row)
    ]
    return as_table(cells, page)


def _columns(rows: Sequence[Sequence[Placed]]) -> list[tuple[float, float]]:
    """Stretches of the width that hold pieces, with white space over all rows between them."""
    spans = sorted((piece.x0, piece.x1) for row in rows for piece in row)
    size = rows[0][0].size
    columns: list[tuple[float, float]] = []
    for left, right in spans:
        if columns and left < columns[-1][1] + 0.3 * size:
            columns[-1] = (columns[-1][0], max(columns[-1][1], right))
        else:
            columns.append((left, right))
    return columns


def _cells(row: Sequence[Placed], columns: Sequence[tuple[float, float]]) -> list[str] | None:
    """A row's texts by column; None where two pieces fall into one."""
    cells = [""] * len(columns)
    for piece in row:
        middle = (piece.x0 + piece.x1) / 2
        place = next(index for index, (left, right) in enumerate(columns) if left <= middle <= right)
        if cells[place]:
            return None
        cells[place] = piece.part.text
    return cells


def _has_figures(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a column that is not the first is of figures below the head."""
    width = len(rows[0])
    if any("：" in cell or ":" in cell for row in rows for cell in row[:1]):
        return False  # 联系人：…  电话：…
    needed = _FIGURES if width > 2 else 1.0
    for column in range(1, width):
        cells = [row[column] for row in rows[1:] if row[column]]
        figures = sum(1 for cell in cells if _FIGURE.fullmatch(cell))
        if len(cells) >= 2 and figures >= needed * len(cells) and any(cell[-1:].isdigit() for cell in cells):
            return True
    return False
