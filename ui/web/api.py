"""The page's own REST routes: citations, documents, an answer as text, what the library holds, feedback.

The role is that of the session. What it may not see answers 404, like what does not exist.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import FileResponse, PlainTextResponse, RedirectResponse, Response

from corpus.catalog import today as current_day
from corpus.messages import msg
from ui.web.conversations import Conversations
from ui.web.evidence import citation_panel, document_panel, library_facts, may_read
from ui.web.feedback import feedback_router
from ui.web.language import pick_language
from ui.web.render import plain_text
from ui.web.shell.access import current
from ui.web.shell.pages import chat_header
from ui.web.turns import Streams

STATIC = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def api_router(assistant: Streams, conversations: Conversations) -> APIRouter:
    """The routes outside of Gradio. Handlers are sync: they read the database."""
    router = APIRouter()
    router.include_router(_pages())
    router.include_router(_data(assistant, conversations))
    router.include_router(feedback_router(assistant, conversations))
    return router


def _pages() -> APIRouter:
    router = APIRouter()

    @router.get("/")
    @router.get("/chat")
    def root(request: Request, lang: str | None = None) -> RedirectResponse:
        chosen = pick_language(lang, request.headers.get("accept-language", ""))
        return RedirectResponse(f"/chat/{chosen}/", status_code=303)

    @router.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/favicon.ico")
    def favicon() -> FileResponse:
        return _asset("favicon.svg")

    @router.get("/static-zx/{name}")
    def static(name: str) -> FileResponse:
        return _asset(name)

    return router


def _data(assistant: Streams, conversations: Conversations) -> APIRouter:
    router = APIRouter()

    @router.get("/api/library")
    def library(request: Request) -> dict[str, Any]:
        return library_facts(assistant.library.catalog, current(request).role)

    @router.get("/api/header")
    def header(request: Request, lang: str = Query("zh")) -> Response:
        return chat_header(request, pick_language(lang))

    @router.get("/api/cite/{answer_id}/{n}")
    def cite(request: Request, answer_id: str, n: int, lang: str = Query("zh")) -> dict[str, Any]:
        lang = pick_language(lang)
        me = current(request)
        exchange = conversations.exchange(me.owner, answer_id)
        answer = exchange.answer if exchange else None
        citation = next((c for c in answer.citations if c.n == n), None) if answer else None
        panel = None
        if exchange is not None and citation is not None:
            panel = citation_panel(assistant.library.catalog, citation, exchange.day, me.role, lang)
        if panel is None:
            raise HTTPException(404, msg("web.not_found", lang))
        return panel

    @router.get("/api/doc/{doc_id}")
    def document(request: Request, doc_id: str, lang: str = Query("zh")) -> dict[str, Any]:
        lang = pick_language(lang)
        panel = document_panel(assistant.library.catalog, doc_id, current_day(), current(request).role, lang)
        if panel is None:
            raise HTTPException(404, msg("web.doc_not_found", lang))
        return panel

    @router.get("/api/answer/{answer_id}/text", response_class=PlainTextResponse)
    def answer_text(request: Request, answer_id: str, lang: str = Query("zh")) -> str:
        lang = pick_language(lang)
        me = current(request)
        exchange = conversations.exchange(me.owner, answer_id)
        readable = exchange is not None and may_read(assistant.library.catalog, exchange, me.role)
        if exchange is None or exchange.answer is None or not readable:
            raise HTTPException(404, msg("web.answer_not_found", lang))
        return plain_text(exchange, lang)

    return router


def _asset(name: str) -> FileResponse:
    path = STATIC / name
    if path.suffix not in _TYPES or path.parent != STATIC or not path.is_file():
        raise HTTPException(404, msg("web.refused_route"))
    return FileResponse(path, media_type=_TYPES[path.suffix], headers={"cache-control": "no-cache"})
