"""Answers about versions: is it in force, since when, replaced by what; what changed."""

from __future__ import annotations

from collections.abc import Sequence

from agent.state import Draft, Span, Statement, Understanding
from agent.writers.phrases import named, statement_text
from corpus.messages import msg
from corpus.model import Relation, Role, Validity
from corpus.numbering import same_doc_number
from corpus.record import Record
from corpus.snapshot import Snapshot, title_key
from index import Library


def validity_draft(plan: Understanding, docs: Sequence[str], library: Library, role: Role) -> Draft | None:
    """States the validity of the documents with the clauses that decide it; None: nothing to say."""
    snapshot = library.catalog.snapshot()
    visible = role.visibilities
    statements: list[Statement] = []
    for doc_id in docs[:3]:
        record = snapshot.records[doc_id]
        validity = snapshot.validity(doc_id, plan.as_of)
        spans = _proof(doc_id, snapshot, library, plan, role)
        successor = snapshot.superseded_by(doc_id)
        by = snapshot.records.get(successor or "")
        if by is not None and by.visibility not in visible:
            by = None
        older = [snapshot.records[key] for key in snapshot.predecessors(doc_id)]
        older = [old for old in older if old.visibility in visible]
        statements += _sentences(record, validity, by, older, spans, plan)
    return Draft("answered", statements) if statements else None


def _sentences(
    record: Record,
    validity: Validity,
    by: Record | None,
    older: Sequence[Record],
    spans: dict[str, Span],
    plan: Understanding,
) -> list[Statement]:
    """One sentence on the state of a version, then what it says itself.

    `by` and `older` are what replaced it and what it replaced, as far as the role may see them.
    """
    lang = "en" if plan.lang == "en" else None
    own, theirs = spans.get(record.doc_id), spans.get(by.doc_id) if by else None
    used = tuple(span for span in (own, theirs) if span is not None)
    if not used:
        return []
    state = msg(f"answer.validity_{validity.value}", lang)
    text = msg("answer.validity", lang, title=named(record.title), state=state)
    if by is not None and validity is Validity.REPEALED:
        text += msg("answer.replaced_by", lang, title=named(by.title))
    elif by is not None and validity is not Validity.EXPIRED:  # its term ran out, or it was declared lapsed
        text += msg("answer.to_be_replaced", lang, title=named(by.title))
    elif older and validity is Validity.IN_FORCE:
        text += msg("answer.replaces", lang, title="、".join(named(old.title) for old in older))
    statements = [Statement(text, used)]
    statements += [Statement(statement_text(span, plan.lang), (span,)) for span in used]
    return statements


def _proof(
    doc_id: str, snapshot: Snapshot, library: Library, plan: Understanding, role: Role
) -> dict[str, Span]:
    """For the document and what replaces it, the clause that states dates or the repeal."""
    found: dict[str, Span] = {}
    record = snapshot.records[doc_id]
    quotes = {doc_id: [record.basis.get("effective_to"), record.basis.get("effective_from")]}
    succession = snapshot.successions.get(doc_id)
    if succession is not None:
        relation = succession.relation
        own = snapshot.records[succession.by].basis.get("effective_from")
        quotes[succession.by] = [relation.quote if relation else None, own]
    for key, candidates in quotes.items():
        if snapshot.records[key].visibility not in role.visibilities:
            continue
        for quote in candidates:
            span = quote_span(key, quote, library, plan, role) if quote else None
            if span is not None:
                found[key] = span
                break
    return found


def mentioned_draft(plan: Understanding, library: Library, role: Role) -> Draft | None:
    """What texts of the library say of a document that it does not hold: 原某号文件同时废止."""
    snapshot = library.catalog.snapshot()
    statements: list[Statement] = []
    for doc_id, relations in snapshot.relations.items():
        if snapshot.records[doc_id].visibility not in role.visibilities:
            continue
        for relation in relations:
            if relation.quote and any(_means(relation, name) for name in plan.unknown_titles):
                span = quote_span(doc_id, relation.quote, library, plan, role)
                if span is not None:
                    statements.append(Statement(statement_text(span, plan.lang), (span,)))
    return Draft("answered", statements[:3]) if statements else None


def _means(relation: Relation, name: str) -> bool:
    if relation.target_number and same_doc_number(relation.target_number, name):
        return True
    return bool(relation.target_title) and title_key(relation.target_title or "") == title_key(name)


def quote_span(doc_id: str, quote: str, library: Library, plan: Understanding, role: Role) -> Span | None:
    """The narrowest clause of a version that holds `quote`, quoting just that."""
    holders = [clause for clause in library.catalog.clauses(doc_id) if quote in clause.text]
    if not holders:
        return None
    narrow = min(holders, key=lambda clause: len(clause.text))
    unit = next(clause for clause in holders if clause.parent_id is None)
    evidence = library.evidence([unit.clause_id], as_of=plan.as_of, role=role)
    if not evidence:
        return None
    return Span(evidence[0], narrow.clause_id, narrow.label, quote, narrow.page)


def version_warnings(spans: Sequence[Span], plan: Understanding, snapshot: Snapshot) -> list[str]:
    """What the reader must know of the cited versions: out of force, about to be replaced, samples."""
    lang = "en" if plan.lang == "en" else None
    out: list[str] = []
    for doc_id in dict.fromkeys(span.evidence.doc_id for span in spans):
        record = snapshot.records[doc_id]
        validity = snapshot.validity(doc_id, plan.as_of)
        succession = snapshot.successions.get(doc_id)
        by = snapshot.records.get(succession.by) if succession else None
        relation = succession.relation if succession else None
        lapsed = relation is not None and relation.kind == "lapses"  # 宣布失效: nothing takes its place
        if by is not None and succession is not None and not lapsed and by.visibility == record.visibility:
            key = "answer.warn_replaced" if plan.as_of >= succession.on else "answer.warn_will_be_replaced"
            out.append(msg(key, lang, title=named(record.title), by=named(by.title), on=succession.on))
        elif validity in (Validity.EXPIRED, Validity.NOT_YET, Validity.REPEALED):
            state = msg(f"answer.validity_{validity.value}", lang)
            out.append(msg("answer.warn_state", lang, title=named(record.title), state=state, on=plan.as_of))
        elif validity is Validity.UNKNOWN:
            out.append(msg("answer.warn_unknown", lang, title=named(record.title)))
        if validity is Validity.IN_FORCE:
            for old in snapshot.predecessors(doc_id):
                older = snapshot.records[old]
                if older.visibility == record.visibility:
                    # a text that does not say since when (only a year is known) replaces all the same
                    key = "answer.warn_replaces" if record.begins_on else "answer.warn_replaces_undated"
                    names = {"title": named(record.title), "old": named(older.title)}
                    out.append(msg(key, lang, **names, on=record.begins_on))
    samples = sorted({span.evidence.sample for span in spans if span.evidence.sample})
    out += [msg("answer.warn_sample", lang, label=label) for label in samples]
    return out
