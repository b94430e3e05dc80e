"""Rows of the registry as evidence: verbatim spans, and figures tied to the cell they stand in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from agent.grounding.formula import holds
from agent.spans import QUOTE_MAX, spans_of
from agent.state import Formula, Operand, Span
from agent.writers.phrases import named
from corpus.model import Role
from corpus.numbers import find_numbers, stated_in
from corpus.registry_cells import figure
from corpus.registry_model import Cell
from index import Library
from index.types import Evidence


@dataclass(frozen=True, slots=True)
class Sources:
    """The rows that an answer rests on, by clause_id; what the role may not see is not there."""

    library: Library
    spans: dict[str, Span]
    tables: dict[str, Evidence]  # by the row's clause_id
    complete: bool = True  # every row asked for is there
    texts: dict[str, str] = field(default_factory=dict)  # of the versions, once read

    @classmethod
    def of(cls, library: Library, clause_ids: Iterable[str], as_of: date, role: Role) -> Sources:
        wanted = dict.fromkeys(clause_ids)
        rows = library.catalog.units(wanted)
        parents = dict.fromkeys(row.parent_id or row.clause_id for row in rows.values())
        units = {item.clause_id: item for item in library.evidence(parents, as_of=as_of, role=role)}
        spans: dict[str, Span] = {}
        tables: dict[str, Evidence] = {}
        for clause_id, row in rows.items():
            unit = units.get(row.parent_id or clause_id)
            if unit is None:
                continue
            # the caption and the header over the row, which its table's own heading leaves out
            above = replace(unit, heading_path=row.heading_path or unit.heading_path)
            found = spans_of(above, [row]) if row.parent_id else []
            whole = Span(above, clause_id, row.label, row.text, row.page)
            spans[clause_id] = found[0] if found else whole
            tables[clause_id] = above
        return cls(library, spans, tables, len(spans) == len(wanted))

    def table(self, clause_id: str) -> Span:
        """The table that a row stands in: all of it where it is short, else its header."""
        unit = self.tables[clause_id]
        text = unit.text if len(unit.text) <= QUOTE_MAX else unit.text.split("\n")[0]
        return Span(unit, unit.clause_id, unit.label, text, unit.page)

    def cited(self, clause_ids: Iterable[str], rows: int = 6) -> tuple[Span, ...]:
        """The rows themselves where they are few, else the tables that they stand in."""
        ids = list(dict.fromkeys(clause_ids))
        if len(ids) <= rows:
            return tuple(self.spans[clause_id] for clause_id in ids)
        tables = {self.tables[clause_id].clause_id: clause_id for clause_id in reversed(ids)}
        return tuple(self.table(clause_id) for clause_id in reversed(tables.values()))

    def covering(self, shown: Iterable[str], compared: Iterable[str]) -> tuple[Span, ...]:
        """The rows that are shown, and the tables of what they were compared with in other reports."""
        rows = self.cited(shown, rows=12)
        have = {span.evidence.doc_id for span in rows}
        others = [row for row in compared if self.spans[row].evidence.doc_id not in have]
        return (*rows, *(self.cited(others, rows=0) if others else ()))

    def operand(self, clause_id: str, cell: Cell | None, value: Decimal | None) -> Operand | None:
        """The figure of a cell; None where it does not plainly stand in its row."""
        span = self.spans.get(clause_id)
        if span is None or cell is None or value is None:
            return None
        written = figure(cell.text)
        if written is None:
            return None
        factor = value / written.value if written.value else Decimal(1)
        made = Operand(span, cell.text, value, factor)
        return made if self.proves(Formula("same", (made,), value, "")) else None

    def name(self, clause_id: str, cell: Cell | None) -> Operand | None:
        """The name of what a row counts as one of."""
        span = self.spans.get(clause_id)
        if span is None or cell is None:
            return None
        made = Operand(span, cell.text, Decimal(1))
        return made if self.proves(Formula("count", (made,), Decimal(1), "")) else None

    def proves(self, formula: Formula) -> bool:
        return holds(formula, self._text)

    def _text(self, doc_id: str) -> str:
        if doc_id not in self.texts:
            self.texts[doc_id] = self.library.catalog.text(doc_id)
        return self.texts[doc_id]


def title_of(span: Span) -> str:
    return named(span.evidence.title)


def day_words(day: date | None, span: Span) -> str:
    """A report's day as far as its document states it: 2026年9月30日, else 2026年9月; "" for neither."""
    if day is None:
        return ""
    words = (f"{day.year}年{day.month}月{day.day}日", f"{day.year}年{day.month}月", f"{day.year}年")
    return first_stated(words, span) or ""


def first_stated(wordings: Iterable[str], span: Span) -> str | None:
    """The first wording of a day or period whose figures its document states, around the row or in it."""
    around = " ".join((span.evidence.title, *span.evidence.heading_path, span.text))
    stated = find_numbers(around)
    for words in wordings:
        parts = [part for part in PARTS if part in words]
        if all(stated_in(one, stated) for one in find_numbers(words)) and all(p in around for p in parts):
            return words
    return None


PARTS = ("全年", "上半年", "前三季度")  # no figures, but as much of a claim


def shown(value: Decimal) -> str:
    """A figure with the decimals it has, without an exponent; 亿元 from 万元 lose empty decimals."""
    text = f"{value:f}".replace("-", "−")
    if "." in text:
        head, _, tail = text.partition(".")
        tail = tail.rstrip("0") or "0"
        text = f"{head}.{tail}"
    return text


def places_of(values: Iterable[Decimal]) -> Decimal:
    """The finest decimals among some figures, as a pattern to round to: 0.1."""
    finest = 0
    for value in values:
        exponent = value.normalize().as_tuple().exponent
        finest = max(finest, -exponent if isinstance(exponent, int) else 0)
    return Decimal(1).scaleb(-finest)
