"""`zhixun docs diff`: two versions clause by clause, as text or as one JSON object."""

from __future__ import annotations

from typing import Any

import click

from corpus.diff import Change, Piece, counts
from corpus.diff import diff as compare
from corpus.errors import InputError
from corpus.messages import msg
from corpus.model import Clause
from corpus.record import Record
from ui.cli import output
from ui.cli.docs.find import catalog, find, wants_json
from ui.cli.docs.listing import iso
from ui.cli.groups import Command
from ui.cli.params import json_option

_MARKS = {"equal": "{}", "delete": "[-{}-]", "insert": "{{+{}+}}"}


@click.command("diff", cls=Command, help=msg("docs.help_diff"))
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--all", "every", is_flag=True, help=msg("docs.opt_all"))
@json_option
@click.pass_context
def diff(ctx: click.Context, old: str, new: str, every: bool, as_json: bool) -> None:
    with catalog() as opened:
        snapshot = opened.snapshot()
        first, second = find(snapshot, old), find(snapshot, new)
        if first.doc_id == second.doc_id:
            raise InputError("docs.same_document", doc_id=first.doc_id)
        changes = compare(opened.clauses(first.doc_id), opened.clauses(second.doc_id))
    line = diff_line(first, second, changes, every)
    if wants_json(ctx, as_json):
        with output.json_lines() as emit:
            emit(line)
    else:
        _print(line, changes if every else [change for change in changes if change.op != "same"])


def diff_line(first: Record, second: Record, changes: list[Change], every: bool = False) -> dict[str, Any]:
    """The whole comparison as one object; unchanged clauses only with `every`."""
    return {
        "old": _version(first),
        "new": _version(second),
        "counts": counts(changes),
        "changes": [
            {
                "op": change.op,
                "renumbered": change.renumbered,
                "old": _clause(change.old),
                "new": _clause(change.new),
                "pieces": [{"op": piece.op, "text": piece.text} for piece in change.pieces],
            }
            for change in changes
            if every or change.op != "same"
        ],
    }


def _version(record: Record) -> dict[str, Any]:
    return {
        "doc_id": record.doc_id,
        "title": record.title,
        "doc_number": record.doc_number,
        "issued_on": iso(record.issued_on),
        "effective_from": iso(record.effective_from),
    }


def _clause(clause: Clause | None) -> dict[str, Any] | None:
    if clause is None:
        return None
    return {
        "clause_id": clause.clause_id,
        "label": clause.label,
        "heading_path": list(clause.heading_path),
        "page": clause.page,
        "text": clause.text,
    }


def _print(line: dict[str, Any], changes: list[Change]) -> None:
    console = output.console()
    names = {key: _name(line[key]) for key in ("old", "new")}
    console.print(msg("docs.diff_head", **names), soft_wrap=True)
    console.print(msg("docs.diff_counts", **line["counts"]))
    if line["counts"]["changed"]:
        console.print(msg("docs.diff_marks", open="{+", close="+}"))
    for change in changes:
        console.print(f"\n{msg(f'docs.op_{change.op}')}  {_labels(change)}", soft_wrap=True)
        console.print(marked(change), soft_wrap=True)


def _name(version: dict[str, Any]) -> str:
    particulars = [
        version["doc_number"],
        version["effective_from"] or version["issued_on"],
        version["doc_id"],
    ]
    return f"《{version['title']}》（{'，'.join(str(part) for part in particulars if part)}）"


def _labels(change: Change) -> str:
    labels = [clause.label or msg("docs.unlabelled") for clause in (change.old, change.new) if clause]
    return " → ".join(dict.fromkeys(labels))


def marked(change: Change) -> str:
    """The text of a change: a changed clause with its deletions and insertions marked."""
    if change.pieces:
        return "".join(_mark(piece) for piece in change.pieces)
    clause = change.new or change.old
    return clause.text if clause else ""


def _mark(piece: Piece) -> str:
    return _MARKS[piece.op].format(piece.text)
