"""The interfaces are part of the whole application, behind its guard."""

from __future__ import annotations

from collections.abc import Callable

from fastapi.testclient import TestClient

from corpus.model import Role
from tests.ui.web.shell.conftest import app, assistant, browser_of

__all__ = ["app", "assistant", "browser_of"]


def test_the_cookie_of_staff_opens_no_interface(browser_of: Callable[[Role], TestClient]) -> None:
    staff = browser_of(Role.STAFF)
    assert staff.get("/admin").status_code == 200
    for path in ("/api/v1/documents", "/api/v1/tools", "/v1/models"):
        assert staff.get(path).status_code == 401, path
    assert staff.post("/v1/chat/completions", json={"messages": []}).status_code == 401
    assert staff.get("/api/v1/openapi.json").json()["info"]["title"] == "智询 Zhixun"
    for answer in (staff.get("/mcp"), staff.post("/mcp", json={"method": "tools/list"})):
        assert answer.status_code == 401
