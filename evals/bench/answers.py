"""How long a warm question takes, from the call to the checked answer."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agent.types import Ctx
from corpus.errors import InputError
from evals.bench.measure import peak_rss_mb, rounded
from evals.metrics.aggregate import percentile
from evals.run import Asked
from evals.suite import load_suites


def answers(paths: Sequence[str | Path], assistant: Asked, rounds: int = 1) -> dict[str, Any]:
    """Asks every question of the suites `rounds` times, one at a time, after one to warm up.

    Returns:
        questions asked, how many were answered; first_ms (the warm-up: what is loaded lazily),
        p50_ms, p95_ms, max_ms; cpu_ms_p50, the processor time of all threads, which other work on the
        machine disturbs less; retrieve and first token medians where the assistant tells them;
        peak_rss_mb.

    Raises:
        InputError: a suite that is missing or wrong.
    """
    cases = load_suites(paths)
    first, _, _ = _ask(assistant, cases[0].question, Ctx(role=cases[0].role, as_of=cases[0].as_of), ())
    times: list[float] = []
    cpu: list[float] = []
    told: dict[str, list[float]] = {"retrieve": [], "first_token": []}
    answered = 0
    for case in [case for _ in range(rounds) for case in cases]:
        elapsed, busy, timings = _ask(
            assistant, case.question, Ctx(role=case.role, as_of=case.as_of), case.history
        )
        times.append(elapsed)
        cpu.append(busy)
        answered += timings is not None
        for name, values in told.items():
            if timings is not None and name in timings:
                values.append(timings[name])
    return {
        "questions": len(times),
        "answered": answered,
        "first_ms": rounded(first),
        "p50_ms": rounded(percentile(times, 50)),
        "p95_ms": rounded(percentile(times, 95)),
        "max_ms": rounded(max(times)),
        "cpu_ms_p50": rounded(percentile(cpu, 50)),
        "retrieve_ms_p50": rounded(percentile(told["retrieve"], 50)),
        "first_token_ms_p50": rounded(percentile(told["first_token"], 50)),
        "peak_rss_mb": peak_rss_mb(),
    }


def _ask(
    assistant: Asked, question: str, ctx: Ctx, history: Sequence[Any]
) -> tuple[float, float, dict[str, float] | None]:
    """Milliseconds by the clock and of the processor, and the assistant's timings where it gave an answer."""
    clock, busy = time.perf_counter(), time.process_time()
    timings: dict[str, float] | None = None
    try:
        answer = assistant.ask(question, ctx, list(history))
        if answer.status in ("answered", "partial"):
            timings = answer.timings_ms
    except InputError:
        timings = None  # a hostile question (empty, too long) is turned away; that takes time too
    return (time.perf_counter() - clock) * 1000, (time.process_time() - busy) * 1000, timings
