"""The staff part of the web application: what its pages share, and its router."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from corpus.errors import InputError, StateError
from corpus.messages import language, msg
from evals.problems import SuiteError
from evals.report import fault_name, metric_name
from ui.web.staff.access import COOKIE, Access, StaffSession, StaffSettings, same
from ui.web.staff.shelf import Shelf
from ui.web.staff.worker import Worker

if TYPE_CHECKING:
    from corpus.catalog import Catalog

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Staff:
    """What the pages work with. `close` ends a run that is under way."""

    catalog: Catalog
    access: Access
    shelf: Shelf
    worker: Worker

    @classmethod
    def open(cls, catalog: Catalog, settings: StaffSettings | None = None, home: Path | None = None) -> Staff:
        """
        Raises:
            InputError: the token is too short.
        """
        shelf = Shelf(home)
        return cls(catalog, Access(settings or StaffSettings()), shelf, Worker(shelf.runs))

    def close(self) -> None:
        self.worker.close()


class NotSignedIn(HTTPException):
    """Leads to the sign-in page."""

    def __init__(self) -> None:
        super().__init__(303, headers={"Location": "/staff/login"})


class StaffRoute(APIRoute):
    """A page whose user errors come out as a page, with what is wrong and the way back."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handler(request)
            except SuiteError as error:
                lines = [problem.message() for problem in error.problems]
                return page("error.html.j2", request, status=400, lines=lines, title=msg("staff.suite_wrong"))
            except (InputError, StateError) as error:
                return page("error.html.j2", request, status=400, lines=[error.message(language())], title="")

        return handled


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        t=lambda key, **params: msg(f"staff.{key}", **params),
        metric_name=metric_name,
        fault_name=fault_name,
        number=lambda value: "—" if value is None else f"{value:.3f}",
        clock=_clock,
        detail=lambda name: msg(f"evals.detail_{name}"),
        lang=language(),
    )
    environment.filters["fields"] = lambda name: msg(f"staff.{name}")
    return environment


def _clock(seconds: float | None) -> str:
    """Seconds as m:ss."""
    return "—" if seconds is None else f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def page(template: str, request: Request, /, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A template with what every page has: the session, and whether a run is under way."""
    session = getattr(request.state, "staff", None)
    text = _environment().get_template(template).render(session=session, path=request.url.path, **values)
    return HTMLResponse(text, status_code=status)


def needs_staff(access: Access) -> Callable[[Request], StaffSession]:
    """A dependency: the session of a signed-in browser.

    Raises:
        NotSignedIn: there is none.
    """

    def check(request: Request) -> StaffSession:
        session = access.session(request.cookies.get(COOKIE))
        if session is None:
            raise NotSignedIn
        request.state.staff = session
        return session

    return check


async def checked_form(request: Request, session: StaffSession) -> dict[str, str]:
    """The fields of a form that this server showed to this session; of a repeated one all, by commas.

    Raises:
        HTTPException: 403, a form without the session's own token.
    """
    form = await request.form()
    fields: dict[str, str] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            fields[name] = f"{fields[name]},{value}" if name in fields else value
    if not same(fields.pop("csrf", ""), session.csrf):
        raise HTTPException(403, msg("staff.form_old"))
    return fields


def staff_router(staff: Staff) -> APIRouter:
    """Every /staff address; without a token there is none."""
    from ui.web.staff.cases import cases_router
    from ui.web.staff.runs import runs_router
    from ui.web.staff.sign_in import sign_in_router

    router = APIRouter(include_in_schema=False)
    if staff.access.enabled:
        router.include_router(sign_in_router(staff))
        guarded = [Depends(needs_staff(staff.access))]
        router.include_router(runs_router(staff), prefix="/staff/evals", dependencies=guarded)
        router.include_router(cases_router(staff), prefix="/staff/evals", dependencies=guarded)
    return router
