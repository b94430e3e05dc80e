"""`zhixun docs set`: staff correct what was read of a document, or take that back."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from typing import Any

import click

from corpus.catalog import Catalog
from corpus.corrections import FIELDS, parse
from corpus.errors import InputError
from corpus.messages import msg
from corpus.model import Visibility
from corpus.record import Record
from ui.cli import output
from ui.cli.docs.find import catalog, find, wants_json
from ui.cli.groups import Command
from ui.cli.opening import open_library
from ui.cli.params import json_option

# What the search index holds of a document: its rows are written again when one of these changes.
_INDEXED = ("title", "visibility")


@click.command("set", cls=Command, help=msg("docs.help_set"))
@click.argument("doc_id", metavar="DOC_ID")
@click.argument("assignments", nargs=-1, metavar="FIELD=VALUE...")
@click.option("--clear", is_flag=True, help=msg("docs.opt_clear"))
@click.option("--by", metavar="NAME", help=msg("docs.opt_by"))
@json_option
@click.pass_context
def correct(
    ctx: click.Context, doc_id: str, assignments: tuple[str, ...], clear: bool, by: str | None, as_json: bool
) -> None:
    with catalog() as opened:
        before = find(opened.snapshot(), doc_id)
        fields = _cleared(before, assignments) if clear else _set(opened, before, assignments, by)
        if clear and fields:
            _take_back(opened, before, fields)
        after = opened.record(before.doc_id) or before
    wanted = _visibility(before, after, assignments, clear)
    if after.title != before.title or wanted is not None:
        with open_library() as library:
            library.restate(before.doc_id, wanted)
    _tell(ctx, as_json, after, fields, clear)


def _set(opened: Catalog, record: Record, assignments: Sequence[str], by: str | None) -> list[str]:
    if not assignments:
        raise InputError("docs.nothing_to_set", doc_id=record.doc_id)
    values = parse(assignments)
    opened.correct(record.doc_id, values, by or getpass.getuser())
    return list(values)


def _cleared(record: Record, names: Sequence[str]) -> list[str]:
    """The fields to take back: those named, else all that are corrected."""
    if names:
        unknown = next((name for name in names if name not in FIELDS), None)
        if unknown is not None:
            raise InputError("docs.no_such_field", name=unknown, hint="", fields="、".join(FIELDS))
    corrected = [entry.field for entry in record.corrections]
    return [name for name in corrected if not names or name in names]


def _take_back(opened: Catalog, record: Record, fields: Sequence[str]) -> None:
    opened.clear_corrections(record.doc_id, fields)


def _visibility(before: Record, after: Record, assignments: Sequence[str], clear: bool) -> Visibility | None:
    """Where the version belongs now, if that is not where it is."""
    if clear:
        was = next((entry.was for entry in before.corrections if entry.field == "visibility"), None)
        gone = not any(entry.field == "visibility" for entry in after.corrections)
        wanted = Visibility(was) if was and gone else before.visibility
    else:
        values = parse(assignments)
        wanted = Visibility(values.get("visibility") or before.visibility)
    return wanted if wanted is not before.visibility else None


def _tell(ctx: click.Context, as_json: bool, record: Record, fields: Sequence[str], clear: bool) -> None:
    line: dict[str, Any] = {
        "doc_id": record.doc_id,
        "title": record.title,
        "cleared" if clear else "set": list(fields),
        "corrections": {entry.field: entry.value for entry in record.corrections if entry.applies},
    }
    if wants_json(ctx, as_json):
        with output.json_lines() as emit:
            emit(line)
        return
    names = "、".join(msg(f"docs.field_{name}") for name in fields)
    if not clear:
        text = msg("docs.set_done", title=record.title, fields=names, doc_id=record.doc_id)
    elif fields:
        text = msg("docs.cleared", title=record.title, count=len(fields))
    else:
        text = msg("docs.nothing_to_clear", title=record.title)
    output.console().print(text, soft_wrap=True)
