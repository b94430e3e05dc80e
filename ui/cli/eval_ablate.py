"""`zhixun eval ablate`: what each part of the system is worth."""

from __future__ import annotations

from pathlib import Path

import click

from corpus.errors import InputError
from corpus.messages import msg
from ui.cli import output
from ui.cli.evals import SplitName
from ui.cli.groups import Command
from ui.cli.opening import open_assistant
from ui.cli.params import OneOf, json_option


@click.command("ablate", cls=Command, help=msg("ablation.help"))
@click.argument("suites", nargs=-1, metavar="SUITE...")
@click.option("--part", "parts", multiple=True, metavar="NAME", help=msg("ablation.opt_part"))
@click.option("--out", default="out/ablations", show_default=True, metavar="DIR", help=msg("cli.opt_out"))
@click.option("--split", type=OneOf(SplitName), metavar="tune|report", help=msg("cli.opt_split"))
@json_option
def ablate(
    suites: tuple[str, ...], parts: tuple[str, ...], out: str, split: SplitName | None, as_json: bool
) -> None:
    if not suites:
        raise InputError("cli.no_suites")
    from evals import ablation
    from evals.suite import load_suites

    load_suites(suites, split.value if split else None)  # mistakes show before anything is loaded
    ablation.chosen(parts)
    with output.results(as_json, lambda line: None) as emit, output.progress("ablate") as advance:
        assistant = open_assistant()
        try:
            found = ablation.ablate(
                suites,
                assistant,
                Path(out),
                split.value if split else None,
                parts,
                progress=lambda name, done, total, row: advance(done, total, f"{name} {row.id}"),
            )
        finally:
            assistant.close()
        if as_json:
            emit({**found.as_dict(), "folder": str(found.folder)})
    if not as_json:
        output.console().print(ablation.reading(found))
        output.print_table(ablation.header(found), ablation.table(found, intervals=False))
        output.console().print(msg("ablation.written", path=found.folder))
