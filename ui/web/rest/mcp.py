"""The agent's tools for clients of the Model Context Protocol, at /mcp.

Stateless streamable HTTP: every request carries its key, and the key gives the role. A client may choose
the day for all its calls in the address (`/mcp?as_of=2024-06-01`); no tool has an argument for role or day.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import anyio.to_thread
from fastapi.responses import JSONResponse
from mcp import types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from agent.tools.registry import Tool, call, tools_for
from agent.tools.session import Result, ToolSession
from agent.types import Ctx
from corpus.catalog import today
from corpus.errors import ZhixunError
from corpus.messages import msg
from index import Library
from ui.accounts.keys import Key
from ui.web.rest.access import Gate, Problem, asked_language, key_of
from ui.web.rest.routes import sources_of

log = logging.getLogger("zhixun.web")

Shape = Callable[[Problem], JSONResponse]
DAY = "as_of"  # in the address


class Mcp:
    """An ASGI endpoint; `running` is entered for as long as the application serves.

    Args:
        shape: how a refusal is told.
    """

    def __init__(self, library: Library, gate: Gate, shape: Shape) -> None:
        self._library = library
        self._gate = gate
        self._shape = shape
        self._manager: StreamableHTTPSessionManager | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The SDK's manager runs once only, so each start of the application has its own."""
        server: Server[Any] = Server(
            "zhixun",
            title="智询 Zhixun",
            instructions=msg("rest.mcp_instructions"),
            on_list_tools=self._listed,
            on_call_tool=self._called,
        )
        manager = StreamableHTTPSessionManager(server, json_response=True, stateless=True)
        async with manager.run():
            self._manager = manager
            try:
                yield
            finally:
                self._manager = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            manager = self._admitted(request)
        except Problem as problem:
            await self._shape(problem)(scope, receive, send)
            return
        await manager.handle_request(scope, receive, send)

    def _admitted(self, request: Request) -> StreamableHTTPSessionManager:
        """The manager, for a request that may go on to it; its key is kept in the request's state.

        Raises:
            Problem: no key, too often, another site's page, a method or a day that is none.
        """
        lang = asked_language(request)
        origin = request.headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
            raise Problem(403, "refused_origin", msg("rest.mcp_origin", lang))
        self._gate(request)
        if request.method != "POST":  # nothing is streamed and no session is kept
            raise Problem(405, "refused", msg("rest.mcp_method", lang), allow="POST")
        try:
            _day(request)
        except ValueError:
            raise Problem(400, "invalid_request", msg("rest.mcp_day", lang)) from None
        if self._manager is None:
            raise Problem(503, "not_running", msg("rest.mcp_starting", lang))
        return self._manager

    async def _listed(
        self, context: ServerRequestContext[Any, Any], params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        known = tools_for(_key(context).role).values()
        return types.ListToolsResult(tools=[_described(one) for one in known])

    async def _called(
        self, context: ServerRequestContext[Any, Any], params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        key, request = _key(context), context.request
        assert request is not None
        session = ToolSession(self._library, Ctx(key.role, _day(request)), today())
        lang = asked_language(request)

        def run() -> Result:
            try:
                return call(session, params.name, params.arguments or {})
            except ZhixunError as error:
                return Result(error.message(lang), ok=False)
            except Exception:  # whatever it was, a client is told no more than a code
                code = secrets.token_hex(3)
                log.exception("a tool failed, code %s", code)
                return Result(msg("web.failed", lang, code=code), ok=False)

        result = await anyio.to_thread.run_sync(run)
        return types.CallToolResult(
            content=[types.TextContent(text=result.text)],
            structured_content={
                "ok": result.ok,
                "sources": sources_of(session, result, str(request.base_url)),
            },
            is_error=not result.ok,
        )


def _described(one: Tool) -> types.Tool:
    hints = types.ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )
    return types.Tool(name=one.name, description=one.about, input_schema=one.schema(), annotations=hints)


def _key(context: ServerRequestContext[Any, Any]) -> Key:
    """The key that this very request was admitted with."""
    request = context.request
    assert isinstance(request, Request)
    return key_of(request)


def _day(request: Request) -> date | None:
    given = request.query_params.get(DAY)
    return date.fromisoformat(given) if given else None
