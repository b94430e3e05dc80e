"""The written validity cases under `cases/`: whole texts, read as files are, judged on several days."""

from __future__ import annotations

import tomllib
from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from corpus.model import ParsedDocument
from corpus.snapshot import Snapshot
from tests.corpus.making import from_file, from_lines, library

FOLDER = Path(__file__).parent / "cases"
CASES: list[dict[str, Any]] = [
    case
    for path in sorted(FOLDER.glob("validity_*.toml"))
    for case in tomllib.loads(path.read_text("utf-8"))["case"]
]


def read(case: dict[str, Any], folder: Path) -> dict[str, ParsedDocument]:
    """The documents of a case by their short names, read from lines, or from Markdown files."""
    if case.get("format") == "markdown":
        return {key: from_file(folder, f"{key}.md", text.strip()) for key, text in case["documents"].items()}
    return {key: from_lines(text) for key, text in case["documents"].items()}


def faults(case: dict[str, Any], documents: dict[str, ParsedDocument], state: Snapshot) -> list[str]:
    names = {parsed.version.doc_id: key for key, parsed in documents.items()}
    wrong = []
    for key, day, status, *by in case["expect"]:
        doc_id, on = documents[key].version.doc_id, date.fromisoformat(day)
        if (found := state.validity(doc_id, on).value) != status:
            wrong.append(f"{key} on {day}: {found}, not {status}")
        successor = names.get(state.superseded_by(doc_id, on) or "", "")
        if by and successor != by[0]:
            wrong.append(f"{key} on {day}: superseded by {successor or 'nobody'}, not {by[0] or 'nobody'}")
    return wrong


def test_there_are_enough_cases_each_at_one_day_at_least() -> None:
    assert len(CASES) >= 60
    assert len({case["name"] for case in CASES}) == len(CASES)
    assert all(case["expect"] for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case: dict[str, Any], tmp_path: Path) -> None:
    documents = read(case, tmp_path)
    for order in permutations(documents.values()):
        assert faults(case, documents, library(order)) == []
