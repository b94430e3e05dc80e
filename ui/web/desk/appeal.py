"""Filing an appeal (问题诉求), and seeing what became of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from corpus.errors import InputError
from corpus.messages import msg
from ui.accounts import Appeal, Wait
from ui.accounts.appeals import LONGEST, NUMBER
from ui.web.conversations import Exchange
from ui.web.desk.app import Desk, page
from ui.web.shell import PageRoute, checked_form, current

_FIELDS = ("question", "text", "region", "name", "contact")


def appeal_router(desk: Desk) -> APIRouter:
    router = APIRouter(route_class=PageRoute, prefix="/appeal")

    def form_page(
        request: Request, form: Mapping[str, str], problem: str = "", status: int = 200
    ) -> Response:
        me = current(request)
        about = desk.exchange(me, form.get("about", ""))
        given = {field: form.get(field, "") for field in _FIELDS}
        if about is not None and not given["question"]:
            given["question"] = about.question
        return page(
            "appeal.html.j2",
            request,
            status=status,
            problem=problem,
            form=given,
            about=about if about is not None and about.answer is not None else None,
            attach=form.get("attach", "yes") == "yes",
            longest=LONGEST,
            mine=desk.appeals.of(me.owner),
            number="",
        )

    @router.get("")
    def blank(request: Request, about: str = "", question: str = "") -> Response:
        return form_page(request, {"about": about, "question": question[: LONGEST["question"]]})

    @router.post("")
    async def send(request: Request) -> Response:
        form = await checked_form(request)
        return await run_in_threadpool(filed, request, {"attach": "no", **form})

    def filed(request: Request, form: Mapping[str, str]) -> Response:
        me = current(request)
        address = request.client.host if request.client else "?"
        wait = max(desk.own.waiting(me.owner), desk.address.waiting(address))
        if wait:
            text = msg("desk.too_many", minutes=math.ceil(wait / 60))
            return form_page(request, form, text, status=429)
        about = desk.exchange(me, form.get("about", "")) if form.get("attach") == "yes" else None
        try:
            made = desk.appeals.file(
                form.get("question", ""),
                form.get("contact", ""),
                form.get("text", ""),
                region=form.get("region", ""),
                name=form.get("name", ""),
                owner=me.owner,
                **_said(about),
            )
        except InputError as error:  # nothing of what was written is lost
            return form_page(request, form, error.message(), status=400)
        desk.own.take(me.owner)
        desk.address.take(address)
        return RedirectResponse(f"/appeal/{made.number}?new=1", status_code=303)

    router.include_router(_seeing(desk))
    return router


def _seeing(desk: Desk) -> APIRouter:
    """An appeal for its author, who filed it here or knows number and contact."""
    router = APIRouter(route_class=PageRoute)

    @router.post("/find")
    async def find(request: Request) -> Response:
        form = await checked_form(request)
        number, contact = form.get("number", "")[:40], form.get("contact", "")
        found = await run_in_threadpool(desk.appeals.look_up, number, contact)
        if isinstance(found, Wait):
            text = msg("desk.shut", minutes=math.ceil(found.seconds / 60))
            return _ask(request, number, text, status=429)
        if found is None:
            return _ask(request, number, msg("desk.not_found"), status=404)
        return _shown(request, found)

    @router.get("/find")
    def ask(request: Request) -> Response:
        return _ask(request, "")

    @router.get("/{number}")
    def one(request: Request, number: str, new: str = "") -> Response:
        owner = current(request).owner
        found = next((one for one in desk.appeals.of(owner) if one.number == number.upper()), None)
        if found is not None:
            return _shown(request, found, new=bool(new))
        return _ask(request, number if NUMBER.fullmatch(number.upper()) else "")

    return router


def _shown(request: Request, one: Appeal, *, new: bool = False) -> Response:
    return page("seen.html.j2", request, one=one, new=new)


def _ask(request: Request, number: str, problem: str = "", status: int = 200) -> Response:
    """The form that asks for number and contact: the same whether the number exists or not."""
    return page("find.html.j2", request, status=status, number=number, problem=problem)


def _said(about: Exchange | None) -> dict[str, Any]:
    """What the service had answered, as an appeal keeps it."""
    if about is None or about.answer is None:
        return {}
    cited = [
        {"doc_id": one.doc_id, "title": one.title, "clause": one.clause or ""}
        for one in about.answer.citations
    ]
    return {"answer_id": about.answer_id, "answer": about.answer.answer, "citations": cited}
