"""From feedback and drafts to lines of a suite, with a person in between."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.catalog import Catalog
from corpus.errors import InputError
from evals.candidates import Candidates, missing_fields
from evals.facts import LibraryFacts
from evals.problems import SuiteError
from evals.suite import load_suites

QUESTION = "贴息一年最多多少？"
DRAFT = {"question": QUESTION, "gold": [{"doc": "new.md", "clause": "第一条"}]}
WHOLE = {**DRAFT, "expected_status": ["answered"], "key": [["600万元"]], "split": "tune"}


@pytest.fixture
def kept(catalog: Catalog) -> Candidates:
    return Candidates(catalog.engine)


def test_a_draft_is_proposed_once_and_feedback_each_time(kept: Candidates) -> None:
    assert kept.add("draft", DRAFT, {}) and kept.add("draft", DRAFT, {}) is None
    other = {**DRAFT, "gold": [{"doc": "new.md", "clause": "第二条"}]}
    assert kept.add("draft", other, {})
    assert kept.add("feedback", {"question": QUESTION}, {}) != kept.add(
        "feedback", {"question": QUESTION}, {}
    )
    assert len(kept.list()) == 4 and len(kept.list(origin="feedback")) == 2


def test_a_rejected_draft_is_not_proposed_again(kept: Candidates) -> None:
    number = kept.add("draft", DRAFT, {})
    assert number
    kept.reject(number, "李工", "问得太偏")
    assert kept.add("draft", DRAFT, {}) is None and kept.list() == []
    gone = kept.get(number)
    assert (gone.state, gone.closed_by, gone.closed_note) == ("rejected", "李工", "问得太偏")
    with pytest.raises(InputError, match="李工"):
        kept.amend(number, {"key": [["1"]]})


def test_an_amended_draft_is_not_proposed_again(kept: Candidates) -> None:
    number = kept.add("draft", DRAFT, {"rule": "bound"})
    assert number
    kept.amend(number, {"question": "贴息最多多少钱？", "gold": [{"doc": "new.md", "clause": "第二条"}]})
    assert kept.add("draft", DRAFT, {}) is None and kept.knows(QUESTION, DRAFT["gold"])
    kept.amend(number, {"question": "贴息上限？"})
    assert kept.add("draft", DRAFT, {}) is None
    assert kept.get(number).note == {
        "rule": "bound", "proposed": {"question": QUESTION, "gold": DRAFT["gold"]}
    }  # fmt: skip
    assert not kept.knows("别的问题？", DRAFT["gold"])


def test_a_candidate_is_completed_and_accepted(kept: Candidates, facts: LibraryFacts, tmp_path: Path) -> None:
    number = kept.add(
        "feedback", {"question": QUESTION, "history": [["user", "贴息办法"]]}, {"helpful": False}
    )
    assert number and missing_fields(kept.get(number).case) == ["expected_status"]
    kept.amend(number, {"expected_status": "answered"})
    assert missing_fields(kept.get(number).case) == ["gold", "key"]
    suite = tmp_path / "ours.jsonl"
    suite.write_text(json.dumps({"id": "old", **WHOLE}, ensure_ascii=False), encoding="utf-8")  # no newline
    kept.amend(number, {"gold": DRAFT["gold"], "key": [["600万元"]], "split": "report"})
    kept.accept(number, suite, facts, "李工")
    cases = load_suites([suite])
    assert [case.id for case in cases] == ["old", f"feedback-{number}"]
    assert cases[1].history == (("user", "贴息办法"),) and cases[1].split == "report"
    assert kept.get(number).state == "accepted" and str(suite) in str(kept.get(number).closed_note)
    with pytest.raises(InputError):
        kept.accept(number, suite, facts, "李工")
    assert len(load_suites([suite])) == 2


def test_what_is_wrong_is_named_and_the_suite_is_left_as_it_was(
    kept: Candidates, facts: LibraryFacts, tmp_path: Path
) -> None:
    suite = tmp_path / "ours.jsonl"
    number = kept.add("draft", {**WHOLE, "gold": [{"doc": "new.md", "clause": "第九条"}]}, {})
    assert number
    with pytest.raises(SuiteError, match="第九条") as caught:
        kept.accept(number, suite, facts, "李工")
    assert "ours.jsonl" in caught.value.message() and ".new" not in caught.value.message()
    assert not suite.exists() and kept.get(number).state == "open"
    incomplete = kept.add("feedback", {"question": QUESTION}, {})
    assert incomplete
    with pytest.raises(SuiteError, match="expected_status"):
        kept.accept(incomplete, suite, facts, "李工")
    assert list(tmp_path.glob(".*new*")) == []


def test_wrong_numbers_fields_and_suites(kept: Candidates, facts: LibraryFacts, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="99"):
        kept.get(99)
    number = kept.add("draft", WHOLE, {})
    assert number
    with pytest.raises(InputError, match="answer"):
        kept.amend(number, {"answer": "600万元"})
    with pytest.raises(InputError, match="jsonl"):
        kept.accept(number, tmp_path / "ours.yaml", facts, "李工")
    with pytest.raises(ValueError, match="answer"):
        kept.add("draft", {"question": "?", "answer": "!"}, {})


def test_the_catalog_keeps_them(kept: Candidates, catalog: Catalog) -> None:
    number = kept.add("feedback", {"question": QUESTION}, {"helpful": False, "reason": "wrong"})
    again = Candidates(catalog.engine)
    assert number and again.get(number).note == {"helpful": False, "reason": "wrong"}
    assert again.get(number).as_dict()["case"] == {"question": QUESTION}
