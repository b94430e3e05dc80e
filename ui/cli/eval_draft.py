"""`zhixun eval draft`: candidate cases from documents that no question touches."""

from __future__ import annotations

import click

from corpus.messages import msg
from ui.cli import output
from ui.cli.groups import Command
from ui.cli.opening import open_library
from ui.cli.params import json_option


@click.command("draft", cls=Command, help=msg("evals_use.help_draft"))
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--suite", "suites", multiple=True, metavar="SUITE", help=msg("evals_use.opt_suites"))
@json_option
def draft(files: tuple[str, ...], suites: tuple[str, ...], as_json: bool) -> None:
    from corpus.catalog import today
    from evals.candidates import Candidates
    from evals.drafts import propose
    from evals.facts import LibraryFacts
    from evals.suite import load_suites

    cases = load_suites(suites) if suites else []
    with output.results(as_json, lambda line: None) as emit, open_library() as library:
        kept = Candidates(library.catalog.engine)
        made = [
            kept.get(number) for number in propose(LibraryFacts(library.catalog), kept, cases, today(), files)
        ]
        for one in made:
            emit(one.as_dict())
    if as_json:
        return
    output.console().print(msg("evals_use.drafted", count=len(made)))
    header = [msg(f"evals_use.draft_{name}") for name in ("id", "question", "key", "place")]
    rows = []
    for one in made:
        place = one.case["gold"][0]
        key = "、".join(fact[0] for fact in one.case.get("key", ()))
        rows.append((str(one.id), one.question, key or None, f"{place['doc']} {place['clause']}"))
    output.print_table(header, rows)
