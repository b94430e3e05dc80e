"""The questions of a run put through Inspect AI: one task, our assistant as solver, our metrics as scorer.

Inspect brings retries, the limit of questions at once, and a log that its viewer shows
(`inspect view --log-dir out/evals/<run>`). The record that we compare and gate on is our own
`run.json`: it is made from the rows that the scorer hands over here. Decision 0010 has the choice and its
cost.
"""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from evals.asking import Reply
from evals.metrics import METRICS, Part
from evals.record import Failed, Row
from evals.suite import Case

if TYPE_CHECKING:
    from inspect_ai import Task
    from inspect_ai.scorer import Metric, Scorer
    from inspect_ai.solver import Solver

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


class _Stopped(Exception):
    """The user asked to stop; raised in the samples not yet begun, so that Inspect ends its task."""


def answer_all(
    cases: Sequence[Case], work: Work, folder: Path, name: str, limits: Limits, metadata: dict[str, Any]
) -> None:
    """Asks and scores all cases, unless stopped or failing; Inspect's log goes into `folder`.

    A question that fails (after its retries) is handed to `on_failure` and the rest goes on, up to
    `limits.max_failures`. Whether all were answered shows from what was handed over.
    """
    os.environ.setdefault("INSPECT_TRACE_FILE", str(folder / "trace.log"))  # not in the user's home
    from inspect_ai import Task, eval
    from inspect_ai.dataset import MemoryDataset

    by_id = {case.id: case for case in cases}
    replies: dict[str, Reply] = {}
    task = Task(
        dataset=MemoryDataset([_sample(case) for case in cases], name=name),
        solver=_assistant(by_id, replies, work, limits),
        scorer=_scores(by_id, replies, work),
        name=name,
        metadata=metadata,
    )
    _quiet(eval)(task, folder, limits)


def _quiet(evaluate: Callable[..., Any]) -> Callable[[Task, Path, Limits], None]:
    """Inspect's `eval` without its display, its control servers and its sampling into a database."""

    def run(task: Task, folder: Path, limits: Limits) -> None:
        level = logging.getLogger().level
        try:
            evaluate(
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

    return run


def _sample(case: Case) -> Any:
    from inspect_ai.dataset import Sample
    from inspect_ai.model import ChatMessageAssistant, ChatMessageUser

    turns = [*case.history, ("user", case.question)]
    messages: list[Any] = [
        ChatMessageUser(content=text) if who == "user" else ChatMessageAssistant(content=text)
        for who, text in turns
    ]
    facts = ["／".join(fact) for fact in case.key] or ["、".join(case.expected_status)]
    return Sample(
        id=case.id, input=messages, target=facts, metadata=case.model_dump(mode="json", exclude_defaults=True)
    )


def _assistant(by_id: dict[str, Case], replies: dict[str, Reply], work: Work, limits: Limits) -> Solver:
    import anyio
    from inspect_ai.model import ModelOutput
    from inspect_ai.solver import Generate, TaskState, solver

    tries: dict[str, int] = {}

    @solver(name="zhixun")
    def zhixun() -> Solver:
        async def solve(state: TaskState, generate: Generate) -> TaskState:
            if work.stop():
                raise _Stopped
            case = by_id[str(state.sample_id)]
            tries[case.id] = tries.get(case.id, 0) + 1
            try:
                # in a thread: the assistant blocks, and several questions may be asked at once
                reply = await anyio.to_thread.run_sync(work.ask, case)
            except Exception as error:
                if tries[case.id] > limits.retries:
                    work.on_failure(Failed(case.id, f"{type(error).__name__}: {error}"))
                raise
            replies[case.id] = reply
            state.output = ModelOutput.from_content(model="zhixun", content=reply.answer.answer)
            state.metadata["status"] = reply.answer.status
            return state

        return solve

    return zhixun()


def _scores(by_id: dict[str, Case], replies: dict[str, Reply], work: Work) -> Scorer:
    import anyio
    from inspect_ai.scorer import Score, Target, scorer
    from inspect_ai.solver import TaskState

    guard = Lock()

    def row_of(case: Case) -> Row:
        with guard:  # the facts of the library and the journal are read and written by one at a time
            row = work.score(case, replies.pop(case.id))
            work.on_row(row)
        return row

    names = ["passed", *(metric.name for metric in METRICS)]

    @scorer(metrics={name: [_ratio(name)] for name in names}, name="zhixun")
    def zhixun() -> Scorer:
        async def score(state: TaskState, target: Target) -> Score:
            row = await anyio.to_thread.run_sync(row_of, by_id[str(state.sample_id)])
            parts = {"passed": Part(int(row.passed), 1), **row.scores}
            return Score(
                value={name: part.hit / part.of if part.of else math.nan for name, part in parts.items()},
                answer=row.status,
                explanation="、".join(row.faults),
                metadata={
                    "parts": {name: list(part) for name, part in parts.items() if part.of},
                    "details": row.details,
                    "citations": [
                        f"[{c['n']}] {c['title']} {c['clause'] or ''}：{c['quote']}" for c in row.citations
                    ],
                },
            )

        return score

    return zhixun()


def _ratio(name: str) -> Metric:
    """Our metric as one of Inspect's: hits over things, not the mean of the questions' ratios."""
    from inspect_ai.scorer import SampleScore, metric

    @metric(name="ratio")
    def ratio(of: str) -> Metric:
        def compute(scores: list[SampleScore]) -> float:
            parts = [Part(*(score.score.metadata or {})["parts"][of]) for score in scores]
            things = sum(part.of for part in parts)
            return sum(part.hit for part in parts) / things if things else math.nan

        return compute

    return ratio(name)


__all__ = ["MAX_FAILURES", "Limits", "Work", "answer_all"]
