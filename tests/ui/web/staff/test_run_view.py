"""Which runs are held against each other unless somebody says otherwise, and what is listed."""

from __future__ import annotations

from ui.web.staff.run_view import picked, rival
from ui.web.staff.shelf import RunLine, parts_of


def line(name: str, *suites: str, baseline: bool = False, complete: bool = True) -> RunLine:
    return RunLine(name, baseline, "", None, suites, parts_of(suites), None, complete, 1, 1, 1.0, {})


def test_a_manifest_stands_for_what_it_names() -> None:
    assert parts_of(["core"]) >= {"first", "second"}
    assert parts_of(["/gone/mine.jsonl"]) == {"mine"}


def test_the_rival_asked_the_same_or_more() -> None:
    lines = [line("old", "first"), line("core", "core", baseline=True), line("laws", "laws")]
    assert rival(parts_of(["core"]), lines) == "core"
    assert rival(parts_of(["first"]), lines) == "old"
    assert rival(parts_of(["second"]), lines) == "core"
    assert rival(parts_of(["laws", "second"]), lines) == "core"
    assert rival(parts_of(["/x/mine.jsonl"]), lines) == ""


def test_the_newest_complete_run_is_compared_with_the_one_before() -> None:
    core = line("core", "core", baseline=True)
    runs = [line("c", "first", complete=False), line("b", "first"), line("x", "laws"), line("a", "first")]
    assert picked([*runs, core]) == ("a", "b")
    assert picked([line("b", "first"), core]) == ("core", "b")
    assert picked([core]) == ("", "")
