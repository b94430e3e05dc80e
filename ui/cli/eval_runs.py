"""`zhixun eval lint | list | show | flaky | baseline`: suites before a run, and runs afterwards."""

from __future__ import annotations

from pathlib import Path

import click

from corpus.errors import InputError
from corpus.messages import msg
from ui.cli import output
from ui.cli.eval_options import OUT, check_suites, limit_options, linted, stop_on_interrupt
from ui.cli.groups import Command
from ui.cli.opening import open_assistant
from ui.cli.params import Whole, json_option

_out_option = click.option("--out", default=OUT, show_default=True, metavar="DIR", help=msg("cli.opt_out"))


@click.command("lint", cls=Command, help=msg("evalrun.help_lint"))
@click.argument("suites", nargs=-1, metavar="SUITE...")
@click.option("--no-library", is_flag=True, help=msg("evalrun.opt_no_library"))
@json_option
@click.pass_context
def lint(ctx: click.Context, suites: tuple[str, ...], no_library: bool, as_json: bool) -> None:
    if not suites:
        raise InputError("cli.no_suites")
    problems = linted(suites, library=not no_library)
    errors = [problem for problem in problems if problem.level == "error"]
    if as_json:
        with output.json_lines() as emit:
            for problem in problems:
                emit(problem.as_dict())
    else:
        console = output.console()
        for problem in problems:
            text = problem.message()
            warning = problem.level == "warning"
            console.print(msg("evalrun.lint_warning", message=text) if warning else text, soft_wrap=True)
        if problems:
            warnings = len(problems) - len(errors)
            console.print(msg("evalrun.lint_result", errors=len(errors), warnings=warnings))
        else:
            from evals.suite import load_suites

            console.print(msg("evalrun.lint_ok", count=len(load_suites(suites))))
    ctx.exit(1 if errors else 0)


@click.command("list", cls=Command, help=msg("evalrun.help_list"))
@_out_option
@json_option
def list_(out: str, as_json: bool) -> None:
    from evals.runs import list_runs

    heads = list_runs(Path(out))
    if as_json:
        with output.json_lines() as emit:
            for head in heads:
                emit(head.as_dict())
        return
    if not heads:
        output.console().print(msg("evalrun.none", path=out))
        return
    columns = [msg(f"evalrun.column_{name}") for name in ("run", "state", "answered", "passed", "seconds")]
    rows = [
        [
            head.run_id,
            msg(f"evalrun.state_{head.status}"),
            f"{head.answered}/{head.questions}",
            head.passed,
            head.seconds,
        ]
        for head in heads
    ]
    output.print_table(columns, rows)


@click.command("show", cls=Command, help=msg("evalrun.help_show"))
@click.argument("run_path", metavar="RUN")
@click.argument("case", required=False, metavar="[CASE]")
@json_option
def show(run_path: str, case: str | None, as_json: bool) -> None:
    from evals import report, report_case
    from evals.runs import open_run

    run = open_run(run_path)
    row = report_case.find_row(run, case) if case is not None else None
    if as_json:
        with output.json_lines() as emit:
            for line in [report_case.case_dict(row)] if row is not None else report.json_lines(run):
                emit(line)
    elif row is not None:
        for text in report_case.case_lines(row):
            output.console().print(text, soft_wrap=True)
    else:
        report.print_run(run, output.console())


@click.command("flaky", cls=Command, help=msg("evalrun.help_flaky"))
@click.argument("suites", nargs=-1, metavar="SUITE...")
@click.option("--repeats", type=Whole(2, 50), default=3, show_default=True, help=msg("evalrun.opt_repeats"))
@_out_option
@limit_options
@json_option
@click.pass_context
def flaky(
    ctx: click.Context,
    suites: tuple[str, ...],
    repeats: int,
    out: str,
    retries: int,
    parallel: int,
    as_json: bool,
) -> None:
    if not suites:
        raise InputError("cli.no_suites")
    from evals.flaky import flaky as repeat
    from evals.run import Limits

    check_suites(suites)
    with output.progress("eval") as advance, stop_on_interrupt() as stop:
        assistant = open_assistant()
        try:
            result = repeat(
                suites,
                assistant,
                Path(out),
                repeats,
                progress=lambda done, total, row: advance(done, total, row.id),
                stop=stop,
                limits=Limits(retries=retries, parallel=parallel),
            )
        finally:
            assistant.close()
    if as_json:
        with output.json_lines() as emit:
            emit(result.as_dict())
    else:
        from evals.report import print_flaky

        print_flaky(result, output.console())
    ctx.exit(result.exit_code)


@click.command("baseline", cls=Command, help=msg("evalrun.help_baseline"))
@click.argument("run_path", metavar="RUN")
@click.option("--to", metavar="FILE", help=msg("evalrun.opt_to"))
def baseline(run_path: str, to: str | None) -> None:
    from evals.runs import BASELINES, open_run, write_baseline

    run = open_run(run_path)
    path = Path(to) if to else BASELINES / f"{'+'.join(Path(suite).stem for suite in run.suites)}.json"
    output.console().print(msg("evalrun.baseline_written", path=write_baseline(run, path)), soft_wrap=True)
