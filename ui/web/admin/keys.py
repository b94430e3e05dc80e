"""API keys: made, shown once, revoked."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from corpus.errors import InputError
from ui.web.admin.app import Admin, chosen_role, page
from ui.web.shell import PageRoute, checked_form, current


def keys_router(admin: Admin) -> APIRouter:
    router = APIRouter(route_class=PageRoute, prefix="/admin/keys")

    def shown(request: Request, status: int = 200, **more: object) -> Response:
        values = {"problem": "", "form": {}, "secret": "", "made": None, **more}
        return page("keys.html.j2", request, status=status, keys=admin.keys.list(), **values)

    @router.get("")
    def keys(request: Request) -> Response:
        return shown(request)

    @router.post("/add")
    async def add(request: Request) -> Response:
        form = await checked_form(request)

        def change() -> Response:
            try:
                role = chosen_role(form)
                rate = form.get("rate", "").strip()
                made, secret = admin.keys.make(
                    form.get("label", ""), role, int(rate) if rate.isdecimal() and len(rate) < 7 else 0
                )
            except InputError as error:
                return shown(request, 400, problem=error.message(), form=form)
            detail = {"id": made.key_id, "role": made.role.value, "rate": made.rate}
            admin.audit.write(current(request).name, "key.add", made.label, detail)
            return shown(request, secret=secret, made=made)

        return await run_in_threadpool(change)

    @router.post("/{number}/revoke")
    async def revoke(request: Request, number: int) -> Response:
        await checked_form(request)

        def change() -> Response:
            gone = admin.keys.revoke(number)
            admin.audit.write(current(request).name, "key.revoke", gone.label, {"id": gone.key_id})
            return RedirectResponse("/admin/keys", status_code=303)

        return await run_in_threadpool(change)

    return router
