"""The evidence panel's content: one clause with its quote marked, its document's particulars.

Read from the catalog on each opening, with the role checked here: what the role may not see does
not exist for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from agent.types import Citation
from corpus.catalog import Catalog
from corpus.catalog import today as current_day
from corpus.messages import msg
from corpus.model import Clause, Role
from corpus.record import Record
from corpus.snapshot import Snapshot
from ui.web.conversations import Exchange

MAX_CLAUSES = 400  # listed of one document
Span = tuple[int, int]


def citation_panel(
    catalog: Catalog, citation: Citation, day: date, role: Role, lang: str
) -> dict[str, Any] | None:
    """What the panel shows for a citation of an answer given for `day`; None if the role may not see it."""
    snapshot = catalog.snapshot()
    record = _visible(snapshot, citation.doc_id, role)
    if record is None:
        return None
    units = [clause for clause in catalog.clauses(citation.doc_id) if clause.parent_id is None]
    place = [citation.clause or "", msg("web.page", lang, page=citation.page) if citation.page else ""]
    panel = _particulars(snapshot, record, day, role, lang, validity=citation.validity)
    panel |= {
        "n": citation.n,
        "quote": citation.quote,
        "all_label": msg("web.clauses", lang),
        "facts": [_fact("web.place", " · ".join(p for p in place if p), lang), *panel["facts"]],
        "clause": None,
        "warning": msg("web.quote_elsewhere", lang),
        "before": None,
        "after": None,
    }
    at = _unit_index(catalog, units, citation)
    if at is None:
        return panel
    span = find_quote(units[at].text, citation.quote)
    panel["clause"] = _clause(units[at], span, record.title)
    panel["clause_id"] = units[at].clause_id
    panel["warning"] = None if span else panel["warning"]
    panel["before"] = _neighbour(units, at - 1, "web.before", record.title, lang)
    panel["after"] = _neighbour(units, at + 1, "web.after", record.title, lang)
    return panel


def document_panel(catalog: Catalog, doc_id: str, day: date, role: Role, lang: str) -> dict[str, Any] | None:
    """What the panel shows for a whole document; None if there is none that the role may see."""
    snapshot = catalog.snapshot()
    record = _visible(snapshot, doc_id, role)
    if record is None:
        return None
    units = [clause for clause in catalog.clauses(doc_id) if clause.parent_id is None]
    panel = _particulars(snapshot, record, day, role, lang)
    panel["clauses_label"] = msg("web.clauses", lang)
    panel["clauses"] = [_clause(unit, None, record.title) for unit in units[:MAX_CLAUSES]]
    cut = len(units) > MAX_CLAUSES
    panel["clauses_note"] = msg("web.clauses_cut", lang, count=MAX_CLAUSES) if cut else None
    return panel


def may_read(catalog: Catalog, exchange: Exchange, role: Role) -> bool:
    """Whether the role may (still) see every document that an answer cites: a right may have been taken
    away since it was given."""
    snapshot = catalog.snapshot()
    citations = exchange.answer.citations if exchange.answer else []
    records = [snapshot.records.get(citation.doc_id) for citation in citations]
    return all(record is None or record.visibility in role.visibilities for record in records)


def library_facts(catalog: Catalog, role: Role) -> dict[str, Any]:
    """How much the library holds that the role may see: count, by subject, samples, latest date."""
    seen = [r for r in catalog.snapshot().records.values() if r.visibility in role.visibilities]
    today = current_day()
    days = [day for r in seen if (day := r.issued_on or r.published_on) and day <= today]
    subjects: dict[str, int] = {}
    for record in seen:
        subjects[record.subject or ""] = subjects.get(record.subject or "", 0) + 1
    return {
        "documents": len(seen),
        "samples": sum(record.sample is not None for record in seen),
        "subjects": subjects,
        "latest": max(days).isoformat() if days else None,
    }


def find_quote(text: str, quote: str) -> Span | None:
    """Where the quote stands in the text; line breaks and spaces that differ do not count."""
    at = text.find(quote)
    if quote and at >= 0:
        return at, at + len(quote)
    places = [i for i, char in enumerate(text) if not char.isspace()]
    dense = "".join(text[i] for i in places)
    wanted = "".join(quote.split())
    at = dense.find(wanted)
    if not wanted or at < 0:
        return None
    return places[at], places[at + len(wanted) - 1] + 1


def _visible(snapshot: Snapshot, doc_id: str, role: Role) -> Record | None:
    record = snapshot.records.get(doc_id)
    return record if record is not None and record.visibility in role.visibilities else None


def _particulars(
    snapshot: Snapshot, record: Record, day: date, role: Role, lang: str, validity: str | None = None
) -> dict[str, Any]:
    today = current_day()
    code = validity or snapshot.validity(record.doc_id, day).value
    now = snapshot.validity(record.doc_id, today).value
    changed = msg("web.validity_today", lang, day=today, validity=msg(f"web.validity_{now}", lang))
    return {
        "doc_id": record.doc_id,
        "title": record.title,
        "validity": code,
        "validity_label": msg(f"web.validity_{code}", lang),
        "validity_today": changed if now != code else None,
        "sample": record.sample,
        "sample_note": msg("web.sample_note", lang, label=record.sample) if record.sample else None,
        "facts": _facts(snapshot, record, lang),
        "replaced_by": _successor(snapshot, record.doc_id, role, lang),
    }


def _facts(snapshot: Snapshot, record: Record, lang: str) -> list[dict[str, str]]:
    end = snapshot.ends_on(record.doc_id)
    facts = [
        _fact("web.doc_number", record.doc_number, lang),
        _fact("web.issuer", record.issuer, lang),
        _fact("web.issued_on", _day(record.issued_on), lang),
        _fact("web.effective_from", _day(record.effective_from), lang),
        _fact("web.effective_to", _day(end), lang),
    ]
    if record.published_on is not None:
        facts.insert(3, _fact("web.published_on", _day(record.published_on), lang))
    if record.source:
        facts.append(_fact("web.source", record.source, lang))
    return facts


def _fact(key: str, value: str | None, lang: str) -> dict[str, str]:
    return {"label": msg(key, lang), "value": value or msg("web.not_stated", lang)}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _successor(snapshot: Snapshot, doc_id: str, role: Role, lang: str) -> dict[str, Any] | None:
    succession = snapshot.successions.get(doc_id)
    record = _visible(snapshot, succession.by, role) if succession else None
    if succession is None or record is None:
        return None
    return {
        "label": msg("web.replaced_from", lang, day=succession.on.isoformat()),
        "doc_id": record.doc_id,
        "title": record.title,
        "doc_number": record.doc_number,
    }


def _unit_index(catalog: Catalog, units: Sequence[Clause], citation: Citation) -> int | None:
    """The unit that holds the cited clause, by its id and its parents; else the one with the quote."""
    by_id = {unit.clause_id: i for i, unit in enumerate(units)}
    wanted = citation.clause_id
    while wanted and wanted not in by_id:
        clause = catalog.units([wanted]).get(wanted)
        wanted = (clause.parent_id or "") if clause else ""
    if wanted:
        return by_id[wanted]
    return next((i for i, unit in enumerate(units) if find_quote(unit.text, citation.quote)), None)


def _clause(clause: Clause, span: Span | None, title: str) -> dict[str, Any]:
    """`rows` for a table (cells as read), else `text`; `mark` is the quote's [start, end) in `text`."""
    data: dict[str, Any] = {
        "label": clause.label,
        "path": [heading for heading in clause.heading_path if heading != title],
        "text": clause.text,
        "mark": list(span) if span else None,
    }
    if clause.kind == "table":
        data["rows"], data["marked_rows"] = _rows(clause.text, span)
    return data


def _rows(text: str, span: Span | None) -> tuple[list[list[str]], list[int]]:
    rows, marked, at = [], [], 0
    for i, line in enumerate(text.split("\n")):
        rows.append([cell.strip() for cell in line.split(" | ")])
        if span and at < span[1] and span[0] < at + len(line):
            marked.append(i)
        at += len(line) + 1
    return rows, marked


def _neighbour(units: Sequence[Clause], at: int, key: str, title: str, lang: str) -> dict[str, Any] | None:
    if not 0 <= at < len(units):
        return None
    return {"heading": msg(key, lang)} | _clause(units[at], None, title)
