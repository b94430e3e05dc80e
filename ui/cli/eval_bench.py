"""`zhixun eval bench`: public benchmarks from a folder that the user has."""

from __future__ import annotations

from pathlib import Path

import click

from corpus.messages import msg
from ui.cli import output
from ui.cli.groups import Command
from ui.cli.params import json_option


@click.command("bench", cls=Command, help=msg("bench.help"))
@click.argument("name", metavar="NAME")
@click.option("--data", required=True, metavar="DIR", help=msg("bench.opt_data"))
@click.option("--limit", type=int, metavar="N", help=msg("bench.opt_limit"))
@click.option("--passages", type=int, default=0, metavar="N", help=msg("bench.opt_passages"))
@click.option("--out", default="out/bench", show_default=True, metavar="DIR", help=msg("bench.opt_out"))
@json_option
def bench(name: str, data: str, limit: int | None, passages: int, out: str, as_json: bool) -> None:
    from evals.bench import public

    with output.results(as_json, lambda line: None) as emit, output.progress(name) as advance:
        figures = public.public_bench(
            name, Path(data), limit, passages, lambda done, total: advance(done, total, "")
        )
        path = public.write(figures, Path(out))
        emit({**figures, "written": str(path)})
    if not as_json:
        header = (msg("evals.column_figure"), msg("evals.column_value"))
        output.print_table(header, list(public.lines(figures)))
        for line in (*figures.get("notes", ()), msg("bench.written", path=path)):
            output.console().print(line)
