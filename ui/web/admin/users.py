"""Accounts: who there is, and what may be changed of each. A change ends the account's sessions."""

from __future__ import annotations

import secrets

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from corpus.errors import InputError
from corpus.messages import msg
from ui.accounts import User
from ui.web.admin.app import Admin, chosen_role, page
from ui.web.shell import PageRoute, checked_form, current


def users_router(admin: Admin) -> APIRouter:
    router = APIRouter(route_class=PageRoute, prefix="/admin/users")
    accounts = admin.accounts

    def shown(request: Request, number: int, secret: str = "", done: str = "") -> Response:
        return page("user.html.j2", request, one=_numbered(admin, number), secret=secret, done=done)

    @router.get("")
    def users(request: Request) -> Response:
        return _list(admin, request)

    @router.post("/add")
    async def add(request: Request) -> Response:
        form = await checked_form(request)
        return await run_in_threadpool(_add, admin, request, form)

    @router.get("/{number}")
    def user(request: Request, number: int) -> Response:
        return shown(request, number)

    @router.post("/{number}/role")
    async def role(request: Request, number: int) -> Response:
        form = await checked_form(request)
        wanted = chosen_role(form)

        def change() -> Response:
            one = _another(admin, request, number)
            less = wanted.visibilities < one.role.visibilities
            accounts.set_role(one.name, wanted)
            if less:  # from memory, too: they quote what the account may not see any more
                admin.conversations.delete(f"user:{one.user_id}")
            _write(admin, request, "user.role", one, {"role": wanted.value, "before": one.role.value})
            return shown(request, number, done=msg("admin.role_done", name=one.name))

        return await run_in_threadpool(change)

    @router.post("/{number}/password")
    async def password(request: Request, number: int) -> Response:
        form = await checked_form(request)

        def change() -> Response:
            one = _another(admin, request, number)
            given = form.get("password", "")
            word = given or secrets.token_urlsafe(12)
            accounts.set_password(one.name, word)
            _write(admin, request, "user.set_pass", one)
            return shown(
                request,
                number,
                secret="" if given else word,
                done=msg("admin.password_done", name=one.name),
            )

        return await run_in_threadpool(change)

    @router.post("/{number}/active")
    async def active(request: Request, number: int) -> Response:
        form = await checked_form(request)

        def change() -> Response:
            one = _another(admin, request, number)
            wanted = form.get("active") == "yes"
            accounts.set_active(one.name, wanted)
            _write(admin, request, "user.active", one, {"active": wanted})
            return shown(request, number, done=msg(f"admin.{'on' if wanted else 'off'}_done", name=one.name))

        return await run_in_threadpool(change)

    @router.post("/{number}/sign-out")
    async def sign_out(request: Request, number: int) -> Response:
        await checked_form(request)

        def change() -> Response:
            one = _another(admin, request, number)
            accounts.sign_out_everywhere(one.user_id)
            _write(admin, request, "user.sign_out", one)
            return shown(request, number, done=msg("admin.out_done", name=one.name))

        return await run_in_threadpool(change)

    @router.post("/{number}/remove")
    async def remove(request: Request, number: int) -> Response:
        form = await checked_form(request)

        def change() -> Response:
            one = _another(admin, request, number)
            if form.get("sure") != one.name:
                raise InputError("admin.not_sure", name=one.name)
            accounts.remove(one.name)
            admin.conversations.delete(f"user:{one.user_id}")
            _write(admin, request, "user.remove", one)
            return RedirectResponse("/admin/users", status_code=303)

        return await run_in_threadpool(change)

    return router


def _add(admin: Admin, request: Request, form: dict[str, str]) -> Response:
    """Makes an account; what is wrong is told on the same page, with what was typed."""
    name, given = form.get("name", ""), form.get("password", "")
    word = given or secrets.token_urlsafe(12)
    try:
        wanted = chosen_role(form)
        made = admin.accounts.add(name, wanted, word)
    except InputError as error:
        return _list(admin, request, problem=error.message(), form=form, status=400)
    _write(admin, request, "user.add", made, {"role": wanted.value})
    done = msg("admin.added", name=made.name)
    return page("user.html.j2", request, one=made, secret="" if given else word, done=done)


def _list(
    admin: Admin, request: Request, problem: str = "", form: dict[str, str] | None = None, status: int = 200
) -> Response:
    users = admin.accounts.users()
    return page("users.html.j2", request, status=status, users=users, problem=problem, form=form or {})


def _numbered(admin: Admin, number: int) -> User:
    found = next((user for user in admin.accounts.users() if user.user_id == number), None)
    if found is None:
        raise InputError("admin.no_user")
    return found


def _another(admin: Admin, request: Request, number: int) -> User:
    """The account to change: never one's own, so that nobody shuts everybody out.

    Raises:
        InputError: no such account, or one's own.
    """
    if number == current(request).user_id:
        raise InputError("admin.own_account")
    return _numbered(admin, number)


def _write(
    admin: Admin, request: Request, action: str, one: User, detail: dict[str, object] | None = None
) -> None:
    admin.audit.write(current(request).name, action, one.name, detail)
