"""The chat under /embed: only with the setting, only the chat, always a visitor."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from corpus.errors import InputError
from corpus.model import Role
from tests.ui.web.scripted import ScriptedAssistant
from tests.ui.web.staff.conftest import sign_in
from ui.web import create_app
from ui.web.embed import Embedding
from ui.web.settings import WebSettings

SITE = "https://portal.example"
CHAT = "/embed/chat/zh/"


@pytest.fixture(scope="module")
def framed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    home = tmp_path_factory.mktemp("home")
    patch = pytest.MonkeyPatch()
    patch.setenv("ZHIXUN_HOME", str(home))
    assistant = ScriptedAssistant.over(home)
    app = create_app(assistant, WebSettings(embed_origins=SITE, hosts="testserver"))
    patch.undo()
    return app, assistant


def test_without_the_setting_there_is_nothing(client: TestClient) -> None:
    for path in (CHAT, "/embed.js", "/embed/api/library"):
        answer = client.get(path)
        assert (
            answer.status_code == 404
            and "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        )


def test_only_the_sites_of_the_setting_may_frame_it(framed: Any) -> None:
    with TestClient(framed[0]) as browser:
        inside, outside = browser.get(CHAT), browser.get("/chat/zh/")
    assert f"frame-ancestors 'self' {SITE};" in inside.headers["content-security-policy"]
    assert "x-frame-options" not in inside.headers
    cookie = inside.headers["set-cookie"]
    assert cookie.startswith("zx_embed=") and cookie.endswith(
        "; Path=/embed; HttpOnly; Secure; SameSite=None; Partitioned"
    )
    assert "frame-ancestors 'none'" in outside.headers["content-security-policy"]
    assert outside.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize(
    "path",
    ["/admin", "/login", "/library", "/appeal", "/api/header", "/api/v1/documents", "/mcp", "/embed.js",
     "/embed/chat/zh/", "/chat/zh/../../admin", "//chat/zh/"],
)  # fmt: skip
def test_no_other_page_is_framed(framed: Any, path: str) -> None:
    with TestClient(framed[0]) as browser:
        assert browser.get(f"/embed{path}").status_code == 404


def test_who_is_signed_in_is_a_visitor_in_the_frame(framed: Any) -> None:
    app, assistant = framed
    with TestClient(app, base_url="https://testserver") as browser:
        browser.get("/login")
        sign_in(browser, assistant.library.catalog, Role.STAFF)
        assert browser.get("/admin").status_code == 200
        browser.get(CHAT)
        everything, inside = browser.get("/api/library").json(), browser.get("/embed/api/library").json()
    assert everything["documents"] > inside["documents"]


def test_its_script_may_be_loaded_by_another_site(framed: Any) -> None:
    with TestClient(framed[0]) as browser:
        script = browser.get("/embed.js")
    assert script.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "政策问答" in script.text and "Ask about policy" in script.text


@pytest.mark.parametrize(
    "origins", ["portal.example", "https://a.example/", "https://a.example; x", "*", "'self'"]
)
def test_what_is_no_site_is_refused_at_start(origins: str) -> None:
    with pytest.raises(InputError):
        Embedding(origins)


def test_another_name_of_the_service_is_refused(framed: Any) -> None:
    for name, status in (("testserver", 200), ("testserver:7860", 200), ("evil.example", 421), ("", 421)):
        with TestClient(framed[0]) as browser:
            assert browser.get("/healthz", headers={"host": name}).status_code == status
