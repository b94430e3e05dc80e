"""The evaluation pages of the staff: what they share, and their router."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse

from corpus.messages import msg
from evals.page.build import status_name
from evals.report import fault_name, interval, metric_name
from ui.web.shell import PageRoute, Pages, needs
from ui.web.shell.access import STAFF
from ui.web.staff.shelf import Shelf
from ui.web.staff.worker import Worker, clock

if TYPE_CHECKING:
    from corpus.catalog import Catalog

_SETTINGS = ("code", "commit", "model", "model_fingerprint", "llm", "library_fingerprint", "documents", "day")
_SUITES = ("core", "first", "second", "third", "fourth", "statutes", "laws", "laws2", "laws3", "laws4")
_TIMINGS = ("total", "retrieve", "first_token")

pages = Pages(
    "staff",
    Path(__file__).parent / "templates",
    extra={
        "metric_name": metric_name,
        "fault_name": fault_name,
        "number": lambda value: "—" if value is None else f"{value:.3f}",
        "clock": lambda seconds: "—" if seconds is None else clock(seconds),
        "interval": interval,
        "status_name": status_name,
        "timing": lambda name: msg(f"staff.timing_{name}") if name in _TIMINGS else name,
        "detail": lambda name: msg(f"evals.detail_{name}"),
        "title": lambda name: msg(f"staff.suite_{name}") if name in _SUITES else "",
    },
    filters={
        "suite": lambda name: Path(name).stem,
        "setting": lambda name: msg(f"staff.setting_{name}") if name in _SETTINGS else name,
        "fields": lambda name: msg(f"staff.{name}"),
    },
)
page = pages.page


@dataclass(frozen=True, slots=True)
class Staff:
    """What the pages work with. `close` ends a run that is under way."""

    catalog: Catalog
    shelf: Shelf
    worker: Worker

    @classmethod
    def open(cls, catalog: Catalog, home: Path | None = None) -> Staff:
        shelf = Shelf(home)
        return cls(catalog, shelf, Worker(shelf.runs, shelf.home))

    def close(self) -> None:
        self.worker.close()


def staff_router(staff: Staff) -> APIRouter:
    """Every /staff address, and /evals as the short one of the runs, for staff only."""
    from ui.web.staff.cases import cases_router
    from ui.web.staff.runs import runs_router

    guarded = [Depends(needs(*STAFF))]
    router = APIRouter(route_class=PageRoute, include_in_schema=False, dependencies=guarded)

    @router.get("/staff")
    @router.get("/evals")
    def root() -> Response:
        return RedirectResponse("/staff/evals", status_code=303)

    router.include_router(runs_router(staff), prefix="/staff/evals")
    router.include_router(cases_router(staff), prefix="/staff/evals")
    return router
