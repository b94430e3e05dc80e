"""The project's own suites: every gold clause exists in its file, and every key fact stands in it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from corpus.model import Clause
from corpus.parse import parse_file
from corpus.samples import FILES, INTERNAL, manifest, monitoring
from evals.labels import within
from evals.suite import Case, load_suites

LAWS = Path(__file__).parents[2].parent / "shared" / "data" / "laws"
OURS = ("first", "second", "third", "fourth")
FOLDERS = {**dict.fromkeys(OURS, FILES), "laws": LAWS, "laws2": LAWS, "laws3": LAWS, "laws4": LAWS}
SUBJECTS = {"扶持政策", "项目状态", "未来产业", "其他"}
LEVELS = {"easy", "medium", "hard"}


@cache
def clauses(path: Path) -> tuple[Clause, ...]:
    return parse_file(path).clauses


def cases(name: str) -> list[Case]:
    if not FOLDERS[name].exists():
        pytest.skip(f"{FOLDERS[name]} is not here")
    return load_suites([name])


def flat(text: str) -> str:
    return re.sub(r"[\s,，]", "", unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize("name", sorted(FOLDERS))
def test_gold_clauses_exist(name: str) -> None:
    missing = [
        (case.id, gold.doc, gold.clause)
        for case in cases(name)
        for gold in case.gold
        if gold.clause and not any(within(c.label, gold.clause) for c in clauses(FOLDERS[name] / gold.doc))
    ]
    assert missing == []


@pytest.mark.parametrize("name", sorted(FOLDERS))
def test_key_facts_stand_in_gold_clauses(name: str) -> None:
    for case in cases(name):
        text = "".join(
            flat(c.text)
            for gold in case.gold
            for c in clauses(FOLDERS[name] / gold.doc)
            if within(c.label, gold.clause)
        )
        absent = [fact for fact in case.key if case.gold and not any(flat(word) in text for word in fact)]
        assert absent == [], case.id


def test_first_suite_is_spread_over_kinds() -> None:
    suite = cases("first")
    kinds = Counter(tag for case in suite for tag in case.tags)
    least = {"answerable": 30, "version": 12, "numeric": 10, "follow_up": 6, "unanswerable": 14}
    assert {kind: kinds[kind] for kind, n in least.items() if kinds[kind] < n} == {}
    assert min(kinds["off_topic"], kinds["hostile"]) >= 6
    assert {case.split for case in suite} == {"tune"}  # its questions have been seen; third and laws3 report


def test_visitors_are_not_asked_to_cite_internal_files() -> None:
    for case in [case for name in OURS for case in cases(name)]:
        if case.role == "visitor":
            assert not INTERNAL & {gold.doc for gold in case.gold}, case.id


@pytest.mark.parametrize(("name", "size"), [("second", 70), ("laws2", 60)])
def test_later_suites_are_for_tuning_and_reach_every_document(name: str, size: int) -> None:
    suite = cases(name)
    assert len(suite) == size
    assert {case.split for case in suite} == {"tune"}
    cited = {gold.doc for case in suite for gold in case.gold}
    files = {path.name for path in FOLDERS[name].iterdir()}
    later = [*monitoring.samples(), *(sample for sample in manifest() if sample.batch)]
    files -= {sample.file_name for sample in later}  # made after these suites
    assert {file for file in files - cited if not file.endswith(".json") and file != "LICENSE"} == set()


def test_later_suites_do_not_repeat_the_reported_questions() -> None:
    """What is tuned on must not be what is reported."""
    reported = {flat(case.question) for name in ("first", "laws") for case in cases(name) if not case.history}
    again = [
        case.id for name in ("second", "laws2") for case in cases(name) if flat(case.question) in reported
    ]
    assert again == []


def test_third_law_suite_halves_have_the_same_mix_and_laws() -> None:
    suite = cases("laws3")
    halves = [[case for case in suite if case.split == split] for split in ("tune", "report")]
    assert [len(half) for half in halves] == [120, 120]
    for kind in ("answerable", "version", "unanswerable"):
        assert len({sum(kind in case.tags for case in half) for half in halves}) == 1, kind
    laws = {path.name for path in LAWS.glob("*.md")}
    for half in halves:
        asked = Counter(gold.doc for case in half for gold in case.gold)
        assert {law: asked[law] for law in laws if asked[law] < 2} == {}


def test_third_law_suite_repeats_no_question_of_the_others() -> None:
    """A question asked of two versions of a law stays within one half."""
    asked = {flat(case.question) for name in ("laws", "laws2") for case in cases(name)}
    halves = {
        split: {flat(case.question) for case in cases("laws3") if case.split == split}
        for split in ("tune", "report")
    }
    assert asked & (halves["tune"] | halves["report"]) == set()
    assert halves["tune"] & halves["report"] == set()


@pytest.mark.parametrize(("name", "half", "files"), [("third", 80, 40), ("fourth", 60, 60)])
def test_halves_of_the_later_suites_have_the_same_mix(name: str, half: int, files: int) -> None:
    suite = cases(name)
    halves = [[case for case in suite if case.split == split] for split in ("tune", "report")]
    assert [len(part) for part in halves] == [half, half]
    for kind in {tag for case in suite for tag in case.tags} - LEVELS - SUBJECTS:
        assert len({sum(kind in case.tags for case in part) for part in halves}) == 1, kind
    assert len({gold.doc for case in suite for gold in case.gold}) >= files


@pytest.mark.parametrize("name", ["third", "fourth"])
def test_later_suites_repeat_no_question_of_the_earlier_ones(name: str) -> None:
    """A question asked by a visitor and by an official stays within one half."""
    earlier = OURS[: OURS.index(name)]
    asked = {flat(case.question) for suite in earlier for case in cases(suite) if not case.history}
    halves = {
        split: {flat(case.question) for case in cases(name) if case.split == split}
        for split in ("tune", "report")
    }
    assert asked & (halves["tune"] | halves["report"]) == set()
    assert halves["tune"] & halves["report"] == set()


def test_fourth_suite_asks_of_every_digest_of_its_day() -> None:
    """Its questions come from the documents alone: the assistant was never asked them before."""
    cited = {gold.doc for case in cases("fourth") for gold in case.gold}
    assert {sample.file_name for sample in manifest() if sample.batch} - cited == set()
