"""The files that a version was read from: one text may lie in several, in several formats.

A file is known by its path and its bytes. Two files hold one text when their `text_key`s agree: the
same words and figures in the same order, whatever the format made of spaces, lines and punctuation.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Engine,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)

from corpus.catalog_tables import metadata, versions
from corpus.corrections import corrections

originals = Table(
    "originals",
    metadata,
    Column("path", Text, primary_key=True),
    Column("doc_id", String(32), nullable=False, index=True),
    Column("sha256", String(64), nullable=False, index=True),
    Column("format", String(16), nullable=False),
    Column("text_key", String(64), nullable=False, index=True),
    Column("added_at", DateTime, nullable=False),
)

_SUBSTANCE = re.compile(r"[^\W_]+|(?<=\d)\.(?=\d)|-(?=\d)|[%‰]")


@dataclass(frozen=True, slots=True)
class Original:
    """One file of a version. `sha256` is of its bytes, `text_key` of its text."""

    path: str
    doc_id: str
    sha256: str
    format: str
    text_key: str
    added_at: datetime = field(default_factory=lambda: datetime.now(UTC).replace(tzinfo=None))


def text_key(text: str) -> str:
    """The same for texts that differ in spaces, line ends, punctuation and width alone.

    The point and the sign of a figure count: 1.5% is not 15%.
    """
    substance = "".join(_SUBSTANCE.findall(unicodedata.normalize("NFKC", text)))
    return hashlib.sha256(substance.encode("utf-8", "replace")).hexdigest()


def kept(home: Path, sha256: str, path: str | Path) -> Path:
    """Where the bytes of an original are kept."""
    return home / "files" / f"{sha256}{Path(path).suffix.lower()}"


def put(connection: Connection, found: Iterable[Original]) -> None:
    """Records files, each over what its path held before."""
    for original in found:
        connection.execute(delete(originals).where(originals.c.path == original.path))
        connection.execute(insert(originals).values(asdict(original)))


def drop_version(connection: Connection, doc_id: str) -> None:
    """Forgets every file of a version."""
    connection.execute(delete(originals).where(originals.c.doc_id == doc_id))


class Originals:
    """The table as ingestion asks it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def at(self, path: str) -> Original | None:
        """The file last read at this path."""
        return next(iter(self._select(originals.c.path == path)), None)

    def of(self, doc_id: str) -> list[Original]:
        """The files of a version, the oldest first."""
        return self._select(originals.c.doc_id == doc_id)

    def by_sha(self, sha256: str) -> list[Original]:
        """The files with these bytes."""
        return self._select(originals.c.sha256 == sha256)

    def by_text(self, key: str) -> list[Original]:
        """The files with this text."""
        return self._select(originals.c.text_key == key)

    def all(self) -> list[Original]:
        return self._select(None)

    def add(self, original: Original) -> None:
        with self._engine.begin() as connection:
            put(connection, [original])

    def drop(self, path: str) -> None:
        """Forgets the file at a path."""
        with self._engine.begin() as connection:
            connection.execute(delete(originals).where(originals.c.path == path))

    def move(self, old: str, new: str) -> None:
        """The file was renamed or moved; what staff corrected for it goes with it."""
        with self._engine.begin() as connection:
            connection.execute(delete(originals).where(originals.c.path == new))
            for table in (originals, corrections):
                connection.execute(update(table).where(table.c.path == old).values(path=new))

    def complete(self) -> int:
        """Records the file of each live version that has none: a state folder made before there was
        this table. How many."""
        missing = list(self._missing())
        with self._engine.begin() as connection:
            put(connection, missing)
        return len(missing)

    def _missing(self) -> Iterator[Original]:
        names = ("path", "doc_id", "sha256", "format", "text")
        known = select(originals.c.doc_id)
        statement = select(*(versions.c[name] for name in names)).where(
            (versions.c.state == "live") & versions.c.doc_id.not_in(known)
        )
        with self._engine.connect() as connection:
            for row in connection.execute(statement):
                yield Original(row.path, row.doc_id, row.sha256, row.format, text_key(row.text))

    def _select(self, condition: object) -> list[Original]:
        statement = select(originals).order_by(originals.c.added_at, originals.c.path)
        if condition is not None:
            statement = statement.where(condition)  # type: ignore[arg-type]
        with self._engine.connect() as connection:
            return [Original(**row) for row in connection.execute(statement).mappings()]
