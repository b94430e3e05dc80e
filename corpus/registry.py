"""Projects and indicators as dated snapshots: the latest known on a day, history, sums, series.

Every question takes a role: what a visitor asks never touches a row of an internal document. `as_of`
is about the day that a report speaks of (报告日期), not the day on which it came out; a version that is
repealed or expired on that day is left out. Reports that disagree are all given, never reconciled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from corpus.catalog import Catalog, today
from corpus.columns import column_key, load
from corpus.errors import InputError
from corpus.model import Role, Validity
from corpus.places import lies_in
from corpus.registry_cells import plain
from corpus.registry_model import KINDS, SCOPES, STAGES, ProjectSnapshot, Scope, Unread
from corpus.registry_series import Series, series_of
from corpus.registry_store import (
    load_indicators,
    load_projects,
    load_unread,
    missing,
    project_key,
    refresh,
)
from corpus.registry_views import ProjectView, by_day, identities, latest, views_of_day

GROUPS = ("region", "chain", "kind", "stage", "category", "owner")
DISPUTED = "?"  # the group of projects on whose group the reports disagree
_OVER = (Validity.REPEALED, Validity.EXPIRED)


@dataclass(frozen=True, slots=True)
class ProjectFilter:
    """Which projects; None: any. `kind` is a name of `KINDS`, one of its synonyms or a 类别."""

    name: str | None = None
    region: str | None = None
    chain: str | None = None
    kind: str | None = None
    stage: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Projects counted and summed (亿元) under one value of each grouping field.

    A project whose reports disagree on an amount is not in that sum but in `disputed`; one whose
    report states none is counted in `unstated`.
    """

    keys: tuple[str | None, ...]
    count: int
    planned: Decimal
    done: Decimal
    unstated_planned: int
    unstated_done: int
    disputed: tuple[str, ...]  # names of projects
    first_day: date | None
    last_day: date | None
    doc_ids: tuple[str, ...]


@dataclass(slots=True)
class _Tally:
    count: int = 0
    planned: Decimal = field(default_factory=Decimal)
    done: Decimal = field(default_factory=Decimal)
    unstated: dict[str, int] = field(default_factory=lambda: {"planned": 0, "done": 0})
    disputed: list[str] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    doc_ids: set[str] = field(default_factory=set)


