"""HTML tables: data or layout, and the grid with row and column spans resolved."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml.html import HtmlElement

from corpus.model import Block
from corpus.readers.common import join_lines
from corpus.readers.framed import table_blocks

_MAX_SPAN = 200  # a hostile colspan="99999999" must not fill the memory
_MAX_CELLS = 200_000


def text_of(element: HtmlElement) -> str:
    """All text in an element, line breaks at <br> and block ends."""
    parts: list[str] = []
    for node in element.iter():
        if isinstance(node.tag, str):
            if node.tag in ("br", "p", "div", "li"):
                parts.append("\v")
            parts.append(node.text or "")
        if node is not element:
            parts.append(node.tail or "")
    # a line break in the source is no break on the screen
    lines = (join_lines(line.split("\n")) for line in "".join(parts).split("\v"))
    return "\n".join(filter(None, lines))


def measure(root: HtmlElement) -> dict[HtmlElement, tuple[int, int]]:
    """Of every element: characters of text that are not white space, and elements inside it.

    One pass from the leaves up: asking each element for itself is quadratic on hostile nesting.
    """
    sizes: dict[HtmlElement, tuple[int, int]] = {}
    for node in reversed(list(root.iter())):
        own = len("".join((node.text or "").split())) if isinstance(node.tag, str) else 0
        inside = 0
        for child in node:
            size, count = sizes.get(child, (0, 0))
            own += size + len("".join((child.tail or "").split()))
            inside += 1 + count
        sizes[node] = (own, inside)
    return sizes


def is_data_table(table: HtmlElement) -> bool:
    """False for a layout table: one that holds another, one column, or long prose in its cells."""
    if any(node is not table for node in table.iter("table")):
        return False
    rows = list(table.iter("tr"))
    widths = [sum(1 for cell in row if cell.tag in ("td", "th")) for row in rows]
    if not widths or max(widths) < 2:
        return False
    if len(rows) == 1 and not list(table.iter("th")):
        return len(text_of(table)) < 200
    cells = [cell for row in rows for cell in row if cell.tag in ("td", "th")]
    longest = max(len(text_of(cell)) for cell in cells)
    total = len(text_of(table))
    # a cell with several paragraphs that holds nearly all of the text is a page's body
    return not (longest > 800 and longest > 0.8 * total)


def as_table(table: HtmlElement, before: Sequence[Block]) -> list[Block]:
    """A table with what its frame encloses: spanned cells repeated, heads from <thead> or leading <th>."""
    rows = grid(table)
    caption = next((" ".join(text_of(node).split()) for node in table.iter("caption")), None)
    return table_blocks(rows, before=before, header_rows=_header_rows(table), caption=caption or None)


def grid(table: HtmlElement) -> list[list[str]]:
    """Cell texts as a grid, the text of a spanning cell in each place that it covers."""
    rows: list[list[str]] = []
    pending: dict[int, tuple[int, str]] = {}  # column -> (rows still covered, text)
    total = 0
    for tr in table.iter("tr"):
        row: list[str] = []

        def fill(row: list[str] = row) -> None:
            while len(row) in pending:
                left, text = pending.pop(len(row))
                if left > 1:
                    pending[len(row)] = (left - 1, text)
                row.append(text)

        for cell in tr:
            if cell.tag not in ("td", "th"):
                continue
            fill()
            text = text_of(cell)
            across, down = _span(cell, "colspan"), _span(cell, "rowspan")
            for _ in range(across):
                if down > 1:
                    pending[len(row)] = (down - 1, text)
                row.append(text)
        fill()
        total += len(row)
        if total > _MAX_CELLS:
            raise ValueError(f"a table of more than {_MAX_CELLS} cells")
        rows.append(row)
    return rows


def _span(cell: HtmlElement, name: str) -> int:
    found = re.match(r"\s*(\d{1,9})", cell.get(name, "1"))
    return max(1, min(int(found.group(1)), _MAX_SPAN)) if found else 1


def _header_rows(table: HtmlElement) -> int | None:
    """Rows in <thead>, else leading rows of <th> only; None where the markup does not say."""
    rows = [row for row in table.iter("tr") if len(row)]
    heads = 0
    for row in rows:
        parent = row.getparent()
        if parent is None or parent.tag != "thead":
            break
        heads += 1
    if heads:
        return heads
    for row in rows:
        if any(cell.tag == "td" for cell in row):
            break
        heads += 1
    return heads or None
