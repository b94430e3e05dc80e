"""The projects that a query is about: the registry's views, filtered and put together by project."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date

from agent.projects.model import Asked, ProjectQuery
from corpus.places import lies_in
from corpus.registry_store import project_key
from corpus.registry_views import ProjectView

Project = tuple[ProjectView, ...]  # several views where reports of one day disagree


def by_project(views: Sequence[ProjectView]) -> list[Project]:
    """Views of one project that disagree stand next to each other: one entry for them."""
    found: list[list[ProjectView]] = []
    for view in views:
        last = found[-1][0] if found else None
        same = last is not None and last.disputed and last.disputed == view.disputed
        if last is not None and same and _key(last) == _key(view):
            found[-1].append(view)
        else:
            found.append([view])
    return [tuple(group) for group in found]


def _key(view: ProjectView) -> tuple[str, object]:
    return project_key(view.snapshot.name), view.snapshot.report_date


def matching(projects: Sequence[Project], query: ProjectQuery) -> list[Project]:
    return [project for project in projects if any(_fits(view, query) for view in project)]


def _fits(view: ProjectView, query: ProjectQuery) -> bool:
    region, county = view.get("region"), view.get("county")
    if query.names and view.snapshot.name not in query.names:
        return False
    if query.counties and not any(county == one or region == one for one in query.counties):
        return False
    if query.regions and not query.counties and not any(_in(region, one) for one in query.regions):
        return False
    for name in ("chain", "kind", "category", "stage"):
        wanted = getattr(query, f"{name}s") if name != "category" else query.categories
        if wanted and view.get(name) not in wanted:
            return False
    return True


def _in(region: str | None, wanted: str) -> bool:
    return region is not None and (region == wanted or lies_in(region, wanted))


def in_period(projects: Sequence[Project], period: Asked | None) -> list[Project]:
    """Those whose latest report is of the period."""
    if period is None:
        return list(projects)
    return [project for project in projects if _within(project[0].snapshot.report_date, period)]


def _within(day: date | None, period: Asked) -> bool:
    return day is not None and period.first <= day.strftime("%Y-%m") <= period.last


def last_day(period: Asked | None, as_of: date) -> date:
    """The day for which the latest reports are looked up."""
    if period is None:
        return as_of
    year, month = int(period.last[:4]), int(period.last[5:])
    return min(as_of, date(year, month, monthrange(year, month)[1]))
