"""From snapshots to what is known of a project on a day: identity, the latest report, disagreements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from corpus.registry_cells import plain
from corpus.registry_model import LASTING_FIELDS, MONEY_FIELDS, TEXT_FIELDS, ProjectSnapshot
from corpus.registry_store import project_key

_STATUS = ("stage", *MONEY_FIELDS)  # what a report says of a project's progress


@dataclass(frozen=True, slots=True)
class Carried:
    """A lasting field that the latest report leaves out, from an earlier one."""

    value: str
    doc_id: str
    clause_id: str
    report_date: date | None


@dataclass(frozen=True, slots=True)
class ProjectView:
    """A snapshot as an answer: with what other reports of the same day say of it.

    `disputed`: fields on which rows of this day disagree; each such row is a view of its own.
    `also`: (doc_id, clause_id) of rows of the day that say the same or less.
    """

    snapshot: ProjectSnapshot
    disputed: tuple[str, ...] = ()
    also: tuple[tuple[str, str], ...] = ()
    carried: dict[str, Carried] = field(default_factory=dict)

    def get(self, name: str) -> Any:
        """A field's value: as the row says, else as an earlier report said of what lasts."""
        value = getattr(self.snapshot, name)
        return self.carried[name].value if value is None and name in self.carried else value


def identities(snapshots: Iterable[ProjectSnapshot]) -> list[list[ProjectSnapshot]]:
    """Snapshots of one project together, in the order of first mention.

    One name in two cities is two projects; in one city too, where a single report has it twice with
    different owners. A row that names no city joins the only project of its name.
    """
    by_name: dict[str, list[ProjectSnapshot]] = {}
    for snapshot in snapshots:
        by_name.setdefault(project_key(snapshot.name), []).append(snapshot)
    found: list[list[ProjectSnapshot]] = []
    for namesakes in by_name.values():
        for place in _split(namesakes, lambda snapshot: snapshot.region):
            found += _split(place, _owner) if _two_owners(place) else [place]
    return found


def _owner(snapshot: ProjectSnapshot) -> str | None:
    return plain(snapshot.owner) if snapshot.owner else None


def _two_owners(snapshots: Sequence[ProjectSnapshot]) -> bool:
    seen: dict[tuple[str, date | None], set[str]] = {}
    for snapshot in snapshots:
        if owner := _owner(snapshot):
            seen.setdefault((snapshot.doc_id, snapshot.report_date), set()).add(owner)
    return any(len(owners) > 1 for owners in seen.values())


def _split(snapshots: Sequence[ProjectSnapshot], key: Any) -> list[list[ProjectSnapshot]]:
    """By key; those without one join the only group there is, else stay together apart."""
    groups: dict[str | None, list[ProjectSnapshot]] = {}
    for snapshot in snapshots:
        groups.setdefault(key(snapshot), []).append(snapshot)
    if None in groups and len(groups) == 2:
        return [list(snapshots)]
    return list(groups.values())


def latest(snapshots: Sequence[ProjectSnapshot]) -> list[ProjectView]:
    """What the latest report says of a project; several views where reports of that day disagree.

    A row that says nothing of progress (a list of risks) is no report of where the project stands,
    unless there is no other.
    """
    telling = [snapshot for snapshot in snapshots if _says_progress(snapshot)] or list(snapshots)
    last = max(_day(snapshot) for snapshot in telling)
    of_day = [snapshot for snapshot in telling if _day(snapshot) == last]
    return [_with_carried(view, snapshots) for view in views_of_day(of_day)]


def views_of_day(of_day: Sequence[ProjectSnapshot]) -> list[ProjectView]:
    """Rows on one project and day: one view where they agree, else each its own."""
    disputed = disputed_fields(of_day)
    if disputed:
        return [ProjectView(snapshot, disputed) for snapshot in of_day]
    fullest = max(of_day, key=lambda snapshot: len(snapshot.cells))
    also = tuple((entry.doc_id, entry.clause_id) for entry in of_day if entry is not fullest)
    return [ProjectView(fullest, also=also)]


def disputed_fields(of_day: Sequence[ProjectSnapshot]) -> tuple[str, ...]:
    """The fields for which rows state different values; one that is silent does not disagree."""
    found = []
    for name in (*TEXT_FIELDS, *MONEY_FIELDS):
        stated = {_comparable(getattr(snapshot, name)) for snapshot in of_day} - {None}
        if len(stated) > 1:
            found.append(name)
    return tuple(found)


def by_day(snapshots: Sequence[ProjectSnapshot]) -> list[list[ProjectSnapshot]]:
    """A project's snapshots day by day, oldest first."""
    days: dict[date, list[ProjectSnapshot]] = {}
    for snapshot in snapshots:
        days.setdefault(_day(snapshot), []).append(snapshot)
    return [days[day] for day in sorted(days)]


def _with_carried(view: ProjectView, snapshots: Sequence[ProjectSnapshot]) -> ProjectView:
    carried = {}
    for name in LASTING_FIELDS:
        if getattr(view.snapshot, name) is not None:
            continue
        known = [entry for entry in snapshots if getattr(entry, name) is not None]
        if known:
            last = max(known, key=_day)
            carried[name] = Carried(getattr(last, name), last.doc_id, last.clause_id, last.report_date)
    return ProjectView(view.snapshot, view.disputed, view.also, carried)


def _says_progress(snapshot: ProjectSnapshot) -> bool:
    return any(getattr(snapshot, name) is not None for name in _STATUS)


def _day(snapshot: ProjectSnapshot) -> date:
    return snapshot.report_date or date.min


def _comparable(value: str | Decimal | None) -> str | Decimal | None:
    return plain(value) if isinstance(value, str) else value
