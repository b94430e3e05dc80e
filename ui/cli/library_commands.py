"""`zhixun library`: reports of past loads, verify and repair, export and import, remove."""

from __future__ import annotations

import os
import re
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from corpus import runs as kept_runs
from corpus.errors import InputError
from corpus.messages import msg
from ui.cli import output
from ui.cli.groups import Command, LazyGroup
from ui.cli.library import ingest_line, open_catalog, show_ingested, workers_option
from ui.cli.opening import open_library
from ui.cli.params import json_option
from ui.cli.rate import rated

if TYPE_CHECKING:
    from corpus.catalog import Catalog
    from index import Library
    from index.verify import Checked, Finding

library = LazyGroup("library", help=msg("library.help_library"), no_args_is_help=True)


@library.command("runs", cls=Command, help=msg("library.help_runs"))
@json_option
def runs(as_json: bool) -> None:
    catalog = open_catalog()
    try:
        _close_killed(catalog)
        found = kept_runs.load(catalog.engine)
    finally:
        catalog.close()
    if as_json:
        with output.json_lines() as emit:
            for run in found:
                emit(_run_line(run))
        return
    if not found:
        output.note(msg("library.no_runs"))
        return
    columns = [msg(f"library.col_{name}") for name in ("id", "started", "status", "seen", "paths")]
    rows = [
        (run.id, _local(run.started_at), _status(run), f"{run.seen}/{run.total}", " ".join(run.paths))
        for run in found
    ]
    output.print_table(columns, rows)


@library.command("run", cls=Command, help=msg("library.help_run"))
@click.argument("run_id", metavar="ID")
@json_option
def run(run_id: str, as_json: bool) -> None:
    if not re.fullmatch(r"\d{1,9}", run_id):
        raise InputError("library.not_a_run", value=run_id)
    catalog = open_catalog()
    try:
        _close_killed(catalog)
        found = kept_runs.load_one(catalog.engine, int(run_id))
        files = kept_runs.load_files(catalog.engine, int(run_id))
    finally:
        catalog.close()
    if found is None:
        raise InputError("library.no_such_run", id=run_id)
    if as_json:
        with output.json_lines() as emit:
            emit(_run_line(found) | {"files": [asdict(file) for file in files]})
        return
    counts = {name: getattr(found, name) for name in ("id", "total", "seen", *kept_runs.COUNTED)}
    print(msg("library.run_head", started=_local(found.started_at), status=_status(found), **counts))
    if found.reason:
        print(found.reason)
    if files:
        columns = [msg(f"library.col_{name}") for name in ("status", "path", "what")]
        rows = [(msg(f"cli.status_{file.status}"), file.path, file.error or file.title) for file in files]
        output.print_table(columns, rows)
    if found.status in ("interrupted", "failed"):
        print(msg("library.run_again"))


@library.command("verify", cls=Command, help=msg("library.help_verify"))
@json_option
@click.pass_context
def verify(ctx: click.Context, as_json: bool) -> None:
    with output.results(as_json, lambda line: None) as emit:
        with open_library() as opened:
            checked = opened.verify()
        for finding in checked.findings:
            emit(asdict(finding))
        emit(_summary(checked))
    if not as_json:
        _show_findings(checked.findings)
        key = "library.verified_not" if checked.findings else "library.verified"
        print(msg(key, **_counts(checked)))
    ctx.exit(1 if checked.findings else 0)


@library.command("repair", cls=Command, help=msg("library.help_repair"))
@json_option
@click.pass_context
def repair(ctx: click.Context, as_json: bool) -> None:
    from index.verify import ORPHANS

    with output.results(as_json, lambda line: None) as emit:
        with open_library() as opened:
            checked, left = opened.repair()
            orphans = opened.home / ORPHANS
        for finding in checked.findings:
            emit(asdict(finding) | {"repaired": finding not in left})
        emit(_summary(checked) | {"left": len(left)})
    if not as_json:
        _show_findings(left)
        found = len(checked.findings)
        print(msg("library.repaired", found=found, done=found - len(left)))
        if left:
            print(msg("library.repaired_not", count=len(left)))
        if any(finding.kind == "original_orphan" for finding in checked.findings):
            print(msg("library.orphans_moved", folder=orphans))
    ctx.exit(1 if left else 0)


