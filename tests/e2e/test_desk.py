"""A visitor from a question over the history to an appeal, and the staff who answer it, in the browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from corpus.catalog import Catalog
from corpus.settings import CorpusSettings
from evals.candidates import Candidates
from tests.e2e.conftest import Server, Tab, sign_in
from tests.e2e.test_briefs import serious
from tests.e2e.test_chat import answered, shot
from tests.e2e.test_staff import check_quiet, fits
from ui.accounts import Usage, Used

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(300)]

QUESTION = "专精特新小巨人企业的认定条件是什么？"


def test_from_a_question_to_the_staffs_answer(open_tab: Callable[..., Tab], server: Server) -> None:
    tab = open_tab()
    page = tab.page
    page.fill("#zx-question textarea", QUESTION)
    page.keyboard.press("Enter")
    answered(page, 1)
    page.goto(f"{server.url}/history")
    page.locator(".talks a").first.wait_for()
    assert serious(page) == [] and fits(page)
    shot(page, "desk-history")
    page.fill("input[name=q]", "认定条件")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=QUESTION, exact=True).click()
    expect(page.locator(".talk .asked")).to_contain_text(QUESTION)
    page.locator(".talk-text a.zx-chip").first.click()
    assert "#cite-" in page.url and page.locator(".sources li:target").count() == 1
    page.locator(".sources summary").first.click()
    expect(page.locator(".sources blockquote").first).to_be_visible()
    assert serious(page) == [] and fits(page)
    shot(page, "desk-conversation")

    page.get_by_role("link", name="答得不对").first.click()
    assert page.input_value("textarea[name=question]") == QUESTION
    page.fill("textarea[name=text]", "我们成立两年，回答没有说能不能报。")
    page.fill("input[name=contact]", "电话联系")
    shot(page, "desk-appeal")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator(".problem")).to_contain_text("联系方式无法识别")
    assert "成立两年" in page.input_value("textarea[name=text]")
    assert serious(page) == [] and fits(page)
    page.fill("input[name=contact]", "138 0000 1234")
    page.get_by_role("button", name="提交", exact=True).click()
    number = page.locator(".number").inner_text()
    assert re.fullmatch(r"SQ\d{8}-\d{4,6}", number) and serious(page) == []
    shot(page, "desk-receipt")

    staff = open_tab()
    desk = sign_in(staff, server, "staff", f"/admin/appeals/{number}")
    expect(desk.locator("main")).to_contain_text("13800001234")
    desk.fill("textarea[name=reply]", "成立满两年可以先申报创新型中小企业。")
    desk.get_by_role("button", name="提交答复").click()
    expect(desk.locator("h1")).to_contain_text("已答复")
    assert serious(desk) == []
    shot(desk, "admin-appeal")
    check_quiet(staff, server)

    page.goto(f"{server.url}/appeal/{number}")
    expect(page.locator(".answer")).to_contain_text("创新型中小企业")
    shot(page, "desk-answered")
    page.goto(f"{server.url}/history")
    page.get_by_role("link", name="继续问").first.click()
    expect(page.locator(".zx-question").first).to_contain_text(QUESTION)
    answered(page, 1)
    page.wait_for_load_state("networkidle")
    page.goto(f"{server.url}/history")
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator(".talks button").first.click()
    expect(page.locator(".done")).to_contain_text("已删除 1 段对话")
    told = [one for one in tab.complaints if "400 (Bad Request)" in one]  # the contact above
    tab.complaints = [one for one in tab.complaints if one not in told]
    assert len(told) == 1
    check_quiet(tab, server)


@pytest.mark.parametrize(("width", "look"), [(1440, "auto.normal.1"), (390, "dark.normal.1")])
def test_every_page_fits_and_can_be_read(
    open_tab: Callable[..., Tab], server: Server, width: int, look: str
) -> None:
    catalog = Catalog.open(CorpusSettings(home=server.home))
    for days in range(12):
        usage = Usage(catalog.engine, clock=lambda ago=days: datetime.now(UTC) - timedelta(days=ago))  # type: ignore[misc]
        for status in ("answered",) * (days % 4 + 1) + ("refused", "partial"):
            usage.record(Used(f"第{days % 3}类企业怎么申报？", status, ms=900 + 60 * days))
    kept = Candidates(catalog.engine)
    note = {"helpful": False, "reason": "wrong_number", "remark": "金额对不上", "status": "answered"}
    kept.add("feedback", {"question": "智改数转项目最多补助多少？"}, note)
    kept.add("feedback", {"question": "瞪羚企业怎么认定？"}, {"helpful": True, "status": "partial"})
    catalog.close()
    tab = open_tab(width, 900)
    tab.page.context.add_cookies([{"name": "zx_view", "value": look, "url": server.url}])
    page = sign_in(tab, server, "staff", "/admin")
    page.goto(f"{server.url}/admin/keys")
    page.fill("input[name=label]", "中小企业服务网")
    page.locator("form[action$=add] button").click()
    expect(page.locator(".once code")).to_contain_text("zx_")
    for name, address in (
        ("use", "/admin"),
        ("appeals", "/admin/appeals"),
        ("feedback", "/admin/feedback"),
        ("users", "/admin/users"),
        ("keys", "/admin/keys"),
        ("audit", "/admin/audit"),
        ("runs", "/evals"),
        ("appeal", "/appeal"),
        ("find", "/appeal/find"),
        ("history", "/history"),
    ):
        if width == 1440 and name in ("users", "audit", "find", "runs"):
            continue  # the narrow screen is the hard one
        page.goto(f"{server.url}{address}")
        assert fits(page), address
        assert serious(page) == [], address
        shot(page, f"desk-{name}-{width}")
    check_quiet(tab, server)
