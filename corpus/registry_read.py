"""From the tables of a version to what the registry keeps of it: projects, indicators, what stayed unread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from corpus.columns import ColumnMap
from corpus.messages import msg
from corpus.model import ClauseTable
from corpus.registry_context import Context, Document
from corpus.registry_indicators import read_indicators
from corpus.registry_model import RegistryRows, Unread
from corpus.registry_projects import is_project_table, read_projects

_EXAMPLE_CHARS = 40


def read_registry(
    document: Document,
    tables: Sequence[ClauseTable],
    headings: Mapping[str, tuple[str, ...]],
    columns: ColumnMap,
) -> RegistryRows:
    """What the tables of `document` say. `headings`: a table's clause id -> its heading path."""
    projects, indicators, unread = [], [], []
    for table in tables:
        context = Context(document, _even(table), headings.get(table.clause_id, ()), columns)
        if is_project_table(context):
            snapshots, notes = read_projects(context)
            projects += snapshots
        else:
            values, notes = read_indicators(context)
            indicators += values
        unread += notes
    return RegistryRows(tuple(projects), tuple(indicators), tuple(unread))


def unread_text(unread: Unread, lang: str | None = None) -> str:
    """An unread column or value as a sentence for staff."""
    example = unread.example[:_EXAMPLE_CHARS]
    return msg(
        f"registry.unread_{unread.reason}", lang, column=unread.column, example=example, rows=unread.rows
    )


def _even(table: ClauseTable) -> ClauseTable:
    """The table with as many cells in each row as it has columns."""
    width = len(table.columns)
    if all(len(row.cells) == width for row in table.rows):
        return table
    rows = tuple(
        replace(row, cells=(*row.cells[:width], *[""] * (width - len(row.cells)))) for row in table.rows
    )
    return replace(table, rows=rows)
