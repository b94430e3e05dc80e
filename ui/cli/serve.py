"""`zhixun serve`: the web interface; with `--samples` a first start fills an empty library."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from corpus.messages import msg
from ui.cli import output
from ui.cli.groups import command
from ui.cli.library import ingest_with_progress
from ui.cli.opening import open_assistant, open_library
from ui.cli.params import Whole

if TYPE_CHECKING:
    from index import Library


@command("serve", "help_serve")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="HOST", help=msg("cli.opt_host"))
@click.option("--port", type=Whole(1, 65535), default=7860, show_default=True, help=msg("cli.opt_port"))
@click.option("--samples", is_flag=True, help=msg("cli.opt_samples"))
def serve(host: str, port: int, samples: bool) -> None:
    from ui.web.app import check_address

    check_address(host, port)  # before anything slow: a taken port shows at once
    from ui.web import serve as serve_web

    library = open_library()
    try:
        if samples and not library.catalog.snapshot().records:
            load_samples(library)
        serve_web(host, port, open_assistant(library))
    finally:
        library.close()


def load_samples(library: Library) -> None:
    """Ingests the sample library: what its files state to be internal is internal here too."""
    from corpus.samples import FILES

    output.note(msg("cli.ingesting_samples"))
    files = sorted(path for path in FILES.iterdir() if path.is_file() and not path.name.startswith("."))
    for line in ingest_with_progress(library, files, None, msg("cli.ingesting")):
        if line["status"] == "failed":
            output.note(f"{line['path']}: {line['error']}")
