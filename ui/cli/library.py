"""`zhixun ingest`, and how commands open the catalog."""

from __future__ import annotations

import signal
import threading
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
from ui.cli.params import Whole, json_option, visibility_option
from ui.cli.rate import rated

if TYPE_CHECKING:
    from corpus.catalog import Catalog
    from index import IngestResult, Library

MAX_WORKERS = 64


def workers_option(command: Any) -> Any:
    text = msg("library.opt_workers")
    return click.option("--workers", type=Whole(1, MAX_WORKERS), metavar="N", default=None, help=text)(
        command
    )


@command("ingest", "help_ingest")
@click.argument("paths", nargs=-1, metavar="PATH...")
@visibility_option
@workers_option
@click.option("--watch", is_flag=True, help=msg("library.opt_watch"))
@json_option
@click.pass_context
def ingest(
    ctx: click.Context,
    paths: tuple[str, ...],
    visibility: Visibility | None,
    workers: int | None,
    watch: bool,
    as_json: bool,
) -> None:
    if not paths:
        raise InputError("cli.no_paths")
    tally: Counter[str] = Counter()
    with output.results(as_json, show_ingested) as emit:
        for line in _missing(paths):
            tally[line["status"]] += 1
            emit(line)
        present = [Path(path) for path in paths if Path(path).exists()]
        if present:
            with open_library() as library:
                _say_where_it_goes_on(library, present)
                lines = _watched if watch else _once
                for line in lines(library, present, visibility, workers):
                    tally[line["status"]] += 1
                    emit(line)
                if not as_json:
                    _say_report(library)
    if not tally:
        from index.walk import TAKEN_SUFFIXES

        output.note(msg("cli.nothing_to_ingest", suffixes=" ".join(sorted(TAKEN_SUFFIXES))))
    elif not as_json:
        counts: dict[str, Any] = {name: tally[name] for name in ("added", "updated", "unchanged", "failed")}
        output.note(msg("cli.ingest_summary", **counts))
        if not watch:
            _say_what_was_left_out(present)
    ctx.exit(1 if tally["failed"] else 0)


def _once(
    library: Library, paths: list[Path], visibility: Visibility | None, workers: int | None
) -> Iterator[dict[str, Any]]:
    return ingest_with_progress(library, paths, visibility, msg("cli.ingesting"), workers)


def _watched(
    library: Library, paths: list[Path], visibility: Visibility | None, workers: int | None
) -> Iterator[dict[str, Any]]:
    """Lines as files come and change, until Ctrl-C or SIGTERM; a file at work is finished or left as
    it was."""
    from index.watch import changes

    output.note(msg("library.watching", count=len(paths)))
    stop = threading.Event()

    def asked(*_: object) -> None:
        """Raising here could strike outside this function, where the line is being printed."""
        if stop.is_set():
            raise KeyboardInterrupt  # asked twice: at once
        stop.set()

    before = {sign: signal.signal(sign, asked) for sign in (signal.SIGINT, signal.SIGTERM)}
    try:
        for ready in changes(paths, wait=stop.wait):
            for line in _once(library, ready, visibility, workers):
                yield line
                if stop.is_set():
                    break
            if stop.is_set():
                break
    except KeyboardInterrupt:
        stop.set()
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)
    output.note(msg("library.watch_stopped"))


def _say_where_it_goes_on(library: Library, paths: list[Path]) -> None:
    """The last run over these paths, if it was stopped."""
    from corpus import runs
    from index.locks import hold_if_free
    from index.recovery import LOCK

    with hold_if_free(library.home / LOCK) as held:
        if held:
            runs.close_killed(library.catalog.engine)
    last = next(iter(runs.load(library.catalog.engine, 1)), None)
    if last and last.status in ("interrupted", "failed") and last.paths == [str(path) for path in paths]:
        output.note(msg("library.goes_on", id=last.id, seen=last.seen, total=last.total))


def _say_what_was_left_out(paths: list[Path]) -> None:
    from index.walk import walk

    skipped = walk(paths).skipped
    if skipped:
        kinds = "，".join(f"{kind} {count}" for kind, count in skipped.most_common(8))
        output.note(msg("library.skipped", count=skipped.total(), kinds=kinds))


def _say_report(library: Library) -> None:
    from corpus import runs

    for last in runs.load(library.catalog.engine, 1):
        output.note(msg("library.report_at", id=last.id))


def ingest_with_progress(
    library: Library,
    paths: list[Path],
    visibility: Visibility | None,
    label: str,
    workers: int | None = None,
) -> Iterator[dict[str, Any]]:
    """Ingests, with a bar on stderr when it is a terminal; yields the contract's line a file."""
    with rated(label) as advance:
        for result in library.ingest(paths, visibility=visibility, progress=advance, workers=workers):
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


def show_ingested(line: dict[str, Any]) -> None:
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
