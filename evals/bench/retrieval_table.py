"""The figures of `zhixun bench retrieval` as tables for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from corpus.messages import msg
from evals.bench.budget import BUDGETS

_QUALITY = ("hit@1", "mrr@10", "ndcg@10", "recall@100")


class Grid(NamedTuple):
    columns: list[str]
    rows: list[list[object]]


def tables(figures: Mapping[str, Any]) -> list[Grid]:
    """Quality by way of searching, what each stage takes, and the rest. None: not measured of it."""
    budgets = [msg("bench.column_budget", count=budget) for budget in BUDGETS]
    quality = Grid(
        [msg("bench.column_way"), *_QUALITY, *budgets, msg("bench.column_ms")], list(_ways(figures))
    )
    times = [
        [msg(f"bench.time_{stage}"), own["p50"], own["p95"]] for stage, own in figures["stage_ms"].items()
    ]
    times.append([msg("bench.time_total"), figures["query_ms_p50"], figures["query_ms_p95"]])
    rest = [[name, figures[name]] for name in ("passages", "queries", "docs_per_s", "peak_rss_mb")]
    return [
        quality,
        Grid([msg("bench.column_stage"), "p50", "p95"], times),
        Grid([msg("evals.column_figure"), msg("evals.column_value")], rest),
    ]


def _ways(figures: Mapping[str, Any]) -> Iterator[list[object]]:
    """The product with its stages, then the baselines, then what a perfect search would reach."""
    for stage, own in figures["stages"].items():
        taken = figures["query_ms_p50"] if stage == "reranked" else None
        yield _row(msg(f"bench.stage_{stage}"), own, taken)
    for name, own in figures.get("baselines", {}).items():
        yield _row(msg(f"bench.baseline_{name}"), own, own["query_ms"]["p50"])
    yield _row(msg("bench.ceiling"), {"recall_by_chars": figures["ceiling_by_chars"]}, None)


def _row(name: str, own: Mapping[str, Any], taken: float | None) -> list[object]:
    read = [own["recall_by_chars"][str(budget)] for budget in BUDGETS]
    return [name, *(own.get(figure) for figure in _QUALITY), *read, taken]
