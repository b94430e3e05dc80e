"""`zhixun eval coverage`: from the library to the questions that are still to be written."""

from __future__ import annotations

import click

from corpus.errors import InputError
from corpus.messages import msg
from ui.cli import output
from ui.cli.groups import Command
from ui.cli.opening import open_library
from ui.cli.params import json_option

_SHOWN = 4  # untouched clauses named in the table


@click.command("coverage", cls=Command, help=msg("evals_use.help_coverage"))
@click.argument("suites", nargs=-1, metavar="SUITE...")
@json_option
def coverage(suites: tuple[str, ...], as_json: bool) -> None:
    if not suites:
        raise InputError("cli.no_suites")
    from evals.coverage import coverage as covered
    from evals.facts import LibraryFacts
    from evals.suite import load_suites

    cases = load_suites(suites)
    with output.results(as_json, lambda line: None) as emit:
        with open_library() as library:
            found = covered(cases, LibraryFacts(library.catalog))
        for one in found:
            emit(one.as_dict())
    if as_json:
        return
    units, touched = sum(one.units for one in found), sum(one.touched for one in found)
    line = msg(
        "evals_use.coverage_heading",
        questions=len(cases),
        documents=len(found),
        none=sum(not one.cases for one in found),
        units=units,
        touched=touched,
        share=f"{touched / max(1, units):.0%}",
    )
    output.console().print(line)
    header = [msg(f"evals_use.coverage_{name}") for name in ("file", "title", "cases", "units", "untouched")]
    rows = [
        (one.file, one.title, str(len(one.cases)), f"{one.touched}/{one.units}", _named(one.untouched))
        for one in found
    ]
    output.print_table(header, rows)


def _named(labels: tuple[str, ...]) -> str:
    shown = "、".join(labels[:_SHOWN])
    more = msg("evals_use.coverage_more", count=len(labels)) if len(labels) > _SHOWN else ""
    return shown + more
