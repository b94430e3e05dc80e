"""From a run to its page: what the template is given, and the file beside `run.json`."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any, get_args

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from agent.types import Status
from corpus.errors import StateError
from corpus.messages import msg
from evals.faults import FAULTS
from evals.gate import Threshold, load_thresholds
from evals.metrics.aggregate import Value
from evals.page.plots import Bar, count_bars, histogram, share_bars
from evals.record import Row, RunResult
from evals.report import fault_name, interval, metric_name, shown

FILE = "report.html"
_TEMPLATES = Path(__file__).parent
_STATUSES = frozenset(get_args(Status))


def write_page(run: RunResult) -> Path:
    """Writes the page into the run's folder.

    Raises:
        StateError: the folder cannot be written.
    """
    path = run.folder / FILE
    try:
        path.write_text(html(run), encoding="utf-8")
    except OSError as error:
        raise StateError("evals.cannot_write", path=path, reason=error.strerror or error) from error
    return path


def html(run: RunResult) -> str:
    """The page's text; only figures and escaped words of the run are in it."""
    bounds = load_thresholds()
    return _template().render(
        msg=msg,
        run=run,
        passed=len(run.rows) - len(run.failures),
        tiles=_tiles(run, bounds),
        metrics=[_metric_line(name, value, bounds) for name, value in run.metrics.items()],
        plot_metrics=Markup(share_bars(_bars(run.metrics, bounds), msg("evals_page.plot_metrics"))),
        plot_tags=Markup(share_bars(_tag_bars(run), msg("evals_page.plot_tags"))),
        plot_faults=Markup(count_bars(_fault_counts(run), msg("evals_page.plot_faults"))),
        plot_latency=Markup(
            histogram([_total(row) for row in run.rows], msg("evals_page.plot_latency"), "ms")
        ),
        faults=[(name, fault_name(name), count) for name, count in _faults(run)],
        rows=[_question(row) for row in run.rows],
        tags=sorted(run.by_tag),
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("run.html.j2")


def _keeps(value: float | None, bound: Threshold | None) -> bool | None:
    """Whether a value keeps its bound; None where it has none or nothing was scored."""
    if bound is None or value is None:
        return None
    return (bound.minimum is None or value >= bound.minimum) and (
        bound.maximum is None or value <= bound.maximum
    )


def _limit(bound: Threshold | None) -> float | None:
    if bound is None:
        return None
    return bound.minimum if bound.minimum is not None else bound.maximum


def _bound_text(bound: Threshold | None) -> str:
    if bound is None:
        return "—"
    return f"≥ {bound.minimum:g}" if bound.minimum is not None else f"≤ {bound.maximum:g}"


def _bars(values: dict[str, Value], bounds: dict[str, Threshold]) -> list[Bar]:
    return [
        Bar(
            metric_name(name),
            value.value,
            value.low,
            value.high,
            f"{value.hit:g}/{value.of}",
            _limit(bounds.get(name)),
            _keeps(value.value, bounds.get(name)),
        )
        for name, value in values.items()
        if value.value is not None and 0 <= value.value <= 1
    ]


def _tag_bars(run: RunResult) -> list[Bar]:
    return [
        Bar(tag, one.value, one.low, one.high, msg("evals_page.questions", count=one.questions))
        for tag, values in run.by_tag.items()
        for one in [values["passed"]]
    ]


def _faults(run: RunResult) -> list[tuple[str, int]]:
    """Each failed question counted once, under the fault that explains it best."""
    counted = Counter(row.faults[0] for row in run.failures)
    return [(name, counted[name]) for name in FAULTS if counted[name]]


def _fault_counts(run: RunResult) -> list[tuple[str, int]]:
    return [(fault_name(name), count) for name, count in _faults(run)]


def _tiles(run: RunResult, bounds: dict[str, Threshold]) -> list[dict[str, Any]]:
    """The metrics that a release is judged by."""
    return [
        {
            "name": metric_name(name),
            "value": shown(run.metrics[name].value),
            "bound": _bound_text(bound),
            "good": _keeps(run.metrics[name].value, bound),
        }
        for name, bound in bounds.items()
        if name in run.metrics
    ]


def _metric_line(name: str, value: Value, bounds: dict[str, Threshold]) -> dict[str, Any]:
    return {
        "name": metric_name(name),
        "value": shown(value.value),
        "interval": interval(value),
        "counts": f"{value.hit:g}/{value.of}",
        "questions": value.questions,
        "bound": _bound_text(bounds.get(name)),
        "good": _keeps(value.value, bounds.get(name)),
    }


def _total(row: Row) -> float:
    return float(row.timings_ms.get("total", row.wall_ms))


def _question(row: Row) -> dict[str, Any]:
    return {
        "row": row,
        "fault": row.faults[0] if row.faults else "",
        "faults": "、".join(fault_name(fault) for fault in row.faults),
        "details": [(msg(f"evals.detail_{name}"), _lines(value)) for name, value in row.details.items()],
        "total": f"{_total(row):.0f}",
        "tags": " ".join(row.tags),
        "status": status_name(row.status),
        "expected": " / ".join(status_name(one) for one in row.expected_status),
    }


def status_name(status: str) -> str:
    """What a status of an answer is called; a run that knows others keeps its word."""
    return msg(f"evals_page.status_{status}") if status in _STATUSES else status


def _lines(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]
