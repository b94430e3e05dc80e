"""MCP with the SDK's own client over real HTTP and a real library: keys, roles, tools, odd requests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from starlette.routing import Route

from agent.assistant import Assistant
from agent.tools.registry import tools_for
from corpus.model import Role
from index import Library
from tests.agent.briefing.test_content import library
from tests.e2e.conftest import serving
from ui.accounts import Accounts, Keys
from ui.web.guard import Guard
from ui.web.rest import programs_app
from ui.web.settings import WebSettings

__all__ = ["library"]

SECRET = "77.7"  # stands in an internal report only
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
HEADERS = {"accept": "application/json, text/event-stream", "mcp-protocol-version": "2025-06-18"}


@pytest.fixture(scope="module")
def keys(library: Library) -> Keys:
    return Keys(library.catalog.engine)


@pytest.fixture(scope="module")
def url(library: Library, keys: Keys) -> Iterator[str]:
    programs = programs_app(Assistant(library), keys)

    @asynccontextmanager
    async def running(app: FastAPI) -> Any:
        async with programs.mcp.running():
            yield

    app = FastAPI(openapi_url=None, lifespan=running)
    app.router.routes.append(Route("/mcp", programs.mcp))
    app.add_middleware(Guard, settings=WebSettings(), find_session=Accounts(library.catalog.engine).session)
    with serving(app) as address:
        yield f"{address}/mcp"


def secret(keys: Keys, role: Role, rate: int = 6000) -> dict[str, str]:
    return {"authorization": f"Bearer {keys.make(f'测试 {role}', role, rate)[1]}"}


def in_session(url: str, headers: dict[str, str], work: Callable[[ClientSession], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with (
            httpx.AsyncClient(headers=headers, timeout=60) as http,
            streamable_http_client(url, http_client=http) as streams,
            ClientSession(streams[0], streams[1]) as session,
        ):
            await session.initialize()
            return await work(session)

    return asyncio.run(run())


@pytest.mark.parametrize("role", list(Role))
def test_a_client_sees_the_tools_of_its_key(url: str, keys: Keys, role: Role) -> None:
    listed = in_session(url, secret(keys, role), lambda session: session.list_tools())
    assert {one.name for one in listed.tools} == set(tools_for(role))
    for one in listed.tools:
        assert one.description and one.annotations.read_only_hint
        assert not {"role", "as_of"} & set(one.input_schema["properties"])


def test_a_tool_answers_with_its_sources(url: str, keys: Keys) -> None:
    def ask(session: ClientSession) -> Awaitable[Any]:
        return session.call_tool("search_policies", {"query": "首版次软件的奖补最多多少"})

    result = in_session(url, secret(keys, Role.VISITOR), ask)
    assert not result.is_error and "[S1]" in result.content[0].text
    first = result.structured_content["sources"]["S1"]
    assert first["title"] == "示例市首版次软件推广办法" and first["text"] in result.content[0].text
    assert first["url"].startswith(url.removesuffix("mcp") + "library/clause/")


def test_what_is_internal_stays_with_its_roles(url: str, keys: Keys) -> None:
    def ask(session: ClientSession) -> Awaitable[Any]:
        return session.call_tool("search_policies", {"query": "内部专报 风险 高风险项目", "k": 12})

    assert SECRET not in in_session(url, secret(keys, Role.VISITOR), ask).model_dump_json()
    assert SECRET in in_session(url, secret(keys, Role.OFFICIAL), ask).model_dump_json()


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("search_policies", {"query": "奖补", "role": "staff"}, "role"),
        ("search_policies", {"query": "奖补", "as_of": "2020-01-01"}, "as_of"),
        ("lookup_clause", {"document": "没有的办法", "article": 1}, "没有的办法"),
        ("read_file", {"path": "/etc/passwd"}, "read_file"),
    ],
)
def test_a_wrong_call_says_what_to_mend(
    url: str, keys: Keys, name: str, arguments: dict[str, Any], said: str
) -> None:
    result = in_session(url, secret(keys, Role.VISITOR), lambda session: session.call_tool(name, arguments))
    assert result.is_error and said in result.content[0].text
    assert result.structured_content["sources"] == {}


def test_no_tool_runs_without_a_key(url: str, keys: Keys) -> None:
    for given in ({}, {"authorization": "Bearer zx_" + "a" * 43}, {"cookie": "zx_signed=x"}):
        answer = httpx.post(url, json=LIST, headers=HEADERS | given)
        assert answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer"
        assert "search_policies" not in answer.text


def test_other_sites_methods_and_days_are_refused(url: str, keys: Keys) -> None:
    own = HEADERS | secret(keys, Role.VISITOR)
    assert httpx.post(url, json=LIST, headers=own | {"origin": "https://evil.example"}).status_code == 403
    for method in ("GET", "DELETE", "PUT"):
        answer = httpx.request(method, url, headers=own)
        assert answer.status_code == 405 and answer.headers["allow"] == "POST"
    assert httpx.post(f"{url}?as_of=gestern", json=LIST, headers=own).status_code == 400
    assert (
        httpx.post(url, content=b"[", headers=own | {"content-type": "application/json"}).status_code == 400
    )


def test_the_day_is_in_the_address(url: str, keys: Keys) -> None:
    def ask(session: ClientSession) -> Awaitable[Any]:
        return session.call_tool("search_policies", {"query": "首版次软件的奖补最多多少"})

    early = in_session(f"{url}?as_of=1999-01-01", secret(keys, Role.VISITOR), ask)
    assert "示例市首版次软件推广办法" not in early.model_dump_json()


def test_a_key_has_its_rate(url: str, keys: Keys) -> None:
    own = HEADERS | secret(keys, Role.VISITOR, 4)
    codes = [httpx.post(url, json=LIST, headers=own).status_code for _ in range(4)]
    assert codes[0] == 200 and codes[-1] == 429
