"""`zhixun eval judge`: an optional language model's opinion of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from corpus.messages import msg
from ui.cli import output
from ui.cli.groups import Command
from ui.cli.params import json_option

if TYPE_CHECKING:
    from evals.judge.judging import Judged


@click.command("judge", cls=Command, help=msg("judge.help"))
@click.argument("run_path", metavar="RUN")
@json_option
def judge(run_path: str, as_json: bool) -> None:
    from corpus.settings import CorpusSettings
    from evals.judge.agreement import load_labelled
    from evals.judge.client import Judge
    from evals.judge.judging import judge_run
    from evals.judge.settings import JudgeSettings
    from evals.record import load_run

    run = load_run(run_path)
    cache = CorpusSettings().home / "judge"
    with (
        output.results(as_json, lambda line: None) as emit,
        output.progress("judge") as advance,
        Judge(JudgeSettings(), cache) as judge,
    ):
        found = judge_run(run, judge, load_labelled(), advance)
        emit(found.as_dict())
    if not as_json:
        _print(found)


def _print(found: Judged) -> None:
    from evals.report import interval, shown

    console = output.console()
    version, count, unjudged = found.prompt_version, len(found.verdicts), len(found.unjudged)
    console.print(
        msg(
            "judge.heading",
            run=found.run_id,
            model=found.model,
            version=version,
            count=count,
            unjudged=unjudged,
        )
    )
    rows = [
        (msg(f"judge.{name}"), shown(value.value), interval(value), str(value.questions))
        for name, value in (("supported", found.supported), ("fluency", found.fluency))
    ]
    header = [msg(f"evals.column_{name}") for name in ("metric", "value", "interval", "questions")]
    output.print_table(header, rows)
    seen = found.agreement
    bounds = "—" if seen.low is None or seen.high is None else f"{seen.low:.2f}–{seen.high:.2f}"
    console.print(
        msg(
            "judge.agreement",
            by=seen.labelled_by,
            pairs=seen.pairs,
            kappa=shown(seen.support_kappa),
            interval=bounds,
            raw=shown(seen.support_raw),
            fluency=shown(seen.fluency_kappa),
            fluency_raw=shown(seen.fluency_raw),
        )
    )
    if found.other_models:
        console.print(msg("judge.other_model", served="、".join(found.other_models), model=found.model))
