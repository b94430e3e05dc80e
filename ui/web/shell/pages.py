"""The frame of a server-rendered page: a room's templates, the reader's language, errors as pages."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from fastapi.routing import APIRoute
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from starlette.exceptions import HTTPException

from corpus.errors import InputError, ZhixunError
from corpus.messages import LANGUAGES, language, msg, speaking
from corpus.model import Validity
from evals.problems import SuiteError
from ui.web.guard import SESSION
from ui.web.language import pick_language
from ui.web.shell.access import NotAllowed, NotSignedIn, StaleForm, current
from ui.web.shell.nav import links
from ui.web.shell.view import COOKIE as VIEW_COOKIE
from ui.web.shell.view import view_of

LANG_COOKIE = "zx_lang"
_TEMPLATES = Path(__file__).parent / "templates"


class Pages:
    """A room's pages: its templates over the common frame `shell/base.html.j2`.

    In a template `t('key', ...)` is a message of the room's own catalogue file, `s('key')` one of the
    shell's; `me` is the `Principal`; `lang`, `path`, `view` and `nav` are for the frame.

    Args:
        messages: the room of the message catalogue.
        templates: the folder of the room's templates.
        extra: functions for the templates.
        filters: Jinja filters for the templates.
    """

    def __init__(
        self,
        messages: str,
        templates: Path,
        extra: Mapping[str, Any] | None = None,
        filters: Mapping[str, Callable[..., Any]] | None = None,
    ) -> None:
        shell = PrefixLoader({"shell": FileSystemLoader(_TEMPLATES)})
        self.environment = Environment(
            loader=ChoiceLoader([FileSystemLoader(templates), shell]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.globals.update(
            t=lambda key, **params: msg(f"{messages}.{key}", **params),
            s=lambda key, **params: msg(f"shell.{key}", **params),
            m=msg,
            validity=lambda name: msg(f"web.validity_{name}") if name in set(Validity) else name,
            **(extra or {}),
        )
        self.environment.filters.update({"local": local_time, **(filters or {})})

    def page(self, template: str, request: Request, /, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A template with what every page has: the person, the language and the way to the other one."""
        other = ""  # what a form was answered with has no address of its own
        if request.method == "GET":
            turned = request.url.include_query_params(lang="en" if language() == "zh" else "zh")
            other = f"{turned.path}?{turned.query}"
        me = current(request)
        text = self.environment.get_template(template).render(
            me=me,
            path=request.url.path,
            lang=language(),
            other=other,
            view=view_of(request.cookies.get(VIEW_COOKIE)),
            nav=links(me.role, request.url.path, language()),
            **values,
        )
        return HTMLResponse(text, status_code=status)


def local_time(moment: datetime | None) -> str:
    """A time of the database (UTC) in this machine's place."""
    return moment.replace(tzinfo=UTC).astimezone().strftime("%Y-%m-%d %H:%M") if moment else "—"


def page_of(text: str, total: int, size: int) -> tuple[int, int]:
    """Which page of a list is meant by what the address says, and how many there are: from 1, never past
    the last one, and the first for what is no number.

    >>> page_of("2", 61, 30), page_of("x", 0, 30), page_of("9" * 99, 61, 30)
    ((2, 3), (1, 1), (3, 3))
    """
    count = max(1, -(-total // size))
    number = int(text[:9]) if text.isascii() and text.isdecimal() else 1
    return min(max(1, number), count), count


_shell = Pages("shell", _TEMPLATES)


def chat_header(request: Request, lang: str) -> HTMLResponse:
    """The head of our pages for the chat, which is drawn in the browser and fetches it."""
    with speaking(lang):
        me = current(request)
        template = _shell.environment.get_template("header.html.j2")
        text = template.render(
            me=me,
            path="/chat",
            lang=lang,
            other=f"/?lang={'en' if lang == 'zh' else 'zh'}",
            view=view_of(request.cookies.get(VIEW_COOKIE)),
            nav=links(me.role, "/chat", lang),
        )
    return HTMLResponse(text, headers={"cache-control": "no-store"})


class PageRoute(APIRoute):
    """A page in the reader's language; users' errors come out as a page that says what is wrong."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def handled(request: Request) -> Response:
            with speaking(asked_language(request)):
                answer = await _answer(handler, request)
            return _with_language(request, answer)

        return handled


def asked_language(request: Request) -> str:
    """`?lang=`, else the reader's earlier choice, else the browser's."""
    asked = request.query_params.get("lang") or request.cookies.get(LANG_COOKIE)
    return pick_language(asked, request.headers.get("accept-language", ""))


def _with_language(request: Request, answer: Response) -> Response:
    asked = request.query_params.get("lang")
    if asked in LANGUAGES:
        answer.set_cookie(LANG_COOKIE, asked, path="/", httponly=True, samesite="lax")
    return answer


async def _answer(handler: Callable[[Request], Coroutine[Any, Any, Response]], request: Request) -> Response:
    try:
        return await handler(request)
    except NotSignedIn:
        back = request.url.path if request.method == "GET" else ""
        return RedirectResponse(f"/login?next={quote(back)}" if back else "/login", status_code=303)
    except NotAllowed:
        return error_page(request, [msg("shell.not_allowed")], status=403)
    except StaleForm:
        return error_page(request, [msg("shell.form_old")], status=403)
    except RequestValidationError:
        return error_page(request, [msg("shell.bad_address")])
    except SuiteError as error:
        lines = [problem.message() for problem in error.problems]
        return error_page(request, lines, title=msg("shell.suite_wrong"))
    except ZhixunError as error:
        status = 400 if isinstance(error, InputError) else 409
        return error_page(request, [error.message(language())], status=status)


def error_page(request: Request, lines: list[str], *, status: int = 400, title: str = "") -> Response:
    """What went wrong, as a page in the common frame; the way back is the browser's."""
    return _shell.page("error.html.j2", request, status=status, lines=lines, title=title)


def install(app: FastAPI) -> None:
    """Addresses that do not exist answer a reader with a page, a program with JSON."""

    @app.exception_handler(HTTPException)
    async def failed(request: Request, error: HTTPException) -> Response:
        if SESSION in request.scope and "text/html" in request.headers.get("accept", ""):
            with speaking(asked_language(request)):
                text = msg("shell.not_found") if error.status_code in (404, 405) else str(error.detail)
                return error_page(request, [text], status=error.status_code)
        return JSONResponse({"detail": error.detail}, error.status_code, headers=error.headers)
