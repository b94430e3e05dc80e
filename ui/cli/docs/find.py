"""Which version a user means: by id (or its beginning), number, title, or path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches

import click

from corpus.catalog import Catalog
from corpus.errors import InputError
from corpus.messages import msg
from corpus.numbering import same_doc_number
from corpus.record import Record
from corpus.snapshot import Snapshot, title_key, title_keys
from ui.cli.library import open_catalog

_SHORTEST_ID = 4  # characters of an id's beginning that may stand for it


@contextmanager
def catalog() -> Iterator[Catalog]:
    """The catalog for a command, closed after it."""
    opened = open_catalog()
    try:
        yield opened
    finally:
        opened.close()


def find(snapshot: Snapshot, value: str) -> Record:
    """The one live version that `value` names.

    Raises:
        InputError: none or several; the message names what comes near, or the ids to choose from.
    """
    value = value.strip().strip("《》")
    records = list(snapshot.records.values())
    if exact := snapshot.records.get(value):
        return exact
    found = [record for record in records if record.path == value]
    if not found and re.fullmatch(rf"[0-9a-f]{{{_SHORTEST_ID},}}", value):
        found = [record for record in records if record.doc_id.startswith(value)]
    found = found or [
        record for record in records if record.doc_number and same_doc_number(record.doc_number, value)
    ]
    found = found or [record for record in records if title_key(value) in title_keys(record.title)]
    if len(found) == 1:
        return found[0]
    if not found:
        near = get_close_matches(value, [record.title for record in records], n=1, cutoff=0.5)
        hint = msg("docs.did_you_mean", name=f"《{near[0]}》") if near else ""
        raise InputError("docs.no_such_document", value=value, hint=hint)
    choices = "；".join(
        f"{record.doc_id}（{record.begins_on or '—'} {record.title}）" for record in found[:8]
    )
    raise InputError("docs.several_documents", value=value, count=len(found), choices=choices)


def wants_json(ctx: click.Context, as_json: bool) -> bool:
    """`--json`, also where it stands before the sub-command."""
    return as_json or bool(ctx.parent is not None and ctx.parent.params.get("as_json"))
