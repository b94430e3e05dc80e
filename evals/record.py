"""A run as data: what is written to `run.json` and read back for comparing and gating.

Format 2 (2026-11-23) added `status`, `stopped`, `questions`, `failed` and each row's `case`; runs of
format 1 are read as complete ones without them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from corpus.errors import InputError
from evals.metrics.aggregate import Value
from evals.metrics.base import Part

FORMAT = 2
READABLE = (1, 2)
RUN = "run.json"


@dataclass(slots=True)
class Row:
    """One question of a run: what was asked, what came back, and how it was scored."""

    id: str
    question: str
    tags: list[str]
    expected_status: list[str]
    status: str
    answer: str
    citations: list[dict[str, Any]]
    warnings: list[str]
    tools: list[dict[str, Any]]
    timings_ms: dict[str, float]
    wall_ms: float
    scores: dict[str, Part]
    faults: list[str]  # where it went wrong, most telling first; empty: passed
    details: dict[str, Any] = field(default_factory=dict)  # missing facts, wrong numbers ...
    error: str | None = None
    ranking: list[str] = field(default_factory=list)  # what the search found (evals/metrics/retrieval.py)
    places: list[str] = field(default_factory=list)  # what it should find
    usage: dict[str, int] | None = None  # tokens; None: no model wrote, or its server counted nothing
    case: dict[str, Any] = field(default_factory=dict)  # the suite's line: history, gold, key, role ...

    @property
    def passed(self) -> bool:
        return not self.faults


@dataclass(frozen=True, slots=True)
class Failed:
    """A question that the assistant or its model could not be asked, with the error."""

    id: str
    error: str


@dataclass(slots=True)
class RunResult:
    """A run; `folder` holds its `run.json`, `report.md`, Inspect's `*.eval` and the journal.

    A run that did not ask all it set out to is "incomplete": `stopped` says why. It can be looked at
    and gone on with, but passes no gate and is no baseline.
    """

    run_id: str
    folder: Path
    suites: list[str]
    split: str | None
    day: str
    started_at: str
    seconds: float
    settings: dict[str, Any]  # commit, model, library, machine
    metrics: dict[str, Value]
    by_tag: dict[str, dict[str, Value]]
    latency_ms: dict[str, float | None]  # p50, p95 of the assistant's own total; first_p50 ...
    rows: list[Row]
    usage: dict[str, Any] = field(default_factory=dict)  # tokens and cost (evals/metrics/usage.py)
    status: Literal["complete", "incomplete"] = "complete"
    stopped: str | None = None  # why a run is incomplete, for people
    questions: int = 0  # that the run set out to ask
    failed: list[Failed] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        return self.status == "complete"

    @property
    def failures(self) -> list[Row]:
        return [row for row in self.rows if not row.passed]

    def as_dict(self) -> dict[str, Any]:
        data = asdict(self)
        data["folder"] = self.folder.name
        return {"format": FORMAT, **data, "passed": len(self.rows) - len(self.failures)}

    def parts(self, metric: str, ids: Iterable[str]) -> list[Part]:
        """The parts of one metric for the questions `ids`, in their order."""
        scores = {row.id: row.scores for row in self.rows}
        return [scores[id].get(metric, Part(0, 0)) for id in ids]


def save(run: RunResult) -> Path:
    """Writes `run.json` into the run's folder."""
    path = run.folder / RUN
    beside = path.with_suffix(".tmp")
    beside.write_text(json.dumps(run.as_dict(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    beside.replace(path)  # a kill leaves the old file or the new one
    return path


def load_run(path: str | Path) -> RunResult:
    """A run by its folder or its `run.json`.

    Raises:
        InputError: no such run, or a file that is none.
    """
    file = Path(path) / RUN if Path(path).is_dir() else Path(path)
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError("evals.no_run", path=path, reason=error.strerror or error) from error
    except ValueError as error:
        raise InputError("evals.not_a_run", path=file) from error
    if not isinstance(data, dict) or data.get("format") not in READABLE:
        raise InputError("evals.not_a_run", path=file)
    try:
        return _run(data, file.parent)
    except (KeyError, TypeError) as error:
        raise InputError("evals.not_a_run", path=file) from error


def _run(data: dict[str, Any], folder: Path) -> RunResult:
    rows = [row_from(row) for row in data["rows"]]
    metrics = {name: Value(**value) for name, value in data["metrics"].items()}
    by_tag = {
        tag: {name: Value(**value) for name, value in values.items()}
        for tag, values in data["by_tag"].items()
    }
    known = {key: data[key] for key in RunResult.__dataclass_fields__ if key in data}
    known["questions"] = data.get("questions", len(rows))
    known["failed"] = [Failed(**failure) for failure in data.get("failed", [])]
    return RunResult(**{**known, "folder": folder, "rows": rows, "metrics": metrics, "by_tag": by_tag})


def row_from(data: dict[str, Any]) -> Row:
    """A row as it was written.

    Raises:
        KeyError, TypeError: not a row.
    """
    return Row(**{**data, "scores": {name: Part(*part) for name, part in data["scores"].items()}})
