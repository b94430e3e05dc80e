"""The runs in a folder: found, listed, and read whether they were finished, stopped or killed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from corpus.errors import InputError
from corpus.messages import msg
from evals import figures
from evals.journal import PLAN, Answered, Plan, read_plan, read_rows
from evals.record import RUN, RunResult, load_run

OUT = Path("out/evals")
BASELINES = Path(__file__).parent / "baselines"


@dataclass(frozen=True, slots=True)
class RunHead:
    """A run in a list. `status` "incomplete": stopped or killed, or still under way."""

    run_id: str
    folder: Path
    suites: tuple[str, ...]
    split: str | None
    started_at: str
    status: str
    questions: int
    answered: int
    passed: int
    seconds: float
    commit: str | None

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "folder": str(self.folder), "suites": list(self.suites)}


def list_runs(out_dir: Path = OUT) -> list[RunHead]:
    """The runs under `out_dir`, newest first; folders that are no runs are passed over."""
    heads = []
    for folder in out_dir.iterdir() if out_dir.is_dir() else ():
        if not (folder / RUN).is_file() and not (folder / PLAN).is_file():
            continue
        try:
            heads.append(_head(folder))
        except InputError:
            continue
    return sorted(heads, key=lambda head: (head.started_at, head.run_id), reverse=True)


def _head(folder: Path) -> RunHead:
    run = open_run(folder)
    return RunHead(
        run_id=run.run_id,
        folder=folder,
        suites=tuple(run.suites),
        split=run.split,
        started_at=run.started_at,
        status=run.status,
        questions=run.questions,
        answered=len(run.rows),
        passed=len(run.rows) - len(run.failures),
        seconds=run.seconds,
        commit=run.settings.get("commit"),
    )


def find_run(name: str | Path, out_dir: Path = OUT) -> Path:
    """Where a run is: a path, the name of a folder in `out_dir`, `latest`, or the name of a baseline.

    Raises:
        InputError: there is no such run.
    """
    path = Path(name)
    if path.exists():
        return path
    if str(name) == "latest":
        heads = list_runs(out_dir)
        if heads:
            return heads[0].folder
    elif path.name == str(name):
        for place in (out_dir / path, BASELINES / f"{name}.json"):
            if place.exists():
                return place
    raise InputError("evalrun.no_run", name=name, path=out_dir)


def open_run(name: str | Path, out_dir: Path = OUT) -> RunResult:
    """A run by whatever `find_run` takes; one that was killed is put together from its journal.

    Raises:
        InputError: no such run, or a damaged one.
    """
    path = find_run(name, out_dir)
    if path.is_dir() and not (path / RUN).is_file() and (path / PLAN).is_file():
        return assemble(path, read_plan(path), read_rows(path), halted=False)
    run = load_run(path)
    if run.complete or not (path / PLAN).is_file():
        return run
    found = read_rows(path)  # a kill while going on leaves a run.json older than the journal
    return run if len(found.rows) == len(run.rows) else assemble(path, read_plan(path), found, halted=False)


def assemble(folder: Path, plan: Plan, found: Answered, halted: bool) -> RunResult:
    """The run of a plan and the rows that its journal holds."""
    complete = len(found.rows) == plan.questions
    return RunResult(
        run_id=folder.name,
        folder=folder,
        suites=plan.suites,
        split=plan.split,
        day=plan.day,
        started_at=plan.started_at,
        seconds=found.seconds,
        settings=plan.settings,
        metrics=figures.metrics(found.rows),
        by_tag=figures.by_tag(found.rows),
        latency_ms=figures.latency(found.rows),
        rows=found.rows,
        usage=figures.tokens(found.rows).as_dict(),
        status="complete" if complete else "incomplete",
        stopped=None if complete else _reason(plan, found, halted),
        questions=plan.questions,
        failed=[] if complete else found.failed,
    )


def _reason(plan: Plan, found: Answered, halted: bool) -> str:
    if halted:
        return msg("evalrun.stopped_by_user")
    if found.failed:
        last = found.failed[-1]
        return msg("evalrun.stopped_by_failure", count=len(found.failed), id=last.id, error=last.error)
    return msg("evalrun.stopped_otherwise")


def write_baseline(run: RunResult, path: Path) -> Path:
    """A run as a small file to commit: what comparing and gating need, answers included, no quotes.

    Raises:
        InputError: an incomplete run.
    """
    if not run.complete:
        raise InputError("evalrun.incomplete", run=run.run_id, reason=run.stopped)
    data = run.as_dict() | {"by_tag": {}, "folder": ""}
    kept = ("id", "question", "tags", "expected_status", "status", "answer", "faults")
    empty: dict[str, Any] = {"citations": [], "warnings": [], "tools": [], "timings_ms": {}}
    rows = []
    for row in data.pop("rows"):
        scores = {name: part for name, part in row["scores"].items() if part[1]}
        small = {name: row[name] for name in kept}
        rows.append(
            json.dumps(small | empty | {"wall_ms": row["wall_ms"], "scores": scores}, ensure_ascii=False)
        )
    head = json.dumps(data, ensure_ascii=False, indent=1).removesuffix("\n}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'{head},\n "rows": [\n' + ",\n".join(rows) + "\n]}\n", encoding="utf-8")
    return path


__all__ = [
    "BASELINES", "OUT", "RunHead", "assemble", "find_run", "list_runs", "open_run", "write_baseline",
]  # fmt: skip
