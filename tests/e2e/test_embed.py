"""The chat in another site's page: that site and ours on two hosts, in a browser that keeps them apart."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e.conftest import serving
from tests.ui.web.scripted import ScriptedAssistant
from ui.web import create_app
from ui.web.settings import WebSettings

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(300)]

PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8"><link rel="icon" href="data:,">
<title>示例门户（虚构）</title><main><h1>示例门户（虚构）</h1></main>
<script src="{url}/embed.js" defer></script></html>"""


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Another site, which embeds the chat of the given address; gives the address of its page."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """The browser's requests are not the test's output."""

    folder = tmp_path / "portal"
    folder.mkdir()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    site = f"http://localhost:{server.server_port}"

    def written(url: str) -> str:
        (folder / "index.html").write_text(PAGE.format(url=url), "utf-8")
        return f"{site}/index.html"

    yield written
    server.shutdown()


@pytest.mark.parametrize("size", [(1280, 900), (390, 780)], ids=["desk", "phone"])
def test_an_answer_in_another_sites_page(
    browser: Any, portal: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: Any
) -> None:
    monkeypatch.setenv("ZHIXUN_HOME", str(tmp_path))
    site = portal("").rpartition("/")[0]
    app = create_app(ScriptedAssistant.over(tmp_path), WebSettings(embed_origins=site))
    with serving(app) as url:
        page = browser.new_page(locale="zh-CN", viewport={"width": size[0], "height": size[1]})
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(portal(url))
        opener = page.get_by_role("button", name="政策问答")
        opener.focus()
        page.keyboard.press("Enter")
        frame = page.frame_locator("iframe")
        box = frame.locator("#zx-question textarea")
        box.fill("小巨人条件？")
        assert not Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]}).response["violations"]
        box.press("Enter")
        frame.locator("a.zx-chip").first.click()
        frame.locator("#zx-panel mark").first.wait_for()
        assert frame.locator(".site-head").is_hidden()
        page.keyboard.press("Escape")  # the panel
        frame.locator("#zx-panel").wait_for(state="hidden")
        page.keyboard.press("Escape")  # the frame
        opener.wait_for()
        assert all(one.startswith((site, url, "data:")) for one in asked), asked
        names = {cookie["name"] for cookie in page.context.cookies()}
        assert names == {"zx_embed"}
        page.context.close()


def test_a_site_that_is_not_named_gets_no_frame(
    browser: Any, portal: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHIXUN_HOME", str(tmp_path))
    app = create_app(ScriptedAssistant.over(tmp_path), WebSettings(embed_origins="https://portal.example"))
    with serving(app) as url:
        page = browser.new_page(locale="zh-CN")
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(portal(url))
        page.get_by_role("button", name="政策问答").click()
        page.wait_for_timeout(1500)
        assert page.frame_locator("iframe").locator("#zx-question").count() == 0
        assert any("frame-ancestors" in text for text in said), said
        page.context.close()
