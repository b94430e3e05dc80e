"""A reader says what an answer was worth: by mouse at a desk, by touch on a phone, by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evals.candidates import Candidate, Candidates
from tests.e2e.conftest import serving, set_view
from tests.e2e.test_chat import ask, shot
from tests.ui.web.scripted import HOSTILE, ScriptedAssistant
from ui.web import create_app

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def assistant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ScriptedAssistant:
    monkeypatch.setenv("ZHIXUN_HOME", str(tmp_path))
    return ScriptedAssistant.over(tmp_path)


@pytest.fixture
def url(assistant: ScriptedAssistant) -> Iterator[str]:
    with serving(create_app(assistant)) as url:
        yield url


def kept(assistant: ScriptedAssistant) -> list[Candidate]:
    return Candidates(assistant.library.catalog.engine).list(None)


def opened(browser: Any, url: str, width: int, height: int, complaints: list[str]) -> Any:
    page = browser.new_context(
        viewport={"width": width, "height": height}, locale="zh-CN", reduced_motion="reduce"
    ).new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: line.type == "error" and complaints.append(line.text))
    page.goto(url)
    page.wait_for_selector("#zx-cards")
    return page


@pytest.mark.parametrize(("width", "height", "name"), [(1440, 900, "desk"), (390, 844, "phone")])
def test_both_ways_and_back(
    browser: Any, url: str, assistant: ScriptedAssistant, width: int, height: int, name: str
) -> None:
    complaints: list[str] = []
    page = opened(browser, f"{url}/?lang=zh", width, height, complaints)
    first = ask(page, "小巨人条件？", 1)
    yes, no = (first.get_by_role("button", name=word, exact=True) for word in ("有帮助", "没帮助"))
    said, form = first.locator(".zx-said"), first.locator(".zx-opinion")
    assert yes.get_attribute("aria-pressed") == "false" and form.is_hidden()
    assert first.get_by_role("group", name="这个回答对您有帮助吗？").is_visible()
    shot(page, f"feedback-{name}-0")

    yes.click()
    said.get_by_text("谢谢").wait_for()
    assert yes.get_attribute("aria-pressed") == "true"
    assert [one.note["helpful"] for one in kept(assistant)] == [True]
    shot(page, f"feedback-{name}-1-yes")

    no.click()
    assert form.is_visible() and no.get_attribute("aria-expanded") == "true"
    assert form.get_by_role("radio").count() == 8
    form.get_by_text("数字有误").click()
    form.locator("textarea").fill(f"应为95%{HOSTILE}")
    assert form.locator(".zx-count").inner_text() == f"{len('应为95%' + HOSTILE)}/500"
    assert "涉密" in form.inner_text()
    shot(page, f"feedback-{name}-2-form")
    box = form.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    form.get_by_role("button", name="提交").click()
    said.get_by_text("工作人员").wait_for()
    assert (yes.get_attribute("aria-pressed"), no.get_attribute("aria-pressed")) == ("false", "true")
    assert form.is_hidden()
    (one,) = kept(assistant)
    assert one.note["reason"] == "wrong_number" and one.note["remark"] == f"应为95%{HOSTILE}"
    shot(page, f"feedback-{name}-3-no")

    second = ask(page, "补贴有多少？", 2)  # the page is drawn anew; what was said is still shown
    assert no.get_attribute("aria-pressed") == "true" and said.inner_text()
    assert second.get_by_role("button", name="有帮助", exact=True).get_attribute("aria-pressed") == "false"
    first.get_by_role("button", name="撤回").click()
    said.get_by_text("已撤回").wait_for()
    assert no.get_attribute("aria-pressed") == "false" and kept(assistant) == []
    assert first.get_by_role("button", name="撤回").count() == 0
    page.context.close()
    assert complaints == []


def test_by_keyboard_in_english(browser: Any, url: str, assistant: ScriptedAssistant) -> None:
    complaints: list[str] = []
    page = opened(browser, f"{url}/?lang=en", 1280, 800, complaints)
    answer = ask(page, "小巨人条件？", 1)
    form = answer.locator(".zx-opinion")
    answer.get_by_role("button", name="Helpful", exact=True).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # unfolds, and the first reason has the focus
    page.keyboard.press("Escape")
    assert form.is_hidden()
    assert page.evaluate("document.activeElement.textContent") == "Not helpful"
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    assert form.locator("input:checked").get_attribute("value") == "wrong_source"
    page.keyboard.press("Tab")
    page.keyboard.type("see article 9")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    answer.locator(".zx-said").get_by_text("Recorded").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "Not helpful"
    (one,) = kept(assistant)
    assert (one.note["reason"], one.note["remark"], one.note["lang"]) == (
        "wrong_source", "see article 9", "en",
    )  # fmt: skip
    shot(page, "feedback-english")
    page.context.close()
    assert complaints == []


def test_a_forgotten_answer_says_so(browser: Any, assistant: ScriptedAssistant) -> None:
    app = create_app(assistant)
    with serving(app) as url:
        page = browser.new_page(locale="zh-CN")
        page.goto(f"{url}/?lang=zh")
        page.wait_for_selector("#zx-cards")
        answer = ask(page, "小巨人条件？", 1)
        app.state.conversations._answers.clear()  # as after a restart
        yes = answer.get_by_role("button", name="有帮助", exact=True)
        yes.click()
        answer.locator(".zx-said.zx-wrong").get_by_text("不再保留").wait_for()
        assert yes.get_attribute("aria-pressed") == "false" and yes.is_enabled()
        page.context.close()
    assert kept(assistant) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_largest_text_on_a_narrow_phone(browser: Any, url: str, lang: str) -> None:
    complaints: list[str] = []
    page = opened(browser, f"{url}/?lang={lang}", 360, 740, complaints)
    set_view(page, "size", "3")
    answer = ask(page, "小巨人条件？", 1)
    answer.locator(".zx-thumb").nth(1).click()
    shot(page, f"feedback-largest-{lang}")
    parts = ["#zx-send", ".zx-opinion", ".zx-submit", ".zx-remark textarea", ".zx-thumb", ".zx-reasons label"]
    for part in parts:
        for box in [one.bounding_box() for one in page.locator(part).all()]:
            assert box["x"] >= 0 and box["x"] + box["width"] <= 360, (part, box)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.context.close()
    assert complaints == []
