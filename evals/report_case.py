"""One question of a run in full, for people: what was asked, answered, expected, and where it went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from corpus.errors import InputError
from corpus.messages import msg
from evals.faults import STEPS
from evals.metrics import METRICS
from evals.record import Row, RunResult
from evals.report import fault_name, metric_name


def find_row(run: RunResult, id: str) -> Row:
    """The row of a question.

    Raises:
        InputError: the run has no such question; the message names those with a similar id.
    """
    for row in run.rows:
        if row.id == id:
            return row
    near = [row.id for row in run.rows if id and id in row.id][:10] or [row.id for row in run.failures[:10]]
    raise InputError("evalrun.no_case", id=id, run=run.run_id, near="、".join(near) or "—")


def step_name(fault: str) -> str:
    """The step at which a fault arose, for people: 检索、引用、读原文 …"""
    return msg(f"evalrun.step_{STEPS[fault]}")


def case_dict(row: Row) -> dict[str, Any]:
    """A question in full, as `zhixun eval show RUN CASE --json` prints it."""
    return {
        "id": row.id,
        "question": row.question,
        "case": row.case,
        "tags": row.tags,
        "expected_status": row.expected_status,
        "status": row.status,
        "passed": row.passed,
        "faults": [{"fault": fault, "step": STEPS[fault]} for fault in row.faults],
        "details": row.details,
        "answer": row.answer,
        "citations": row.citations,
        "warnings": row.warnings,
        "error": row.error,
        "scores": {name: list(part) for name, part in row.scores.items() if part.of},
        "tools": row.tools,
        "ranking": row.ranking,
        "places": row.places,
        "wall_ms": row.wall_ms,
        "timings_ms": row.timings_ms,
    }


def case_lines(row: Row) -> Iterator[str]:
    """The question as lines of text, in the order in which one reads them."""
    case = row.case
    yield f"{row.id} · {'、'.join(row.tags)}"
    for who, text in case.get("history", ()):
        yield f"  {who}: {text}"
    yield _titled("column_question", row.question)
    asker = [case.get("role", "visitor"), case.get("as_of") or ""]
    yield _titled(
        "column_status", f"{row.status} ({'/'.join(row.expected_status)}) · {' '.join(asker)}".rstrip()
    )
    yield from _verdict(row)
    yield ""
    yield from row.answer.splitlines()
    yield ""
    for citation in row.citations:
        yield f"[{citation['n']}] {citation['title']} {citation['clause'] or ''} · {citation['validity']}"
        yield from (f"    {line}" for line in citation["quote"].splitlines())
    yield from (f"! {warning}" for warning in row.warnings)
    yield from _expected(case)
    yield from _scores(row)


def _titled(key: str, text: str) -> str:
    return f"{msg('evals.' + key)}: {text}"


def _verdict(row: Row) -> Iterator[str]:
    if row.passed:
        yield msg("evalrun.case_passed")
    for number, fault in enumerate(row.faults, start=1):
        yield msg("evalrun.case_fault", number=number, fault=fault_name(fault), step=step_name(fault))
    for name, value in row.details.items():
        text = "；".join(str(item) for item in value) if isinstance(value, list) else str(value)
        if text:
            yield f"  {msg('evals.detail_' + name)}: {text}"
    if row.error:
        yield f"  {row.error}"


def _expected(case: dict[str, Any]) -> Iterator[str]:
    for fact in case.get("key", ()):
        yield msg("evalrun.expected_fact", text="／".join(fact))
    if case.get("forbidden"):
        yield msg("evalrun.expected_forbidden", text="、".join(case["forbidden"]))
    for gold in case.get("gold", ()):
        yield msg("evalrun.expected_gold", text=f"{gold['doc']} {gold.get('clause') or ''}".rstrip())


def _scores(row: Row) -> Iterator[str]:
    for metric in METRICS:
        part = row.scores.get(metric.name)
        if part is not None and part.of:
            yield f"  {metric_name(metric.name)}: {part.hit:g}/{part.of}"


__all__ = ["case_dict", "case_lines", "find_row", "step_name"]
