"""Suites: questions with what a right answer must hold, as JSON lines.

A line is one `Case`; its fields are described in `docs/evaluation.md` and in the JSON schema
`evals/suites/schema.json`, which is made from the model here (`python -m evals.suite`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from agent.types import Status
from corpus.errors import InputError
from corpus.model import Role

SUITES = Path(__file__).parent / "suites"
SCHEMA = SUITES / "schema.json"

Split = Literal["tune", "report"]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Gold(BaseModel):
    """Where the answer stands: a document by its file name, and a clause in it.

    `clause` is a label as `zhixun search` shows it, or its beginning (第十条 covers 第十条第一款);
    null: any place of the document will do.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    doc: str = Field(min_length=1)
    clause: str | None = None


class Case(BaseModel):
    """One question and what is expected of its answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)
    question: str
    history: tuple[tuple[Literal["user", "assistant"], str], ...] = ()
    role: Role = Role.VISITOR
    as_of: date | None = None
    expected_status: Annotated[tuple[Status, ...], BeforeValidator(_as_list), Field(min_length=1)]
    key: tuple[Annotated[tuple[str, ...], Field(min_length=1)], ...] = ()
    forbidden: tuple[str, ...] = ()
    gold: tuple[Gold, ...] = ()
    tags: tuple[str, ...] = ()
    split: Split = "tune"

    @property
    def wants_answer(self) -> bool:
        return "answered" in self.expected_status or "partial" in self.expected_status

    @property
    def wants_refusal(self) -> bool:
        return "refused" in self.expected_status and not self.wants_answer


def find_suite(name: str | Path) -> Path:
    """A path as it is, or the name of one of the project's own suites (`first`, `laws`).

    Raises:
        InputError: neither exists.
    """
    path = Path(name)
    if path.is_file():
        return path
    own = SUITES / f"{name}.jsonl"
    if path.name == str(name) and own.is_file():
        return own
    known = "、".join(sorted(suite.stem for suite in SUITES.glob("*.jsonl")))
    raise InputError("evals.no_suite", path=path, known=known)


def load_suites(paths: Sequence[str | Path], split: Split | None = None) -> list[Case]:
    """The cases of all suites in order, those of one split only if `split` says so.

    Raises:
        InputError: a suite that is missing, empty or wrong, with file, line and field.
    """
    cases: dict[str, Case] = {}
    for name in paths:
        path = find_suite(name)
        for line, case in _read(path):
            if case.id in cases:
                raise InputError("evals.same_id", path=path, line=line, id=case.id)
            cases[case.id] = case
    chosen = [case for case in cases.values() if split is None or case.split == split]
    if not chosen:
        raise InputError("evals.no_cases", paths="、".join(str(path) for path in paths), split=split or "-")
    return chosen


def _read(path: Path) -> list[tuple[int, Case]]:
    cases = []
    for line, record in read_jsonl(path):
        try:
            cases.append((line, Case.model_validate(record)))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            field = ".".join(str(part) for part in first["loc"]) or "-"
            raise InputError(
                "evals.bad_field", path=path, line=line, field=field, reason=first["msg"]
            ) from error
    return cases


def read_jsonl(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """The objects of a JSON lines file with their line numbers (from 1); blank lines are passed over.

    Raises:
        InputError: no such file, not UTF-8, or a line that is no JSON object.
    """
    try:
        # not splitlines(): a JSON string may hold U+2028 and the like
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise InputError("evals.no_file", path=path, reason=error.strerror or error) from error
    except UnicodeDecodeError as error:
        raise InputError("evals.not_utf8", path=path, at=error.start) from error
    records = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            raise InputError("evals.bad_json", path=path, line=number, reason=error.msg) from error
        if not isinstance(record, dict):
            raise InputError("evals.not_object", path=path, line=number)
        records.append((number, record))
    return records


def schema() -> dict[str, Any]:
    """The JSON schema of one line of a suite."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Case.model_json_schema()}


if __name__ == "__main__":
    SCHEMA.write_text(json.dumps(schema(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
