"""Batches: a JSONL file read line by line; a bad line becomes a reason, not the end of the batch."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, cast

from corpus.errors import InputError, ZhixunError
from corpus.model import Role
from ui.cli.params import clean_question, parse_choice, parse_day

Turn = tuple[Literal["user", "assistant"], str]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a batch. With `error` set the other fields are what could still be read."""

    id: Any  # as given; the line number where the line gives none
    text: str
    as_of: date | None = None
    role: Role = Role.VISITOR
    history: tuple[Turn, ...] = ()
    error: ZhixunError | None = None


def read_batch(path: str, field: str, *, limit: int, as_of: date | None, role: Role) -> Iterator[Line]:
    """The lines of `path` (`-`: standard input) in order; blank lines are skipped.

    Args:
        field: the name of the text: `question` or `query`.
        limit: the longest text accepted, in characters.
        as_of: the day for lines that name none. role: likewise.

    Raises:
        InputError: the file cannot be opened or is not UTF-8.
    """
    for number, raw in _numbered(path):
        yield _line(raw, number, field, limit=limit, as_of=as_of, role=role)


def _numbered(path: str) -> Iterator[tuple[int, str]]:
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise InputError("cli.no_batch_file", path=path, reason=error.strerror or error) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("cli.batch_encoding", path=path) from error
    # Not splitlines(): U+2028 and others may stand inside a JSON string.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, line


def _line(raw: str, number: int, field: str, *, limit: int, as_of: date | None, role: Role) -> Line:
    try:
        item = json.loads(raw)
    except (ValueError, RecursionError):
        item = None
    if not isinstance(item, dict):
        return Line(number, "", error=InputError("cli.line_not_json", line=number))
    name = item.get("id", number)
    text = item.get(field)
    if not isinstance(text, str):
        return Line(name, "", error=InputError("cli.line_missing", line=number, field=field))
    try:
        return Line(
            name,
            clean_question(text, limit),
            parse_day(item["as_of"]) if item.get("as_of") is not None else as_of,
            parse_choice(Role, item["role"], "role") if item.get("role") is not None else role,
            _history(item.get("history"), number),
        )
    except InputError as error:
        return Line(name, text[:limit], error=error)


def _history(value: Any, number: int) -> tuple[Turn, ...]:
    if value is None:
        return ()
    fits = isinstance(value, list) and all(
        isinstance(turn, list)
        and len(turn) == 2
        and turn[0] in ("user", "assistant")
        and isinstance(turn[1], str)
        for turn in value
    )
    if not fits:
        raise InputError("cli.line_bad_history", line=number)
    return tuple(cast(Turn, (speaker, text)) for speaker, text in value)
