"""The whole application over a scripted assistant and a real catalog, with accounts of each role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient

from corpus.model import Role
from index import Library
from tests.ui.web.conftest import app, assistant
from tests.ui.web.scripted import ScriptedAssistant
from tests.ui.web.staff.conftest import sign_in
from ui.accounts import Accounts
from ui.web.guard import Guard
from ui.web.settings import WebSettings
from ui.web.shell import sign_in_router
from ui.web.shell.pages import install

__all__ = ["app", "assistant"]


@pytest.fixture
def browser_of(app: Any, assistant: ScriptedAssistant) -> Iterator[Callable[[Role], TestClient]]:
    """`browser_of(role)`: a fresh browser, signed in with that role; a visitor's is not signed in."""
    opened = []

    def made(role: Role) -> TestClient:
        client = TestClient(app, raise_server_exceptions=False)
        client.__enter__()
        opened.append(client)
        client.get("/login")
        return client if role is Role.VISITOR else sign_in(client, assistant.library.catalog, role)

    yield made
    for client in opened:
        client.__exit__(None, None, None)


@contextmanager
def browsers(library: Library, *routers: APIRouter) -> Iterator[Callable[[Role], TestClient]]:
    """`browser_of` over a real library and some rooms of the application alone."""
    app = FastAPI(openapi_url=None)
    accounts = Accounts(library.catalog.engine)
    install(app)
    for router in (sign_in_router(accounts), *routers):
        app.include_router(router)
    app.add_middleware(Guard, settings=WebSettings(rate=1000, burst=1000), find_session=accounts.session)
    opened: list[TestClient] = []

    def made(role: Role) -> TestClient:
        client = TestClient(app)
        client.__enter__()
        opened.append(client)
        client.get("/login")
        return client if role is Role.VISITOR else sign_in(client, library.catalog, role)

    yield made
    for client in opened:
        client.__exit__(None, None, None)
