"""Fresh series of written cases (`cases/fresh_*.toml`): metadata and validity, read from real files."""

from __future__ import annotations

import html
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from corpus.model import ParsedDocument
from corpus.parse import parse_file
from tests.corpus.making import library

FOLDER = Path(__file__).parent / "cases"
FORMATS = ("txt", "md", "html", "docx")
CASES: list[tuple[str, dict[str, Any]]] = [
    (FORMATS[at % len(FORMATS)], case)
    for path in sorted(FOLDER.glob("fresh_*.toml"))
    for at, case in enumerate(tomllib.loads(path.read_text("utf-8"))["case"])
]


def written(folder: Path, key: str, lines: list[str], form: str) -> ParsedDocument:
    """The lines as a file of the format, read as any file is; its name says nothing."""
    path = folder / f"文件{key}.{form}"
    if form == "html":
        body = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
        head = "<head><meta charset='utf-8'><title>信息公开</title></head>"
        path.write_text(f"<html>{head}<body>{body}</body></html>", "utf-8")
    elif form == "docx":
        import docx

        made = docx.Document()
        for line in lines:
            made.add_paragraph(line)
        made.save(str(path))
    else:
        path.write_text(("\n\n" if form == "md" else "\n").join(lines), "utf-8")
    return parse_file(path)


def shown(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


@pytest.mark.parametrize(("form", "case"), CASES, ids=[case["name"] for _, case in CASES])
def test_case(form: str, case: dict[str, Any], tmp_path: Path) -> None:
    documents = {
        key: written(tmp_path, key, [line.strip() for line in text.strip().split("\n")], form)
        for key, text in case["documents"].items()
    }
    wrong = [
        f"{key}.{name}: {shown(getattr(documents[key].version, name))!r}, not {value!r}"
        for key, fields in case.get("fields", {}).items()
        for name, value in fields.items()
        if (shown(getattr(documents[key].version, name)) or "") != value
    ]
    state = library(documents.values())
    names = {parsed.version.doc_id: key for key, parsed in documents.items()}
    for key, day, status, *by in case.get("expect", []):
        doc_id, on = documents[key].version.doc_id, date.fromisoformat(day)
        if (found := state.validity(doc_id, on).value) != status:
            wrong.append(f"{key} on {day}: {found}, not {status}")
        successor = names.get(state.superseded_by(doc_id, on) or "", "")
        if by and successor != by[0]:
            wrong.append(f"{key} on {day}: superseded by {successor or 'nobody'}, not {by[0] or 'nobody'}")
    assert not wrong
    assert case.get("fields") or case.get("expect")
