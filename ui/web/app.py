"""The web application: guard, own routes, one Gradio page a language."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from corpus.errors import InputError
from corpus.messages import LANGUAGES, msg
from corpus.settings import CorpusSettings
from ui.web.settings import WebSettings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from ui.web.turns import Streams

log = logging.getLogger("zhixun.web")

WARM_UP = "扶持政策有哪些？"


def create_app(assistant: Streams, settings: WebSettings | None = None) -> FastAPI:
    """One FastAPI app over an assistant: `/` leads to `/chat/zh` or `/chat/en`.

    The language is `?lang=`, else the browser's Accept-Language, else Chinese.
    """
    _quiet_gradio()
    from fastapi import FastAPI
    from starlette.routing import Route

    from ui.accounts import Accounts, Audit, History, Keys, Usage
    from ui.web import chat_page
    from ui.web.admin import Admin, admin_router
    from ui.web.api import api_router
    from ui.web.briefs import briefs_router
    from ui.web.conversations import Conversations
    from ui.web.desk import Desk, desk_router
    from ui.web.embed import Embedding, embed_router
    from ui.web.guard import Guard
    from ui.web.library import library_router
    from ui.web.projects import projects_router
    from ui.web.rest import programs_app
    from ui.web.shell import sign_in_router
    from ui.web.shell.pages import install
    from ui.web.staff import Staff, staff_router

    settings = settings or WebSettings()
    catalog = assistant.library.catalog
    accounts = Accounts(catalog.engine)
    staff = Staff.open(catalog)
    programs = programs_app(assistant, Keys(catalog.engine))
    conversations = Conversations(settings.max_conversations, History(catalog.engine), Usage(catalog.engine))

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        async with programs.mcp.running():
            yield
        await asyncio.to_thread(staff.close)  # a run under way ends with the server
        await asyncio.to_thread(conversations.close)

    app = FastAPI(title="Zhixun", docs_url=None, redoc_url=None, openapi_url=None, lifespan=running)
    app.state.conversations = conversations
    install(app)
    signing_in = sign_in_router(accounts, secure_cookie=settings.secure_cookie, audit=Audit(catalog.engine))
    app.include_router(signing_in)
    app.include_router(api_router(assistant, conversations))
    app.include_router(embed_router(Embedding(settings.embed_origins)))
    app.include_router(staff_router(staff))
    app.include_router(briefs_router(assistant.library))
    app.include_router(desk_router(Desk.open(catalog, conversations, settings)))
    app.include_router(projects_router(assistant.library))
    app.include_router(library_router(assistant.library, CorpusSettings().home))
    app.include_router(admin_router(Admin.open(catalog.engine, accounts, conversations)))
    app.mount("/api/v1", programs.rest)
    app.mount("/v1", programs.chat)
    app.router.routes.append(Route("/mcp", programs.mcp))
    for lang in LANGUAGES:
        page = chat_page.Page(assistant, conversations, settings, lang)
        chat_page.mount(app, chat_page.build(page), lang, f"/chat/{lang}")
    app.add_middleware(Guard, settings=settings, find_session=accounts.session)
    return app


def serve(host: str = "127.0.0.1", port: int = 7860, assistant: Streams | None = None) -> None:
    """Serves until interrupted. Opens (and closes) an `agent.Assistant` when none is given.

    Raises:
        InputError: the port is taken or the address is not ours.
    """
    check_address(host, port)
    if assistant is None:
        from agent import Assistant

        with_own = Assistant.open()
        try:
            serve(host, port, with_own)
        finally:
            with_own.close()
        return
    import uvicorn

    app = create_app(assistant)
    threading.Thread(target=_warm_up, args=[assistant], name="warm-up", daemon=True).start()
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    print(msg("web.serving", url=f"http://{shown}:{port}"), file=sys.stderr, flush=True)
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,
    )


def _warm_up(assistant: Streams) -> None:
    """Asks once in the background, so that the first user does not wait for the model to load."""
    from agent.types import Ctx

    async def ask() -> None:
        async for _ in assistant.stream(WARM_UP, Ctx(), ()):
            pass

    try:
        asyncio.run(ask())
    except Exception:
        log.exception("warm-up failed; the first question will show why")


def check_address(host: str, port: int) -> None:
    """Raises `InputError` when the port is taken or the address is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno in (98, 48, 10048):  # EADDRINUSE on Linux, macOS, Windows
                raise InputError("web.port_busy", port=port, other=port + 1) from error
            raise InputError("web.bad_address", host=host, port=port, reason=error.strerror) from error
        except OverflowError as error:
            raise InputError("web.bad_address", host=host, port=port, reason=error) from error


def _quiet_gradio() -> None:
    """Before Gradio is imported: no analytics, no model hub, its cache inside our state folder."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["GRADIO_TEMP_DIR"] = str(CorpusSettings().home / "tmp" / "gradio")
