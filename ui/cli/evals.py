"""`zhixun eval`: run suites, compare runs, gate on them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import click

from corpus.errors import InputError
from corpus.messages import msg
from ui.cli import output
from ui.cli.groups import Command, LazyGroup
from ui.cli.opening import open_assistant
from ui.cli.params import OneOf, json_option

_MORE = {
    "bench": "ui.cli.eval_bench:bench",
    "ablate": "ui.cli.eval_ablate:ablate",
    "judge": "ui.cli.eval_judge:judge",
    "coverage": "ui.cli.eval_use:coverage",
}
evals = LazyGroup("eval", lazy=_MORE, help=msg("cli.help_eval"), no_args_is_help=True)


class SplitName(StrEnum):
    """The parts of a suite: thresholds are tuned on one and reported on the other."""

    TUNE = "tune"
    REPORT = "report"


@evals.command("run", cls=Command, help=msg("cli.help_eval_run"))
@click.argument("suites", nargs=-1, metavar="SUITE...")
@click.option("--out", default="out/evals", show_default=True, metavar="DIR", help=msg("cli.opt_out"))
@click.option("--split", type=OneOf(SplitName), metavar="tune|report", help=msg("cli.opt_split"))
@json_option
def run(suites: tuple[str, ...], out: str, split: SplitName | None, as_json: bool) -> None:
    if not suites:
        raise InputError("cli.no_suites")
    from evals import report
    from evals.run import run_suite
    from evals.suite import load_suites

    load_suites(suites, split.value if split else None)  # a mistake in a suite shows before all else
    with output.results(as_json, lambda line: None) as emit, output.progress("eval") as advance:
        assistant = open_assistant()
        try:
            result = run_suite(
                suites,
                assistant,
                Path(out),
                split.value if split else None,
                progress=lambda done, total, row: advance(done, total, row.id),
            )
        finally:
            assistant.close()
        if as_json:
            for line in report.json_lines(result):
                emit(line)
    if not as_json:
        report.print_run(result, output.console())


@evals.command("compare", cls=Command, help=msg("cli.help_eval_compare"))
@click.argument("run_a", metavar="RUN_A")
@click.argument("run_b", metavar="RUN_B")
@json_option
def compare(run_a: str, run_b: str, as_json: bool) -> None:
    from evals import report
    from evals.compare import compare as compare_runs
    from evals.record import load_run

    result = compare_runs(load_run(run_a), load_run(run_b))
    if as_json:
        with output.json_lines() as emit:
            emit(result.as_dict())
    else:
        report.print_comparison(result, output.console())


@evals.command("gate", cls=Command, help=msg("cli.help_eval_gate"))
@click.argument("run_path", metavar="RUN")
@click.option("--baseline", metavar="RUN", help=msg("cli.opt_baseline"))
@json_option
@click.pass_context
def gate(ctx: click.Context, run_path: str, baseline: str | None, as_json: bool) -> None:
    from evals import report
    from evals.gate import gate as check
    from evals.record import load_run

    result = check(load_run(run_path), baseline=load_run(baseline) if baseline else None)
    if as_json:
        with output.json_lines() as emit:
            emit(result.as_dict())
    else:
        report.print_gate(result, output.console())
    ctx.exit(result.exit_code)