@library.command("export", cls=Command, help=msg("library.help_export"))
@click.argument("target", metavar="FILE.zip")
@json_option
@click.pass_context
def export(ctx: click.Context, target: str, as_json: bool) -> None:
    with output.results(as_json, lambda line: None) as emit:
        with open_library() as opened:
            done = opened.export(Path(target))
        emit({"path": target, **asdict(done)})
    if not as_json:
        counts: dict[str, Any] = {
            name: getattr(done, name) for name in ("documents", "originals", "corrections", "internal")
        }
        print(msg("library.exported", path=target, **counts))
    if done.missing:
        output.note(msg("library.export_missing", count=len(done.missing)))
    ctx.exit(1 if done.missing else 0)


@library.command("import", cls=Command, help=msg("library.help_import"))
@click.argument("archive", metavar="FILE.zip")
@workers_option
@json_option
@click.pass_context
def import_(ctx: click.Context, archive: str, workers: int | None, as_json: bool) -> None:
    if not Path(archive).is_file():
        raise InputError("cli.no_such_path", path=archive)
    tally: Counter[str] = Counter()
    with (
        output.results(as_json, show_ingested) as emit,
        open_library() as opened,
        rated(msg("library.importing")) as advance,
    ):
        for result in opened.import_archive(Path(archive), advance, workers):
            tally[result.status] += 1
            emit(ingest_line(result))
    if not as_json:
        counts: dict[str, Any] = {name: tally[name] for name in kept_runs.COUNTED}
        output.note(msg("cli.ingest_summary", **counts))
    ctx.exit(1 if tally["failed"] else 0)


@library.command("remove", cls=Command, help=msg("library.help_remove"))
@click.argument("target", metavar="DOC_ID|PATH")
@json_option
def remove(target: str, as_json: bool) -> None:
    with output.results(as_json, lambda line: None) as emit, open_library() as opened:
        titles = {doc_id: record.title for doc_id, record in opened.catalog.snapshot().records.items()}
        taken = _take_out(opened, target)
        if not taken:
            raise InputError("library.nothing_to_remove", target=target)
        left = opened.catalog.snapshot().records
        for doc_id in taken:
            emit({"doc_id": doc_id, "title": titles.get(doc_id), "removed": doc_id not in left})
    if not as_json:
        for doc_id in taken:
            key = "library.removed_file" if doc_id in left else "library.removed"
            print(msg(key, doc_id=doc_id, title=titles.get(doc_id), path=target))


def _take_out(opened: Library, target: str) -> list[str]:
    """Removes what a path (of a file, or of an archive) or an id names; the versions that it names."""
    path = Path(os.path.normpath(Path(target).absolute()))
    files = opened.catalog.originals
    original = files.at(str(path)) or files.at(target)
    if original is not None:
        opened.remove_file(Path(original.path))
        return [original.doc_id]
    if opened.catalog.record(target) is not None:
        opened.remove(target)
        return [target]
    return opened.remove_archive(path)


def _close_killed(catalog: Catalog) -> None:
    """A run that never ended was killed, unless somebody is loading now."""
    from index.locks import hold_if_free
    from index.recovery import LOCK

    if catalog.home is not None:
        with hold_if_free(catalog.home / LOCK) as held:
            if held:
                kept_runs.close_killed(catalog.engine)


def _run_line(run: kept_runs.Run) -> dict[str, Any]:
    ended = run.ended_at.isoformat(timespec="seconds") + "Z" if run.ended_at else None
    started = run.started_at.isoformat(timespec="seconds") + "Z"
    return asdict(run) | {"seen": run.seen, "started_at": started, "ended_at": ended}


def _status(run: kept_runs.Run) -> str:
    return msg(f"library.run_{run.status}")


def _local(moment: datetime) -> str:
    return f"{moment.replace(tzinfo=UTC).astimezone():%Y-%m-%d %H:%M}"


def _counts(checked: Checked) -> dict[str, Any]:
    return {
        "versions": checked.versions,
        "originals": checked.originals,
        "rows": checked.rows,
        "count": len(checked.findings),
    }


def _summary(checked: Checked) -> dict[str, Any]:
    counts = _counts(checked)
    return {"findings": counts.pop("count"), **counts}


def _show_findings(findings: list[Finding]) -> None:
    if findings:
        columns = [msg(f"library.col_{name}") for name in ("problem", "document", "path", "count")]
        rows = [(msg(f"library.kind_{f.kind}"), f.doc_id, f.path, f.count) for f in findings]
        output.print_table(columns, rows)
