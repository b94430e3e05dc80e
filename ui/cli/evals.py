"""`zhixun eval`: run suites, compare runs, gate on them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any

import click

from corpus.errors import InputError
from corpus.messages import msg
from ui.cli import output
from ui.cli.eval_options import OUT, check_suites, limit_options, stop_on_interrupt
from ui.cli.groups import Command, LazyGroup
from ui.cli.opening import open_assistant
from ui.cli.params import OneOf, json_option

_MORE = {
    "lint": "ui.cli.eval_runs:lint",
    "list": "ui.cli.eval_runs:list_",
    "show": "ui.cli.eval_runs:show",
    "flaky": "ui.cli.eval_runs:flaky",
    "baseline": "ui.cli.eval_runs:baseline",
    "bench": "ui.cli.eval_bench:bench",
    "ablate": "ui.cli.eval_ablate:ablate",
    "judge": "ui.cli.eval_judge:judge",
    "coverage": "ui.cli.eval_use:coverage",
    "draft": "ui.cli.eval_draft:draft",
    "candidates": "ui.cli.eval_candidates:candidates",
}
evals = LazyGroup("eval", lazy=_MORE, help=msg("cli.help_eval"), no_args_is_help=True)


class SplitName(StrEnum):
    """The parts of a suite: thresholds are tuned on one and reported on the other."""

    TUNE = "tune"
    REPORT = "report"


class ProfileChoice(StrEnum):
    """What a gate is for (`evals.gate.PROFILES`)."""

    RELEASE = "release"
    CI = "ci"


@evals.command("run", cls=Command, help=msg("cli.help_eval_run"))
@click.argument("suites", nargs=-1, metavar="SUITE...")
@click.option("--out", metavar="DIR", help=msg("cli.opt_out") + f" [default: {OUT}]")
@click.option("--split", type=OneOf(SplitName), metavar="tune|report", help=msg("cli.opt_split"))
@click.option("--resume", metavar="RUN", help=msg("evalrun.opt_resume"))
@limit_options
@json_option
@click.pass_context
def run(
    ctx: click.Context,
    suites: tuple[str, ...],
    out: str | None,
    split: SplitName | None,
    resume: str | None,
    retries: int,
    parallel: int,
    as_json: bool,
) -> None:
    if resume and (suites or out or split):
        raise InputError("evalrun.resume_alone")
    if not suites and not resume:
        raise InputError("cli.no_suites")
    from evals import report
    from evals.run import Limits, resume_run, run_suite
    from evals.runs import find_run

    limits = Limits(retries=retries, parallel=parallel)
    folder = find_run(resume) if resume else None
    if folder is None:
        check_suites(suites)  # a mistake in a suite shows before all else
    with (
        output.results(as_json, lambda line: None) as emit,
        output.progress("eval") as advance,
        stop_on_interrupt() as stop,
    ):
        assistant = open_assistant()
        options: dict[str, Any] = {
            "progress": lambda done, total, row: advance(done, total, row.id), "stop": stop, "limits": limits,
        }  # fmt: skip
        try:
            if folder is not None:
                result = resume_run(folder, assistant, **options)
            else:
                chosen: Any = split.value if split else None
                result = run_suite(suites, assistant, Path(out or OUT), chosen, **options)
        finally:
            assistant.close()
        if as_json:
            for line in report.json_lines(result):
                emit(line)
    if not as_json:
        report.print_run(result, output.console())
    if not result.complete:
        ctx.exit(1)


@evals.command("compare", cls=Command, help=msg("cli.help_eval_compare"))
@click.argument("run_a", metavar="RUN_A")
@click.argument("run_b", metavar="RUN_B")
@json_option
def compare(run_a: str, run_b: str, as_json: bool) -> None:
    from evals import report
    from evals.compare import compare as compare_runs
    from evals.runs import open_run

    result = compare_runs(open_run(run_a), open_run(run_b))
    if as_json:
        with output.json_lines() as emit:
            emit(result.as_dict())
    else:
        report.print_comparison(result, output.console())


@evals.command("gate", cls=Command, help=msg("cli.help_eval_gate"))
@click.argument("run_path", metavar="RUN")
@click.option("--baseline", metavar="RUN", help=msg("cli.opt_baseline"))
@click.option(
    "--profile",
    type=OneOf(ProfileChoice),
    metavar="release|ci",
    default="release",
    show_default=True,
    help=msg("evalrun.opt_profile"),
)
@json_option
@click.pass_context
def gate(
    ctx: click.Context, run_path: str, baseline: str | None, profile: ProfileChoice, as_json: bool
) -> None:
    from evals import report
    from evals.gate import gate as check
    from evals.runs import open_run

    against = open_run(baseline) if baseline else None
    result = check(open_run(run_path), baseline=against, profile=profile.value)
    if as_json:
        with output.json_lines() as emit:
            emit(result.as_dict())
    else:
        report.print_gate(result, output.console())
    ctx.exit(result.exit_code)
