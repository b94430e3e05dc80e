"""From the rows of a run to its figures: metrics overall and by tag, times, tokens."""

from __future__ import annotations

import os
from collections.abc import Sequence

from evals.metrics import METRICS, Part
from evals.metrics.aggregate import Value, percentile, ratio
from evals.metrics.usage import Spent, Usage, spent
from evals.record import Row


def metrics(rows: Sequence[Row]) -> dict[str, Value]:
    """`passed` and every metric, over these rows."""
    values = {metric.name: ratio([row.scores[metric.name] for row in rows]) for metric in METRICS}
    return {"passed": ratio([Part(int(row.passed), 1) for row in rows]), **values}


def by_tag(rows: Sequence[Row]) -> dict[str, dict[str, Value]]:
    """`metrics` of the rows with each tag, tags in order."""
    tags = sorted({tag for row in rows for tag in row.tags})
    return {tag: metrics([row for row in rows if tag in row.tags]) for tag in tags}


def tokens(rows: Sequence[Row]) -> Spent:
    """Tokens and cost; a model is taken to write where one is configured."""
    usages = [Usage(**row.usage) if row.usage else None for row in rows]
    return spent(usages, llm=bool(os.environ.get("ZHIXUN_LLM_MODEL")))


def latency(rows: Sequence[Row]) -> dict[str, float | None]:
    """Percentiles in milliseconds over all but the first question, which also warms things up."""
    warm = rows[1:] or rows
    walls = [row.wall_ms for row in warm]
    figures = {f"p{percent}": percentile(walls, percent) for percent in (50, 90, 95, 99)}
    figures["max"] = max(walls, default=None)
    for name in ("retrieve", "first_token"):
        times = [row.timings_ms[name] for row in warm if name in row.timings_ms]
        figures |= {f"{name}_p50": percentile(times, 50), f"{name}_p95": percentile(times, 95)}
    return {name: None if value is None else round(value, 1) for name, value in figures.items()}


__all__ = ["by_tag", "latency", "metrics", "tokens"]
