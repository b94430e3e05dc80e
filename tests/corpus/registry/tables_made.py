"""Tables and documents as the reader of tables gives them, in a few words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from corpus.columns import load
from corpus.model import ClauseTable, TableRow
from corpus.registry_context import Document
from corpus.registry_model import RegistryRows
from corpus.registry_read import read_registry

MONTHLY = "全省增资扩产重点项目运行监测月报（2026年8月）"


def table(header: Sequence[str], *rows: Sequence[str], caption: str = "", unit: str = "") -> ClauseTable:
    """A table; a header "投资 > 当月" has two levels."""
    return ClauseTable(
        clause_id="d:1",
        label="表1",
        caption=caption or None,
        unit=unit or None,
        columns=tuple(tuple(text.split(" > ")) for text in header),
        rows=tuple(TableRow(f"d:{at}", tuple(cells)) for at, cells in enumerate(rows, 2)),
    )


def registry_of(
    made: ClauseTable,
    title: str = MONTHLY,
    headings: Sequence[str] = (),
    region: str | None = "江苏省",
    issued_on: date | None = None,
) -> RegistryRows:
    document = Document("d", title, region=region, issued_on=issued_on)
    return read_registry(document, [made], {"d:1": tuple(headings)}, load())
