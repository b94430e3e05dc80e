"""Appeals: the list by status, one appeal with what the service had said, and the answer to it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from corpus.errors import InputError
from ui.accounts import Appeal
from ui.accounts.appeals import LONGEST, STATUSES
from ui.web.admin.app import PAGE, Admin, page, page_number
from ui.web.shell import PageRoute, checked_form, current


def appeals_router(admin: Admin) -> APIRouter:
    router = APIRouter(route_class=PageRoute, prefix="/admin/appeals")

    @router.get("")
    def appeals(request: Request, status: str = "") -> Response:
        at = max(1, page_number(request))
        wanted = next((one for one in STATUSES if one == status), None)
        counts = admin.appeals.counts()
        total = counts[wanted] if wanted else sum(counts.values())
        return page(
            "appeals.html.j2",
            request,
            appeals=admin.appeals.list(wanted, PAGE, (at - 1) * PAGE),
            counts=counts,
            chosen=wanted or "",
            at=at,
            pages=-(-total // PAGE),
        )

    @router.get("/{number}")
    def appeal(request: Request, number: str) -> Response:
        return _one(request, admin.appeals.get(number))

    @router.post("/{number}/reply")
    async def reply(request: Request, number: str) -> Response:
        form = await checked_form(request)

        def change() -> Response:
            try:
                admin.appeals.reply(number, form.get("reply", ""), current(request).name)
            except InputError as error:  # nothing of what was written is lost
                one = admin.appeals.get(number)
                return _one(request, one, error.message(), form.get("reply", ""), status=400)
            return done(request, number, "reply")

        return await run_in_threadpool(change)

    @router.post("/{number}/{step}")
    async def step_(request: Request, number: str, step: str) -> Response:
        form = await checked_form(request)
        steps = {
            "take": admin.appeals.take,
            "close": admin.appeals.close,
            "erase": admin.appeals.erase,
        }
        if step not in steps:
            raise InputError("appeals.not_now", number=number[:30])
        if step == "erase" and form.get("sure") != number:
            raise InputError("admin.not_sure", name=number[:30])
        await run_in_threadpool(steps[step], number, current(request).name)
        return await run_in_threadpool(done, request, number, step)

    def done(request: Request, number: str, step: str) -> Response:
        admin.audit.write(current(request).name, f"appeal.{step}", number)
        return RedirectResponse(f"/admin/appeals/{number}", status_code=303)

    return router


def _one(request: Request, one: Appeal, problem: str = "", draft: str = "", status: int = 200) -> Response:
    return page(
        "appeal.html.j2",
        request,
        status=status,
        one=one,
        problem=problem,
        draft=draft or one.reply or "",
        longest=LONGEST["reply"],
    )
