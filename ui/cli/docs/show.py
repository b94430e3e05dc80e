"""`zhixun docs show`: everything about one version."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from corpus.catalog import Catalog, today
from corpus.messages import msg
from corpus.model import Clause
from corpus.record import Record
from corpus.snapshot import Snapshot
from ui.cli import output
from ui.cli.docs.find import catalog, find, wants_json
from ui.cli.docs.link import link_line
from ui.cli.docs.listing import docs_line, iso, kind_name, relation_line, target_name
from ui.cli.groups import Command
from ui.cli.params import as_of_option, json_option

FIELDS = (
    *("title", "doc_number", "issuer", "issuers", "issued_on", "published_on", "effective_from"),
    *("effective_to", "application_from", "application_to", "level", "region", "genre", "subject"),
    *("audience", "visibility", "sample", "source"),
)
_PLACES = (
    *("signature", "preamble", "title", "heading 1", "heading", "first lines", "first line", "own line"),
    *("own lines", "number", "red head", "file name", "words", "issuer", "text"),
)
_PREVIEW = 60  # characters of a clause in the list for people


@click.command("show", cls=Command, help=msg("docs.help_show"))
@click.argument("doc_id", metavar="DOC_ID")
@as_of_option
@json_option
@click.pass_context
def show(ctx: click.Context, doc_id: str, as_of: date | None, as_json: bool) -> None:
    day = as_of or (ctx.parent.params.get("as_of") if ctx.parent else None) or today()
    with catalog() as opened:
        snapshot = opened.snapshot()
        line = show_line(find(snapshot, doc_id), snapshot, opened, day)
    if wants_json(ctx, as_json):
        with output.json_lines() as emit:
            emit(line)
    else:
        _print(line)


def show_line(record: Record, snapshot: Snapshot, opened: Catalog, day: date) -> dict[str, Any]:
    """The line of `docs` for the version, with fields, relations, attachments and clauses."""
    succession = snapshot.successions.get(record.doc_id)
    return {
        **docs_line(record, snapshot, day),
        "as_of": day.isoformat(),
        "begins_on": iso(record.begins_on),
        "superseded_on": iso(succession.on) if succession else None,
        "will_be_superseded_by": succession.by if succession else None,
        "chain": [
            {
                "doc_id": key,
                "title": snapshot.records[key].title,
                "begins_on": iso(snapshot.records[key].begins_on),
            }
            for key in snapshot.chain(record.doc_id)
        ],
        "fields": {name: _field(record, name) for name in FIELDS},
        "corrections": [
            {"field": entry.field, "value": entry.value, "was": entry.was, "by": entry.by}
            | {"at": entry.at.isoformat(timespec="seconds"), "applies": entry.applies}
            for entry in record.corrections
        ],
        "relations": {
            "out": _out(record, snapshot),
            "in": _in(record, snapshot),
            "taken_out": [link_line(link) for link in opened.links_by_hand(record.doc_id) if link.taken_out],
        },
        "attachments": [
            {"label": entry.label, "title": entry.title, "doc_number": entry.number}
            for entry in record.attachments
        ],
        "warnings": list(record.warnings),
        "clauses": [_clause(clause) for clause in opened.clauses(record.doc_id)],
    }


def _field(record: Record, name: str) -> dict[str, Any]:
    value: Any = getattr(record, name)
    if isinstance(value, date):
        value = value.isoformat()
    elif isinstance(value, tuple):
        value = list(value)
    place = record.basis.get(name)
    field: dict[str, Any] = {"value": value or None, "place": place}
    field["confidence"] = record.confidence.get(name) if value else None
    if name in record.as_read:
        was = record.as_read[name]
        field["read"] = was.isoformat() if isinstance(was, date) else was
    return field


def _out(record: Record, snapshot: Snapshot) -> list[dict[str, Any]]:
    return [
        {**relation_line(relation), "doc_ids": snapshot.targets(record.doc_id, relation)}
        for relation in snapshot.relations.get(record.doc_id, [])
    ]


def _in(record: Record, snapshot: Snapshot) -> list[dict[str, Any]]:
    """What other texts say of this one, and a later text of the same title."""
    found = []
    for other, relations in snapshot.relations.items():
        for relation in relations:
            if record.doc_id in snapshot.targets(other, relation):
                title = snapshot.records[other].title
                found.append({**relation_line(relation), "doc_id": other, "title": title})
    succession = snapshot.successions.get(record.doc_id)
    if succession is not None and succession.relation is None:
        by = snapshot.records[succession.by]
        found.append(
            {"kind": "same_title", "title": by.title, "doc_number": by.doc_number, "part": None}
            | {"on": iso(succession.on), "term_months": None, "quote": None, "doc_id": by.doc_id}
        )
    return found


def _clause(clause: Clause) -> dict[str, Any]:
    return {
        "clause_id": clause.clause_id,
        "parent_id": clause.parent_id,
        "kind": clause.kind,
        "label": clause.label,
        "heading_path": list(clause.heading_path),
        "page": clause.page,
        "text": clause.text,
    }


def place_name(place: str | None) -> str:
    """Where a value was read, in the user's language; a sentence or label of the text as it is."""
    if place is None:
        return "—"
    if place.endswith(" (月)"):
        return msg("docs.place_month", place=place_name(place.removesuffix(" (月)")))
    if place in _PLACES:
        return msg(f"docs.place_{place.replace(' ', '_')}")
    if place.startswith("declared"):
        return msg("docs.place_declared", name=place.removeprefix("declared").strip() or "—")
    return place


