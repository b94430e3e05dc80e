"""Runs suites against an assistant and scores what comes back.

>>> with Assistant.open() as assistant:
...     run = run_suite(["first"], assistant, Path("out/evals"))
>>> run.metrics["citation_precision"].value
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from agent.types import Answer, Ctx, Turn
from corpus.catalog import Catalog, today
from corpus.errors import InputError, StateError
from corpus.model import Role
from evals import report
from evals.facts import LibraryFacts
from evals.faults import find_faults
from evals.metrics import METRICS, Observed, Part, retrieval
from evals.metrics.aggregate import Value, percentile, ratio
from evals.metrics.usage import Spent, Usage, spent, usage_of
from evals.provenance import describe
from evals.record import Row, RunResult, save
from evals.suite import Case, Split, find_suite, load_suites
from index.types import Evidence

Progress = Callable[[int, int, Row], None]


class SearchableLibrary(Protocol):
    """What the runner asks of `index.Library`."""

    @property
    def catalog(self) -> Catalog: ...

    def search(
        self, query: str, *, k: int = 10, as_of: date, role: Role, in_force_only: bool = True
    ) -> list[Evidence]: ...


class Asked(Protocol):
    """What the runner asks of `agent.Assistant`."""

    @property
    def library(self) -> SearchableLibrary: ...

    def ask(self, question: str, ctx: Ctx = ..., history: Sequence[Turn] = ...) -> Answer: ...


def run_suite(
    paths: Sequence[str | Path],
    assistant: Asked,
    out_dir: Path,
    split: Split | None = None,
    progress: Progress | None = None,
) -> RunResult:
    """Asks every question of the suites, scores the answers, writes `out_dir/<run id>/`.

    One assistant answers all questions: nothing is loaded twice. A question whose asking raises
    an error for the user (too long, empty) is scored as a refusal; its row keeps the error.

    Raises:
        InputError: a wrong suite, or one whose documents are not in the library.
        StateError: `out_dir` cannot be written, or the library fails under way.
    """
    cases = load_suites(paths, split)
    facts = LibraryFacts(assistant.library.catalog)
    facts.check_gold(cases)
    started, clock = datetime.now().astimezone(), time.perf_counter()
    folder = _make_folder(out_dir, started, [find_suite(path).stem for path in paths])
    day = today()
    rows = []
    for case in cases:
        rows.append(_ask(case, assistant, facts, day))
        if progress is not None:
            progress(len(rows), len(cases), rows[-1])
    run = RunResult(
        run_id=folder.name,
        folder=folder,
        suites=[str(path) for path in paths],
        split=split,
        day=day.isoformat(),
        started_at=started.isoformat(timespec="seconds"),
        seconds=round(time.perf_counter() - clock, 2),
        settings=describe(getattr(assistant.library, "home", None), facts),
        metrics=_metrics(rows),
        by_tag=_by_tag(rows),
        latency_ms=_latency(rows),
        rows=rows,
        usage=_spent(rows).as_dict(),
    )
    save(run)
    retrieval.write_trec(folder, ((row.id, row.ranking, row.places) for row in rows))
    (folder / "report.md").write_text(report.markdown(run), encoding="utf-8")
    return run


def _make_folder(out_dir: Path, started: datetime, names: Sequence[str]) -> Path:
    stem = f"{started:%Y%m%d-%H%M%S}-{'+'.join(names)}"
    for number in range(1, 100):
        folder = out_dir / (stem if number == 1 else f"{stem}-{number}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise StateError("evals.cannot_write", path=out_dir, reason=error.strerror or error) from error
        return folder
    raise StateError("evals.cannot_write", path=out_dir, reason=stem)


def _ask(case: Case, assistant: Asked, facts: LibraryFacts, run_day: date) -> Row:
    clock = time.perf_counter()
    error: str | None = None
    try:
        answer = assistant.ask(case.question, Ctx(role=case.role, as_of=case.as_of), list(case.history))
    except InputError as problem:
        error = problem.message()
        answer = Answer(question=case.question, status="refused", answer=error)
    wall_ms = (time.perf_counter() - clock) * 1000
    day = case.as_of or run_day
    wanted = retrieval.places(case, facts)
    ranking: tuple[str, ...] = ()
    if wanted:
        find = partial(_search, assistant.library, case.role, day)
        ranking = retrieval.ranking(retrieval.searched(case, answer, facts, find), wanted)
    seen = Observed(case, answer, facts, day, ranking, tuple(place.name for place in wanted))
    scores = {metric.name: metric.score(seen) for metric in METRICS}

    def search() -> list[Evidence]:
        return assistant.library.search(case.question, k=10, as_of=day, role=case.role, in_force_only=False)

    faults, details = find_faults(seen, scores, search)
    return Row(
        id=case.id,
        question=case.question,
        tags=list(case.tags),
        expected_status=list(case.expected_status),
        status=answer.status,
        answer=answer.answer,
        citations=[asdict(citation) for citation in answer.citations],
        warnings=list(answer.warnings),
        tools=list(answer.tools),
        timings_ms=dict(answer.timings_ms),
        wall_ms=round(wall_ms, 2),
        scores=scores,
        faults=faults,
        details=details,
        error=error,
        ranking=list(seen.ranking),
        places=list(seen.places),
        usage=asdict(used) if (used := usage_of(answer)) else None,
    )


def _search(
    library: SearchableLibrary, role: Role, day: date, query: str, as_of: str | None = None, **options: Any
) -> list[Evidence]:
    """A search for the asker of a question, on its day unless the agent made it for another."""
    on = date.fromisoformat(as_of) if as_of else day
    return library.search(query, as_of=on, role=role, **options)


def _metrics(rows: Sequence[Row]) -> dict[str, Value]:
    values = {metric.name: ratio([row.scores[metric.name] for row in rows]) for metric in METRICS}
    return {"passed": ratio([Part(int(row.passed), 1) for row in rows]), **values}


def _by_tag(rows: Sequence[Row]) -> dict[str, dict[str, Value]]:
    tags = sorted({tag for row in rows for tag in row.tags})
    return {tag: _metrics([row for row in rows if tag in row.tags]) for tag in tags}


def _spent(rows: Sequence[Row]) -> Spent:
    """Tokens and cost; a model is taken to write where one is configured."""
    usages = [Usage(**row.usage) if row.usage else None for row in rows]
    return spent(usages, llm=bool(os.environ.get("ZHIXUN_LLM_MODEL")))


def _latency(rows: Sequence[Row]) -> dict[str, float | None]:
    """Percentiles over all but the first question, which also warms things up."""
    warm = rows[1:] or rows
    walls = [row.wall_ms for row in warm]
    figures = {f"p{percent}": percentile(walls, percent) for percent in (50, 90, 95, 99)}
    figures["max"] = max(walls, default=None)
    for name in ("retrieve", "first_token"):
        times = [row.timings_ms[name] for row in warm if name in row.timings_ms]
        figures |= {f"{name}_p50": percentile(times, 50), f"{name}_p95": percentile(times, 95)}
    return {name: None if value is None else round(value, 1) for name, value in figures.items()}


__all__ = ["Asked", "RunResult", "run_suite"]
