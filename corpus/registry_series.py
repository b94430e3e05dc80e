"""Indicator values as series over time. A series never mixes 当月 and 累计, regions, groups or units."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from corpus.registry_cells import plain
from corpus.registry_model import IndicatorValue, Scope

_BARE = re.compile(r"(?:项目|企业|集群|产业)?(?:数|数量|个数|家数|户数|总数|增速|合计)")


@dataclass(frozen=True, slots=True)
class Point:
    """A figure in its series. `change`: against the point before, in the unit of the figure (of the
    同比 where there is only that); None for the first, across a year's end for 累计, or in dispute.
    `disputed`: another report gives another figure for the same period; both are points."""

    value: IndicatorValue
    change: Decimal | None = None
    disputed: bool = False
    also: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    region: str | None
    group: str | None
    scope: Scope | None
    unit: str | None
    points: tuple[Point, ...]


def last_month(period: str) -> str:
    """The month in which a period ends: 2026-Q3 -> 2026-09, 2026 -> 2026-12, 2026-03..2026-05 -> 2026-05.

    >>> last_month("2026-Q3")
    '2026-09'
    """
    last = period.rpartition("..")[2]
    year, _, rest = last.partition("-")
    if not rest:
        return f"{year}-12"
    return f"{year}-{3 * int(rest[1]):02d}" if rest.startswith("Q") else last


def series_of(
    values: Iterable[IndicatorValue], since: str | None = None, until: str | None = None
) -> list[Series]:
    """The series that `values` make, by name, region, group and scope; months outside are left out."""
    groups: dict[tuple[str | None, ...], list[IndicatorValue]] = {}
    for value in values:
        month = last_month(value.period)
        if (since is None or month >= since) and (until is None or month <= until):
            unit = value.unit if value.value is not None else value.yoy_unit
            of_what = (plain(value.name), _topic(value), value.region, value.group, value.scope)
            key: tuple[str | None, ...] = (*of_what, _length(value.period), unit)
            groups.setdefault(key, []).append(value)
    made = []
    for key, members in groups.items():
        first = members[0]
        made.append(Series(first.name, first.region, first.group, first.scope, key[-1], _points(members)))
    return sorted(made, key=lambda s: (s.name, s.region or "", s.group or "", s.scope or ""))


def _topic(value: IndicatorValue) -> str | None:
    """For a bare count, what its table is about, without number, period and notes: 项目数 of one list is
    not 项目数 of another."""
    if not _BARE.fullmatch(plain(value.name)):
        return None
    return re.sub(r"\([^()]*\)|^[附续]?表|[\d年月季度一二三四—\-.]", "", plain(value.caption or "")) or None


def _length(period: str) -> str:
    """What a period is: months and quarters of one indicator make two series."""
    return "span" if ".." in period else f"{len(period)}{'Q' if 'Q' in period else ''}"


def _points(values: list[IndicatorValue]) -> tuple[Point, ...]:
    periods: dict[str, list[IndicatorValue]] = {}
    for value in sorted(values, key=lambda value: last_month(value.period)):
        periods.setdefault(value.period, []).append(value)
    points: list[Point] = []
    before: IndicatorValue | None = None
    for members in periods.values():
        distinct: dict[tuple[Decimal | None, Decimal | None], list[IndicatorValue]] = {}
        for value in members:
            distinct.setdefault((value.value, value.yoy), []).append(value)
        for same in distinct.values():
            also = tuple((other.doc_id, other.clause_id) for other in same[1:])
            disputed = len(distinct) > 1
            change = None if disputed else _change(before, same[0])
            points.append(Point(same[0], change, disputed, also))
        before = members[0] if len(distinct) == 1 else None
    return tuple(points)


def _change(before: IndicatorValue | None, now: IndicatorValue) -> Decimal | None:
    if before is None or (
        now.scope == "累计" and now.value is not None and before.period[:4] != now.period[:4]
    ):
        return None  # a running total begins anew each January
    old, new = (before.value, now.value) if now.value is not None else (before.yoy, now.yoy)
    return new - old if old is not None and new is not None else None
