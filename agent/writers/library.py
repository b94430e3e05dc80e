"""What the library holds, for those who ask that."""

from __future__ import annotations

from agent.state import Draft, Statement, Understanding
from agent.writers.phrases import named
from corpus.messages import msg
from corpus.model import Role, Validity
from index import Library

_SHOWN = 8  # titles a subject


def library_draft(plan: Understanding, library: Library, role: Role) -> Draft:
    """Titles by subject, those in force on the day first; only what the role may see."""
    snapshot = library.catalog.snapshot()
    groups: dict[str, list[str]] = {}
    for record in snapshot.records.values():
        if record.visibility not in role.visibilities:
            continue
        if snapshot.validity(record.doc_id, plan.as_of) in (Validity.IN_FORCE, Validity.UNKNOWN):
            groups.setdefault(record.subject or msg("answer.other_subject"), []).append(named(record.title))
    lines = [msg("answer.library_head")]
    for subject, titles in sorted(groups.items()):
        more = msg("answer.and_more") if len(titles) > _SHOWN else ""
        lines.append(f"**{subject}**\n" + "\n".join(f"- {title}" for title in titles[:_SHOWN]) + more)
    if not groups:
        return Draft("refused", [Statement(msg("answer.empty_library"), note=True)])
    return Draft("clarify", [Statement("\n\n".join(lines), note=True)])
