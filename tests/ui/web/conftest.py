"""The real web application over a scripted assistant and a real catalog."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from corpus.model import Role
from tests.ui.web.scripted import ScriptedAssistant
from ui.web import create_app
from ui.web.settings import WebSettings


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> ScriptedAssistant:
    made = ScriptedAssistant.over(tmp_path_factory.mktemp("home"))
    made.leaky = True
    return made


@pytest.fixture(scope="session")
def app(assistant: ScriptedAssistant, tmp_path_factory: pytest.TempPathFactory) -> Any:
    patch = pytest.MonkeyPatch()
    patch.setenv("ZHIXUN_HOME", str(tmp_path_factory.mktemp("state")))
    app = create_app(assistant, WebSettings(rate=1000, burst=1000, address_burst=100_000))
    patch.undo()
    return app


@pytest.fixture
def client(app: Any) -> Iterator[TestClient]:
    """A browser with its own cookie; it has opened the page."""
    with TestClient(app, raise_server_exceptions=False) as client:
        client.get("/chat/zh/")
        yield client


@pytest.fixture
def answered(app: Any, client: TestClient, assistant: ScriptedAssistant) -> Any:
    """An exchange of this client's session whose answer cites five clauses."""
    from ui.web.guard import COOKIE
    from ui.web.turns import run_turn

    conversations = app.state.conversations
    conversation = conversations.get(client.cookies[COOKIE], None)

    async def ask() -> Any:
        last = None
        async for exchange in run_turn(
            assistant, conversations, conversation, "小巨人条件？", None, "zh", Role.VISITOR
        ):
            last = exchange
        return last

    return asyncio.run(ask())
