"""Signing in with name and password, and out."""

from __future__ import annotations

import math
import re

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from corpus.messages import msg
from ui.accounts import Accounts, Audit, Wait
from ui.web.guard import SESSION, SIGNED_IN
from ui.web.shell.access import checked_form, current
from ui.web.shell.pages import PageRoute, _shell

_OWN = re.compile(r"/(?![/\\])[A-Za-z0-9_./-]{0,200}")  # an address of ours, never another host


def sign_in_router(
    accounts: Accounts, *, secure_cookie: bool = False, audit: Audit | None = None
) -> APIRouter:
    """`/login` and `/logout`. A browser that signs in gets one more cookie, bound to its first one."""
    router = APIRouter(route_class=PageRoute, include_in_schema=False)

    @router.get("/login")
    def login_page(request: Request, next: str = "") -> Response:
        if current(request).signed_in:
            return RedirectResponse(_place(next), status_code=303)
        return _form(request, next=next)

    @router.post("/login")
    async def login(request: Request) -> Response:
        form = await checked_form(request)
        name, wanted = form.get("name", "").strip(), form.get("next", "")
        browser = request.scope[SESSION]
        address = request.client.host if request.client else "?"
        session = await run_in_threadpool(accounts.sign_in, name, form.get("password", ""), browser, address)
        if session is None:
            return _form(request, msg("shell.wrong"), 403, name=name, next=wanted)
        if isinstance(session, Wait):
            problem = msg("shell.wait", seconds=math.ceil(session.seconds))
            return _form(request, problem, 429, name=name, next=wanted)
        if audit is not None:
            detail = {"role": session.role.value, "address": address}
            await run_in_threadpool(audit.write, session.name, "session.begin", "", detail)
        answer = RedirectResponse(_place(wanted), status_code=303)
        answer.set_cookie(
            SIGNED_IN,
            session.key,
            path="/",
            httponly=True,
            samesite="strict",
            secure=secure_cookie or request.url.scheme == "https",
        )
        return answer

    @router.post("/logout")
    async def logout(request: Request) -> Response:
        await checked_form(request)
        await run_in_threadpool(accounts.sign_out, current(request).key)
        answer = RedirectResponse("/", status_code=303)
        answer.delete_cookie(SIGNED_IN, path="/")
        return answer

    return router


def _place(wanted: str) -> str:
    """Where a signed-in reader goes: the page that was asked for, if it is one of ours."""
    return wanted if _OWN.fullmatch(wanted) else "/"


def _form(
    request: Request, problem: str = "", status: int = 200, *, name: str = "", next: str = ""
) -> Response:
    return _shell.page("login.html.j2", request, status=status, problem=problem, name=name, next=next)
