"""The parts of an Inspect task: samples, the assistant as solver, our metrics as scorer.

Imported when a run begins: Inspect takes a second to load, and it reads the annotations of metrics, so
its names must be known to this module.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from threading import Lock

import anyio
from inspect_ai import Task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageUser, ModelOutput
from inspect_ai.scorer import Metric, SampleScore, Score, Scorer, Target, metric, scorer
from inspect_ai.solver import Generate, Solver, TaskState, solver

from evals.asking import Reply
from evals.inspect_run import Limits, Stopped, Work
from evals.metrics import METRICS, Part
from evals.record import Failed, Row
from evals.suite import Case


def make_task(
    cases: Sequence[Case], work: Work, name: str, limits: Limits, settings: dict[str, object]
) -> Task:
    """The task of a run; `settings` go into its log."""
    by_id = {case.id: case for case in cases}
    replies: dict[str, Reply] = {}
    return Task(
        dataset=MemoryDataset([_sample(case) for case in cases], name=name),
        solver=_assistant(by_id, replies, work, limits),
        scorer=_scores(by_id, replies, work),
        name=name,
        metadata=dict(settings),
    )


def _sample(case: Case) -> Sample:
    turns = [*case.history, ("user", case.question)]
    messages: list[ChatMessage] = [
        ChatMessageUser(content=text) if who == "user" else ChatMessageAssistant(content=text)
        for who, text in turns
    ]
    facts = ["／".join(fact) for fact in case.key] or ["、".join(case.expected_status)]
    return Sample(
        id=case.id, input=messages, target=facts, metadata=case.model_dump(mode="json", exclude_defaults=True)
    )


def _assistant(by_id: dict[str, Case], replies: dict[str, Reply], work: Work, limits: Limits) -> Solver:
    tries: dict[str, int] = {}

    @solver(name="zhixun")
    def zhixun() -> Solver:
        async def solve(state: TaskState, generate: Generate) -> TaskState:
            if work.stop():
                raise Stopped
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

    @metric(name="ratio")
    def ratio(of: str) -> Metric:
        def compute(scores: list[SampleScore]) -> float:
            parts = [Part(*(score.score.metadata or {})["parts"][of]) for score in scores]
            things = sum(part.of for part in parts)
            return sum(part.hit for part in parts) / things if things else math.nan

        return compute

    return ratio(name)


__all__ = ["make_task"]
