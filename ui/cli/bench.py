"""`zhixun bench`: retrieval, ingestion and answering, measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from corpus.errors import InputError
from corpus.messages import msg
from ui.cli import output
from ui.cli.groups import Command, LazyGroup
from ui.cli.params import json_option

bench = LazyGroup("bench", help=msg("cli.help_bench"), no_args_is_help=True)
_QUESTIONS = "first"


def _file_option(name: str) -> Any:
    return click.option(f"--{name}", required=True, metavar="FILE", help=msg(f"cli.opt_{name}"))


@bench.command("retrieval", cls=Command, help=msg("cli.help_bench_retrieval"))
@_file_option("corpus")
@_file_option("queries")
@_file_option("qrels")
@json_option
def retrieval(corpus: str, queries: str, qrels: str, as_json: bool) -> None:
    from evals import bench as measure

    _show(lambda: measure.retrieval(Path(corpus), Path(queries), Path(qrels)), as_json)


@bench.command("ingest", cls=Command, help=msg("cli.help_bench_ingest"))
@click.argument("paths", nargs=-1, metavar="PATH...")
@json_option
def ingest(paths: tuple[str, ...], as_json: bool) -> None:
    if not paths:
        raise InputError("cli.no_paths")
    for path in paths:
        if not Path(path).exists():
            raise InputError("cli.no_such_path", path=path)
    from ui.cli.measure import ingestion

    _show(lambda: ingestion([Path(path) for path in paths]), as_json)


@bench.command("answers", cls=Command, help=msg("cli.help_bench_answers"))
@click.option(
    "--questions",
    default=_QUESTIONS,
    metavar="SUITE",
    help=msg("cli.opt_questions", default=_QUESTIONS),
)
@json_option
def answers(questions: str, as_json: bool) -> None:
    from ui.cli.measure import answering

    _show(lambda: answering(questions), as_json)


def _show(measure: Any, as_json: bool) -> None:
    def table(figures: dict[str, Any]) -> None:
        columns = (msg("cli.col_measure"), msg("cli.col_value"))
        output.print_table(columns, [(name, _figure(value)) for name, value in figures.items()])

    with output.results(as_json, table) as emit:
        emit(measure())


def _figure(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
