"""The staff part of the web application: what its pages share, and its router."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from corpus.errors import InputError, StateError
from corpus.messages import LANGUAGES, language, msg, speaking
from corpus.model import Validity
from evals.page.build import status_name
from evals.problems import SuiteError
from evals.report import fault_name, interval, metric_name
from ui.web.guard import SESSION
from ui.web.language import pick_language
from ui.web.staff.access import COOKIE, Access, StaffSession, StaffSettings, same
from ui.web.staff.shelf import Shelf
from ui.web.staff.worker import Worker, clock

if TYPE_CHECKING:
    from corpus.catalog import Catalog

LANG_COOKIE = "zx_staff_lang"
_SETTINGS = ("code", "commit", "model", "model_fingerprint", "llm", "library_fingerprint", "documents", "day")
_SUITES = ("core", "first", "second", "third", "fourth", "statutes", "laws", "laws2", "laws3", "laws4")
_TIMINGS = ("total", "retrieve", "first_token")
_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Staff:
    """What the pages work with. `close` ends a run that is under way."""

    catalog: Catalog
    access: Access
    shelf: Shelf
    worker: Worker
    secure_cookie: bool = False  # the service stands behind HTTPS

    @classmethod
    def open(
        cls,
        catalog: Catalog,
        settings: StaffSettings | None = None,
        home: Path | None = None,
        secure_cookie: bool = False,
    ) -> Staff:
        """
        Raises:
            InputError: the token is too short.
        """
        shelf = Shelf(home)
        access = Access(settings or StaffSettings())
        return cls(catalog, access, shelf, Worker(shelf.runs, shelf.home), secure_cookie)

    def close(self) -> None:
        self.worker.close()


class NotSignedIn(Exception):
    """Leads to the sign-in page."""


class StaleForm(Exception):
    """A form without the token of its session."""


class StaffRoute(APIRoute):
    """A page in the reader's language; users' errors come out as a page that says what is wrong."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def handled(request: Request) -> Response:
            asked = request.query_params.get("lang")
            accepted = request.headers.get("accept-language", "")
            lang = pick_language(asked or request.cookies.get(LANG_COOKIE), accepted)
            with speaking(lang):
                answer = await _answer(handler, request)
            if asked in LANGUAGES:
                answer.set_cookie(LANG_COOKIE, lang, path="/staff", httponly=True, samesite="lax")
            return answer

        return handled


async def _answer(handler: Callable[[Request], Coroutine[Any, Any, Response]], request: Request) -> Response:
    try:
        return await handler(request)
    except NotSignedIn:
        return RedirectResponse("/staff/login", status_code=303)
    except StaleForm:
        return _error(request, [msg("staff.form_old")], status=403)
    except RequestValidationError:
        return _error(request, [msg("staff.bad_address")])
    except SuiteError as error:
        return _error(
            request, [problem.message() for problem in error.problems], title=msg("staff.suite_wrong")
        )
    except (InputError, StateError) as error:
        return _error(request, [error.message(language())])


def _error(request: Request, lines: list[str], *, status: int = 400, title: str = "") -> Response:
    return page("error.html.j2", request, status=status, lines=lines, title=title)


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
        clock=lambda seconds: "—" if seconds is None else clock(seconds),
        interval=interval,
        validity=lambda name: msg(f"web.validity_{name}") if name in set(Validity) else name,
        status_name=status_name,
        timing=lambda name: msg(f"staff.timing_{name}") if name in _TIMINGS else name,
        detail=lambda name: msg(f"evals.detail_{name}"),
    )
    environment.filters["suite"] = lambda name: Path(name).stem
    environment.globals["title"] = lambda name: msg(f"staff.suite_{name}") if name in _SUITES else ""
    environment.filters["setting"] = lambda name: msg(f"staff.setting_{name}") if name in _SETTINGS else name
    environment.filters["fields"] = lambda name: msg(f"staff.{name}")
    return environment


def page(template: str, request: Request, /, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A template with what every page has: the session, the language and the way to the other one."""
    other = ""  # what a form was answered with has no address of its own
    if request.method == "GET":
        turned = request.url.include_query_params(lang="en" if language() == "zh" else "zh")
        other = f"{turned.path}?{turned.query}"
    text = (
        _environment()
        .get_template(template)
        .render(
            session=getattr(request.state, "staff", None),
            path=request.url.path,
            lang=language(),
            other=other,
            **values,
        )
    )
    return HTMLResponse(text, status_code=status)


def needs_staff(access: Access) -> Callable[[Request], StaffSession]:
    """A dependency: the session of a signed-in browser.

    Raises:
        NotSignedIn: there is none.
    """

    def check(request: Request) -> StaffSession:
        session = access.session(request.cookies.get(COOKIE), request.scope[SESSION])
        if session is None:
            raise NotSignedIn
        request.state.staff = session
        return session

    return check


async def checked_form(request: Request, session: StaffSession) -> dict[str, str]:
    """The fields of a form that this server showed to this session; of a repeated one all, a line each.

    Raises:
        StaleForm: a form without the session's own token.
    """
    form = await request.form()
    fields: dict[str, str] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            fields[name] = f"{fields[name]}\n{value}" if name in fields else value
    if not same(fields.pop("csrf", ""), session.csrf):
        raise StaleForm
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
