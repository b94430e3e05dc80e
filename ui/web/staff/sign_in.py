"""Signing in with the token of the installation, and out."""

from __future__ import annotations

import math

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from corpus.messages import msg
from ui.web.guard import SESSION
from ui.web.staff.access import COOKIE, StaffSession, same
from ui.web.staff.app import Staff, StaffRoute, checked_form, needs_staff, page


def sign_in_router(staff: Staff) -> APIRouter:
    router = APIRouter(route_class=StaffRoute, prefix="/staff")
    signed = Depends(needs_staff(staff.access))

    @router.get("")
    def root() -> Response:
        return RedirectResponse("/staff/evals", status_code=303)

    @router.get("/login")
    def login_page(request: Request) -> Response:
        return _form(staff, request)

    @router.post("/login")
    async def login(request: Request) -> Response:
        form = await request.form()
        browser = request.scope[SESSION]
        if not same(_text(form.get("csrf")), staff.access.form_token(browser)):
            return _form(staff, request, msg("staff.form_old"), 403)
        address = request.client.host if request.client else "?"
        session = staff.access.sign_in(_text(form.get("token")), browser, address)
        if session is None:
            return _form(staff, request, msg("staff.token_wrong"), 403)
        if isinstance(session, float):
            return _form(staff, request, msg("staff.token_wait", seconds=math.ceil(session)), 429)
        answer = RedirectResponse("/staff/evals", status_code=303)
        answer.set_cookie(
            COOKIE,
            session.key,
            path="/staff",
            httponly=True,
            samesite="strict",
            secure=staff.secure_cookie or request.url.scheme == "https",
        )
        return answer

    @router.post("/logout")
    async def logout(request: Request, session: StaffSession = signed) -> Response:
        await checked_form(request, session)
        staff.access.sign_out(session.key)
        answer = RedirectResponse("/staff/login", status_code=303)
        answer.delete_cookie(COOKIE, path="/staff")
        return answer

    return router


def _form(staff: Staff, request: Request, problem: str = "", status: int = 200) -> Response:
    token = staff.access.form_token(request.scope[SESSION])
    return page("login.html.j2", request, status=status, problem=problem, form_token=token)


def _text(value: object) -> str:
    """A field of a form; a file in its place is nothing."""
    return value if isinstance(value, str) else ""
