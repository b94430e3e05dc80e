"""`zhixun eval` from the suite to the gate, as staff run it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.ui.cli.conftest import Run

CASES: list[dict[str, Any]] = [
    {
        "id": "rate",
        "question": "中小企业贷款贴息的年利率是多少？",
        "expected_status": ["answered", "partial"],
        "key": [["2%"]],
        "gold": [{"doc": "新.md", "clause": "第一条"}],
        "split": "tune",
    },
    {"id": "off", "question": "公园里的荷花几月份开得最好？", "expected_status": "refused", "split": "tune"},
    {
        "id": "wrong",
        "question": "中小企业贷款贴息单户每年最高多少？",
        "expected_status": ["answered", "partial"],
        "key": [["300万元"]],
        "split": "tune",
    },
]


def write(path: Path, *cases: dict[str, Any]) -> str:
    path.write_text("\n".join(json.dumps(case, ensure_ascii=False) for case in cases), encoding="utf-8")
    return str(path)


@pytest.mark.slow
def test_from_suite_to_gate(filled: Run, tmp_path: Path) -> None:
    suite, out = write(tmp_path / "small.jsonl", *CASES), str(tmp_path / "out")
    assert filled("eval", "lint", suite).code == 0
    done = filled("eval", "run", suite, "--out", out, "--json")
    assert done.code == 0, done.err
    assert [line["id"] for line in done.lines[:-1]] == ["rate", "off", "wrong"]
    summary = done.lines[-1]
    assert (summary["status"], summary["questions"], summary["passed"]) == ("complete", 3, 2)
    folder = summary["folder"]
    assert len(list(Path(folder).glob("*.eval"))) == 1

    (head,) = filled("eval", "list", "--out", out, "--json").lines
    assert (head["run_id"], head["answered"], head["status"]) == (summary["run_id"], 3, "complete")
    text = filled("eval", "show", folder, "wrong").out
    assert "要点缺失" in text and "读原文" in text and "300万元" in text and "100万元" in text
    (case,) = filled("eval", "show", folder, "rate", "--json").lines
    assert case["passed"] and case["citations"][0]["quote"] and case["case"]["gold"][0]["doc"] == "新.md"
    assert "wrong" in filled("eval", "show", folder, "none").err

    baseline = str(tmp_path / "baseline.json")
    assert filled("eval", "baseline", folder, "--to", baseline).code == 0
    assert "无显著差别" in filled("eval", "compare", baseline, folder).out
    held = filled("eval", "gate", folder, "--baseline", baseline, "--profile", "ci")
    assert held.code == 0 and "不退步门槛" in held.out and "release" in held.out
    release = filled("eval", "gate", folder, "--json")
    assert release.code == 0 and release.lines[0]["profile"] == "release" and not release.lines[0]["broken"]

    again = filled("eval", "run", "--resume", folder, "--json")  # nothing is left to ask
    assert again.code == 0 and again.lines[-1]["run_id"] == summary["run_id"]


def test_a_wrong_suite_is_told_in_full_and_not_run(filled: Run, tmp_path: Path) -> None:
    bad = [CASES[0] | {"gold": [{"doc": "没有.md", "clause": None}]}, CASES[0] | {"as_of": "2026-02-30"}]
    suite, out = write(tmp_path / "bad.jsonl", *bad), tmp_path / "out"
    linted = filled("eval", "lint", suite, "--json")
    assert linted.code == 1
    assert [(line["line"], line["problem"]) for line in linted.lines] == [
        (1, "unknown_document"),
        (2, "bad_field"),
    ]
    done = filled("eval", "run", suite, "--out", str(out))
    assert done.code == 2 and not out.exists()
    assert "没有.md" in done.err and "第 2 行" in done.err and "as_of" in done.err
    assert filled("eval", "lint", suite, "--no-library", "--json").lines[0]["line"] == 2


def test_commands_that_cannot_be_carried_out(filled: Run, tmp_path: Path) -> None:
    for arguments, said in (
        (["run", "--resume", "none"], "none"),
        (["run", "core", "--resume", "latest"], "--resume"),
        (["show", "none"], "none"),
        (["gate", "none", "--profile", "best"], "release"),
        (["flaky"], "评测集"),
    ):
        done = filled("eval", *arguments)
        assert done.code == 2 and said in done.err, arguments
