"""`zhixun ingest`, and how commands open the catalog."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from corpus.errors import InputError, StateError
from corpus.messages import msg
from corpus.model import Visibility
from corpus.settings import CorpusSettings
from ui.cli import output
from ui.cli.groups import command
from ui.cli.opening import open_library
from ui.cli.params import json_option, visibility_option

if TYPE_CHECKING:
    from corpus.catalog import Catalog
    from index import IngestResult, Library


@command("ingest", "help_ingest")
@click.argument("paths", nargs=-1, metavar="PATH...")
@visibility_option
@json_option
@click.pass_context
def ingest(ctx: click.Context, paths: tuple[str, ...], visibility: Visibility | None, as_json: bool) -> None:
    if not paths:
        raise InputError("cli.no_paths")
    tally: Counter[str] = Counter()
    with output.results(as_json, _show_ingested) as emit:
        for line in _missing(paths):
            tally[line["status"]] += 1
            emit(line)
        present = [Path(path) for path in paths if Path(path).exists()]
        if present:
            with open_library() as library:
                for line in ingest_with_progress(library, present, visibility, msg("cli.ingesting")):
                    tally[line["status"]] += 1
                    emit(line)
    if not tally:
        from corpus.readers import SUPPORTED_SUFFIXES

        output.note(msg("cli.nothing_to_ingest", suffixes=" ".join(sorted(SUPPORTED_SUFFIXES))))
    elif not as_json:
        counts: dict[str, Any] = {name: tally[name] for name in ("added", "updated", "unchanged", "failed")}
        output.note(msg("cli.ingest_summary", **counts))
    ctx.exit(1 if tally["failed"] else 0)


def ingest_with_progress(
    library: Library, paths: list[Path], visibility: Visibility | None, label: str
) -> Iterator[dict[str, Any]]:
    """Ingests, with a bar on stderr when it is a terminal; yields the contract's line a file."""
    with output.progress(label) as advance:
        for result in library.ingest(paths, visibility=visibility, progress=advance):
            yield ingest_line(result)


def ingest_line(result: IngestResult) -> dict[str, Any]:
    """The CLI contract's line for one file."""
    return {
        "path": str(result.path),
        "status": str(result.status),
        "doc_id": result.doc_id,
        "title": result.title,
        "doc_number": result.doc_number,
        "clauses": result.clauses,
        "error": result.error,
    }


def _missing(paths: Iterable[str]) -> Iterator[dict[str, Any]]:
    empty = {"doc_id": None, "title": None, "doc_number": None, "clauses": 0}
    for path in paths:
        if not Path(path).exists():
            yield {"path": path, "status": "failed", **empty, "error": msg("cli.no_such_path", path=path)}


def _show_ingested(line: dict[str, Any]) -> None:
    status = msg(f"cli.status_{line['status']}")
    what = line["error"] or f"{line['title']}（{line['clauses']}）"
    output.console().print(f"{status}  {line['path']}  {what}", soft_wrap=True)


def open_catalog() -> Catalog:
    """The catalog alone, without model and indexes.

    Raises:
        StateError: the state folder's parent is missing (a mistyped ZHIXUN_HOME makes no folders),
            or the catalog cannot be used.
    """
    from corpus.catalog import Catalog

    home = CorpusSettings().home
    if not home.parent.is_dir():
        raise StateError("index.no_home_parent", home=home, parent=home.parent)
    return Catalog.open()
