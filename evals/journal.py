"""What a run writes while it goes, so that a stop of any kind loses no answer.

`plan.json` says what is asked, of which library and by which code; `rows.jsonl` gets a line as each
question is answered, on the disk before the next one is begun. A kill can tear the last line: it is
dropped, and its question asked again.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TextIO

from filelock import FileLock, Timeout

from corpus.errors import InputError
from evals.record import Failed, Row, row_from
from evals.suite import Case

PLAN, ROWS, LOCK = "plan.json", "rows.jsonl", ".lock"
# A run goes on only where these are as they were: half a run of another system is no run.
_SAME = ("code", "model", "model_fingerprint", "llm", "library_fingerprint")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run set out to do. `cases_digest` is that of every case in full, in order."""

    suites: list[str]
    split: str | None
    day: str
    started_at: str
    questions: int
    cases_digest: str
    settings: dict[str, Any]

    def differences(self, other: Plan) -> list[str]:
        """The names of what is not as it was."""
        found = [name for name in ("cases_digest", "day") if getattr(self, name) != getattr(other, name)]
        return found + [name for name in _SAME if self.settings.get(name) != other.settings.get(name)]


@dataclass(slots=True)
class Answered:
    """What a journal holds: rows in the order of answering, questions that failed, seconds spent."""

    rows: list[Row] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    seconds: float = 0.0


def digest(cases: Sequence[Case]) -> str:
    """Equal for the same cases in the same order."""
    return hashlib.sha256("\n".join(case.model_dump_json() for case in cases).encode()).hexdigest()[:16]


def write_plan(folder: Path, plan: Plan) -> None:
    (folder / PLAN).write_text(
        json.dumps(asdict(plan), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )


def read_plan(folder: Path) -> Plan:
    """The plan of a run's folder.

    Raises:
        InputError: there is none, or it is damaged.
    """
    try:
        return Plan(**json.loads((folder / PLAN).read_text(encoding="utf-8")))
    except OSError as error:
        raise InputError("evalrun.no_plan", path=folder) from error
    except (ValueError, TypeError) as error:
        raise InputError("evals.not_a_run", path=folder / PLAN) from error


def read_rows(folder: Path) -> Answered:
    """What was answered; a torn or damaged line counts as never written.

    Failures are those of the last part: going on asks their questions again.
    """
    found = Answered()
    part = 0.0
    try:
        lines = (folder / ROWS).read_text(encoding="utf-8", errors="replace").split("\n")
    except FileNotFoundError:
        return found
    for line in lines:
        try:
            entry = json.loads(line)
            if "row" in entry:
                row = row_from(entry["row"])
                found.rows.append(row)
                found.failed = [failure for failure in found.failed if failure.id != row.id]
            elif "failed" in entry:
                found.failed.append(Failed(**entry["failed"]))
            elif "part" in entry:
                found.seconds, part, found.failed = found.seconds + part, 0.0, []
            part = max(part, float(entry.get("elapsed", 0.0)))
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
    found.seconds = round(found.seconds + part, 2)
    return found


class Journal:
    """The open journal of a run under way; a run has one at a time.

    Raises:
        InputError: another process is at work on this run.
    """

    def __init__(self, folder: Path) -> None:
        self._lock = FileLock(folder / LOCK)
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise InputError("evalrun.busy", path=folder) from error
        torn = _torn(folder / ROWS)
        self._file: TextIO = (folder / ROWS).open("a", encoding="utf-8")
        self._clock = time.perf_counter()
        if torn:
            self._file.write("\n")
        self._write({"part": True})

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *exception: object) -> None:
        self._file.close()
        self._lock.release()

    def add(self, row: Row) -> None:
        self._write({"row": asdict(row)})

    def add_failure(self, failure: Failed) -> None:
        self._write({"failed": asdict(failure)})

    def _write(self, entry: dict[str, Any]) -> None:
        entry["elapsed"] = round(time.perf_counter() - self._clock, 2)
        self._file.write(json.dumps(entry, ensure_ascii=False) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())


def _torn(path: Path) -> bool:
    """Whether a kill left the file without its last line end."""
    if not path.is_file() or not path.stat().st_size:
        return False
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read() != b"\n"


__all__ = ["Answered", "Journal", "Plan", "digest", "read_plan", "read_rows", "write_plan"]
