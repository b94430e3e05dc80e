"""Ruled tables of a PDF page, by pdfplumber, their merged cells resolved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from corpus.readers.common import clean
from corpus.readers.pdf_lines import Box

if TYPE_CHECKING:
    from pdfplumber.page import Page
    from pypdfium2 import PdfPage

_MIN_SEGMENTS = 8  # path segments (moves and lines): two by two cells have 12 and more
_SAME_OUTLINE = 3.0  # points by which a table's parts on two pages may differ
_BOX_POINTS = 5
_ROUNDING = 0.01  # points by which a corner of a box may be off
_NEAR = 1.0  # points within which two edges are one


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table on a page: its cells (box and text), and its own box."""

    cells: tuple[tuple[Box, str], ...]
    box: Box
    page: int

    def columns(self) -> list[float]:
        """The edges of the columns, from left to right."""
        return _edges([x for box, _ in self.cells for x in (box[0], box[2])])

    def rows(self, columns: list[float] | None = None) -> list[list[str]]:
        """Texts by row and column; a place that a merged cell covers has that cell's text.

        `columns` are edges to use instead of the table's own: those of all pages that it spans.
        """
        xs = columns or self.columns()
        ys = _edges([y for box, _ in self.cells for y in (box[1], box[3])])
        places = [
            ((left + right) / 2, (top + bottom) / 2)
            for top, bottom in pairwise(ys)
            for left, right in pairwise(xs)
        ]
        texts = [next((text for box, text in self.cells if _covers(box, x, y)), "") for x, y in places]
        width = len(xs) - 1
        return [texts[start : start + width] for start in range(0, len(texts), width)]


def shared_columns(tables: Sequence[FoundTable]) -> list[float] | None:
    """The edges of the columns of one table in parts, None where the parts differ in their outline."""
    first, last = tables[0].box, tables[-1].box
    if abs(first[0] - last[0]) > _SAME_OUTLINE or abs(first[2] - last[2]) > _SAME_OUTLINE:
        return None
    return _edges([x for table in tables for x in table.columns()])


def has_rules(page: PdfPage) -> bool:
    """Whether a page has enough drawn lines to hold a table: cheap, by pdfium."""
    import pypdfium2.raw as raw

    segments = 0
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH]):
        segments += max(0, raw.FPDFPath_CountSegments(item))
        if segments >= _MIN_SEGMENTS:
            return True
    return False


@dataclass(frozen=True, slots=True)
class Edge:
    """A drawn line: orientation "h" or "v", and its ends."""

    orientation: str
    x0: float
    x1: float
    top: float
    bottom: float


def cells_of(edges: Sequence[Edge]) -> list[list[Box]]:
    """The cells that drawn lines enclose, a list a table, by pdfplumber's way of joining lines."""
    from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

    drawn = [
        {
            **{"orientation": edge.orientation, "object_type": "line"},
            **{"x0": edge.x0, "x1": edge.x1, "top": edge.top, "bottom": edge.bottom},
            **{"width": edge.x1 - edge.x0, "height": edge.bottom - edge.top, "doctop": edge.top},
        }
        for edge in edges
    ]
    if len(drawn) < _MIN_SEGMENTS // 2:
        return []
    merged = merge_edges(drawn, 3, 3, 3, 3)
    cells = intersections_to_cells(edges_to_intersections(merged, 3, 3))
    return [[(x0, top, x1, bottom) for x0, top, x1, bottom in table] for table in cells_to_tables(cells)]


def as_table(cells: Sequence[tuple[Box, str]], page: int) -> FoundTable | None:
    """Cells with their texts as a table; None with fewer than two rows, two columns, three texts."""
    if not cells:
        return None
    lefts, tops, rights, bottoms = zip(*(box for box, _ in cells), strict=True)
    found = FoundTable(tuple(cells), (min(lefts), min(tops), max(rights), max(bottoms)), page)
    rows = found.rows()
    filled = sum(1 for _, text in cells if text)
    return found if len(rows) >= 2 and len(rows[0]) >= 2 and filled >= 3 else None


def find(page: Page, number: int) -> list[FoundTable]:
    """The tables of a page with at least two rows and two columns, from top to bottom."""
    tables: list[FoundTable] = []
    boxes = _boxes_among_curves(page)
    settings = {"explicit_vertical_lines": boxes, "explicit_horizontal_lines": boxes} if boxes else None
    for table in page.find_tables(settings):
        cells: list[tuple[Box, str]] = []
        for row, values in zip(table.rows, table.extract(), strict=True):
            for box, value in zip(row.cells, values, strict=True):
                if box is not None:
                    cells.append((box, "\n".join(filter(None, map(clean, (value or "").split("\n"))))))
        found = as_table(cells, number)
        if found is not None:
            tables.append(found)
    return sorted(tables, key=lambda found: found.box[1])


def _boxes_among_curves(page: Page) -> list[dict[str, Any]]:
    """The boxes that are taken for curves, as rectangles: on a turned page the sums of a rule's corners
    differ in the last digit."""
    boxes = []
    for curve in page.curves:
        xs, tops = zip(*curve["pts"], strict=True)
        sides = ((xs, curve["x0"], curve["x1"]), (tops, curve["top"], curve["bottom"]))
        if len(xs) <= _BOX_POINTS and all(
            min(abs(value - low), abs(value - high)) < _ROUNDING
            for values, low, high in sides
            for value in values
        ):
            boxes.append(curve | {"object_type": "rect"})
    return boxes


def _covers(box: Box, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _edges(values: list[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _NEAR:
            edges.append(value)
    return edges
