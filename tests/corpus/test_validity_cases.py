"""The written validity cases under `cases/`: whole texts, read as files are, judged on several days."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from corpus.model import ParsedDocument
from corpus.parse import parse_file
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


def as_text(folder: Path, key: str, lines: list[str]) -> ParsedDocument:
    return from_file(folder, f"{key}.txt", "\n".join(lines))


def as_markdown(folder: Path, key: str, lines: list[str]) -> ParsedDocument:
    return from_file(folder, f"{key}.md", "# " + "\n\n".join(lines))


def as_page(folder: Path, key: str, lines: list[str]) -> ParsedDocument:
    """A page named after its site section, as many are, not after the document."""
    text = "".join(f"<p>{line}</p>" for line in lines)
    page = f"<html><head><meta charset='utf-8'><title>信息公开</title></head><body>{text}</body></html>"
    return from_file(folder, f"{key}.html", page)


def as_word(folder: Path, key: str, lines: list[str]) -> ParsedDocument:
    import docx

    made = docx.Document()
    for line in lines:
        made.add_paragraph(line)
    made.save(str(folder / f"{key}.docx"))
    return parse_file(folder / f"{key}.docx")


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


@pytest.mark.parametrize("write", [as_text, as_markdown, as_page, as_word])
def test_every_case_in_other_formats(
    write: Callable[[Path, str, list[str]], ParsedDocument], tmp_path: Path
) -> None:
    wrong = {}
    for number, case in enumerate(CASES):
        if case.get("format"):
            continue  # laid out for its own
        folder = tmp_path / str(number)
        folder.mkdir()
        documents = {
            key: write(folder, key, [line for line in text.split("\n") if line.strip()])
            for key, text in case["documents"].items()
        }
        if found := faults(case, documents, library(documents.values())):
            wrong[case["name"]] = found
    assert wrong == {}
