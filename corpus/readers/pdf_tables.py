"""Ruled tables of a PDF page, by pdfplumber, their merged cells resolved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corpus.readers.common import clean
from corpus.readers.pdf_lines import Box

if TYPE_CHECKING:
    from pdfplumber.page import Page
    from pypdfium2 import PdfPage

_MIN_SEGMENTS = 8  # path segments (moves and lines): two by two cells have 12 and more
_NEAR = 1.0  # points within which two edges are one


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table on a page: its cells' texts, each merged cell repeated, and its box."""

    rows: tuple[tuple[str, ...], ...]
    box: Box
    page: int


def has_rules(page: PdfPage) -> bool:
    """Whether a page has enough drawn lines to hold a table: cheap, by pdfium."""
    import pypdfium2.raw as raw

    segments = 0
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH]):
        segments += max(0, raw.FPDFPath_CountSegments(item))
        if segments >= _MIN_SEGMENTS:
            return True
    return False


def find(page: Page, number: int) -> list[FoundTable]:
    """The tables of a page with at least two rows and two columns, from top to bottom."""
    tables: list[FoundTable] = []
    for table in page.find_tables():
        rows = _grid(table)
        filled = sum(1 for row in rows for cell in row if cell)
        if len(rows) >= 2 and len(rows[0]) >= 2 and filled >= 3:
            x0, top, x1, bottom = table.bbox
            tables.append(FoundTable(tuple(map(tuple, rows)), (x0, top, x1, bottom), number))
    return sorted(tables, key=lambda found: found.box[1])


def _grid(table: Any) -> list[list[str]]:
    """Texts by row and column; a place that a merged cell covers has that cell's text."""
    texts: dict[Box, str] = {}
    for row, values in zip(table.rows, table.extract(), strict=True):
        for box, value in zip(row.cells, values, strict=True):
            if box is not None:
                texts[box] = "\n".join(filter(None, map(clean, (value or "").split("\n"))))
    xs = _edges([box[0] for box in texts] + [box[2] for box in texts])
    ys = _edges([box[1] for box in texts] + [box[3] for box in texts])
    grid: list[list[str]] = []
    for top, bottom in zip(ys, ys[1:], strict=False):
        y = (top + bottom) / 2
        line = []
        for left, right in zip(xs, xs[1:], strict=False):
            x = (left + right) / 2
            line.append(next((text for box, text in texts.items() if _covers(box, x, y)), ""))
        grid.append(line)
    return grid


def _covers(box: Box, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _edges(values: list[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _NEAR:
            edges.append(value)
    return edges
