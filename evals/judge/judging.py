"""A finished run, judged: support and fluency of its answers, beside the judge's agreement with people."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from corpus.errors import StateError
from evals.judge.agreement import Agreement, Labelled, agreement
from evals.judge.client import Judge
from evals.judge.prompt import VERSION, Pair, Verdict
from evals.metrics.aggregate import Value, ratio
from evals.metrics.base import Part
from evals.record import Row, RunResult

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Judged:
    """Verdicts on a run. `supported`: answers with full support, of those judged; `fluency`: mean of
    1 to 5, on 0 to 1. `unjudged`: id -> why there is no verdict; they count in neither."""

    run_id: str
    model: str
    prompt_version: str
    supported: Value
    fluency: Value
    verdicts: dict[str, Verdict]
    unjudged: dict[str, str]
    agreement: Agreement
    requests: int
    cached: int
    prompt_tokens: int
    completion_tokens: int
    other_models: tuple[str, ...]  # names under which the server answered, where not the pinned one

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def pair_of(row: Row) -> Pair:
    """A row's answer with what it cites, as the reader sees it."""
    evidence = tuple(f"[{c['n']}] 《{c['title']}》{c['clause'] or ''}：{c['quote']}" for c in row.citations)
    return Pair(row.id, row.question, row.answer, evidence)


def judge_run(
    run: RunResult, judge: Judge, labelled: Sequence[Labelled], progress: Progress | None = None
) -> Judged:
    """Judges the labelled pairs, then every answer of the run that was given; refusals are left out.

    Writes `judge.json` into the run's folder.

    Raises:
        StateError: the server refuses, or cannot be reached; the folder cannot be written.
    """
    compared = agreement(judge, labelled)
    answered = [row for row in run.rows if row.status in ("answered", "partial")]
    verdicts: dict[str, Verdict] = {}
    unjudged: dict[str, str] = {}
    for done, row in enumerate(answered, 1):
        found = judge.verdict(pair_of(row))
        if isinstance(found, Verdict):
            verdicts[row.id] = found
        else:
            unjudged[row.id] = found
        if progress is not None:
            progress(done, len(answered), row.id)
    judged = Judged(
        run_id=run.run_id,
        model=judge.model,
        prompt_version=VERSION,
        supported=ratio([Part(int(v.support == "full"), 1) for v in verdicts.values()]),
        fluency=ratio([Part((v.fluency - 1) / 4, 1) for v in verdicts.values()]),
        verdicts=verdicts,
        unjudged=unjudged,
        agreement=compared,
        requests=judge.counts.requests,
        cached=judge.counts.cached,
        prompt_tokens=judge.counts.prompt_tokens,
        completion_tokens=judge.counts.completion_tokens,
        other_models=tuple(sorted(judge.counts.served_models - {judge.model})),
    )
    _write(run.folder / "judge.json", judged)
    return judged


def _write(path: Path, judged: Judged) -> None:
    try:
        path.write_text(json.dumps(judged.as_dict(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise StateError("evals.cannot_write", path=path.parent, reason=error.strerror or error) from error