class Registry:
    """Open with `Registry.open(catalog)`; each query sees the library as it is at that moment.

    >>> registry = Registry.open(catalog)
    >>> registry.projects(Role.VISITOR, ProjectFilter(region="南京"), as_of=date(2026, 9, 30))
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self.columns = load(catalog.home)

    @classmethod
    def open(cls, catalog: Catalog) -> Registry:
        """The registry of a catalog; tables are read anew if columns.yaml has changed since.

        Raises:
            ColumnsError: the state folder's columns.yaml has faults.
        """
        registry = cls(catalog)
        refresh(catalog.engine, catalog.snapshot().records, registry.columns)
        return registry

    # -- projects ------------------------------------------------------------------------------

    def projects(
        self, role: Role, wanted: ProjectFilter | None = None, as_of: date | None = None
    ) -> list[ProjectView]:
        """What was last known of each project on a day; several views of one where reports disagree.

        Raises:
            InputError: a kind or stage that there is not.
        """
        return [view for views in self._latest(role, wanted, as_of) for view in views]

    def history(self, role: Role, name: str, as_of: date | None = None) -> list[ProjectView]:
        """Every report on the projects of a name, oldest first: the exact name, else names holding it."""
        groups = identities(self._snapshots(role, as_of))
        key = project_key(name)
        exact = [group for group in groups if project_key(group[0].name) == key]
        chosen = exact or [group for group in groups if key and key in project_key(group[0].name)]
        return [view for group in chosen for day in by_day(group) for view in views_of_day(day)]

    def conflicts(self, role: Role, as_of: date | None = None) -> list[ProjectView]:
        """Every row on whose project and day another row says something else."""
        return [
            view
            for group in identities(self._snapshots(role, as_of))
            for day in by_day(group)
            for view in views_of_day(day)
            if view.disputed
        ]

    def summary(
        self,
        role: Role,
        by: Sequence[str],
        wanted: ProjectFilter | None = None,
        as_of: date | None = None,
    ) -> list[Group]:
        """Counts and sums of the latest known snapshots, by one or more of `GROUPS`; most projects first.

        Raises:
            InputError: a field that is none of `GROUPS`, or a kind or stage that there is not.
        """
        for name in by:
            if name not in GROUPS:
                raise InputError("registry.bad_group", value=name, choices="、".join(GROUPS))
        tallies: dict[tuple[str | None, ...], _Tally] = {}
        for views in self._latest(role, wanted, as_of):
            keys = tuple(DISPUTED if name in views[0].disputed else views[0].get(name) for name in by)
            _count(tallies.setdefault(keys, _Tally()), views)
        groups = [_group(keys, tally) for keys, tally in tallies.items()]
        return sorted(groups, key=lambda group: (-group.count, [key or "\uffff" for key in group.keys]))

    # -- indicators ----------------------------------------------------------------------------

    def indicators(
        self,
        role: Role,
        name: str | None = None,
        region: str | None = None,
        group: str | None = None,
        scope: str | None = None,
        since: str | None = None,
        until: str | None = None,
        as_of: date | None = None,
    ) -> list[Series]:
        """Series of figures, oldest first; each of one indicator, region, group, scope and unit.

        Args:
            name: part of the indicator's name, or of its table's caption.
            region: a city, county or the province; figures of exactly that region.
            since, until: months (2026-01), both included.

        Raises:
            InputError: a scope that there is not.
        """
        chosen: Scope | None = None
        if scope is not None:
            chosen = self.columns.scopes.get(column_key(scope))
            if chosen is None:
                raise InputError("registry.bad_scope", value=scope, choices="、".join(SCOPES))
        doc_ids = self._visible(role, as_of or today())
        with self._catalog.engine.connect() as connection:
            values = load_indicators(connection, doc_ids)
        key = plain(name or "")
        matching = [
            value
            for value in values
            if (not key or key in plain(value.name) or key in plain(value.caption or ""))
            and (region is None or _is_place(value.region, region))
            and (group is None or plain(group) in plain(value.group or ""))
            and (chosen is None or value.scope == chosen)
        ]
        exact = [value for value in matching if plain(value.name) == key]
        until_day = (as_of or today()).strftime("%Y-%m")
        return series_of(exact or matching, since, min(until or "9999-12", until_day))

    # -- what was not understood ---------------------------------------------------------------

    def unread(self, role: Role) -> list[Unread]:
        """Columns and values that stayed as they are, of the documents that the role may see."""
        with self._catalog.engine.connect() as connection:
            return load_unread(connection, self._visible(role, None))

    def not_read(self, role: Role) -> list[str]:
        """Documents taken in before there was a registry; ingesting them again adds their tables."""
        return missing(self._catalog.engine, self._visible(role, None))

    # -- inside --------------------------------------------------------------------------------

    def _visible(self, role: Role, day: date | None) -> list[str]:
        """The live versions that a role may see and that were not over on `day`."""
        snapshot = self._catalog.snapshot()
        return [
            doc_id
            for doc_id, record in snapshot.records.items()
            if record.visibility in role.visibilities
            and (day is None or snapshot.validity(doc_id, day) not in _OVER)
        ]

    def _snapshots(self, role: Role, as_of: date | None) -> list[ProjectSnapshot]:
        day = as_of or today()
        with self._catalog.engine.connect() as connection:
            found = load_projects(connection, self._visible(role, day))
        return [entry for entry in found if entry.report_date is None or entry.report_date <= day]

    def _latest(
        self, role: Role, wanted: ProjectFilter | None, as_of: date | None
    ) -> list[list[ProjectView]]:
        groups = [latest(group) for group in identities(self._snapshots(role, as_of))]
        matches = self._matcher(wanted or ProjectFilter(), groups)
        return [views for views in groups if any(matches(view) for view in views)]

    def _matcher(
        self, wanted: ProjectFilter, groups: Sequence[Sequence[ProjectView]]
    ) -> Callable[[ProjectView], bool]:
        tests: list[Callable[[ProjectView], bool]] = []
        if wanted.name:
            name = project_key(wanted.name)
            tests.append(lambda view: name in project_key(view.snapshot.name))
        if (region := wanted.region) is not None:
            tests.append(lambda view: any(_lies_in(view.get(n), region) for n in ("region", "county")))
        for part in ("chain", "owner"):
            if (text := getattr(wanted, part)) is not None:
                tests.append(_holds(part, plain(text)))
        if wanted.stage is not None:
            stage = self.columns.stages.get(column_key(wanted.stage))
            if stage is None:
                raise InputError("registry.bad_stage", value=wanted.stage, choices="、".join(STAGES))
            tests.append(lambda view: view.get("stage") == stage)
        if wanted.kind is not None:
            tests.append(self._kind_test(wanted.kind, groups))
        return lambda view: all(test(view) for test in tests)

    def _kind_test(
        self, wanted: str, groups: Sequence[Sequence[ProjectView]]
    ) -> Callable[[ProjectView], bool]:
        """By the kind of list, else by the 类别 that a report gives (扩产, 技改)."""
        kind = self.columns.kinds.get(column_key(wanted))
        if kind is not None:
            return lambda view: view.get("kind") == kind
        categories = {view.get("category") for views in groups for view in views} - {None}
        if wanted not in categories:
            choices = "、".join([*KINDS, *sorted(categories)])
            raise InputError("registry.bad_kind", value=wanted, choices=choices)
        return lambda view: view.get("category") == wanted


def _holds(name: str, text: str) -> Callable[[ProjectView], bool]:
    return lambda view: text in plain(view.get(name) or "")


def _lies_in(region: str | None, wanted: str) -> bool:
    return region is not None and (region == wanted or lies_in(region, wanted))


def _is_place(region: str | None, wanted: str) -> bool:
    """苏州 is 苏州市 and 江苏 is 江苏省, but a city's figures are not the province's."""
    return region is not None and wanted in (region, region.rstrip("省市"))


def _count(tally: _Tally, views: Sequence[ProjectView]) -> None:
    first = views[0]
    tally.count += 1
    disputed = False
    for name in ("planned", "done"):
        full = f"investment_{name}"
        value: Any = getattr(first.snapshot, full)
        if full in first.disputed:
            disputed = True
        elif value is None:
            tally.unstated[name] += 1
        elif name == "planned":
            tally.planned += value
        else:
            tally.done += value
    if disputed:
        tally.disputed.append(first.snapshot.name)
    tally.days += [view.snapshot.report_date for view in views if view.snapshot.report_date]
    tally.doc_ids |= {view.snapshot.doc_id for view in views}


def _group(keys: tuple[str | None, ...], tally: _Tally) -> Group:
    return Group(
        keys,
        tally.count,
        tally.planned,
        tally.done,
        tally.unstated["planned"],
        tally.unstated["done"],
        tuple(tally.disputed),
        min(tally.days, default=None),
        max(tally.days, default=None),
        tuple(sorted(tally.doc_ids)),
    )
