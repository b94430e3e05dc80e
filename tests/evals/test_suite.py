"""Suites are read strictly: what is wrong is told with file, line and field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from corpus.errors import InputError
from evals.problems import SuiteError
from evals.suite import SCHEMA, SUITES, load_suites, schema
from evals.suite_files import read_records

GOOD: dict[str, Any] = {"id": "a1", "question": "贴几个点？", "expected_status": "answered"}


def write(path: Path, *lines: dict[str, Any] | str) -> Path:
    texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def test_a_full_line_is_read(tmp_path: Path) -> None:
    line = GOOD | {
        "history": [["user", "贴息政策有哪些？"], ["assistant", "有……"]],
        "role": "official",
        "as_of": "2024-05-01",
        "expected_status": ["answered", "partial"],
        "key": [["600万元", "六百万元"]],
        "forbidden": ["1000万元"],
        "gold": [{"doc": "new.md", "clause": "第一条"}, {"doc": "old.md", "clause": None}],
        "tags": ["version"],
        "split": "report",
    }
    case = load_suites([write(tmp_path / "s.jsonl", line, "")])[0]
    assert case.as_of is not None and case.as_of.year == 2024
    assert case.gold[1].clause is None
    assert case.history[0] == ("user", "贴息政策有哪些？")
    assert case.wants_answer and not case.wants_refusal


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"expected_status": "maybe"}, "expected_status"),
        ({"expected_status": []}, "expected_status"),
        ({"as_of": "2024-13-01"}, "as_of"),
        ({"gold": [{"file": "a.md"}]}, "gold.0"),
        ({"key": ["600万元"]}, "key.0"),
        ({"golds": []}, "golds"),
        ({"role": "admin"}, "role"),
        ({"split": "train"}, "split"),
    ],
)
def test_a_wrong_field_is_named_with_its_line(tmp_path: Path, change: dict[str, Any], field: str) -> None:
    path = write(tmp_path / "s.jsonl", GOOD, GOOD | {"id": "a2"} | change)
    with pytest.raises(SuiteError) as caught:
        load_suites([path])
    first = caught.value.problems[0]
    assert first.line == 2
    assert first.params["field"].startswith(field)
    assert str(path) in caught.value.message("zh") and "2" in caught.value.message("en")


@pytest.mark.parametrize(
    ("line", "key"),
    [("{bad", "evals.bad_json"), ("[1]", "evals.not_object"), (json.dumps(GOOD), "evals.same_id")],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, key: str) -> None:
    with pytest.raises(InputError) as caught:
        load_suites([write(tmp_path / "s.jsonl", GOOD, line)])
    assert (caught.value.key, caught.value.params["line"]) == (key, 2)


def test_missing_and_empty_suites(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_suites(["no-such-suite"])
    assert caught.value.key == "evals.no_suite"
    with pytest.raises(InputError) as caught:
        load_suites([write(tmp_path / "s.jsonl", GOOD)], split="report")
    assert caught.value.key == "evals.no_cases"
    (tmp_path / "gb.jsonl").write_bytes('{"id": "贴息"}'.encode("gb18030"))
    with pytest.raises(InputError) as caught:
        load_suites([tmp_path / "gb.jsonl"])
    assert caught.value.key == "evals.not_utf8"


def test_a_line_separator_inside_a_string_does_not_end_the_line(tmp_path: Path) -> None:
    path = write(tmp_path / "s.jsonl", GOOD | {"question": "甲\u2028乙"})
    assert load_suites([path])[0].question == "甲\u2028乙"


def test_the_committed_schema_is_that_of_the_model() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == json.loads(json.dumps(schema()))


def test_the_schema_takes_what_the_loader_takes() -> None:
    check = jsonschema.Draft202012Validator(schema())
    for path in SUITES.glob("*.jsonl"):
        for record in read_records(path)[0]:
            assert check.is_valid(record.data), (path.name, record.line)
    assert check.is_valid(GOOD) and check.is_valid(GOOD | {"expected_status": ["answered", "refused"]})
    for wrong in ({"expected_status": []}, {"expected_status": "maybe"}, {"key": [[]]}, {"golds": []}):
        assert not check.is_valid(GOOD | wrong), wrong


@pytest.mark.parametrize("path", sorted(SUITES.glob("*.jsonl")), ids=lambda path: path.stem)
def test_the_project_s_own_suites_are_valid(path: Path) -> None:
    cases = load_suites([path])
    assert len({case.question for case in cases if not case.history}) > 10
    scored = [case for case in cases if case.key or case.gold or case.as_of or case.wants_refusal]
    asked_back = [case for case in cases if "clarify" in case.expected_status]
    assert {case.id for case in cases} == {case.id for case in scored + asked_back}, "nothing to score it by"
