"""The chat for those signed in: what the role may see, the shared head, reload, the reader's look."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e.conftest import Server, Tab, set_view, sign_in
from tests.e2e.test_chat import answered, shot

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(900)]

NOTE = """# 示例市未来产业专班内部工作口径（虚构数据）

第一条　示例未来产业专班对入库的示例量子项目，内部掌握的协调额度为每个项目不超过37万元。

第二条　本口径自2026年1月1日起施行。
"""
QUESTION = "示例量子项目的协调额度是多少？"


def load_internal(server: Server, folder: Any) -> None:
    """An internal document, by the command line as staff does it."""
    path = folder / "internal.md"
    path.write_text(NOTE, "utf-8")
    env = {name: value for name, value in os.environ.items() if not name.startswith("ZHIXUN_")}
    subprocess.run(
        [sys.executable, "-m", "ui.cli.main", "ingest", str(path), "--visibility", "internal"],
        env=env | {"ZHIXUN_HOME": str(server.home)},
        check=True,
        capture_output=True,
    )


def ask(page: Any, question: str, n: int) -> Any:
    page.fill("#zx-question textarea", question)
    page.click("#zx-send")
    return answered(page, n)


def test_internal_documents_are_for_officials_and_gone_after_signing_out(
    open_tab: Callable[..., Tab], server: Server, tmp_path: Any
) -> None:
    load_internal(server, tmp_path)
    visitor = open_tab().page
    assert "37" not in ask(visitor, QUESTION, 1).inner_text()

    tab = open_tab()
    page = sign_in(tab, server, "official", "/briefings")
    page.click("header nav a:has-text('问答')")
    page.wait_for_selector("#zx-cards")
    page.wait_for_selector("header .who:has-text('browser-official')")
    answer = ask(page, QUESTION, 1)
    assert "37万元" in answer.inner_text()
    answer.locator("a.zx-chip").first.click()
    page.wait_for_selector("#zx-panel mark:has-text('37万元')")
    cited = next(url for url in tab.requests if "/api/cite/" in url)
    shot(page, "chat-official")

    address = page.url
    assert "?c=" in address or "&c=" in address
    page.reload()  # the conversation is still there, and goes on
    answered(page, 1)
    assert "37万元" in page.locator(".zx-answer").first.inner_text()
    assert (
        "第一条" in ask(page, "是哪一条规定的？", 2).inner_text() or page.locator(".zx-answer").count() == 2
    )

    page.locator("header form button").click()  # signs out
    page.goto(address)
    page.wait_for_selector("#zx-cards")
    page.wait_for_timeout(800)
    assert "37万元" not in page.content() and page.locator(".zx-answer").count() == 0
    assert page.evaluate("url => fetch(url).then((r) => r.status)", cited) == 404
    assert "37" not in ask(page, QUESTION, 1).inner_text()
    # what was asked for in vain, and the streams that a reload and leaving the page cut
    cut = ("404", "AbortError", "errored out")
    assert [line for line in tab.complaints if not any(word in line for word in cut)] == []


def test_an_answer_can_be_handed_to_a_person(open_tab: Callable[..., Tab]) -> None:
    page = open_tab(390, 844).page
    answer = ask(page, "专精特新小巨人企业有什么奖励？", 1)
    with page.expect_popup() as opened:  # a tab of its own: the conversation stays where it is
        answer.locator("a.zx-appeal").click()
    form = opened.value
    form.wait_for_selector("form textarea")
    assert "/appeal?about=" in form.url and "专精特新小巨人企业有什么奖励？" in form.content()


def test_the_readers_look_holds_in_the_chat_too(open_tab: Callable[..., Tab]) -> None:
    for width, theme, contrast in (
        (1440, "dark", "normal"),
        (390, "dark", "normal"),
        (1440, "light", "high"),
    ):
        tab = open_tab(width)
        page = tab.page
        set_view(page, "theme", theme)
        set_view(page, "contrast", contrast)
        page.reload()
        page.wait_for_selector("#zx-cards")
        root = page.evaluate("({...document.documentElement.dataset})")
        assert (root["theme"], root["contrast"]) == (theme, contrast)
        answer = ask(page, "申报专精特新小巨人企业，主营业务收入占比要达到多少？", 1)
        shot(page, f"chat-{width}-{theme}-{contrast}")
        answer.locator("a.zx-chip").first.click()
        page.wait_for_selector("#zx-panel mark, #zx-panel tr.zx-marked")
        shot(page, f"chat-{width}-{theme}-{contrast}-evidence")
        ground = page.evaluate("getComputedStyle(document.querySelector('.zx-answer')).backgroundColor")
        assert ground == ("rgb(26, 34, 45)" if theme == "dark" else "rgb(255, 255, 255)")
        faults = [
            (fault["id"], [node["html"][:120] + str(node["any"][:1]) for node in fault["nodes"]][:4])
            for fault in Axe().run(page).response["violations"]
            if fault["impact"] in ("serious", "critical")
        ]
        assert faults == [], (width, theme, contrast)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert tab.complaints == []
