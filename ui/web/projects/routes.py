"""/projects for officials and staff: list, charts, CSV, one project over time with its reports."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from agent.charts import describe, draw
from agent.projects.selection import Project, by_project
from corpus.catalog import Catalog
from corpus.catalog import today as current_day
from corpus.errors import InputError
from corpus.messages import msg
from corpus.registry import Registry
from ui.web.projects.select import CHARTS, FIELDS, PAGE, amount, as_csv, chart_of, choices, chosen, sums
from ui.web.shell import PageRoute, Pages, current, needs, page_of
from ui.web.shell.access import OFFICIALS

MONEY = ("investment_planned", "investment_done")
COLUMNS = (
    *("name", "region", "county", "kind", "chain", "category", "stage", "owner"),
    *(*MONEY, "report_date", "source"),
)


def _amount(project: Project, name: str) -> str:
    """As the table shows it: a dash where it is not stated, a word where reports disagree."""
    if name in project[0].disputed:
        return msg("projects_page.disputed")
    value = amount(project, name)
    return f"{value:f}" if value is not None else "—"


pages = Pages(
    "projects_page", Path(__file__).parent / "templates", extra={"amount": _amount, "describe": describe}
)


def projects_router(library: Any) -> APIRouter:
    """Every /projects address; `library` is an `index.Library`."""
    router = APIRouter(
        route_class=PageRoute,
        prefix="/projects",
        include_in_schema=False,
        dependencies=[Depends(needs(*OFFICIALS))],
    )
    room = _Room(library.catalog)
    router.get("")(room.front)
    router.get("/list.csv")(room.table)
    router.get("/chart/{by}.svg")(room.chart)
    router.get("/one")(room.one)
    return router


class _Room:
    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def front(self, request: Request, page: str = "1") -> Response:
        asked, day, problem = self._asked(request)
        known = self._known(request, day)
        found = chosen(known, asked)
        at, count = page_of(page, len(found), PAGE)
        query = urlencode({name: value for name, value in {**asked, "as_of": _iso(day)}.items() if value})
        records = self._catalog.snapshot().records
        samples = {
            records[one[0].snapshot.doc_id].sample for one in found if one[0].snapshot.doc_id in records
        }
        charts = {by: drawn for by in CHARTS if (drawn := chart_of(found, by)) is not None}
        return pages.page(
            "front.html.j2",
            request,
            status=400 if problem else 200,
            problem=problem,
            asked=asked,
            day=day,
            choices=choices(known),
            rows=found[(at - 1) * PAGE : at * PAGE],
            sums=sums(found),
            charts=charts,
            samples=sorted(label for label in samples if label),
            query=query,
            at=at,
            pages=count,
            address=f"/projects?{query}",
        )

    def table(self, request: Request) -> Response:
        """The whole list as CSV."""
        asked, day, problem = self._asked(request)
        if problem:
            raise InputError("web.bad_date", value=request.query_params.get("as_of", "")[:40])
        records = self._catalog.snapshot().records
        titles = {name: msg(f"projects_page.col_{name}") for name in COLUMNS}
        titles |= {key: record.title for key, record in records.items()}
        data = as_csv(chosen(self._known(request, day), asked), titles)
        name = quote(f"{msg('projects_page.title')}{day}.csv")
        return Response(
            data,
            media_type="text/csv; charset=utf-8",
            headers={
                "content-disposition": f"attachment; filename*=UTF-8''{name}",
                "cache-control": "no-store",
            },
        )

    def chart(self, request: Request, by: str, theme: str = "light") -> Response:
        asked, day, _ = self._asked(request)
        drawn = chart_of(chosen(self._known(request, day), asked), by) if by in CHARTS else None
        if drawn is None:
            raise HTTPException(404, msg("projects_page.no_chart"))
        picture = draw(drawn, "svg", "dark" if theme == "dark" else "light", titled=False)
        return Response(picture, media_type="image/svg+xml", headers={"cache-control": "no-store"})

    def one(self, request: Request, name: str = "", region: str = "") -> Response:
        """One project: what every report said of it, the newest first."""
        registry = Registry.open(self._catalog)
        views = registry.history(current(request).role, name[:200], current_day()) if name else []
        views = [view for view in views if not region or (view.get("region") or "") == region]
        if not views:
            raise HTTPException(404, msg("projects_page.no_project"))
        views.sort(key=lambda view: view.snapshot.report_date or date.min, reverse=True)
        records = self._catalog.snapshot().records
        return pages.page("one.html.j2", request, name=name, views=views, records=records, fields=FIELDS)

    def _known(self, request: Request, day: date) -> list[Project]:
        registry = Registry.open(self._catalog)
        found = by_project(registry.projects(current(request).role, as_of=day))
        return sorted(found, key=lambda project: -(amount(project, "investment_planned") or 0))

    def _asked(self, request: Request) -> tuple[dict[str, str], date, str]:
        """The filters, the day, and what is wrong with the day."""
        given = request.query_params
        asked = {name: given.get(name, "").strip()[:100] for name in ("words", *FIELDS)}
        text = given.get("as_of", "").strip()
        try:
            return asked, date.fromisoformat(text) if text else current_day(), ""
        except ValueError:
            return asked, current_day(), msg("web.bad_date", value=text[:40])


def _iso(day: date) -> str:
    return "" if day == current_day() else day.isoformat()
