"""Suites: questions with what a right answer must hold, as JSON lines or YAML.

A line (an item of the YAML list) is one `Case`; its fields are described in `docs/evaluation.md` and in
the JSON schema `evals/suites/schema.json`, which is made from the model here (`python -m evals.suite`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from agent.types import Status
from corpus.errors import InputError
from corpus.messages import msg
from corpus.model import Role
from evals.problems import Problem, refuse
from evals.suite_files import SUITES, Record, find_suite, read_records, suite_files

SCHEMA = SUITES / "schema.json"

Split = Literal["tune", "report"]


_Statuses = Annotated[tuple[Status, ...], Field(min_length=1)]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _day(value: Any) -> Any:
    """Only YYYY-MM-DD (YAML reads that as a date): pydantic would take numbers and times for days."""
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise PydanticCustomError("bad_date", "not a day as YYYY-MM-DD")
    if value is not None and type(value) not in (str, date):
        raise PydanticCustomError("bad_date", "not a day as YYYY-MM-DD")
    return value


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
    as_of: Annotated[date | None, BeforeValidator(_day)] = None
    expected_status: Annotated[
        _Statuses, BeforeValidator(_as_list, json_schema_input_type=Status | _Statuses)
    ]
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


@dataclass(frozen=True, slots=True)
class Placed:
    """A case and where it stands."""

    path: Path
    record: Record
    case: Case

    def line(self, *loc: str | int) -> int:
        """The line of a field, as near as the file tells."""
        return self.record.line_of(loc)


def load_suites(paths: Sequence[str | Path], split: Split | None = None) -> list[Case]:
    """The cases of all suites in order, those of one split only if `split` says so.

    Raises:
        InputError: a suite that is missing or empty.
        SuiteError: suites that are wrong; every error with file, line and field.
    """
    placed, problems = read_cases(suite_files(paths))
    refuse(problems)
    chosen = [item.case for item in placed if split is None or item.case.split == split]
    if not chosen:
        raise InputError("evals.no_cases", paths="、".join(str(path) for path in paths), split=split or "-")
    return chosen


def read_cases(files: Sequence[Path]) -> tuple[list[Placed], list[Problem]]:
    """The valid cases of the files, and everything that is wrong with the form of the others.

    Raises:
        InputError: a file that cannot be read at all.
    """
    placed: list[Placed] = []
    problems: list[Problem] = []
    for path in files:
        records, wrong = read_records(path)
        problems += wrong
        for record in records:
            try:
                case = Case.model_validate(record.data)
            except ValidationError as error:
                problems += [_problem(path, record, fault) for fault in _faults(error)]
                continue
            placed.append(Placed(path, record, case))
    seen: dict[str, Placed] = {}
    for item in placed:
        if item.case.id in seen:
            problems.append(Problem(item.path, item.line("id"), "evals.same_id", {"id": item.case.id}))
        seen.setdefault(item.case.id, item)
    order = {path: number for number, path in enumerate(files)}
    return placed, sorted(problems, key=lambda problem: (order[problem.path], problem.line))


def _faults(error: ValidationError) -> list[Any]:
    """The faults, less those that only follow: a list is too short once its wrong items are left out."""
    faults = error.errors(include_url=False)
    inner = {fault["loc"][:-1] for fault in faults if fault["loc"]}
    return [fault for fault in faults if fault["type"] != "too_short" or fault["loc"] not in inner]


def _problem(path: Path, record: Record, fault: Any) -> Problem:
    loc = fault["loc"]
    field = ".".join(str(part) for part in loc) or "-"
    return Problem(path, record.line_of(loc), "evals.bad_field", {"field": field, "reason": Reason(fault)})


class Reason:
    """What pydantic found wrong, in the language that the message is asked for in (that of the user)."""

    def __init__(self, fault: Any) -> None:
        self._fault = fault

    def __str__(self) -> str:
        kind, context = self._fault["type"], self._fault.get("ctx", {})
        name = _REASONS.get(kind)
        if name is None:
            return str(self._fault["msg"])
        return msg(f"evalrun.reason_{name}", expected=str(context.get("expected", "")).replace(" or ", "、"))


_REASONS = {
    "missing": "missing",
    "extra_forbidden": "unknown",
    "literal_error": "choice",
    "enum": "choice",
    "too_short": "empty",
    "too_long": "pair",
    "string_too_short": "empty",
    "string_type": "text",
    "list_type": "list",
    "tuple_type": "list",
    "model_type": "object",
    "model_attributes_type": "object",
    "bad_date": "date",
    "date_from_datetime_parsing": "date",
    "date_parsing": "date",
    "date_type": "date",
}


def read_jsonl(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """The objects of a JSON lines file with their line numbers (from 1); blank lines are passed over.

    Raises:
        InputError: no such file, not UTF-8, or lines that are no JSON objects.
    """
    records, problems = read_records(path)
    refuse(problems)
    return [(record.line, record.data) for record in records]


def schema() -> dict[str, Any]:
    """The JSON schema of one line of a suite."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Case.model_json_schema()}


__all__ = [
    "SCHEMA", "SUITES", "Case", "Gold", "Placed", "Split", "find_suite", "load_suites", "read_cases",
    "read_jsonl", "schema", "suite_files",
]  # fmt: skip

if __name__ == "__main__":
    SCHEMA.write_text(json.dumps(schema(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