def _print(line: dict[str, Any]) -> None:
    console = output.console()
    console.print(f"{line['doc_id']}  {line['title']}", soft_wrap=True)
    state = msg("docs.validity_line", day=line["as_of"], state=msg(f"cli.validity_{line['validity']}"))
    last = line["effective_to"] or msg("docs.open_end")
    state += "，" + msg("docs.from_to", first=line["begins_on"] or "—", last=last)
    console.print(state, soft_wrap=True)
    if len(line["chain"]) > 1:
        names = (
            f"{entry['begins_on'] or '—'} {entry['title']}（{entry['doc_id']}）" for entry in line["chain"]
        )
        console.print(msg("docs.chain", names=" → ".join(names)), soft_wrap=True)
    for entry in line["corrections"]:
        if not entry["applies"]:
            field = msg(f"docs.field_{entry['field']}")
            value = entry["value"] or "—"
            console.print(msg("docs.stale_correction", field=field, value=value, by=entry["by"]))
    console.print(f"\n{msg('docs.fields')}")
    columns = [msg(f"docs.col_{name}") for name in ("field", "value", "place", "confidence")]
    output.print_table(columns, [_row(name, field) for name, field in line["fields"].items()])
    for title, relations in (
        ("relations_out", line["relations"]["out"]),
        ("relations_in", line["relations"]["in"]),
    ):
        if relations:
            console.print(msg(f"docs.{title}"))
            for relation in relations:
                console.print(f"  {_relation(relation)}", soft_wrap=True)
    if removed := line["relations"]["taken_out"]:
        console.print(msg("links.shown_out"))
        for link in removed:
            target = f"《{link['target_title']}》" if link["target_title"] else link["target_number"]
            kind = kind_name(link["kind"]) if link["kind"] else ""
            console.print(f"  {kind} {target}（{link['by']} {link['at'][:10]}）".strip(), soft_wrap=True)
    if line["attachments"]:
        console.print(msg("docs.attachments"))
        for entry in line["attachments"]:
            number = f"（{entry['doc_number']}）" if entry["doc_number"] else ""
            console.print(f"  {entry['label']}  {entry['title']}{number}", soft_wrap=True)
    units = [clause for clause in line["clauses"] if clause["parent_id"] is None]
    console.print(msg("docs.more_clauses", count=len(units)))
    for clause in units:
        text = " ".join(clause["text"].split())
        short = text if len(text) <= _PREVIEW else f"{text[:_PREVIEW]}…"
        console.print(f"  {clause['label'] or msg('docs.unlabelled')}  {short}", soft_wrap=True)


def _row(name: str, field: dict[str, Any]) -> tuple[Any, ...]:
    value = field["value"]
    shown = "、".join(value) if isinstance(value, list) else value
    if name == "visibility":
        shown = msg(f"cli.visibility_{value}")
    place = place_name(field["place"]) if shown or field["place"] else None
    return msg(f"docs.field_{name}"), shown, place, field["confidence"]


def _relation(relation: dict[str, Any]) -> str:
    here = relation.get("doc_ids") or ([relation["doc_id"]] if relation.get("doc_id") else [])
    where = f"（{'、'.join(here)}）" if here else msg("docs.not_in_library")
    quote = f"：{relation['quote']}" if relation["quote"] else ""
    return f"{kind_name(relation['kind'])} {target_name(relation)}{where}{quote}"
