"""A newcomer in the browser: asks, opens the citations, at a desk and on a phone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from corpus.catalog import Catalog
from corpus.settings import CorpusSettings
from tests.e2e.conftest import Server, Tab, set_view
from ui.web.examples import CARDS

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(900)]

EXAMPLES = [question.zh for card in CARDS for question in card.questions]
# What the sample library says, in the order of the examples.
EXPECTED = ["不低于90%", "不超过1000万元", "第三代半导体", "20个省级未来产业先导区", "670个", "开工率100.0%"]
BADGES = {"现行有效", "尚未施行", "已失效", "已废止", "效力待核"}
LABEL = "回答由人工智能生成，仅供参考，以文件原文为准。"


def shot(page: Any, name: str) -> None:
    """A picture into $ZHIXUN_SHOTS, if that is set."""
    if folder := os.environ.get("ZHIXUN_SHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.wait_for_timeout(400)  # let the drawer come to rest
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def answered(page: Any, count: int) -> Any:
    """Waits for the count-th answer to be finished, and returns it."""
    page.wait_for_function(f"document.querySelectorAll('.zx-foot').length >= {count}", timeout=60_000)
    return page.locator(".zx-answer").nth(count - 1)


def ask(page: Any, question: str, count: int) -> Any:
    box = page.locator("#zx-question textarea")
    box.fill(question)
    box.press("Enter")
    return answered(page, count)


def open_panel(page: Any, chip: Any) -> Any:
    chip.click()
    page.wait_for_selector("#zx-panel .zx-facts")
    return page.locator("#zx-panel")


def check_panel(panel: Any, href: str, page: Any, catalog: Catalog) -> None:
    """The panel shows the citation as the catalog has it: quote verbatim, title, badge, particulars."""
    cited = page.evaluate(
        "href => fetch('/api/cite/' + href.slice(6).replace(/-(\\d+)$/, '/$1')).then(a => a.json())", href
    )
    record = catalog.record(cited["doc_id"])
    assert record is not None
    assert panel.locator("h3").inner_text().endswith(record.title)
    assert panel.locator(".zx-badge").first.inner_text() in BADGES
    assert record.sample is not None and record.sample in panel.locator(".zx-badges").inner_text()
    if record.doc_number:
        assert record.doc_number in panel.locator(".zx-facts").inner_text()
    marked = "".join(panel.locator("mark, tr.zx-marked").all_inner_texts())
    dense = "".join(marked.split()).replace("|", "")
    assert dense and "".join(cited["quote"].split()).replace("|", "") in dense
    text = "".join(catalog.text(record.doc_id).split())
    assert "".join(cited["quote"].split()) in text
    assert panel.locator(".zx-hint").count() == 0


def test_three_subjects_with_their_citations(open_tab: Callable[..., Tab], server: Server) -> None:
    tab = open_tab()
    page = tab.page
    assert "请勿输入涉密信息" in page.inner_text("body") and LABEL in page.inner_text("body")
    assert "资料库现有" in page.inner_text("#zx-coverage")
    shot(page, "desktop-1-first")
    catalog = Catalog.open(CorpusSettings(home=server.home))
    for count, card in enumerate(CARDS, start=1):
        question = card.questions[0].zh
        if count == 1:
            page.get_by_role("button", name=question).click()
            answer = answered(page, 1)
        else:
            answer = ask(page, question, count)
        assert LABEL in answer.inner_text()
        chips = answer.locator("a.zx-chip")
        assert chips.count() >= 1, answer.inner_text()
        for i in range(chips.count()):
            panel = open_panel(page, chips.nth(i))
            check_panel(panel, chips.nth(i).get_attribute("href"), page, catalog)
        shot(page, f"desktop-{count + 1}-{card.key}")
    catalog.close()
    page.keyboard.press("Escape")
    assert page.locator("#zx-panel").is_hidden()
    assert tab.complaints == []
    assert {urlsplit(url).netloc for url in tab.requests} == {urlsplit(server.url).netloc}


def test_phone(open_tab: Callable[..., Tab], server: Server) -> None:
    tab = open_tab(390, 844)
    page = tab.page
    shot(page, "phone-1-first")
    answer = ask(page, CARDS[0].questions[1].zh, 1)
    shot(page, "phone-2-answer")
    panel = open_panel(page, answer.locator("a.zx-chip").first)
    box = panel.bounding_box()
    assert box["x"] == 0 and box["width"] == 390
    assert box["y"] > 100 and abs(box["y"] + box["height"] - 844) <= 1  # a drawer from below
    assert panel.locator("mark, tr.zx-marked").count() >= 1
    shot(page, "phone-3-evidence")
    for size in ("3", "1"):
        panel.get_by_role("button", name="关闭").click()
        assert panel.is_hidden()
        set_view(page, "size", size)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.locator("#zx-send").bounding_box()["x"] < 390 - 60
        open_panel(page, answer.locator("a.zx-chip").first)
    assert {urlsplit(url).netloc for url in tab.requests} == {urlsplit(server.url).netloc}


@pytest.mark.parametrize(("number", "expected"), enumerate(EXPECTED))
def test_every_example_question_is_answered(open_tab: Callable[..., Tab], number: int, expected: str) -> None:
    assert len(EXAMPLES) == len(EXPECTED)
    page = open_tab().page
    page.locator("button.zx-example").nth(number).click()
    answer = answered(page, 1)
    assert page.locator(".zx-question").inner_text() == EXAMPLES[number]
    assert answer.locator(".zx-status").count() == 0, answer.inner_text()
    assert expected in answer.locator(".zx-text").inner_text()
    assert answer.locator("a.zx-chip").count() >= 1


def test_keyboard_reaches_the_evidence_and_comes_back(open_tab: Callable[..., Tab]) -> None:
    page = open_tab().page
    answer = ask(page, EXAMPLES[4], 1)
    chip = answer.locator("a.zx-chip").first
    chip.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#zx-panel .zx-facts")
    assert page.evaluate("document.activeElement.id") == "zx-panel"
    page.keyboard.press("Escape")
    assert page.locator("#zx-panel").is_hidden()
    assert page.evaluate("document.activeElement.className").startswith("zx-chip")


def test_copy_keeps_the_notice(open_tab: Callable[..., Tab]) -> None:
    page = open_tab().page
    answer = ask(page, EXAMPLES[4], 1)
    answer.locator("a.zx-copy").click()
    page.wait_for_selector(".zx-toast")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert LABEL in copied and EXAMPLES[4] in copied and "[1] 《" in copied
    page.evaluate("getSelection().selectAllChildren(document.querySelector('.zx-text'))")
    page.keyboard.press("Control+c")
    assert page.evaluate("navigator.clipboard.readText()").rstrip().endswith(LABEL)


def test_retry_new_conversation_and_date(open_tab: Callable[..., Tab]) -> None:
    page = open_tab().page
    ask(page, EXAMPLES[0], 1)
    page.locator("input[type=date]").fill("2023-06-01")
    page.locator("a.zx-retry").last.click()
    page.wait_for_function("document.querySelector('.zx-label')?.innerText.includes('2023-06-01')")
    assert page.locator(".zx-question").count() == 1
    shot(page, "desktop-5-as-of")
    panel = open_panel(page, page.locator("a.zx-chip").first)
    assert "今天" in panel.locator(".zx-today").inner_text()
    panel.locator(".zx-replaced button").click()  # what has replaced it since
    page.wait_for_selector("#zx-panel .zx-back")
    assert panel.locator(".zx-badge").first.inner_text() == "现行有效"
    panel.locator(".zx-back").click()
    page.wait_for_selector("#zx-panel mark")
    page.get_by_role("button", name="新建对话").click()
    page.wait_for_selector("#zx-cards")
    assert page.locator(".zx-question").count() == 0


def test_refusal_says_so(open_tab: Callable[..., Tab]) -> None:
    page = open_tab().page
    answer = ask(page, "今天南京天气怎么样？", 1)
    assert answer.locator(".zx-status").inner_text() in ("未找到依据", "请补充信息")
    assert LABEL in answer.inner_text()
    shot(page, "desktop-6-refusal")


def test_odd_questions_break_nothing(open_tab: Callable[..., Tab], server: Server) -> None:
    tab = open_tab()
    page = tab.page
    page.locator("#zx-send").click()
    page.wait_for_selector("#zx-notice p")
    assert "请先输入问题" in page.inner_text("#zx-notice")
    box = page.locator("#zx-question textarea")
    box.fill("字" * 20_000)
    box.press("Enter")
    page.wait_for_function("document.querySelector('#zx-notice').innerText.includes('20000')")
    assert page.locator(".zx-question").count() == 0
    hostile = "<img src=http://evil.example/x onerror=alert(1)><script>alert(2)</script> 10~20 **x** [1](http://evil.example)"
    ask(page, hostile, 1)
    assert page.locator(".zx-question").inner_text() == hostile
    assert (
        page.locator(".zx-question img, .zx-question script, .zx-question a, .zx-question del").count() == 0
    )
    english = ask(page, "What are the conditions for little giant firms?", 2)
    assert LABEL in english.inner_text() and len(english.inner_text()) > 60
    shot(page, "desktop-7-odd")
    assert tab.complaints == []
    assert {urlsplit(url).netloc for url in tab.requests} == {urlsplit(server.url).netloc}


def test_english_page(open_tab: Callable[..., Tab]) -> None:
    page = open_tab(lang="en").page
    assert "Which policy would you like to know about?" in page.inner_text("body")
    assert page.evaluate("document.documentElement.lang") == "en"
    answer = ask(page, EXAMPLES[4], 1)
    assert "generated by AI" in answer.inner_text()
    panel = open_panel(page, answer.locator("a.zx-chip").first)
    assert panel.get_by_role("button", name="Close").is_visible()
    shot(page, "english")
