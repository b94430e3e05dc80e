"""Runs suites against an assistant and scores what comes back.

>>> with Assistant.open() as assistant:
...     run = run_suite(["core"], assistant, Path("out/evals"))
>>> run.metrics["citation_precision"].value

A run that was stopped goes on: `resume_run(Path("out/evals/<run>"), assistant)`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from corpus.catalog import today
from corpus.errors import InputError, StateError
from evals import asking, report
from evals.asking import Asked
from evals.facts import LibraryFacts
from evals.inspect_run import Limits, Work, answer_all
from evals.journal import Answered, Journal, Plan, digest, read_plan, read_rows, write_plan
from evals.lint import checked_cases
from evals.metrics import retrieval
from evals.page import write_page
from evals.provenance import describe
from evals.record import Failed, Row, RunResult, save
from evals.runs import assemble
from evals.suite import Case, Split, find_suite

Progress = Callable[[int, int, Row], None]


def run_suite(
    paths: Sequence[str | Path],
    assistant: Asked,
    out_dir: Path,
    split: Split | None = None,
    progress: Progress | None = None,
    *,
    stop: Callable[[], bool] | None = None,
    limits: Limits = Limits(),
) -> RunResult:
    """Asks every question of the suites, scores the answers, writes `out_dir/<run id>/`.

    One assistant answers all questions: nothing is loaded twice. A question whose asking raises
    an error for the user (too long, empty) is scored as a refusal; its row keeps the error. Any other
    error is a failed question: the run is then incomplete.

    Args:
        progress: called with questions done, questions in all, and the last row, one call at a time,
            from whatever thread scored it.
        stop: asked before each question; once it says True the run ends, incomplete. May be called
            from any thread (`threading.Event().is_set` will do).
        limits: retries of a failing question, questions at once, failures before the run gives up.

    Raises:
        SuiteError: wrong suites, or documents and clauses that are not in the library: every error.
        InputError: a suite that does not exist, or has no question of the split.
        StateError: `out_dir` cannot be written.
    """
    facts = LibraryFacts(assistant.library.catalog)
    cases = checked_cases(paths, facts, split)
    started = datetime.now().astimezone()
    folder = _make_folder(out_dir, started, [find_suite(path).stem for path in paths])
    plan = _plan(paths, split, cases, assistant, facts, started.isoformat(timespec="seconds"))
    write_plan(folder, plan)
    return _go(folder, plan, cases, assistant, facts, progress, stop, limits)


def resume_run(
    folder: Path,
    assistant: Asked,
    progress: Progress | None = None,
    *,
    stop: Callable[[], bool] | None = None,
    limits: Limits = Limits(),
) -> RunResult:
    """Goes on with a run from where it stopped, however that was; a complete run is given back as it is.

    Questions that failed are asked again. The rest is as for `run_suite`.

    Raises:
        InputError: no run there that can go on; one that another process is at work on; or one whose
            suites, library, model, code or day are not those that it began with.
        SuiteError: the suites have errors by now.
    """
    plan = read_plan(folder)
    facts = LibraryFacts(assistant.library.catalog)
    split: Any = plan.split
    cases = checked_cases(plan.suites, facts, split)
    changed = plan.differences(_plan(plan.suites, split, cases, assistant, facts, plan.started_at))
    if changed:
        names = "、".join(changed)
        raise InputError("evalrun.changed", path=folder, fields=names, suites=" ".join(plan.suites))
    return _go(folder, plan, cases, assistant, facts, progress, stop, limits)


def _go(
    folder: Path,
    plan: Plan,
    cases: Sequence[Case],
    assistant: Asked,
    facts: LibraryFacts,
    progress: Progress | None,
    stop: Callable[[], bool] | None,
    limits: Limits,
) -> RunResult:
    """Asks what is not answered yet, and writes the run, whole or not."""
    done = read_rows(folder)
    answered = {row.id for row in done.rows}
    left = [case for case in cases if case.id not in answered]
    halted = False

    def stopping() -> bool:
        nonlocal halted
        halted = halted or (stop is not None and stop())
        return halted

    with Journal(folder) as journal:

        def on_row(row: Row) -> None:
            journal.add(row)
            answered.add(row.id)
            if progress is not None:
                progress(len(answered), len(cases), row)

        work = Work(
            ask=partial(asking.ask, assistant=assistant),
            score=partial(
                asking.score, library=assistant.library, facts=facts, run_day=date.fromisoformat(plan.day)
            ),
            on_row=on_row,
            on_failure=journal.add_failure,
            stop=stopping,
        )
        if left:
            answer_all(left, work, folder, folder.name, limits, plan.settings)
    return _finish(folder, plan, cases, read_rows(folder), halted)


def _finish(folder: Path, plan: Plan, cases: Sequence[Case], found: Answered, halted: bool) -> RunResult:
    order = {case.id: number for number, case in enumerate(cases)}
    found.rows.sort(key=lambda row: order[row.id])
    run = assemble(folder, plan, found, halted)
    save(run)
    retrieval.write_trec(folder, ((row.id, row.ranking, row.places) for row in run.rows))
    (folder / "report.md").write_text(report.markdown(run), encoding="utf-8")
    write_page(run)
    return run


def _plan(
    paths: Sequence[str | Path],
    split: Split | None,
    cases: Sequence[Case],
    assistant: Asked,
    facts: LibraryFacts,
    started_at: str,
) -> Plan:
    return Plan(
        suites=[str(path) for path in paths],
        split=split,
        day=today().isoformat(),
        started_at=started_at,
        questions=len(cases),
        cases_digest=digest(cases),
        settings=describe(getattr(assistant.library, "home", None), facts),
    )


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


__all__ = ["Asked", "Failed", "Limits", "Progress", "RunResult", "resume_run", "run_suite"]
