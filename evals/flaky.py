"""The same questions several times over: which of them do not come out the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from corpus.errors import StateError
from evals.asking import Asked
from evals.inspect_run import Limits
from evals.record import Row, RunResult
from evals.run import run_suite
from evals.suite import Split


@dataclass(frozen=True, slots=True)
class Wobble:
    """A question that did not come out the same each time. `passed`: how many of the repeats passed.

    `answers`: how many different answers there were; `statuses` and `faults`: those that occurred.
    """

    id: str
    question: str
    passed: int
    answers: int
    statuses: tuple[str, ...]
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flaky:
    """What several runs of the same questions say of each other."""

    runs: tuple[str, ...]
    questions: int
    pass_rates: tuple[float, ...]  # of each run
    wobbles: tuple[Wobble, ...]

    @property
    def verdicts_differ(self) -> tuple[str, ...]:
        """Questions that pass at times and fail at others."""
        return tuple(w.id for w in self.wobbles if 0 < w.passed < len(self.runs))

    @property
    def exit_code(self) -> int:
        return 1 if self.verdicts_differ else 0

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "verdicts_differ": list(self.verdicts_differ)}


def flaky(
    paths: Sequence[str | Path],
    assistant: Asked,
    out_dir: Path,
    repeats: int,
    split: Split | None = None,
    progress: Callable[[int, int, Row], None] | None = None,
    stop: Callable[[], bool] | None = None,
    limits: Limits = Limits(),
) -> Flaky:
    """Runs the suites `repeats` times (2 or more) into `out_dir` and compares the runs.

    Raises:
        InputError, StateError: as for `run_suite`.
        StateError: one of the runs was not finished.
    """
    runs: list[RunResult] = []
    for number in range(repeats):

        def told(done: int, total: int, row: Row, before: int = number) -> None:
            if progress is not None:
                progress(before * total + done, repeats * total, row)

        run = run_suite(paths, assistant, out_dir, split, told, stop=stop, limits=limits)
        if not run.complete:
            raise StateError("evalrun.flaky_incomplete", folder=run.folder, reason=run.stopped)
        runs.append(run)
    return wobbles(runs)


def wobbles(runs: Sequence[RunResult]) -> Flaky:
    """What differs between runs of the same questions."""
    found = []
    for rows in zip(*(run.rows for run in runs), strict=True):
        answers = {(row.status, row.answer) for row in rows}
        if len(answers) == 1 and len({row.passed for row in rows}) == 1:
            continue
        found.append(
            Wobble(
                id=rows[0].id,
                question=rows[0].question,
                passed=sum(row.passed for row in rows),
                answers=len(answers),
                statuses=tuple(sorted({row.status for row in rows})),
                faults=tuple(dict.fromkeys(fault for row in rows for fault in row.faults)),
            )
        )
    rates = tuple(1 - len(run.failures) / len(run.rows) for run in runs)
    return Flaky(tuple(run.run_id for run in runs), len(runs[0].rows), rates, tuple(found))


__all__ = ["Flaky", "Wobble", "flaky", "wobbles"]
