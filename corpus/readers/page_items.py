"""A page's lines and tables put in reading order: columns, tables without rules, ruled tables."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.readers.aligned_tables import aligned_tables
from corpus.readers.page_order import in_columns
from corpus.readers.pdf_layout import PageItems
from corpus.readers.pdf_lines import Box, Line
from corpus.readers.pdf_tables import Edge, FoundTable, as_table, cells_of
from corpus.readers.placed_text import Run, lines, texts_in

Item = Line | FoundTable


def arranged(found: Sequence[Line], ruled: Sequence[FoundTable]) -> list[Item]:
    """Lines (in the order of their source) and tables in the order in which a page is read."""
    columns = in_columns(found)
    if columns is not None:
        items: list[Item] = list(columns)
        for table in ruled:
            items.insert(_place_in_column(items, table), table)
        return items
    tables = list(ruled)
    rest = list(found)
    number = found[0].page if found else 0
    for table, made_of in aligned_tables(found, number):
        tables.append(table)
        taken = {id(line) for line in made_of}
        rest = [line for line in rest if id(line) not in taken]
    items = list(rest)
    for table in sorted(tables, key=lambda table: table.box[1]):
        items.insert(_place(items, table.box), table)
    return items


def is_laid_out(found: Sequence[Line]) -> bool:
    """Whether lines stand in columns, or make a table without rules."""
    return bool(found) and (in_columns(found) is not None or bool(aligned_tables(found, found[0].page)))


def page_of(
    number: int, height: float, width: float, runs: Sequence[Run], rules: Sequence[Edge]
) -> PageItems:
    """A page from its runs of text and its drawn lines."""
    tables: list[FoundTable] = []
    for cells in cells_of(rules):
        texts, outside = texts_in(cells, runs, number)
        table = as_table(list(zip(cells, texts, strict=True)), number)
        if table is not None:
            tables.append(table)
            runs = outside
    return PageItems(number, height, tuple(arranged(lines(runs, number), tables)), width)


def _place(items: Sequence[Item], box: Box) -> int:
    """Before the first line that stands below the table's top."""
    return next(
        (
            index
            for index, item in enumerate(items)
            if isinstance(item, Line) and item.top is not None and item.top > box[1]
        ),
        len(items),
    )


def _place_in_column(items: Sequence[Item], table: FoundTable) -> int:
    """The same among the lines over or under the table; else after the last of those above it."""
    left, top, right, _ = table.box
    place = 0
    for index, item in enumerate(items):
        if not isinstance(item, Line) or item.x0 is None or item.x1 is None or item.top is None:
            continue
        if min(item.x1, right) - max(item.x0, left) <= 0:
            continue
        if item.top > top:
            return index
        place = index + 1
    return place
