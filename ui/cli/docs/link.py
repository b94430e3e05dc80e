"""`zhixun docs link` and `unlink`: staff correct what replaces, repeals or extends what."""

from __future__ import annotations

import getpass
from datetime import date
from typing import Any

import click

from corpus.errors import InputError
from corpus.hand_links import Link, check, made
from corpus.messages import msg
from corpus.numbering import read_number
from corpus.record import Record
from corpus.snapshot import Snapshot
from ui.cli import output
from ui.cli.docs.find import catalog, find, wants_json
from ui.cli.docs.listing import kind_name
from ui.cli.groups import Command
from ui.cli.params import Day, json_option

Target = Record | tuple[str | None, str | None]


@click.command("link", cls=Command, help=msg("links.help_link"))
@click.argument("doc_id", metavar="DOC_ID")
@click.argument("kind", metavar="KIND")
@click.argument("target", metavar="TARGET")
@click.option("--on", type=Day(), default=None, help=msg("links.opt_on"))
@click.option("--part", metavar="TEXT", default=None, help=msg("links.opt_part"))
@click.option("--by", metavar="NAME", help=msg("docs.opt_by"))
@json_option
@click.pass_context
def link(
    ctx: click.Context,
    doc_id: str,
    kind: str,
    target: str,
    on: date | None,
    part: str | None,
    by: str | None,
    as_json: bool,
) -> None:
    with catalog() as opened:
        snapshot = opened.snapshot()
        record = find(snapshot, doc_id)
        meant = _target(snapshot, target)
        known = check(record, kind, meant if isinstance(meant, Record) else None, on)
        label = part if known == "amends" else None
        wanted = made(record, meant, by or getpass.getuser(), known, effective_on=on, clause_label=label)
        opened.link(wanted)
    text = msg("links.added", title=record.title, kind=kind_name(known), target=_name(wanted))
    _tell(ctx, as_json, wanted, text)


@click.command("unlink", cls=Command, help=msg("links.help_unlink"))
@click.argument("doc_id", metavar="DOC_ID")
@click.argument("target", metavar="TARGET")
@click.option("--kind", metavar="KIND", default=None, help=msg("links.opt_kind"))
@click.option("--by", metavar="NAME", help=msg("docs.opt_by"))
@json_option
@click.pass_context
def unlink(
    ctx: click.Context, doc_id: str, target: str, kind: str | None, by: str | None, as_json: bool
) -> None:
    with catalog() as opened:
        snapshot = opened.snapshot()
        record = find(snapshot, doc_id)
        meant = _target(snapshot, target)
        known = check(record, kind, None, date.max) if kind else None
        wanted = made(record, meant, by or getpass.getuser(), known, taken_out=True)
        if not opened.unlink(wanted):
            raise InputError("links.no_link", title=record.title, value=target, doc_id=record.doc_id)
    _tell(ctx, as_json, wanted, msg("links.taken_out", title=record.title, target=_name(wanted)))


def _target(snapshot: Snapshot, value: str) -> Target:
    """The version that `value` names, else the number or 《title》 of one that is not here yet."""
    try:
        return find(snapshot, value)
    except InputError as error:
        if error.key != "docs.no_such_document":
            raise
        number = read_number(value)
        if number is not None and "《" not in value:
            return None, number
        if value.startswith("《") and value.endswith("》"):
            return value[1:-1], None
        raise InputError("links.not_here", value=value) from error


def _name(wanted: Link) -> str:
    title = f"《{wanted.target_title}》" if wanted.target_title else ""
    return title + (
        f"（{wanted.target_number}）" if title and wanted.target_number else wanted.target_number or ""
    )


def _tell(ctx: click.Context, as_json: bool, wanted: Link, text: str) -> None:
    if not wants_json(ctx, as_json):
        output.console().print(text, soft_wrap=True)
        return
    with output.json_lines() as emit:
        emit(link_line(wanted))


def link_line(wanted: Link) -> dict[str, Any]:
    """A link that staff set, as a line of `--json`."""
    return {
        "doc_id": wanted.doc_id,
        "taken_out": wanted.taken_out,
        "kind": wanted.kind,
        "target_id": wanted.target_id,
        "target_title": wanted.target_title,
        "target_number": wanted.target_number,
        "on": wanted.effective_on.isoformat() if wanted.effective_on else None,
        "part": wanted.clause_label,
        "by": wanted.by,
        "at": wanted.at.isoformat(timespec="seconds"),
    }
