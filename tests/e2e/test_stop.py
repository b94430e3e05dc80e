"""Streaming and stopping, over a scripted assistant that takes its time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import serving
from tests.ui.web.scripted import ScriptedAssistant
from ui.web import create_app

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def slow_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("ZHIXUN_HOME", str(tmp_path))
    app = create_app(ScriptedAssistant.over(tmp_path, delay=0.8))
    with serving(app) as url:
        yield url


def test_steps_show_while_it_runs_and_stop_ends_it(browser: Any, slow_server: str) -> None:
    page = browser.new_page(locale="zh-CN")
    page.goto(f"{slow_server}/?lang=zh")
    page.wait_for_selector("#zx-cards")
    box = page.locator("#zx-question textarea")
    box.fill("小巨人条件？")
    box.press("Enter")
    page.wait_for_selector(".zx-live li")
    assert page.locator("#zx-stop").is_visible() and page.locator("#zx-send").is_hidden()
    page.wait_for_selector(".zx-draft")
    assert "尚未核对" in page.inner_text(".zx-answer")
    assert page.locator(".zx-answer a.zx-chip").count() == 0
    page.locator("#zx-stop").click()
    page.wait_for_selector(".zx-error")
    assert "已停止" in page.inner_text(".zx-error")
    page.wait_for_function("getComputedStyle(document.querySelector('#zx-send')).display !== 'none'")
    assert page.locator("#zx-stop").is_hidden()
    page.wait_for_timeout(2500)
    assert page.locator(".zx-live").count() == 0  # it has not gone on behind our back
    page.locator("a.zx-retry").click()
    page.wait_for_selector("a.zx-chip", timeout=60_000)
    assert page.locator(".zx-question").count() == 1
    page.context.close()


def test_new_conversation_while_running(browser: Any, slow_server: str) -> None:
    page = browser.new_page(locale="zh-CN")
    page.goto(f"{slow_server}/?lang=zh")
    page.wait_for_selector("#zx-cards")
    page.locator("button.zx-example").first.click()
    page.wait_for_selector(".zx-live")
    page.locator("#zx-new").click()
    page.wait_for_selector("#zx-cards")
    page.wait_for_timeout(2500)
    assert page.locator(".zx-question").count() == 0
    assert page.locator("#zx-send").is_visible() and page.locator("#zx-stop").is_hidden()
    page.context.close()
