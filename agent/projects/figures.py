"""The figures of an indicator that a query is about, each with its row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from agent.projects.evidence import Sources, first_stated
from agent.projects.model import Asked, IndicatorQuery
from agent.projects.period_words import wordings
from agent.projects.vocabulary import TOTALS
from agent.state import Operand
from corpus.registry_model import IndicatorValue, Scope
from corpus.registry_series import Point, Series, last_month

PROVINCE = "江苏省"


def of_what(one: Series) -> str:
    """What a series is of: its group, else its region."""
    return one.group or one.region or ""


def is_total(one: Series) -> bool:
    return (one.group or one.region or "") in TOTALS


def chosen(series: Sequence[Series], query: IndicatorQuery) -> list[Series]:
    """The series of the indicator for the regions and groups asked about, with the 口径 asked for.

    Without region and group: the total of the province where there is one, else all of them.
    """
    named = [one for one in series if one.name == query.name and _has(one, query.wants)]
    if query.scope is not None:
        named = [one for one in named if one.scope == query.scope]
    if query.groups:
        return [one for one in named if one.group in query.groups and _place(one, query)]
    regions = query.regions
    if regions and regions != (PROVINCE,):
        return [one for one in named if one.region in regions and one.group in (None, *TOTALS)]
    totals = [one for one in named if is_total(one)]
    return totals or [one for one in named if not regions or one.group is not None or regions == (PROVINCE,)]


def apart(series: Sequence[Series], query: IndicatorQuery) -> list[Series]:
    """What a ranking compares: regions, or groups where there are those; no totals."""
    named = [one for one in series if one.name == query.name and _has(one, query.wants) and not is_total(one)]
    if query.scope is not None:
        named = [one for one in named if one.scope == query.scope]
    if query.regions and query.regions != (PROVINCE,):
        named = [one for one in named if one.region in query.regions]
    return [one for one in named if not query.groups or one.group in query.groups]


def _place(one: Series, query: IndicatorQuery) -> bool:
    return not query.regions or one.region in query.regions


def _has(one: Series, wants: str) -> bool:
    name = "value" if wants == "value" else "yoy"
    return any(getattr(point.value, name) is not None for point in one.points)


def at(one: Series, period: Asked) -> list[Point]:
    """The points of a series for exactly a period; several where reports disagree.

    累计 and 期末 go by the last month; a bare month is that month; a year is 全年.
    """
    if period.open:
        inside = [p for p in one.points if one.scope == "累计" and _ends_in(p, period)]
        return [p for p in inside if p.value.period == inside[-1].value.period]
    return [point for point in one.points if _is(point.value, one.scope, period)]


def _ends_in(point: Point, period: Asked) -> bool:
    return period.first <= last_month(point.value.period) <= period.last


def _is(value: IndicatorValue, scope: Scope | None, period: Asked) -> bool:
    if period.is_month and scope == "期末":
        return value.period == period.last
    if period.scope == "累计" or (period.first.endswith("-01") and not period.is_month):
        if scope == "累计":
            return value.period == period.last
        year = (period.first[5:], period.last[5:]) == ("01", "12")
        return scope in (None, "当季") and year and value.period == period.last[:4]
    if period.is_month:
        return value.period == period.last
    if period.scope == "当季" and scope == "当季":
        return value.period == f"{period.last[:4]}-Q{int(period.last[5:]) // 3}"
    return scope != "累计" and value.period == f"{period.first}..{period.last}"


def months(one: Series, period: Asked) -> list[Point]:
    """The single months of a period, all of them and undisputed, of a series of 当月; [] else."""
    if one.scope != "当月" or period.is_month:
        return []
    inside = [point for point in one.points if period.first <= point.value.period <= period.last]
    full = len(inside) == apart_by(period.first, period.last) + 1
    return inside if full and not any(point.disputed for point in inside) else []


def apart_by(first: str, last: str) -> int:
    """How many months lie between two.

    >>> apart_by("2025-12", "2026-02")
    2
    """
    return 12 * (int(last[:4]) - int(first[:4])) + int(last[5:]) - int(first[5:])


def newest(series: Sequence[Series]) -> str | None:
    """The last month of which any of them has a figure."""
    return max((last_month(point.value.period) for one in series for point in one.points), default=None)


def operand(point: Point, wants: str, sources: Sources) -> Operand | None:
    """The figure of a point, or its 同比, in its row."""
    value = point.value
    number: Decimal | None = value.value if wants == "value" else value.yoy
    return sources.operand(value.clause_id, value.cells.get(wants), number)


def unit_of(point: Point, wants: str) -> str:
    return (point.value.unit if wants == "value" else point.value.yoy_unit) or ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it is said: of what, when, in what unit, and where it stands."""

    series: Series
    point: Point
    operand: Operand
    unit: str
    when: str  # its period in words that its document bears out

    @property
    def value(self) -> Decimal:
        return self.operand.value


def figure_of(one: Series, point: Point, wants: str, sources: Sources) -> Figure | None:
    """None where the figure or its period does not plainly stand in its document."""
    found = operand(point, wants, sources)
    when = first_stated(wordings(point.value.period, one.scope), found.span) if found else None
    return Figure(one, point, found, unit_of(point, wants), when) if found and when else None
