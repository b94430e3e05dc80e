"""An official in the browser: from a topic to an outline, a draft, a document, and newer data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from agent.briefing.layout import deviations
from tests.e2e.conftest import Server, Tab, pictures_drawn, sign_in
from tests.e2e.test_chat import shot
from tests.e2e.test_staff import check_quiet, fits

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(300)]

TOPIC = "2026年上半年未来产业培育情况"


def serious(page: object) -> list[str]:
    """Rules of axe-core that the page breaks seriously."""
    found = Axe().run(page).response["violations"]
    return [one["id"] for one in found if one["impact"] in ("serious", "critical")]


def test_from_topic_to_document(open_tab: Callable[..., Tab], server: Server, tmp_path: Path) -> None:
    tab = open_tab()
    page = sign_in(tab, server, "official", "/briefings")
    page.fill("input[name=topic]", "2026年上半年桃源市未来产业情况")
    page.click("main button.primary")
    expect(page.locator(".problem")).to_contain_text("桃源市")  # and what was typed is still there
    assert page.input_value("input[name=topic]").endswith("未来产业情况")
    page.fill("input[name=topic]", TOPIC)
    page.fill("input[name=as_of]", "2026-11-22")
    shot(page, "briefs-front")
    page.click("main button.primary")

    expect(page.locator("h1")).to_have_text("提纲")
    assert page.input_value("input[name=heading_0]") == "主要指标"
    page.fill("input[name=title]", "关于上半年未来产业的简报")
    page.fill("input[name=heading_0]", "产值情况")
    page.fill("input[name=order_1]", "1")
    page.fill("input[name=order_0]", "2")
    page.uncheck("input[name=keep_4]")
    page.fill("input[name=issuer]", "示例市工业和信息化局")
    assert serious(page) == []
    shot(page, "briefs-outline")
    page.click("main button.primary")

    page.wait_for_url("**/briefings/*")
    headings = page.locator(".paper h2").all_inner_texts()
    assert headings[:2] == ["一、项目进展", "二、产值情况"] and all("下一步" not in one for one in headings)
    picture = page.locator(".paper img").first
    picture.scroll_into_view_if_needed()
    pictures_drawn(page)
    proof = page.locator(".sentence .proof").first
    proof.locator("summary").click()
    expect(proof.locator("blockquote").first).to_be_visible()
    assert serious(page) == []
    shot(page, "briefs-draft")

    with page.expect_download() as waiting:
        page.click("text=下载 Word")
    path = tmp_path / "out.docx"
    waiting.value.save_as(path)
    assert waiting.value.suggested_filename == "关于上半年未来产业的简报.docx"
    assert deviations(path) == []

    page.fill("form[action$=refresh] input[name=as_of]", "2026-05-15")  # before the half-year's report
    page.click("form[action$=refresh] button")
    expect(page.locator(".problem, #changes").first).to_be_visible()
    page.goto(f"{server.url}/briefings")
    expect(page.locator("tbody tr").first).to_contain_text("关于上半年未来产业的简报")
    told = [one for one in tab.complaints if "400 (Bad Request)" in one]  # the two bad inputs above
    assert len(told) == 2
    tab.complaints = [one for one in tab.complaints if one not in told]
    check_quiet(tab, server)


def test_on_a_phone_in_the_dark(open_tab: Callable[..., Tab], server: Server) -> None:
    tab = open_tab(390, 844)
    tab.page.context.add_cookies([{"name": "zx_view", "value": "dark.normal.1", "url": server.url}])
    page = sign_in(tab, server, "official", "/briefings")
    page.fill("input[name=topic]", TOPIC)
    page.fill("input[name=as_of]", "2026-11-22")
    page.click("main button.primary")
    page.click("main button.primary")
    page.wait_for_url("**/briefings/*")
    pictures_drawn(page)
    assert fits(page) and serious(page) == []
    shot(page, "briefs-phone-dark")
    page.goto(f"{server.url}/briefings")
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("tbody form button").first.click()
    page.wait_for_url(f"{server.url}/briefings")
    check_quiet(tab, server)
