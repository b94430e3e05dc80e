"""`zhixun docs` itself: a line per version; and `docs pending`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, cast

import click

from corpus.catalog import today
from corpus.messages import msg
from corpus.model import Relation, Validity
from corpus.places import LEVELS, lies_in
from corpus.record import Record
from corpus.snapshot import Snapshot
from corpus.subjects import SUBJECTS
from ui.cli import output
from ui.cli.docs.find import catalog, wants_json
from ui.cli.groups import Command, LazyGroup
from ui.cli.params import OneOf, as_of_option, json_option

_COMMANDS = {
    "show": "ui.cli.docs.show:show",
    "diff": "ui.cli.docs.diff:diff",
    "set": "ui.cli.docs.correct:correct",
    "link": "ui.cli.docs.link:link",
    "unlink": "ui.cli.docs.link:unlink",
    "pending": "ui.cli.docs.listing:pending",
}


def _choice_option(name: str, choices: Iterable[str]) -> Any:
    """An option that takes one of `choices`; another value is an `InputError` that lists them."""
    members = cast("type[StrEnum]", StrEnum(name, {str(choice): str(choice) for choice in choices}))
    kind = OneOf(members)
    return click.option(f"--{name}", type=kind, metavar=kind.name, default=None, help=msg(f"docs.opt_{name}"))


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; None: everything."""

    subject: str | None = None
    level: str | None = None
    region: str | None = None
    validity: str | None = None

    def passes(self, line: dict[str, Any]) -> bool:
        wanted = ("subject", "level", "validity")
        same = all(getattr(self, name) in (None, line[name]) for name in wanted)
        return same and (self.region is None or lies_in(line["region"], self.region))


@click.group(
    "docs",
    cls=LazyGroup,
    lazy=_COMMANDS,
    invoke_without_command=True,
    subcommand_metavar=f"[{msg('cli.command_metavar')}]",
    help=msg("docs.help"),
)
@as_of_option
@_choice_option("subject", SUBJECTS)
@_choice_option("level", LEVELS)
@click.option("--region", metavar="NAME", help=msg("docs.opt_region"))
@_choice_option("validity", Validity)
@json_option
@click.pass_context
def docs(ctx: click.Context, /, as_of: date | None, as_json: bool, **filters: str | None) -> None:
    if ctx.invoked_subcommand is not None:
        return
    with catalog() as opened:
        snapshot = opened.snapshot()
    day = as_of or today()
    every = [docs_line(record, snapshot, day) for record in snapshot.records.values()]
    narrowed = Filters(**{name: str(value) if value else None for name, value in filters.items()})
    lines = [line for line in every if narrowed.passes(line)]
    if as_json:
        with output.json_lines() as emit:
            for line in lines:
                emit(line)
    elif lines:
        _show_docs(lines)
    else:
        output.note(msg("docs.no_match") if every else msg("cli.empty_library"))


def docs_line(record: Record, snapshot: Snapshot, day: date) -> dict[str, Any]:
    """The CLI contract's line for one version, its validity and successor on `day`; then what goes
    beyond the contract."""
    return {
        "doc_id": record.doc_id,
        "title": record.title,
        "doc_number": record.doc_number,
        "issuer": record.issuer,
        "issued_on": iso(record.issued_on),
        "effective_from": iso(record.effective_from),
        "effective_to": iso(snapshot.last_day(record.doc_id)),
        "validity": snapshot.validity(record.doc_id, day).value,
        "superseded_by": snapshot.superseded_by(record.doc_id, day),
        "level": record.level,
        "region": record.region,
        "visibility": record.visibility.value,
        "path": record.path,
        "published_on": iso(record.published_on),
        "issuers": list(record.issuers),
        "genre": record.genre,
        "subject": record.subject,
        "audience": list(record.audience),
        "application_from": iso(record.application_from),
        "application_to": iso(record.application_to),
        "corrected": sorted(entry.field for entry in record.corrections if entry.applies),
        "pending": [relation_line(relation) for relation in snapshot.pending.get(record.doc_id, [])],
    }


def relation_line(relation: Relation) -> dict[str, Any]:
    """What a text says of another, as data."""
    return {
        "kind": relation.kind,
        "title": relation.target_title,
        "doc_number": relation.target_number,
        "part": relation.clause_label,
        "on": iso(relation.effective_on),
        "term_months": relation.term_months,
        "quote": relation.quote,
    }


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _show_docs(lines: list[dict[str, Any]]) -> None:
    names = ("id", "title", "number", "issued", "from", "to", "validity", "visibility")
    rows = [
        (
            line["doc_id"],
            line["title"],
            line["doc_number"],
            line["issued_on"],
            line["effective_from"],
            line["effective_to"],
            msg(f"cli.validity_{line['validity']}"),
            msg(f"cli.visibility_{line['visibility']}"),
        )
        for line in lines
    ]
    output.print_table([msg("docs.col_id"), *(msg(f"cli.col_{name}") for name in names[1:])], rows)


@click.command("pending", cls=Command, help=msg("docs.help_pending"))
@json_option
@click.pass_context
def pending(ctx: click.Context, as_json: bool) -> None:
    with catalog() as opened:
        lines = list(_pending_lines(opened.snapshot()))
    if wants_json(ctx, as_json):
        with output.json_lines() as emit:
            for line in lines:
                emit(line)
    elif lines:
        columns = [msg(f"docs.col_{name}") for name in ("by", "does", "target", "quote")]
        rows = [
            (line["by_title"], kind_name(line["kind"]), target_name(line), line["quote"]) for line in lines
        ]
        output.print_table(columns, rows)
    else:
        output.note(msg("docs.nothing_pending"))


def _pending_lines(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    for doc_id, relations in snapshot.pending.items():
        for relation in relations:
            yield {"by": doc_id, "by_title": snapshot.records[doc_id].title, **relation_line(relation)}


def kind_name(kind: str) -> str:
    return msg(f"docs.kind_{kind}")


def target_name(line: dict[str, Any]) -> str:
    """《标题》（文号）第X条 of a relation's line."""
    title = f"《{line['title']}》" if line["title"] else ""
    number = line["doc_number"] or ""
    if title and number:
        number = f"（{number}）"
    return f"{title}{number}{line['part'] or ''}"
