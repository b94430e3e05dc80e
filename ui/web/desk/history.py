"""One's own conversations: found again, read, gone on with, deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from agent.types import Citation
from corpus.catalog import Catalog, today
from corpus.messages import msg
from corpus.model import Role
from ui.web.conversations import Exchange
from ui.web.desk.app import Desk, page
from ui.web.evidence import may_read
from ui.web.shell import PageRoute, checked_form, current
from ui.web.shell.pages import error_page

PAGE = 30  # conversations on a page
_LONGEST = 100  # characters of a search


@dataclass(frozen=True, slots=True)
class Source:
    """A citation of a kept answer, as its reader may see it today.

    Attributes:
        hidden: the document is gone, or not for this role; title and quote are not shown.
        now: its validity today, where that is another than the answer's.
    """

    cited: Citation
    hidden: bool
    now: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """An exchange as its reader may see it today; one whose answer cites what the reader may no longer
    see shows its question alone."""

    exchange: Exchange
    readable: bool
    sources: list[Source]


def history_router(desk: Desk) -> APIRouter:
    router = APIRouter(route_class=PageRoute, prefix="/history")

    @router.get("")
    def listed(request: Request, q: str = "", deleted: int = 0) -> Response:
        me = current(request)
        q = q.strip()[:_LONGEST]
        found = desk.conversations.list(me.owner, q)
        pages = max(1, -(-len(found) // PAGE))
        asked = request.query_params.get("page", "")
        at = min(max(1, int(asked)), pages) if asked.isdecimal() and len(asked) < 6 else 1
        return page(
            "history.html.j2",
            request,
            found=found[(at - 1) * PAGE : at * PAGE],
            count=len(found),
            q=q,
            days=desk.conversations.kept_days(me.owner),
            deleted=max(0, deleted),
            at=at,
            pages=pages,
        )

    @router.get("/{conversation_id}")
    def one(request: Request, conversation_id: str) -> Response:
        me = current(request)
        found = desk.conversations.find(me.owner, conversation_id)
        if found is None or not found.exchanges:
            return error_page(request, [msg("desk.no_conversation")], status=404)
        parts = [_part(desk.catalog, each, me.role) for each in found.exchanges]
        return page(
            "conversation.html.j2",
            request,
            one=found,
            parts=parts,
            readable=all(part.readable for part in parts),
            days=desk.conversations.kept_days(me.owner),
        )

    @router.post("/delete")
    async def delete_all(request: Request) -> Response:
        await checked_form(request)
        return await run_in_threadpool(deleted, request, None)

    @router.post("/{conversation_id}/delete")
    async def delete(request: Request, conversation_id: str) -> Response:
        await checked_form(request)
        return await run_in_threadpool(deleted, request, conversation_id)

    def deleted(request: Request, conversation_id: str | None) -> Response:
        count = desk.conversations.delete(current(request).owner, conversation_id)
        return RedirectResponse(f"/history?deleted={count}", status_code=303)

    return router


def _part(catalog: Catalog, exchange: Exchange, role: Role) -> Part:
    if not may_read(catalog, exchange, role):
        return Part(exchange, False, [])
    return Part(exchange, True, list(_sources(catalog, exchange, role)))


def _sources(catalog: Catalog, exchange: Exchange, role: Role) -> Iterator[Source]:
    """The citations of an answer, each looked at again: what may be seen changes, and so does validity."""
    if exchange.answer is None or not exchange.answer.citations:
        return
    snapshot = catalog.snapshot()
    day = today()
    for cited in exchange.answer.citations:
        record = snapshot.records.get(cited.doc_id)
        if record is None or record.visibility not in role.visibilities:
            yield Source(cited, hidden=True, now=None)
            continue
        now = snapshot.validity(cited.doc_id, day).value
        yield Source(cited, hidden=False, now=now if now != cited.validity else None)
