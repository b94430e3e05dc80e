"""Signing in with the token of the installation, and out."""

from __future__ import annotations

import math

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from corpus.messages import msg
from ui.web.guard import SESSION
from ui.web.staff.access import COOKIE
from ui.web.staff.app import Staff, StaffRoute, page


def sign_in_router(staff: Staff) -> APIRouter:
    router = APIRouter(route_class=StaffRoute, prefix="/staff")

    @router.get("")
    def root() -> Response:
        return RedirectResponse("/staff/evals", status_code=303)

    @router.get("/login")
    def login_page(request: Request) -> Response:
        return page("login.html.j2", request, problem="")

    @router.post("/login")
    async def login(request: Request) -> Response:
        token = (await request.form()).get("token", "")
        address = request.client.host if request.client else "?"
        given = token if isinstance(token, str) else ""
        session = staff.access.sign_in(given, request.scope[SESSION], address)
        if session is None:
            return page("login.html.j2", request, status=403, problem=msg("staff.token_wrong"))
        if isinstance(session, float):
            text = msg("staff.token_wait", seconds=math.ceil(session))
            return page("login.html.j2", request, status=429, problem=text)
        answer = RedirectResponse("/staff/evals", status_code=303)
        answer.set_cookie(
            COOKIE,
            session.key,
            path="/staff",
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return answer

    @router.post("/logout")
    async def logout(request: Request) -> Response:
        # no form token: the worst that a foreign page could do is to sign somebody out, and SameSite
        # keeps the cookie from it anyway
        staff.access.sign_out(request.cookies.get(COOKIE))
        answer = RedirectResponse("/staff/login", status_code=303)
        answer.delete_cookie(COOKIE, path="/staff")
        return answer

    return router
