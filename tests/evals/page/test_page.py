"""The page of a run: whole, escaped, and without a word to another host."""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from corpus.errors import StateError
from corpus.messages import msg
from evals.metrics.aggregate import Value
from evals.page import FILE, html, write_page
from evals.page.plots import Bar, count_bars, histogram, share_bars
from evals.record import RunResult
from evals.run import run_suite
from tests.evals.conftest import Clerk

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"
LINES = [
    {
        "id": "cap",
        "question": "贴息单个项目每年不超过多少万元？",
        "expected_status": "answered",
        "key": [["600万元"]],
        "gold": [{"doc": "new.md", "clause": "第一条"}],
        "tags": ["numeric"],
    },
    {
        "id": "who",
        "question": f"谁能申报？{HOSTILE}",
        "expected_status": "answered",
        "key": [["制造业企业"]],
        "gold": [{"doc": "new.md", "clause": "第二条"}],
        "tags": ["answerable"],
    },
]


class Tags(HTMLParser):
    """The start tags of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.fixture
def run(clerk: Clerk, tmp_path: Path) -> RunResult:
    path = tmp_path / "small.jsonl"
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in LINES), encoding="utf-8")
    return run_suite([path], clerk, tmp_path / "out")


def test_every_question_with_its_answer_and_quotes(run: RunResult) -> None:
    page = html(run)
    questions = [at for tag, at in Tags(page).found if tag == "details"]
    assert [at["id"] for at in questions] == ["cap", "who"]
    assert [bool(at["data-fault"]) for at in questions] == [not row.passed for row in run.rows]
    for row in run.rows:
        for citation in row.citations:
            assert citation["quote"].split("\n")[0] in page
    assert msg(f"evals.fault_{run.failures[0].faults[0]}") in page


def test_words_of_questions_and_documents_are_text(run: RunResult) -> None:
    first = run.rows[0]
    first.answer += HOSTILE
    first.citations[0]["quote"] += HOSTILE
    run.by_tag[HOSTILE] = run.by_tag["numeric"]
    tags = Tags(html(run)).found
    assert sum(tag == "script" for tag, _ in tags) == 1  # the page's own
    assert not any(tag == "img" or "onerror" in at for tag, at in tags)


def test_nothing_is_fetched(run: RunResult) -> None:
    tags = Tags(html(run)).found
    assert not [at for _, at in tags if "src" in at or "href" in at]
    assert not re.search(r"https?://|url\(|@import", html(run))


def test_an_incomplete_run_says_so(run: RunResult) -> None:
    told = msg("evals_page.incomplete")
    assert told not in html(run)
    page = html(replace(run, status="incomplete", stopped="<b>Ctrl+C</b>"))
    assert told in page and "&lt;b&gt;Ctrl+C" in page


def test_the_page_lies_in_the_run_s_folder(run: RunResult) -> None:
    assert (run.folder / FILE).read_text(encoding="utf-8") == html(run)  # a run writes it by itself
    path = write_page(run)
    assert path == run.folder / FILE
    assert path.read_text(encoding="utf-8") == html(run)
    with pytest.raises(StateError):
        write_page(replace(run, folder=run.folder / "run.json"))


def test_a_metric_behind_its_bound_is_marked(run: RunResult) -> None:
    run.metrics["citation_precision"] = Value(0.5, 0.4, 0.6, 1, 2, 2)
    page = html(run)
    line = re.search(r'<div class="tile"><small>引用准确率</small><b class="(\w+)">0\.500', page)
    assert line and line.group(1) == "bad"
    run.metrics["citation_precision"] = Value(0.96, 0.9, 1.0, 96, 100, 100)
    line = re.search(r'<div class="tile"><small>引用准确率</small><b class="(\w+)">0\.960', html(run))
    assert line and line.group(1) == "good"


def test_plots_draw_their_values() -> None:
    drawn = share_bars([Bar("甲", 0.25, 0.1, 0.5, "1/4", 0.5, False), Bar("<乙>", None)], "题")
    widths = [float(w) for w in re.findall(r'class="(?:track|bad)"[^>]*width="([\d.]+)"', drawn)]
    assert widths[1] == pytest.approx(widths[0] / 4)
    assert "&lt;乙&gt;" in drawn and "<乙>" not in drawn
    counted = count_bars([("多", 4), ("少", 1)], "题")
    most, least = (float(w) for w in re.findall(r'<rect[^>]*width="([\d.]+)"', counted))
    assert least == pytest.approx(most / 4)
    bins = re.findall(r'<rect[^>]*height="([\d.]+)"', histogram([1.0, 1.0, 9.0], "题", "ms", bins=3))
    assert [float(tall) for tall in bins] == [100.0, 0.0, 50.0]
    assert histogram([], "题", "ms") == ""


def test_in_a_browser_questions_are_filtered(run: RunResult) -> None:
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if chromium is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is missing; .ci/run installs it")
        pytest.skip("chromium is not installed")
    from playwright.sync_api import sync_playwright

    path, failed = write_page(run), [row.id for row in run.failures]
    assert failed and len(failed) < len(run.rows)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page, asked, complaints = browser.new_page(), list[str](), list[str]()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path.as_uri())

        def visible() -> list[str | None]:
            return [one.get_attribute("id") for one in page.query_selector_all("details:not(.hidden)")]

        assert visible() == failed
        page.select_option("#fault", "*")
        assert visible() == ["cap", "who"]
        page.fill("#words", "每年不超过")
        assert visible() == ["cap"]
        page.fill("#words", "")
        page.select_option("#tag", "answerable")
        assert visible() == ["who"]
        page.click("#who summary")
        assert page.is_visible("#who .answer")
        browser.close()
    assert asked == [path.as_uri()] and not complaints
