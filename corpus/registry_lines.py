"""What the registry finds as plain JSON: each line with its document, clause, row and cells verbatim.

The command line prints these; the assistant's tools may hand them on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from corpus.catalog import Catalog
from corpus.model import Clause
from corpus.record import Record
from corpus.registry import Group
from corpus.registry_model import AMOUNT_UNIT, MONEY_FIELDS, TEXT_FIELDS, Cell, Unread
from corpus.registry_read import unread_text
from corpus.registry_series import Series
from corpus.registry_views import ProjectView


@dataclass(frozen=True, slots=True)
class Places:
    """Where rows stand: clauses and documents by id, read at once."""

    clauses: dict[str, Clause]
    records: dict[str, Record]

    @classmethod
    def of(cls, catalog: Catalog, clause_ids: Iterable[str]) -> Places:
        return cls(catalog.units(dict.fromkeys(clause_ids)), catalog.snapshot().records)

    def line(self, doc_id: str, clause_id: str) -> dict[str, Any]:
        """doc_id, title, clause (its label), page and the row as `quote`."""
        clause, record = self.clauses.get(clause_id), self.records.get(doc_id)
        return {
            "doc_id": doc_id,
            "title": record.title if record else None,
            "clause": clause.label if clause else None,
            "page": clause.page if clause else None,
            "quote": clause.text if clause else None,
        }


def project_lines(catalog: Catalog, views: Sequence[ProjectView]) -> list[dict[str, Any]]:
    """A line a snapshot. Amounts are numbers in 亿元 (`unit`); a cell in `cells` is as written."""
    ids = [clause_id for view in views for clause_id in _clause_ids(view)]
    places = Places.of(catalog, ids)
    return [_project_line(view, places) for view in views]


def _clause_ids(view: ProjectView) -> list[str]:
    also = [clause_id for _, clause_id in view.also]
    return [view.snapshot.clause_id, *also, *(entry.clause_id for entry in view.carried.values())]


def _project_line(view: ProjectView, places: Places) -> dict[str, Any]:
    snapshot = view.snapshot
    day = snapshot.report_date
    line: dict[str, Any] = {"name": snapshot.name}
    line |= {name: view.get(name) for name in TEXT_FIELDS}
    line |= {name: _number(getattr(snapshot, name)) for name in MONEY_FIELDS}
    line |= {"unit": AMOUNT_UNIT, "report_date": day.isoformat() if day else None}
    line |= places.line(snapshot.doc_id, snapshot.clause_id)
    line["cells"] = _cells(snapshot.cells)
    line["extra"] = dict(snapshot.extra)
    line["disputed"] = list(view.disputed)
    line["also"] = [places.line(*where) for where in view.also]
    line["carried"] = {
        name: places.line(entry.doc_id, entry.clause_id) for name, entry in view.carried.items()
    }
    return line


def group_lines(groups: Sequence[Group], by: Sequence[str]) -> list[dict[str, Any]]:
    """A line a group: its values by field, count, sums in 亿元, and what the sums leave out."""
    return [
        {
            "group": dict(zip(by, group.keys, strict=True)),
            "count": group.count,
            "investment_planned": _number(group.planned),
            "investment_done": _number(group.done),
            "unit": AMOUNT_UNIT,
            "unstated_planned": group.unstated_planned,
            "unstated_done": group.unstated_done,
            "disputed": list(group.disputed),
            "first_report": group.first_day.isoformat() if group.first_day else None,
            "last_report": group.last_day.isoformat() if group.last_day else None,
            "doc_ids": list(group.doc_ids),
        }
        for group in groups
    ]


def series_lines(catalog: Catalog, series: Sequence[Series]) -> list[list[dict[str, Any]]]:
    """A list a series, a line a figure; `change` is against the figure before it."""
    points = [point for one in series for point in one.points]
    ids = [clause_id for p in points for clause_id in (p.value.clause_id, *(where[1] for where in p.also))]
    places = Places.of(catalog, ids)
    return [
        [
            {
                "name": point.value.name,
                "region": one.region,
                "group": one.group,
                "scope": one.scope,
                "period": point.value.period,
                "value": _number(point.value.value),
                "unit": point.value.unit,
                "yoy": _number(point.value.yoy),
                "yoy_unit": point.value.yoy_unit,
                "change": _number(point.change),
                "disputed": point.disputed,
                "table": point.value.caption,
                **places.line(point.value.doc_id, point.value.clause_id),
                "cells": _cells(point.value.cells),
                "also": [places.line(*where) for where in point.also],
            }
            for point in one.points
        ]
        for one in series
    ]


def unread_lines(catalog: Catalog, unread: Sequence[Unread]) -> list[dict[str, Any]]:
    """A line a column or value that was kept as it is, with a sentence for staff."""
    places = Places.of(catalog, [entry.clause_id for entry in unread])
    return [
        {
            "reason": entry.reason,
            "column": entry.column,
            "example": entry.example,
            "rows": entry.rows,
            "message": unread_text(entry),
            **{
                name: value
                for name, value in places.line(entry.doc_id, entry.clause_id).items()
                if name != "quote"
            },
        }
        for entry in unread
    ]


def _cells(cells: dict[str, Cell]) -> dict[str, dict[str, str]]:
    return {name: {"column": cell.column, "quote": cell.text} for name, cell in cells.items()}


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
