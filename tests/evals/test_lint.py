"""The linter lists every fault of a suite with its line; a suite with faults is not run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import InputError
from evals.facts import LibraryFacts
from evals.lint import lint
from evals.problems import SuiteError
from evals.run import run_suite
from evals.suite import SUITES, load_suites, suite_files
from tests.evals.conftest import Clerk

GOOD: dict[str, Any] = {"id": "a1", "question": "贴几个点？", "expected_status": "answered", "split": "tune",
                        "key": [["一个百分点"]], "gold": [{"doc": "new.md", "clause": "第一条"}]}  # fmt: skip


def write(path: Path, *lines: dict[str, Any] | str) -> Path:
    texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def found(path: Path, facts: LibraryFacts | None) -> list[tuple[int, str]]:
    return [(problem.line, problem.key.split(".")[1]) for problem in lint([path], facts)]


BAD = [
    GOOD,
    "{bad",
    "[1]",
    GOOD | {"id": "a2", "qestion": "?", "as_of": "2024-02-30"},
    GOOD,
    GOOD | {"id": "a3", "gold": [{"doc": "gone.pdf", "clause": None}, {"doc": "new.md", "clause": "第九条"}]},
    GOOD | {"id": "a4", "key": [["600万元", " "]], "forbidden": ["600万元"]},
    GOOD | {"id": "a5", "gold": [{"doc": "secret.md", "clause": None}]},
    GOOD | {"id": "a6", "key": [[]]},
    '{"id": "a7", "id": "a8", "question": "?", "expected_status": "refused", "split": "tune"}',
]


def test_every_fault_is_listed_with_its_line(facts: LibraryFacts, tmp_path: Path) -> None:
    assert found(write(tmp_path / "s.jsonl", *BAD), facts) == [
        (2, "bad_json"),
        (3, "not_object"),
        (4, "bad_field"),
        (4, "bad_field"),
        (5, "same_id"),
        (6, "unknown_document"),
        (6, "unknown_clause"),
        (7, "blank"),
        (7, "key_forbidden"),
        (8, "hidden_gold"),
        (9, "bad_field"),
        (10, "field_twice"),
    ]


def test_nothing_is_run_and_all_is_told(clerk: Clerk, tmp_path: Path) -> None:
    path = write(tmp_path / "s.jsonl", *BAD)
    with pytest.raises(SuiteError) as caught:
        run_suite([path], clerk, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    told = caught.value.message("zh")
    assert len(caught.value.problems) == 12
    assert "gone.pdf" in told and "第九条" in told and "第 4 行的字段 as_of" in told and "2026-01-25" in told


def test_what_only_deserves_a_note_does_not_stop_a_run(clerk: Clerk, tmp_path: Path) -> None:
    line = {"id": "b1", "question": "贴息单个项目每年不超过多少？", "expected_status": "answered"}
    path = write(tmp_path / "s.jsonl", line)
    problems = lint([path], None)
    assert [(p.level, p.key) for p in problems] == [
        ("warning", "evalrun.no_split"),
        ("warning", "evalrun.nothing_to_score"),
    ]
    assert run_suite([path], clerk, tmp_path / "out").complete


def test_an_id_used_in_another_suite_is_found(tmp_path: Path) -> None:
    paths = [write(tmp_path / "a.jsonl", GOOD), write(tmp_path / "b.jsonl", GOOD)]
    assert [(p.path.name, p.line, p.key) for p in lint(paths, None)] == [("b.jsonl", 1, "evals.same_id")]


YAML = """# 贴息
- id: y1
  question: 贴息单个项目每年不超过多少？
  as_of: 2024-06-01
  expected_status: answered
  key: [[1000万元]]
  gold:
    - {doc: old.md, clause: 第一条}
  split: tune
- id: y2
  question: 谁能申报？
  expected_status: maybe
  split: tune
  gold:
    - doc: new.md
      clause: 第一条
      page: 3
- just text
- id: y1
  question: 期限？
  expected_status: refused
  expected_status: answered
  split: report
"""


def test_a_yaml_suite_is_read_and_its_lines_are_told(facts: LibraryFacts, tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(YAML, encoding="utf-8")
    assert [(line, key) for line, key in found(path, facts) if key != "nothing_to_score"] == [
        (12, "bad_field"),
        (17, "bad_field"),
        (18, "not_a_mapping"),
        (19, "same_id"),
        (21, "field_twice"),
    ]
    path.write_text("".join(YAML.splitlines(keepends=True)[:9]), encoding="utf-8")
    (case,) = load_suites([path])
    assert case.as_of is not None and case.as_of.isoformat() == "2024-06-01"
    assert lint([path], facts) == []


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ("a: [1\nb: 2", 2, "bad_yaml"),
        ("id: a1", 1, "not_a_list"),
        ("- id: a\n  as_of: 2024-02-30", 0, "bad_yaml"),
    ],
)
def test_what_is_no_yaml_suite(tmp_path: Path, text: str, line: int, key: str) -> None:
    path = tmp_path / "s.yml"
    path.write_text(text, encoding="utf-8")
    assert found(path, None) == [(line, key)]


def test_manifests_name_suites(tmp_path: Path) -> None:
    core = [path.stem for path in suite_files(["core"])]
    assert core[:3] == ["first", "second", "third"]
    assert suite_files(["core", "first"]) == suite_files(["core"])  # each file once
    assert len(load_suites(["core"])) >= 300 and len(load_suites(["statutes"])) >= 100
    write(tmp_path / "own.jsonl", GOOD)
    (tmp_path / "all.toml").write_text('suites = ["own.jsonl", "first"]', encoding="utf-8")
    assert suite_files([tmp_path / "all.toml"]) == [tmp_path / "own.jsonl", SUITES / "first.jsonl"]
    for text in ("suites = []", "suites = 'own'", "=", 'suites = ["core"]', 'suites = ["none"]'):
        (tmp_path / "bad.toml").write_text(text, encoding="utf-8")
        with pytest.raises(InputError):
            suite_files([tmp_path / "bad.toml"])


@pytest.mark.parametrize("name", ["core", "statutes"])
def test_the_project_s_own_suites_have_nothing_to_tell(name: str) -> None:
    assert lint([name], None) == []
