"""What a browser may ask for, and the two holes of mounted Gradio apps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.ui.web.scripted import ScriptedAssistant
from ui.web import create_app
from ui.web.chat_page import mount
from ui.web.guard import COOKIE, _has_file_reference
from ui.web.limits import RateLimiter
from ui.web.settings import WebSettings

FORGED = {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}
JOIN = "/chat/zh/gradio_api/queue/join"


def join(session_hash: str = "abc123", data: list[Any] | None = None) -> dict[str, Any]:
    return {"fn_index": 0, "data": data or [], "session_hash": session_hash}


def test_mounted_app_refuses_a_forged_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gradio itself, without our guard: a FileData as a Textbox's value must not be copied and echoed."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    with gr.Blocks(analytics_enabled=False) as blocks:
        box = gr.Textbox()
        box.submit(lambda value: value, box, box, queue=False)
    app = FastAPI()
    mount(app, blocks, "zh", "/chat/zh")
    answer = TestClient(app, raise_server_exceptions=False).post(
        "/chat/zh/gradio_api/run/predict", json={"fn_index": 0, "data": [FORGED]}
    )
    assert answer.status_code == 500
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("path", [JOIN, "/chat/en/gradio_api/run/predict"])
def test_guard_refuses_a_file_reference_anywhere(client: TestClient, path: str) -> None:
    for data in ([FORGED], ["x", {"deep": [[FORGED]]}], [{"path": "a", "meta": {}}]):
        answer = client.post(path, json=join(data=data))
        assert answer.status_code == 400
        wanted = "The request is not accepted." if "/en/" in path else "请求的内容不被接受。"
        assert answer.json()["detail"] == wanted


def test_plain_data_is_no_file_reference() -> None:
    assert not _has_file_reference({"data": ["path", {"path": "x"}, None, 3, [["meta"]]]})


@pytest.mark.parametrize(
    "path",
    [
        "/chat/zh/gradio_api/file=/etc/passwd",
        "/chat/zh/gradio_api/file/etc/passwd",
        "/chat/zh/gradio_api/info",
        "/chat/zh/gradio_api/openapi.json",
        "/chat/zh/gradio_api/mcp/sse",
        "/chat/zh/gradio_api/mcp/schema",
        "/chat/zh/gradio_api/runs",
        "/chat/zh/gradio_api/proxy=http://127.0.0.1/",
        "/chat/zh/gradio_api/upload_progress",
        "/chat/zh/monitoring",
        "/chat/zh/monitoring/summary",
        "/chat/zh/gradio_api/token",
        "/chat/zh/login",
        "/chat/zh/static/../../etc/passwd",
        "/static-zx/..%2fapp.py",
        "/static-zx/app.py",
        "/docs",
        "/openapi.json",
    ],
)
def test_everything_off_the_list_is_404(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "route", ["upload", "component_server", "call/ask", "api/ask", "stream/x", "queue/data"]
)
def test_posts_off_the_list_are_404(client: TestClient, route: str) -> None:
    assert client.post(f"/chat/zh/gradio_api/{route}", json={}).status_code == 404


@pytest.mark.parametrize("path", ["/", "/chat/zh/", "/healthz", "/api/library", "/no", "/static-zx/web.css"])
def test_security_headers_on_every_answer(client: TestClient, path: str) -> None:
    headers = client.get(path, follow_redirects=False).headers
    policy = headers["content-security-policy"]
    assert "default-src '" in policy and "http" not in policy and "*" not in policy
    assert "http" not in policy and "*" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"


def test_cookie_is_given_once_and_kept_from_scripts(app: Any) -> None:
    with TestClient(app) as browser:
        first = browser.get("/healthz")
        cookie = first.headers["set-cookie"]
        assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
        assert "set-cookie" not in browser.get("/healthz").headers


def test_malformed_cookie_is_replaced(app: Any) -> None:
    answer = TestClient(app).get("/healthz", headers={"cookie": f'{COOKIE}=short; x="'})
    assert COOKIE in answer.headers["set-cookie"]


def test_session_hash_belongs_to_its_first_browser(app: Any) -> None:
    with TestClient(app) as mine, TestClient(app) as other:
        mine.get("/healthz")
        other.get("/healthz")
        assert mine.post(JOIN, json=join("owned1")).status_code != 403
        assert other.post(JOIN, json=join("owned1")).status_code == 403
        assert other.get("/chat/zh/gradio_api/queue/data?session_hash=owned1").status_code == 403
        assert other.post("/chat/zh/gradio_api/cancel", json={"session_hash": "owned1"}).status_code == 403
        assert other.post("/chat/zh/gradio_api/reset", json={"session_hash": "owned1"}).status_code == 403


def test_post_without_a_cookie_is_refused(app: Any) -> None:
    assert TestClient(app).post(JOIN, json=join("fresh1")).status_code == 403


@pytest.mark.parametrize("value", ["", "a b", "x" * 65, "../x", 7, None])
def test_odd_session_hashes_are_refused(client: TestClient, value: Any) -> None:
    assert client.post(JOIN, json=join(value)).status_code == 403


def test_cross_site_post_is_refused(client: TestClient) -> None:
    assert client.post(JOIN, json=join(), headers={"origin": "http://evil.example"}).status_code == 403


@pytest.mark.parametrize("body", [b"[1]", b"{", b"\xff", b"[" * 100_000])
def test_body_that_is_no_object_is_refused(client: TestClient, body: bytes) -> None:
    assert client.post(JOIN, content=body).status_code == 400


def test_large_body_is_refused(client: TestClient) -> None:
    body = json.dumps(join(data=["字" * 400_000])).encode()
    answer = client.post(JOIN, content=body)
    assert answer.status_code == 413
    assert "太大" in answer.json()["detail"]
    chunks = (b"x" * 100_000 for _ in range(20))  # no content-length
    assert client.post(JOIN, content=chunks).status_code == 413


def test_heartbeat_does_not_hold_a_connection(client: TestClient) -> None:
    assert client.get("/chat/zh/gradio_api/heartbeat/abc").status_code == 204


def test_rate_limit_names_the_wait(assistant: ScriptedAssistant) -> None:
    app = create_app(assistant, WebSettings(rate=0.1, burst=2))
    with TestClient(app) as browser:
        browser.get("/healthz")
        codes = [browser.post(JOIN, json=join()).status_code for _ in range(3)]
        assert 429 not in codes[:2] and codes[2] == 429
        answer = browser.post(JOIN, json=join())
        assert answer.headers["retry-after"] == "10"
        assert "10 秒" in answer.json()["detail"]
        assert browser.get("/healthz").status_code == 200


def test_limiter_refills_and_forgets() -> None:
    now = [0.0]
    limiter = RateLimiter(rate=2, burst=2, keys=2, clock=lambda: now[0])
    assert [limiter.take("a") for _ in range(3)] == [0.0, 0.0, 0.5]
    now[0] = 0.5
    assert limiter.take("a") == 0.0
    for key in "bc":
        limiter.take(key)
    assert limiter.take("a") == 0.0  # forgotten, so it starts full again


def test_no_function_is_offered_as_an_api(client: TestClient) -> None:
    config = client.get("/chat/zh/config").json()
    assert config["dependencies"]
    assert {dependency["api_visibility"] for dependency in config["dependencies"]} == {"private"}
