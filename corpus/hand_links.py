"""Links between documents as staff set them, kept apart from what the texts say.

A text may replace another without saying so, or be read as saying what it does not. Staff add a
link or take one out. Like a correction (`corpus/corrections.py`) each is tied to the text that the
link starts from and to the path of its file: it holds for the same text wherever it lies, and for
another text of the same path.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, cast, get_args

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
)

from corpus.catalog_tables import metadata
from corpus.corrections import BASIS
from corpus.errors import InputError
from corpus.links import Names, title_keys
from corpus.model import Relation, RelationKind
from corpus.numbering import same_doc_number
from corpus.record import Record

KINDS: tuple[str, ...] = get_args(RelationKind)

links = Table(
    "hand_links",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("doc_id", String(32), nullable=False, index=True),
    Column("path", Text, nullable=False, index=True),
    Column("taken_out", Boolean, nullable=False),  # True: what the text seems to say does not hold
    Column("kind", String(12)),  # NULL, of one taken out: whatever its kind
    Column("target_id", String(32)),
    Column("target_title", Text),
    Column("target_number", Text),
    Column("effective_on", Date),
    Column("clause_label", Text),
    Column("by", Text, nullable=False),
    Column("at", DateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link as staff set it: added, or taken out. `target_id` is None while the target is not here."""

    doc_id: str
    path: str
    taken_out: bool
    kind: RelationKind | None
    target_id: str | None
    target_title: str | None
    target_number: str | None
    effective_on: date | None
    clause_label: str | None
    by: str
    at: datetime

    @property
    def note(self) -> str:
        """How it shows as the place of the link: 人工更正（张某 2026-11-23）."""
        return f"{BASIS}（{self.by} {self.at:%Y-%m-%d}）"

    @property
    def relation(self) -> Relation:
        """The relation that an added link states."""
        return Relation(
            cast(RelationKind, self.kind),
            self.target_title,
            self.target_number,
            clause_label=self.clause_label,
            quote=self.note,
            effective_on=self.effective_on,
            target_id=self.target_id,
        )


def check(record: Record, kind: str, target: Record | None, on: date | None) -> RelationKind:
    """The kind of a link to be added.

    Raises:
        InputError: no such kind, a link to itself, or an extension without its new last day.
    """
    if kind not in KINDS:
        raise InputError("links.bad_kind", kind=kind, choices="、".join(KINDS))
    if target is not None and target.doc_id == record.doc_id:
        raise InputError("links.to_itself", title=record.title)
    if kind == "extends" and on is None:
        raise InputError("links.no_day")
    return cast(RelationKind, kind)


def made(
    record: Record,
    target: Record | tuple[str | None, str | None],
    by: str,
    kind: RelationKind | None = None,
    taken_out: bool = False,
    effective_on: date | None = None,
    clause_label: str | None = None,
) -> Link:
    """A link from `record` to a version of the library, or to the title and number of one that is not."""
    here = target if isinstance(target, Record) else None
    title, number = (here.title, here.doc_number) if here else cast(tuple[str | None, str | None], target)
    target_id = here.doc_id if here else None
    now = datetime.now(UTC).replace(tzinfo=None)
    return Link(
        *(record.doc_id, record.path, taken_out, kind, target_id, title, number),
        *(effective_on, clause_label, by, now),
    )


def store(connection: Connection, link: Link) -> None:
    """Writes a link over earlier ones between the same two of the same kind."""
    remove(connection, link)
    connection.execute(insert(links), [row_of(link)])


def remove(connection: Connection, link: Link) -> int:
    """Deletes what staff set before between the two (of the kind, where `link` has one); how many."""
    rows = connection.execute(select(links)).mappings().all()
    gone = [
        row["id"]
        for row in rows
        if (row["doc_id"] == link.doc_id or row["path"] == link.path)
        and (link.kind is None or row["kind"] in (link.kind, None))
        and _same_target(link, row["target_id"], row["target_title"], row["target_number"])
    ]
    if gone:
        connection.execute(delete(links).where(links.c.id.in_(gone)))
    return len(gone)


def row_of(link: Link) -> dict[str, Any]:
    """The columns of a link, for writing it."""
    return {column.name: getattr(link, column.name) for column in links.c if column.name != "id"}


def load(connection: Connection) -> list[Link]:
    """Every link that staff set, the oldest first."""
    columns = [column for column in links.c if column.name != "id"]
    return [Link(**row) for row in connection.execute(select(*columns).order_by(links.c.id)).mappings()]


def of_version(record: Record, known: Iterable[Link]) -> list[Link]:
    """The links that concern a version: those of its text, and those of its path."""
    return [link for link in known if link.doc_id == record.doc_id or link.path == record.path]


def applied(
    records: Mapping[str, Record], said: Mapping[str, list[Relation]], known: list[Link]
) -> dict[str, list[Relation]]:
    """What the texts say of each other, without what staff took out, with what they added."""
    found = {doc_id: list(relations) for doc_id, relations in said.items()}
    names = Names(records.values()) if known else None
    for doc_id, record in records.items():
        for link in of_version(record, known):
            relations = found.get(doc_id, [])
            if link.taken_out and names is not None:
                found[doc_id] = [
                    relation for relation in relations if not _means(names, record, link, relation)
                ]
            elif not link.taken_out:
                found[doc_id] = [*relations, link.relation]
    return found


def _means(names: Names, record: Record, link: Link, relation: Relation) -> bool:
    """Whether a relation that was read is the one that staff took out."""
    if link.kind not in (None, relation.kind):
        return False
    if link.target_id in [target.doc_id for target in names.meant(record, relation)]:
        return True
    return _same_target(link, relation.target_id, relation.target_title, relation.target_number)


def _same_target(link: Link, target_id: str | None, title: str | None, number: str | None) -> bool:
    if link.target_id and target_id:
        return link.target_id == target_id
    if link.target_number and number:
        return same_doc_number(link.target_number, number)
    if link.target_title and title:
        return bool(title_keys(link.target_title) & title_keys(title))
    return False
