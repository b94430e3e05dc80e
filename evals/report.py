"""What people read of a run: a table in the terminal, `report.md` in the run's folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from corpus.messages import msg
from evals.metrics import LOWER_IS_BETTER, usage
from evals.metrics.aggregate import Value
from evals.record import Row, RunResult

if TYPE_CHECKING:
    from rich.console import Console

    from evals.compare import Change, Comparison
    from evals.flaky import Flaky
    from evals.gate import Check, GateResult

_TAG_COLUMNS = ("passed", "key_recall", "citation_precision", "citation_recall", "number_fidelity")


def metric_name(name: str) -> str:
    """A metric's name for people, with ↓ where lower is better."""
    return msg(f"evals.metric_{name}") + (" ↓" if name in LOWER_IS_BETTER else "")


def fault_name(name: str) -> str:
    return msg(f"evals.fault_{name}")


def shown(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}"


def interval(value: Value) -> str:
    return "—" if value.low is None or value.high is None else f"{value.low:.3f}–{value.high:.3f}"


def json_lines(run: RunResult) -> Iterator[dict[str, Any]]:
    """A line per question, then one with the figures; the order of `zhixun eval run --json`."""
    for row in run.rows:
        yield {
            "kind": "question",
            "id": row.id,
            "status": row.status,
            "passed": row.passed,
            "faults": row.faults,
            "scores": {name: list(part) for name, part in row.scores.items()},
            "details": row.details,
        }
    yield {
        "kind": "run",
        "run_id": run.run_id,
        "folder": str(run.folder),
        "status": run.status,
        "stopped": run.stopped,
        "questions": len(run.rows),
        "planned": run.questions,
        "passed": len(run.rows) - len(run.failures),
        "metrics": {name: value.as_dict() for name, value in run.metrics.items()},
        "latency_ms": run.latency_ms,
        "settings": run.settings,
    }


def stopped(run: RunResult) -> str:
    """That a run is incomplete, why, and how to go on with it."""
    done, left = len(run.rows), run.questions - len(run.rows)
    return msg("evalrun.run_incomplete", done=done, left=left, reason=run.stopped, folder=run.folder)


# -- terminal -----------------------------------------------------------------------------------


def print_run(run: RunResult, console: Console) -> None:
    """Metrics overall and by tag, then each failed question with the step where it went wrong."""
    console.print(_heading(run))
    if not run.complete:
        console.print(stopped(run))
    _print(console, _metric_header(), _metric_rows(run))
    console.print(usage.shown(run.usage))
    if run.by_tag:
        _print(console, _tag_header(), _tag_rows(run))
    if run.failures:
        console.print(msg("evals.failures", count=len(run.failures)))
        header = [msg(f"evals.column_{name}") for name in ("id", "fault", "question", "detail")]
        _print(console, header, [_failure(row) for row in run.failures])
    console.print(msg("evals.written", path=run.folder))


def print_comparison(result: Comparison, console: Console) -> None:
    """Differences of the metrics on the questions that both runs asked, then each question that changed."""
    console.print(msg("evals.compared", a=result.run_a, b=result.run_b, count=result.shared))
    if result.different:
        console.print(msg("evals.different_settings", fields="、".join(result.different)))
    for run in result.incomplete:
        console.print(msg("evalrun.compared_incomplete", run=run))
    header = [msg(f"evals.column_{name}") for name in ("metric", "a", "b", "difference", "interval")]
    rows = [
        [
            metric_name(line.name),
            shown(line.a),
            shown(line.b),
            _signed(line.gap.value),
            interval(line.gap),
            msg(f"evalrun.verdict_{line.verdict}"),
        ]
        for line in result.metrics
    ]
    _print(console, [*header, msg("evals.column_result")], rows)
    for change in result.changes:
        console.print(_change(change))
    for name, ids in (("worse", result.worse), ("better", result.better)):
        console.print(msg(f"evals.{name}", count=len(ids), ids="、".join(ids) or "—"))


def _change(change: Change) -> str:
    """A question that changed: what moved, then both answers."""
    moved = [metric_name(name) for name in (change.fell if change.direction == "worse" else change.rose)]
    if change.direction == "mixed":
        moved += [metric_name(name) for name in change.fell]
    lines = [msg(f"evalrun.change_{change.direction}", id=change.id, moved="、".join(moved) or "—")]
    lines.append(f"  {change.question}")
    for label, status, faults, answer in (
        ("A", change.status_a, change.faults_a, change.answer_a),
        ("B", change.status_b, change.faults_b, change.answer_b),
    ):
        said = "、".join(fault_name(fault) for fault in faults) or msg("evals.ok")
        lines.append(f"  {label} {status} · {said}")
        lines += [f"    {line}" for line in _short(answer).splitlines()]
    return "\n".join(lines) + "\n"


def _short(answer: str, limit: int = 300) -> str:
    """The beginning of an answer; `zhixun eval show` and --json have all of it."""
    return answer if len(answer) <= limit else answer[:limit] + "…"


def print_gate(result: GateResult, console: Console) -> None:
    """Which gate it is, each check with its bound and what the run has; then passed or not."""
    console.print(msg(f"evalrun.profile_{result.profile}", baseline=result.baseline or "—"))
    header = [msg(f"evals.column_{name}") for name in ("check", "bound", "value", "result")]
    _print(console, header, [_check_row(check) for check in result.checks])
    if result.newly_failed:
        console.print(msg("evals.newly_failed", ids="、".join(result.newly_failed)))
    if result.passed:
        console.print(msg(f"evalrun.passed_{result.profile}"))
    else:
        names = [_check_name(name) for name in result.broken]
        console.print(msg(f"evalrun.not_passed_{result.profile}", names="、".join(names)))


