"""Drafts that are kept: the briefing with its evidence and formulas as it was written, and its outline.

A draft belongs to the person who made it. Opening one needs a role that may see what the draft rests on: the
role with which it was written is kept with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Column, DateTime, Engine, Integer, String, Table, Text, delete, insert, select, update

from agent.briefing.gather import write
from agent.briefing.model import Block, Briefing, Exhibit
from agent.briefing.outline import Outline
from agent.state import Span
from corpus.catalog_tables import metadata
from corpus.errors import InputError
from corpus.model import Role
from index import Library

KEPT = 200  # drafts of one person; the oldest goes first
_stored = TypeAdapter(Briefing)

drafts = Table(
    "briefing_drafts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("owner", String(80), nullable=False, index=True),
    Column("role", String(12), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("title", Text, nullable=False),
    Column("as_of", String(10), nullable=False),
    Column("outline", Text, nullable=False),
    Column("briefing", Text, nullable=False),
    Column("made_at", DateTime, nullable=False),
    Column("changed_at", DateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A draft in a list."""

    draft_id: int
    kind: str
    title: str
    as_of: date
    made_at: datetime  # UTC
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft, whole."""

    entry: Entry
    role: Role
    outline: Outline
    briefing: Briefing


class Drafts:
    """The drafts of an installation, in the catalog's database; every look-up names its owner."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        drafts.create(engine, checkfirst=True)

    def add(self, owner: str, role: Role, outline: Outline, briefing: Briefing) -> int:
        """Keeps a draft; gives its id."""
        now = _now()
        values = _values(role, outline, briefing) | {"owner": owner, "made_at": now}
        with self._engine.begin() as connection:
            made = connection.execute(insert(drafts).values(**values))
            old = select(drafts.c.id).where(drafts.c.owner == owner).order_by(drafts.c.id.desc()).offset(KEPT)
            for (draft_id,) in connection.execute(old).all():
                connection.execute(delete(drafts).where(drafts.c.id == draft_id))
            key = made.inserted_primary_key
        assert key is not None
        return int(key[0])

    def list(self, owner: str) -> list[Entry]:
        """The owner's drafts, the one changed last first."""
        wanted = select(drafts).where(drafts.c.owner == owner).order_by(drafts.c.changed_at.desc())
        with self._engine.connect() as connection:
            return [_entry(row) for row in connection.execute(wanted)]

    def get(self, owner: str, draft_id: int, role: Role) -> Kept:
        """
        Raises:
            InputError: the owner has no such draft, or the role may no longer see what it rests on.
        """
        wanted = select(drafts).where(drafts.c.owner == owner, drafts.c.id == draft_id)
        with self._engine.connect() as connection:
            row = connection.execute(wanted).first()
        if row is None or not Role(row.role).visibilities <= role.visibilities:
            raise InputError("briefing.no_draft", id=draft_id)
        briefing = _stored.validate_json(row.briefing)
        return Kept(_entry(row), Role(row.role), Outline.from_yaml(row.outline), briefing)

    def put(self, owner: str, draft_id: int, role: Role, outline: Outline, briefing: Briefing) -> None:
        """Another text for a draft.

        Raises:
            InputError: the owner has no such draft.
        """
        mine = (drafts.c.owner == owner) & (drafts.c.id == draft_id)
        with self._engine.begin() as connection:
            done = connection.execute(update(drafts).where(mine).values(**_values(role, outline, briefing)))
        if not done.rowcount:
            raise InputError("briefing.no_draft", id=draft_id)

    def remove(self, owner: str, draft_id: int) -> None:
        """
        Raises:
            InputError: the owner has no such draft.
        """
        mine = (drafts.c.owner == owner) & (drafts.c.id == draft_id)
        with self._engine.begin() as connection:
            done = connection.execute(delete(drafts).where(mine))
        if not done.rowcount:
            raise InputError("briefing.no_draft", id=draft_id)


def redrawn(kept: Kept, library: Library, role: Role, as_of: date) -> tuple[Outline, Briefing]:
    """The same outline on the library of today, as of another day.

    Raises:
        InputError: as for `write`.
    """
    outline = kept.outline.model_copy(update={"as_of": as_of})
    return outline, write(outline, library, role)


def _values(role: Role, outline: Outline, briefing: Briefing) -> dict[str, Any]:
    return {
        "role": role.value,
        "kind": briefing.kind,
        "title": briefing.title,
        "as_of": briefing.as_of.isoformat(),
        "outline": outline.to_yaml(),
        "briefing": _stored.dump_json(_lean(briefing)).decode(),
        "changed_at": _now(),
    }


def _entry(row: Any) -> Entry:
    return Entry(row.id, row.kind, row.title, date.fromisoformat(row.as_of), row.made_at, row.changed_at)


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _lean(briefing: Briefing) -> Briefing:
    """Without the whole units that quotes stand in: the quotes themselves are kept."""
    sections = tuple(replace(one, blocks=tuple(map(_lean_block, one.blocks))) for one in briefing.sections)
    return replace(briefing, sections=sections)


def _lean_block(block: Block) -> Block:
    if not isinstance(block, Exhibit):
        return replace(
            block, spans=_lean_spans(block.spans), formulas=tuple(map(_lean_formula, block.formulas))
        )
    rows = tuple(
        replace(row, spans=_lean_spans(row.spans), formulas=tuple(map(_lean_formula, row.formulas)))
        for row in block.table.rows
    )
    return replace(block, table=replace(block.table, rows=rows))


def _lean_spans(spans: Sequence[Span]) -> tuple[Span, ...]:
    return tuple(replace(span, evidence=replace(span.evidence, text="")) for span in spans)


def _lean_formula(formula: Any) -> Any:
    if hasattr(formula, "operands"):
        return replace(formula, operands=tuple(map(_lean_formula, formula.operands)))
    return replace(formula, span=_lean_spans((formula.span,))[0])
