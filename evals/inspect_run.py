"""The questions of a run put through Inspect AI: one task, our assistant as solver, our metrics as scorer.

Inspect brings retries, the limit of questions at once, and a log that its viewer shows
(`inspect view --log-dir out/evals/<run>`). The record that we compare and gate on is our own
`run.json`: it is made from the rows that the scorer hands over here. Decision 0010 has the choice and its
cost.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evals.asking import Reply
from evals.record import Failed, Row
from evals.suite import Case

if TYPE_CHECKING:
    from inspect_ai import Task

_log = logging.getLogger(__name__)
MAX_FAILURES = 3  # questions that may fail, retries and all, before a run stops


@dataclass(frozen=True, slots=True)
class Limits:
    """How questions are asked. `retries`: of one that fails; `parallel`: questions at once."""

    retries: int = 1
    parallel: int = 1
    max_failures: int = MAX_FAILURES


@dataclass(frozen=True, slots=True)
class Work:
    """What Inspect's samples do: ask a case, score its reply, and hand over what came of it.

    `on_row` and `on_failure` are called one at a time. `stop` is asked before each question.
    """

    ask: Callable[[Case], Reply]
    score: Callable[[Case, Reply], Row]
    on_row: Callable[[Row], None]
    on_failure: Callable[[Failed], None]
    stop: Callable[[], bool]


class Stopped(Exception):
    """The user asked to stop; raised in the samples not yet begun, so that Inspect ends its task."""


def answer_all(
    cases: Sequence[Case], work: Work, folder: Path, name: str, limits: Limits, metadata: dict[str, Any]
) -> None:
    """Asks and scores all cases, unless stopped or failing; Inspect's log goes into `folder`.

    A question that fails (after its retries) is handed to `on_failure` and the rest goes on, up to
    `limits.max_failures`. Whether all were answered shows from what was handed over.
    """
    os.environ.setdefault("INSPECT_TRACE_FILE", str(folder / "trace.log"))  # not in the user's home
    from evals.inspect_task import make_task

    problem = _quietly(make_task(cases, work, name, limits, metadata), folder, limits)
    if problem and not work.stop():
        _log.warning("Inspect: %s", problem)


def _quietly(task: Task, folder: Path, limits: Limits) -> str | None:
    """Inspect's `eval` without its display, its control servers and its sampling into a database.

    What went wrong by its account, or None.
    """
    from inspect_ai import eval

    level = logging.getLogger().level
    try:
        logs = eval(
            task,
            model=None,
            display="none",
            log_dir=str(folder),
            log_format="eval",
            log_level="error",
            log_realtime=False,
            acp_server=False,
            ctl_server=False,
            max_samples=limits.parallel,
            fail_on_error=limits.max_failures,
            retry_on_error=limits.retries,
            score_display=False,
        )
    finally:
        logging.getLogger().setLevel(level)
    return logs[0].error.message if logs and logs[0].error else None


__all__ = ["MAX_FAILURES", "Limits", "Stopped", "Work", "answer_all"]
