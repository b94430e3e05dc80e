"""Feedback in the store: one open candidate an answer, counted by reason, deleted on demand."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from agent.types import Answer
from corpus.catalog import Catalog
from corpus.errors import InputError
from evals.candidates import Candidates
from evals.facts import LibraryFacts
from evals.feedback import HELPFUL, NO_REASON, Opinion, Told, counts, record, withdraw
from evals.plain_text import clean
from evals.suite import load_suites
from tests.evals.conftest import cite

QUOTE = "单个项目每年不超过600万元"
ANSWER = Answer(
    "贴息一年最多多少？",
    "answered",
    f"{QUOTE}[1]，企业[2]。[3]",
    [
        cite(1, "new", "第一条", QUOTE),
        cite(2, "new", "第一条", "企业每年不超过1000万元"),
        cite(3, "gone", "第一条", "撤下的文件"),
    ],
)
TOLD = Told("answer-1", ANSWER.question, (("user", "贴息办法"), ("assistant", "有")), ANSWER, None,
            date(2026, 11, 1), "zh")  # fmt: skip


@pytest.fixture
def kept(catalog: Catalog) -> Candidates:
    return Candidates(catalog.engine)


def test_a_helpful_answer_needs_only_its_key(kept: Candidates, facts: LibraryFacts, tmp_path: Path) -> None:
    number = record(kept, facts, TOLD, Opinion(True))
    case = kept.get(number).case
    assert case["gold"] == [{"doc": "new.md", "clause": "第一条"}]  # once; nothing withdrawn
    kept.amend(number, {"key": [["600万元"]]})
    kept.accept(number, tmp_path / "ours.jsonl", facts, "李工")
    (accepted,) = load_suites([tmp_path / "ours.jsonl"])
    assert accepted.history == (("user", "贴息办法"), ("assistant", "有"))
    assert accepted.expected_status == ("answered",) and accepted.as_of is None


def test_a_refusal_that_was_right_expects_a_refusal(kept: Candidates, facts: LibraryFacts) -> None:
    refused = replace(TOLD, answer=Answer("天气？", "refused", "文库没有。"), as_of=date(2025, 1, 1))
    case = kept.get(record(kept, facts, refused, Opinion(True))).case
    assert case["expected_status"] == ["refused"] and "gold" not in case and case["as_of"] == "2025-01-01"


def test_two_clicks_at_once_make_one_candidate(kept: Candidates, facts: LibraryFacts) -> None:
    opinions = [Opinion(True), Opinion(False, "other")] * 6
    with ThreadPoolExecutor(6) as pool:
        numbers = set(pool.map(lambda opinion: record(kept, facts, TOLD, opinion), opinions))
    assert len(numbers) == len(kept.list(None)) == 1


def test_reasons_are_counted_and_answers_kept_apart(kept: Candidates, facts: LibraryFacts) -> None:
    given = [
        Opinion(True),
        Opinion(False),
        Opinion(False, "off_topic"),
        Opinion(False, "off_topic", "答的是贷款"),
    ]
    for number, opinion in enumerate(given):
        record(kept, facts, replace(TOLD, answer_id=f"answer-{number}"), opinion)
    kept.add("draft", {"question": "拟的题"}, {})
    assert counts(kept.list(None)) == {HELPFUL: 1, NO_REASON: 1, "off_topic": 2}
    found = kept.feedback_on("answer-3")
    assert found is not None and found.note["remark"] == "答的是贷款"
    assert kept.feedback_on("answer") is None and kept.feedback_on("") is None


def test_withdrawing_and_deleting(kept: Candidates, facts: LibraryFacts) -> None:
    assert withdraw(kept, TOLD.answer_id) == "nothing"
    number = record(kept, facts, TOLD, Opinion(True))
    assert withdraw(kept, TOLD.answer_id) == "withdrawn" and kept.list(None) == []
    number = record(kept, facts, TOLD, Opinion(True))
    kept.reject(number, "李工", "重复")
    assert withdraw(kept, TOLD.answer_id) == "closed"
    with pytest.raises(InputError):
        kept.replace(number, {"question": "?"}, {})
    assert kept.delete([number, 99]) == 1 and kept.delete([]) == 0 and kept.list(None) == []


def test_text_of_strangers_is_no_more_than_text() -> None:
    assert clean(" 甲\r\n乙\t丙\x1b]0;x\x07\x00\x85 ") == "甲\n乙 丙]0;x"
    assert clean("\u202e倒\u2066着\ud800") == "倒着"
    assert clean("e\u0301 👨\u200d👩 ，。") == "e\u0301 👨\u200d👩 ，。"
