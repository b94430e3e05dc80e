"""Staff in the browser: sign in, run a suite with progress, stop it, go on, look at what came out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from corpus.catalog import Catalog
from corpus.settings import CorpusSettings
from evals.candidates import Candidates
from evals.facts import LibraryFacts
from evals.suite import load_suites
from tests.e2e.conftest import Server, Tab
from tests.e2e.conftest import sign_in as sign_in_as
from tests.e2e.test_chat import shot

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(900)]

COUNT = 60


@pytest.fixture(scope="module")
def suite(server: Server) -> str:
    """Questions over the samples in a suite of the installation's own."""
    folder = server.home / "evals" / "suites"
    folder.mkdir(parents=True, exist_ok=True)
    lines = [case.model_dump_json() for case in load_suites(["first"], "tune")[:COUNT]]
    (folder / "browser.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return "browser"


def sign_in(tab: Tab, server: Server) -> Any:
    page = sign_in_as(tab, server, "staff", "/staff/evals")
    page.wait_for_selector("#progress", state="attached")
    return page


def wait_for_state(page: Any, state: str) -> None:
    page.wait_for_selector(f"#progress[data-state={state}]", timeout=240_000)


def fits(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def check_quiet(tab: Tab, server: Server) -> None:
    """No error in the console, nothing asked of another host."""
    host = urlsplit(server.url).netloc
    assert tab.complaints == []
    assert {urlsplit(url).netloc for url in tab.requests if not url.startswith(("data:", "blob:"))} == {host}


def test_a_run_from_start_to_comparison(open_tab: Callable[..., Tab], server: Server, suite: str) -> None:
    tab = open_tab()
    page = sign_in(tab, server)
    page.get_by_role("checkbox", name=suite).check()
    shot(page, "staff-start")
    page.get_by_role("button", name="开始评测").click()
    wait_for_state(page, "running")
    expect(page.locator("#progress-bar")).to_have_attribute("value", re.compile(r"[1-9]\d*"), timeout=120_000)
    assert f"/ {COUNT} 题" in page.inner_text("#progress-text")
    shot(page, "staff-running")
    page.get_by_role("button", name="停下").click()
    wait_for_state(page, "done")
    page.click("#progress p a")
    assert "未完成" in page.inner_text("h1")
    page.get_by_role("button", name="接着做完").click()
    wait_for_state(page, "done")
    page.click("#progress p a")
    assert "完成" in page.inner_text("h1") and "未完成" not in page.inner_text("h1")
    assert f"答了 {COUNT} / {COUNT} 题" in page.inner_text("main")
    shot(page, "staff-run")
    page.click("#questions tbody a >> nth=0")
    assert "检索到的条款" in page.inner_text("main")
    shot(page, "staff-case")
    page.go_back()
    page.get_by_label("改动前的评测").select_option("core")
    page.get_by_role("button", name="逐题对比").click()
    assert f"两次都问了的 {COUNT} 题" in page.inner_text("h1")
    shot(page, "staff-compare")
    check_quiet(tab, server)


def test_a_candidate_is_completed_with_clauses_picked_from_the_library(
    open_tab: Callable[..., Tab], server: Server
) -> None:
    catalog = Catalog.open(CorpusSettings(home=server.home))
    facts = LibraryFacts(catalog)
    file = sorted(file for _, file, _ in facts.live())[0]
    label = next(unit.label for unit in facts.units_of(file) if unit.label)
    kept = Candidates(catalog.engine)
    number = kept.add("feedback", {"question": "候选题怎么补全？"}, {"helpful": False, "reason": "other"})
    tab = open_tab()
    page = sign_in(tab, server)
    page.goto(f"{server.url}/staff/evals/candidates")
    page.get_by_role("link", name="候选题怎么补全？").first.click()
    page.get_by_label("已答", exact=True).check()
    page.get_by_label("答案要点").fill("补全要点")
    with page.expect_response("**/candidates/clauses?doc=*"):
        page.get_by_label("文件", exact=True).fill(file)
        page.get_by_label("文件", exact=True).press("Tab")
    page.wait_for_selector("#clauses option", state="attached")
    assert page.locator("#clauses option").first.get_attribute("value") == label
    page.get_by_label("条款", exact=True).fill(label)
    page.get_by_role("button", name="加入").click()
    assert page.get_by_label("应引之处").input_value() == f"{file}#{label}"
    page.get_by_label("经办人").fill("测试员")
    page.get_by_label("采纳进题集").fill("accepted-here")
    shot(page, "staff-candidate")
    page.get_by_role("button", name="采纳").click()
    page.wait_for_selector("fieldset[disabled]")
    assert "已采纳" in page.inner_text("main")
    assert number is not None and kept.get(number).state == "accepted"
    (case,) = [
        case for case in load_suites([server.home / "evals" / "suites" / "accepted-here.jsonl"])
        if case.id == f"feedback-{number}"
    ]  # fmt: skip
    assert (case.gold[0].doc, case.gold[0].clause) == (file, label)
    catalog.close()
    check_quiet(tab, server)


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_every_page_fits(
    open_tab: Callable[..., Tab], server: Server, suite: str, width: int, height: int
) -> None:
    tab = open_tab(width, height)
    page = sign_in(tab, server)
    for name, address in (
        ("runs", "/staff/evals"),
        ("baseline", "/staff/evals/runs/core"),
        ("gate", "/staff/evals/gate?run=core"),
        ("coverage", "/staff/evals/coverage?suite=first"),
        ("candidates", "/staff/evals/candidates"),
    ):
        page.goto(f"{server.url}{address}")
        assert fits(page), address
        shot(page, f"staff-{name}-{width}")
    check_quiet(tab, server)


def test_the_report_runs_its_script_in_a_sandbox(
    open_tab: Callable[..., Tab], server: Server, suite: str
) -> None:
    tab = open_tab()
    page = sign_in(tab, server)
    page.goto(f"{server.url}/staff/evals/runs/core/report")
    assert page.evaluate("self.origin") == "null"  # it could read no cookie and ask nothing of us
    assert page.locator("svg").count() > 0
    check_quiet(tab, server)
