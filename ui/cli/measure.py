"""Speed of ingestion and of answering, as a user meets it."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from corpus.errors import StateError
from corpus.settings import CorpusSettings


def ingestion(paths: list[Path]) -> dict[str, Any]:
    """Ingests `paths` into a temporary library: documents and units a second, embedding included.

    The model is taken from the user's state folder and loaded before the clock starts.
    """
    from index import Library

    models = CorpusSettings().home / "models"
    models.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="zhixun-bench-") as folder:
        home = Path(folder)
        (home / "models").symlink_to(models.resolve(), target_is_directory=True)
        with Library.open(home) as library:
            start = time.perf_counter()
            results = list(library.ingest(paths))
            seconds = time.perf_counter() - start
    done = [result for result in results if result.status != "failed"]
    units = sum(result.clauses for result in done)
    return {
        "documents": len(done),
        "failed": len(results) - len(done),
        "clauses": units,
        "seconds": round(seconds, 2),
        "docs_per_s": round(len(done) / seconds, 2),
        "clauses_per_s": round(units / seconds, 1),
        "peak_rss_mb": peak_rss_mb(),
    }


def answering(suite: str) -> dict[str, Any]:
    """Asks a suite's questions: the first in a process of its own (cold), then all in this one (warm).

    Times are wall time in milliseconds, `cold_ms` from process start to exit, `open_ms` what
    opening the library and the assistant takes once.

    Raises:
        InputError: no such suite. StateError: the cold process failed.
    """
    from agent import Assistant
    from agent.types import Ctx
    from evals.suite import load_suites

    cases = load_suites([suite])
    cold_ms = _cold(cases[0].question)
    start = time.perf_counter()
    assistant = Assistant.open()
    try:
        open_ms = _since(start)
        assistant.ask(cases[0].question, Ctx(cases[0].role, cases[0].as_of))  # warms up
        times = []
        for case in cases:
            start = time.perf_counter()
            assistant.ask(case.question, Ctx(case.role, case.as_of), case.history)
            times.append(_since(start))
    finally:
        assistant.close()
    return {
        "questions": len(times),
        "cold_ms": round(cold_ms),
        "open_ms": round(open_ms),
        "ask_ms_p50": round(statistics.median(times), 1),
        "ask_ms_p95": round(sorted(times)[int(0.95 * (len(times) - 1))], 1),
        "ask_ms_max": round(max(times), 1),
        "peak_rss_mb": peak_rss_mb(),
    }


def peak_rss_mb() -> float:
    """The most memory that this process has held, in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1 << 20 if sys.platform == "darwin" else 1 << 10), 1)


def _cold(question: str) -> float:
    command = [sys.executable, "-m", "ui.cli.main", "ask", question, "--json"]
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise StateError("cli.cold_failed", reason=done.stderr.decode("utf-8", "replace").strip())
    return _since(start)


def _since(start: float) -> float:
    return (time.perf_counter() - start) * 1000
