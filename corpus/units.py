"""Drafts of clauses while a text is being taken apart."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from corpus.markers import DIVISION
from corpus.model import Block, ClauseKind, Table
from corpus.table_heads import header_paths


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the plain text: text[start:end], from `block`."""

    text: str
    start: int
    end: int
    block: Block

    @property
    def page(self) -> int | None:
        return self.block.page

    @property
    def is_table(self) -> bool:
        return self.block.kind == "table" and self.block.table is not None

    @property
    def is_division(self) -> bool:
        """A heading of 编 章 节, or any heading the format marks."""
        if self.is_table:
            return False
        short = len(self.text) <= 50 and not self.text.endswith(("。", "；", "，"))
        return short and (self.block.kind == "heading" or bool(DIVISION.match(self.text)))


@dataclass(slots=True)
class Draft:
    """A clause in the making: kind, label, heading path, span, page, parts."""

    kind: ClauseKind
    label: str | None
    path: tuple[str, ...]
    start: int
    end: int
    page: int | None
    parts: list[Draft] = field(default_factory=list)
    caption: str | None = None
    table: Table | None = None  # of a table's draft
    cells: tuple[str, ...] = ()  # of a row's draft

    @property
    def size(self) -> int:
        return self.end - self.start

    def name_table(self, number: int) -> None:
        """Labels a table by the number in its caption, else by its order in the document."""
        written = re.search(r"表[\s\u3000]*(\d+(?:[-—.]\d+)?)", self.caption or "")
        self.label = f"表{written.group(1)}" if written else f"表{number}"
        for row, part in enumerate(self.parts, 1):
            part.label = f"{self.label}第{row}行"


def table_draft(line: Line, path: tuple[str, ...]) -> Draft:
    """A table as a unit whose data rows are its parts; labels come later, by order."""
    table = line.block.table
    assert table is not None
    caption = (table.caption,) if table.caption and table.caption not in path[-1:] else ()
    unit = (f"单位：{table.unit}",) if table.unit else ()
    header = (" | ".join(map(" ".join, header_paths(table.rows[: table.header_rows]))),)
    draft = Draft("table", None, path + caption, line.start, line.end, line.page, caption=table.caption)
    draft.table = table
    at = line.start
    for index, row in enumerate(line.text.split("\n")):
        if index >= table.header_rows and row.strip():
            row_path = path + caption + unit + (header if table.header_rows else ())
            cells = table.rows[index] if index < len(table.rows) else ()
            draft.parts.append(Draft("row", None, row_path, at, at + len(row), line.page, cells=cells))
        at += len(row) + 1
    return draft