def _check_name(name: str) -> str:
    return msg(f"evalrun.check_{name}") if name in ("complete", "asked") else metric_name(name)


def _check_row(check: Check) -> list[str]:
    bound = msg("evalrun.bound_baseline", value=check.bound) if check.kind == "baseline" else check.bound
    counts = check.kind in ("complete", "asked")
    value = f"{check.value:g}" if counts and check.value is not None else shown(check.value)
    return [_check_name(check.name), bound, value, msg("evals.ok" if check.passed else "evals.not_ok")]


def print_flaky(result: Flaky, console: Console) -> None:
    """How many questions did not come out the same each time, and which."""
    repeats = len(result.runs)
    if not result.wobbles:
        console.print(msg("evalrun.flaky_none", count=result.questions, repeats=repeats))
        return
    wobbling, verdicts = len(result.wobbles), len(result.verdicts_differ)
    console.print(
        msg(
            "evalrun.flaky_some",
            count=result.questions,
            repeats=repeats,
            wobbling=wobbling,
            verdicts=verdicts,
        )
    )
    rows = [
        [
            wobble.id,
            msg("evalrun.flaky_row", passed=wobble.passed, repeats=repeats, answers=wobble.answers),
            wobble.question,
            "、".join([*wobble.statuses, *(fault_name(fault) for fault in wobble.faults)]),
        ]
        for wobble in result.wobbles
    ]
    _print(console, [msg(f"evals.column_{n}") for n in ("id", "result", "question", "detail")], rows)


def print_bench(figures: dict[str, Any], console: Console) -> None:
    """The figures of a benchmark, one a line."""
    header = [msg("evals.column_figure"), msg("evals.column_value")]
    _print(console, header, [[name, "—" if value is None else str(value)] for name, value in figures.items()])


def _print(console: Console, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in header:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)


# -- markdown -----------------------------------------------------------------------------------


def markdown(run: RunResult) -> str:
    """The run as a page to keep beside `run.json`."""
    parts = [f"# {run.run_id}", _heading(run), *([] if run.complete else [stopped(run)])]
    parts += [_table(_metric_header(), _metric_rows(run))]
    latency = "，".join(f"{name} {value}" for name, value in run.latency_ms.items() if value is not None)
    parts += [msg("evals.latency", figures=latency), usage.shown(run.usage)]
    if run.by_tag:
        parts += [f"## {msg('evals.by_tag')}", _table(_tag_header(), _tag_rows(run))]
    parts.append(f"## {msg('evals.failures', count=len(run.failures))}")
    parts += [_failure_section(row) for row in run.failures]
    settings = [[name, str(value)] for name, value in run.settings.items()]
    parts += [f"## {msg('evals.settings')}", _table([msg("evals.column_figure"), "·"], settings)]
    return "\n\n".join(parts) + "\n"


def _failure_section(row: Row) -> str:
    lines = [
        f"### {row.id} · {'、'.join(fault_name(fault) for fault in row.faults)}",
        f"- {msg('evals.column_question')}: {row.question}",
        f"- {msg('evals.column_status')}: {row.status} ({'/'.join(row.expected_status)})",
    ]
    lines += [f"- {msg('evals.detail_' + name)}: {_text(value)}" for name, value in row.details.items()]
    lines += [f"- [{c['n']}] {c['title']} {c['clause'] or ''}" for c in row.citations]
    quoted = "\n".join(f"> {line}" for line in row.answer.splitlines())
    return "\n".join(lines) + f"\n\n{quoted}"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


# -- shared -------------------------------------------------------------------------------------


def _heading(run: RunResult) -> str:
    return msg(
        "evals.heading",
        suites="、".join(run.suites),
        day=run.day,
        passed=len(run.rows) - len(run.failures),
        count=len(run.rows),
        seconds=run.seconds,
        p50=run.latency_ms.get("p50"),
        p95=run.latency_ms.get("p95"),
        documents=run.settings.get("documents"),
        commit=run.settings.get("commit") or "—",
    )


def _metric_header() -> list[str]:
    return [msg(f"evals.column_{name}") for name in ("metric", "value", "interval", "counts", "questions")]


def _metric_rows(run: RunResult) -> list[list[str]]:
    return [
        [
            metric_name(name),
            shown(value.value),
            interval(value),
            f"{value.hit:g}/{value.of}",
            str(value.questions),
        ]
        for name, value in run.metrics.items()
    ]


def _tag_header() -> list[str]:
    return [msg("evals.column_tag"), msg("evals.column_questions"), *(metric_name(n) for n in _TAG_COLUMNS)]


def _tag_rows(run: RunResult) -> list[list[str]]:
    return [
        [tag, str(values["passed"].questions), *(shown(values[name].value) for name in _TAG_COLUMNS)]
        for tag, values in run.by_tag.items()
    ]


def _failure(row: Row) -> list[str]:
    details = [f"{msg('evals.detail_' + name)}: {_text(value)}" for name, value in row.details.items()]
    faults = "、".join(fault_name(fault) for fault in row.faults)
    return [row.id, faults, row.question, "\n".join(details)]


def _text(value: Any) -> str:
    return "；".join(str(item) for item in value) if isinstance(value, list) else str(value)


def _signed(value: float | None) -> str:
    return "—" if value is None else f"{value:+.3f}"
