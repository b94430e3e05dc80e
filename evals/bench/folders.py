"""The folder of a public data set: which files it should hold, and what is said when it does not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from corpus.errors import InputError
from corpus.messages import msg
from evals.suite import read_jsonl


def locate(folder: Path, name: str, candidates: Sequence[str]) -> Path:
    """The first of the candidates (paths below `folder`) that exists.

    Raises:
        InputError: no such folder; none of the files, with what is expected and what is there.
    """
    if not folder.is_dir():
        raise InputError("bench.no_folder", path=folder)
    for candidate in candidates:
        if (folder / candidate).is_file():
            return folder / candidate
    there = sorted(path.name + ("/" if path.is_dir() else "") for path in folder.iterdir())
    listed = "、".join([*there[:12], *(["…"] if len(there) > 12 else [])])
    raise InputError(
        "bench.wrong_folder",
        path=folder,
        name=name,
        expected="、".join(candidates),
        found=listed or msg("bench.empty_folder"),
    )


def read_json(path: Path) -> Any:
    """A JSON file.

    Raises:
        InputError: it cannot be read, is not UTF-8, or no JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError("evals.no_file", path=path, reason=error.strerror or error) from error
    except UnicodeDecodeError as error:
        raise InputError("evals.not_utf8", path=path, at=error.start) from error
    except json.JSONDecodeError as error:
        reason = f"{error.msg} ({error.lineno}:{error.colno})"
        raise InputError("bench.not_json", path=path, reason=reason) from error


def records(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """The objects of a file of JSON lines (which these sets often call `.json`), numbered from 1.

    Raises:
        InputError: as `evals.suite.read_jsonl`, or a file without records.
    """
    found = read_jsonl(path)
    if not found:
        raise InputError("evals.empty_file", path=path)
    return found


def text_of(path: Path, line: int, record: dict[str, Any], name: str) -> str:
    """A field that must be a text with something in it.

    Raises:
        InputError: it is not.
    """
    value = record.get(name)
    if isinstance(value, str) and value.strip():
        return value
    raise wrong_field(path, line, name)


def texts_of(path: Path, line: int, record: dict[str, Any], name: str) -> list[str]:
    """A field that must be a list of texts; empty ones are passed over.

    Raises:
        InputError: it is not.
    """
    value = record.get(name)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return [item for item in value if item.strip()]
    raise wrong_field(path, line, name)


def wrong_field(path: Path, line: int, name: str) -> InputError:
    return InputError("bench.bad_record", path=path, line=line, reason=msg("bench.field_wrong", name=name))
