"""Browsing the library: find a document, read it at a clause, compare its versions, from the chat too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Server, Tab, set_view
from tests.e2e.test_briefs import serious
from tests.e2e.test_chat import ask, shot
from tests.e2e.test_staff import check_quiet, fits

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.mark.parametrize(("width", "name"), [(1440, "desk"), (390, "phone")])
def test_find_read_compare(open_tab: Callable[..., Tab], server: Server, width: int, name: str) -> None:
    tab = open_tab(width, 844)
    page = tab.page
    page.click("header nav a:has-text('文库')")
    page.fill("input[name=words]", "梯度培育管理")
    page.click("main button.primary")
    assert serious(page) == [] and fits(page)
    shot(page, f"library-{name}")
    page.click("tbody a:text-is('优质中小企业梯度培育管理办法')")
    expect(page.locator("#versions li")).to_have_count(2)
    expect(page.locator(".unit:has-text('第五条')").first).to_be_visible()
    assert serious(page) == [] and fits(page)
    shot(page, f"library-document-{name}")
    with page.expect_download() as download:
        page.click("a[download]")
    assert download.value.suggested_filename.startswith("优质中小企业梯度培育管理办法.")
    page.click("#versions a:has-text('与上一版对照')")
    expect(page.locator("h1")).to_have_text("新旧对照")
    expect(page.locator("tr.changed ins").first).to_be_visible()
    if width > 1000:
        set_view(page, "theme", "dark")
    assert serious(page) == [] and fits(page)
    shot(page, f"library-diff-{name}")
    check_quiet(tab, server)


def test_from_a_citation_to_its_place(open_tab: Callable[..., Tab], server: Server) -> None:
    tab = open_tab()
    page = tab.page
    answer = ask(page, "申报专精特新小巨人企业，主营业务收入占比要达到多少？", 1)
    answer.locator("a.zx-chip").first.click()
    page.click("#zx-panel a.zx-page-link")
    page.wait_for_url("**/library/*")
    assert page.url.split("#")[1].startswith("c")
    expect(page.locator(".unit:target")).to_contain_text("主营业务收入占营业收入的比重")
    expect(page.locator(".unit:target")).to_be_in_viewport()
    shot(page, "library-cited")
    page.go_back()  # and the conversation is where it was
    page.wait_for_selector(".zx-foot")
    expect(page.locator(".zx-answer")).to_have_count(1)
