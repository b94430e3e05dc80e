"""`zhixun bench`: embedding, retrieval, ingestion and answering, measured."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from corpus.errors import InputError, StateError
from corpus.messages import msg
from ui.cli import output
from ui.cli.groups import Command, LazyGroup
from ui.cli.opening import open_assistant
from ui.cli.params import Whole, json_option

bench = LazyGroup("bench", help=msg("cli.help_bench"), no_args_is_help=True)
_SUITE = "first"


def _file_option(name: str) -> Callable[..., Any]:
    return click.option(f"--{name}", required=True, metavar="FILE", help=msg(f"cli.opt_{name}"))


@bench.command("retrieval", cls=Command, help=msg("cli.help_bench_retrieval"))
@_file_option("corpus")
@_file_option("queries")
@_file_option("qrels")
@click.option("--baselines", is_flag=True, help=msg("bench.opt_baselines"))
@json_option
def retrieval(corpus: str, queries: str, qrels: str, baselines: bool, as_json: bool) -> None:
    from evals.bench.retrieval import retrieval as measure
    from evals.bench.retrieval_table import tables

    def show(figures: dict[str, Any]) -> None:
        for grid in tables(figures):
            output.print_table(grid.columns, grid.rows)

    with output.progress("retrieval") as advance, output.results(as_json, show) as emit:
        emit(measure(corpus, queries, qrels, lambda done, total: advance(done, total, ""), baselines))


@bench.command("embed", cls=Command, help=msg("index.help_bench_embed"))
@click.option(
    "--passages",
    type=Whole(1, 1000),
    metavar="N",
    default=128,
    show_default=True,
    help=msg("index.opt_passages"),
)
@click.option(
    "--rounds", type=Whole(1, 100), metavar="N", default=5, show_default=True, help=msg("index.opt_rounds")
)
@json_option
def embed(passages: int, rounds: int, as_json: bool) -> None:
    from evals.bench.embed import embed_samples, flat

    _show(as_json, lambda: flat(embed_samples(passages, rounds)))


@bench.command("ingest", cls=Command, help=msg("cli.help_bench_ingest"))
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option("--baseline", is_flag=True, help=msg("library.opt_baseline"))
@click.option("--made", type=Whole(1, 100_000), metavar="N", default=None, help=msg("library.opt_made"))
@json_option
def ingest(paths: tuple[str, ...], baseline: bool, made: int | None, as_json: bool) -> None:
    if not paths and not made:
        raise InputError("cli.no_paths")
    from evals.bench.ingest import ingest as measure

    _show(as_json, lambda: measure(paths, baseline, made or 0))


@bench.command("answers", cls=Command, help=msg("cli.help_bench_answers"))
@click.option(
    "--questions",
    multiple=True,
    default=(_SUITE,),
    metavar="SUITE",
    help=msg("cli.opt_questions", default=_SUITE),
)
@json_option
def answers(questions: tuple[str, ...], as_json: bool) -> None:
    from evals.bench.answers import answers as measure
    from evals.suite import load_suites

    first = load_suites(questions)[0].question

    def figures() -> dict[str, Any]:
        cold = _cold_ms(first)
        start = time.perf_counter()
        assistant = open_assistant()
        try:
            opened = round((time.perf_counter() - start) * 1000)
            return {"cold_ms": cold, "open_ms": opened, **measure(questions, assistant)}
        finally:
            assistant.close()

    _show(as_json, figures)


def _cold_ms(question: str) -> int:
    """A `zhixun ask` in a process of its own, from its start to its end, in milliseconds."""
    command = [sys.executable, "-m", "ui.cli.main", "ask", question, "--json"]
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise StateError("cli.cold_failed", reason=done.stderr.decode("utf-8", "replace").strip())
    return round((time.perf_counter() - start) * 1000)


def _show(as_json: bool, measure: Callable[[], dict[str, Any]]) -> None:
    def table(figures: dict[str, Any]) -> None:
        from evals.report import print_bench

        print_bench(figures, output.console())

    with output.results(as_json, table) as emit:
        emit(measure())


@bench.command("scale", cls=Command, help=msg("scale.help"))
@click.option("--sizes", default="1000,10000,100000,1000000", show_default=True, help=msg("scale.opt_sizes"))
@click.option("--home", type=click.Path(file_okay=False), default=None, help=msg("scale.opt_home"))
@click.option("--vectors", type=Whole(0, 10**8), metavar="N", default=None, help=msg("scale.opt_vectors"))
@click.option(
    "--tokens",
    type=Whole(0, 10**8),
    metavar="N",
    default=100_000,
    show_default=True,
    help=msg("scale.opt_tokens"),
)
@json_option
def scale(sizes: str, home: str | None, vectors: int | None, tokens: int, as_json: bool) -> None:
    from evals.bench.scale import flat, read_sizes
    from evals.bench.scale import scale as measure

    wanted = read_sizes(sizes)

    def table(figures: dict[str, Any]) -> None:
        from evals.report import print_bench

        print_bench(flat(figures), output.console())

    with output.results(as_json, table) as emit:
        for figures in measure(wanted, Path(home) if home else None, vectors, tokens):
            emit(figures)
