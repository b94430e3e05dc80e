"""解读: what it explains, and that it is of use only while that is in force. Reposts of one text."""

from __future__ import annotations

from datetime import date

import pytest

from corpus.explains import explained
from corpus.model import Relation, Validity
from corpus.snapshot import Snapshot
from tests.corpus.test_validity import record, snapshot

HEAD = "近日，省工业和信息化厅印发了《江苏省智能工厂培育办法》（苏工信规〔2026〕3号），现解读如下。"


@pytest.mark.parametrize(
    ("title", "text", "name", "number"),
    [
        ("《江苏省智能工厂培育办法》政策解读", HEAD, "江苏省智能工厂培育办法", "苏工信规〔2026〕3号"),
        ("《关于印发〈某某实施细则〉的通知》解读", "", "关于印发〈某某实施细则〉的通知", None),
        ("省工信厅有关负责人就《某某若干措施》答记者问", "", "某某若干措施", None),
        ("一图读懂江苏省智能工厂培育办法", "", "江苏省智能工厂培育办法", None),
        ("一图读懂：江苏省智能工厂培育办法", "", "江苏省智能工厂培育办法", None),
        ("关于江苏省智能工厂培育办法的政策解读", "", "江苏省智能工厂培育办法", None),
        ("江苏省智能工厂培育办法解读", "", "江苏省智能工厂培育办法", None),
        ("智能工厂政策解读", HEAD, "江苏省智能工厂培育办法", "苏工信规〔2026〕3号"),
    ],
)
def test_what_is_explained(title: str, text: str, name: str, number: str | None) -> None:
    relation = explained(title, text)
    assert relation is not None
    assert (relation.kind, relation.target_title, relation.target_number) == ("interprets", name, number)


def test_an_explanation_of_nothing_in_particular() -> None:
    assert explained("智能工厂政策解读", "近年来，各地围绕智能工厂开展了工作。") is None


def _with_versions() -> Snapshot:
    old = record("old", "某管理办法", effective_from=date(2023, 3, 1), issued_on=date(2023, 2, 1))
    new = record("new", "某管理办法", effective_from=date(2026, 3, 1), issued_on=date(2026, 2, 1))
    told_old = record("told_old", "《某管理办法》解读", published_on=date(2023, 2, 3))
    told_new = record("told_new", "《某管理办法》政策解读", published_on=date(2026, 1, 30))
    said = [Relation("interprets", "某管理办法", None)]
    return snapshot([old, new, told_old, told_new], told_old=said, told_new=said)


def test_it_explains_the_version_of_its_time() -> None:
    assert _with_versions().originals == {"told_old": "old", "told_new": "new"}


def test_it_is_in_force_no_longer_and_no_earlier_than_what_it_explains() -> None:
    state = _with_versions()
    assert state.validity("told_old", date(2025, 1, 1)) is Validity.IN_FORCE
    assert state.validity("told_old", date(2026, 3, 1)) is Validity.REPEALED
    assert state.superseded_by("told_old", date(2026, 3, 1)) == "new"
    assert state.superseded_by("told_old", date(2026, 2, 28)) is None
    assert state.validity("told_new", date(2026, 2, 15)) is Validity.NOT_YET
    assert state.validity("told_new", date(2026, 3, 1)) is Validity.IN_FORCE


def test_an_explanation_of_an_explanation_has_no_original() -> None:
    one = record("one", "《二》解读", published_on=date(2026, 1, 1))
    two = record("two", "《一》解读", published_on=date(2026, 1, 1))
    state = snapshot(
        [one, two],
        one=[Relation("interprets", "《二》解读", None)],
        two=[Relation("interprets", "《二》解读", None)],
    )
    assert "one" not in state.originals or state.originals["one"] not in state.originals


def test_reposts_stand_behind_the_text_with_the_number() -> None:
    first = record("first", "某管理办法", effective_from=date(2026, 3, 1))
    full = record("full", "某管理办法", doc_number="苏工信规〔2026〕3号", effective_from=date(2026, 3, 1))
    bare = record("bare", "某管理办法")
    assert snapshot([first, full, bare]).reposts == {"first": "full", "bare": "full"}


def test_versions_and_other_numbers_are_no_reposts() -> None:
    old = record("old", "某管理办法", doc_number="苏工信规〔2023〕1号", effective_from=date(2023, 3, 1))
    new = record("new", "某管理办法", doc_number="苏工信规〔2026〕3号", effective_from=date(2026, 3, 1))
    other = record("other", "某通知", doc_number="苏工信〔2026〕9号")
    another = record("another", "某通知", doc_number="苏工信〔2026〕10号")
    assert snapshot([old, new, other, another]).reposts == {}


def test_a_repost_of_the_text_that_repeals_is_not_what_it_repeals() -> None:
    new = record("new", "某办法", doc_number="苏示例〔2026〕2号", effective_from=date(2026, 2, 1))
    repost = record("repost", "某办法", effective_from=date(2026, 2, 1))
    told = record("told", "《某办法》解读", published_on=date(2026, 2, 3))
    said = [Relation("repeals", "某办法", "苏示例〔2024〕1号")]
    state = snapshot(
        [new, repost, told], new=said, repost=said, told=[Relation("interprets", "某办法", None)]
    )
    assert state.validity("repost", date(2026, 3, 1)) is Validity.IN_FORCE
    assert state.validity("told", date(2026, 3, 1)) is Validity.IN_FORCE
    assert state.originals == {"told": "new"}
    assert "new" in state.pending  # what it repeals is not here


def test_every_copy_of_an_older_version_is_replaced() -> None:
    old = [record(name, "某办法", effective_from=date(2023, 2, 1)) for name in ("old", "copy", "third")]
    new = record("new", "某办法", doc_number="苏示例〔2026〕2号", effective_from=date(2026, 2, 1))
    again = record("again", "某办法", effective_from=date(2026, 2, 1))
    state = snapshot([*old, again, new])
    assert {state.superseded_by(name) for name in ("old", "copy", "third")} == {"new"}
    assert state.validity("copy", date(2026, 3, 1)) is Validity.REPEALED
    assert state.validity("again", date(2026, 3, 1)) is Validity.IN_FORCE
