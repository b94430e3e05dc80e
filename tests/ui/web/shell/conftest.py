"""The whole application over a scripted assistant and a real catalog, with accounts of each role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from corpus.model import Role
from tests.ui.web.conftest import app, assistant
from tests.ui.web.scripted import ScriptedAssistant
from tests.ui.web.staff.conftest import sign_in

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
