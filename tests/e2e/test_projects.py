"""An official in the browser: projects filtered, drawn, downloaded, one over time, its row in the report."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Server, Tab, pictures_drawn, set_view, sign_in
from tests.e2e.test_briefs import serious
from tests.e2e.test_chat import shot
from tests.e2e.test_staff import check_quiet, fits

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.mark.parametrize(("width", "name"), [(1440, "desk"), (390, "phone")])
def test_from_the_list_to_the_row(
    open_tab: Callable[..., Tab], server: Server, width: int, name: str
) -> None:
    tab = open_tab(width, 844)
    page = sign_in(tab, server, "official", "/projects")
    page.select_option("select[name=stage]", "在建")
    page.click("main button.primary")
    expect(page.locator("main h2").first).to_contain_text("总投资")
    page.locator(".figure").last.scroll_into_view_if_needed()
    pictures_drawn(page)
    assert serious(page) == [] and fits(page)
    page.evaluate("scrollTo(0, 0)")
    shot(page, f"projects-{name}")
    with page.expect_download() as download:
        page.click("a[download]")
    assert download.value.suggested_filename.endswith(".csv")
    page.locator("tbody a").first.click()
    expect(page.locator("main h2").first).to_contain_text("历次报告")
    set_view(page, "theme", "dark")
    assert serious(page) == [] and fits(page)
    shot(page, f"projects-one-{name}")
    page.locator("tbody a").first.click()
    expect(page.locator(".unit:target")).to_be_visible()
    assert fits(page)
    check_quiet(tab, server)
