"""What each ingestion did: kept in the catalog, so that its report can be read later.

A run is `running` until it ends; one that was killed is found as such when the next begins. Files that
were unchanged are counted, the others are listed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Engine,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    insert,
    select,
    update,
)

from corpus.catalog_tables import metadata

RunStatus = Literal["running", "done", "interrupted", "failed"]
COUNTED = ("added", "updated", "unchanged", "failed")

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("status", String(12), nullable=False),
    Column("started_at", DateTime, nullable=False),
    Column("ended_at", DateTime),
    Column("paths", JSON, nullable=False),
    Column("total", Integer, nullable=False),
    *(Column(name, Integer, nullable=False) for name in COUNTED),
    Column("reason", Text),
)
run_files = Table(
    "run_files",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("path", Text, nullable=False),
    Column("status", String(12), nullable=False),
    Column("doc_id", String(32)),
    Column("title", Text),
    Column("clauses", Integer, nullable=False),
    Column("error", Text),
)


@dataclass(frozen=True, slots=True)
class Run:
    """One ingestion; `total` files were found, `seen` of them were dealt with. Times are UTC."""

    id: int
    status: RunStatus
    started_at: datetime
    ended_at: datetime | None
    paths: list[str]
    total: int
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: int = 0
    reason: str | None = None

    @property
    def seen(self) -> int:
        return self.added + self.updated + self.unchanged + self.failed


@dataclass(frozen=True, slots=True)
class RunFile:
    """What became of one file of a run."""

    path: str
    status: str
    doc_id: str | None = None
    title: str | None = None
    clauses: int = 0
    error: str | None = None


@dataclass(slots=True)
class Report:
    """Writes one run as it goes; a file's line is there a second after it, or at the end."""

    engine: Engine
    run_id: int
    _waiting: list[RunFile] = field(default_factory=list)
    _since: datetime = field(default_factory=lambda: _now())

    def add(self, file: RunFile) -> None:
        self._waiting.append(file)
        if len(self._waiting) >= 200 or (_now() - self._since).total_seconds() > 1:
            self._write()

    def end(self, status: RunStatus, reason: str | None = None) -> None:
        self._write()
        with self.engine.begin() as connection:
            values = {"status": status, "ended_at": _now(), "reason": reason}
            connection.execute(update(runs).where(runs.c.id == self.run_id).values(values))

    def _write(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._since = _now()
        counts = Counter(file.status for file in waiting)
        lines = [_line(self.run_id, file) for file in waiting if file.status != "unchanged"]
        with self.engine.begin() as connection:
            if lines:
                connection.execute(insert(run_files), lines)
            if counts:
                more = {name: runs.c[name] + counts[name] for name in COUNTED}
                connection.execute(update(runs).where(runs.c.id == self.run_id).values(more))


def begin(engine: Engine, paths: Sequence[str], total: int) -> Report:
    """Records that a run begins; the caller holds the ingest lock, so no other is at work."""
    close_killed(engine)
    row: dict[str, Any] = {
        "status": "running",
        "started_at": _now(),
        "paths": [_storable(path) for path in paths],
        "total": total,
        **dict.fromkeys(COUNTED, 0),
    }
    with engine.begin() as connection:
        key = connection.execute(insert(runs).values(row)).inserted_primary_key
    return Report(engine, int(key[0]) if key else 0)


def close_killed(engine: Engine) -> None:
    """Runs that never ended were killed; only to be called while no run can be at work."""
    with engine.begin() as connection:
        connection.execute(update(runs).where(runs.c.status == "running").values(status="interrupted"))


def load(engine: Engine, limit: int | None = None) -> list[Run]:
    """The runs, the latest first."""
    with engine.connect() as connection:
        statement = select(runs).order_by(runs.c.id.desc()).limit(limit)
        return [Run(**row) for row in connection.execute(statement).mappings()]


def load_one(engine: Engine, run_id: int) -> Run | None:
    with engine.connect() as connection:
        row = connection.execute(select(runs).where(runs.c.id == run_id)).mappings().first()
        return Run(**row) if row else None


def load_files(engine: Engine, run_id: int) -> list[RunFile]:
    """The files of a run in their order, without those that were unchanged."""
    names = [column for column in run_files.c if column.name not in ("id", "run_id")]
    with engine.connect() as connection:
        rows = connection.execute(select(*names).where(run_files.c.run_id == run_id).order_by(run_files.c.id))
        return [RunFile(**row) for row in rows.mappings()]


def _line(run_id: int, file: RunFile) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "path": _storable(file.path),
        "status": file.status,
        "doc_id": file.doc_id,
        "title": file.title,
        "clauses": file.clauses,
        "error": _storable(file.error) if file.error else None,
    }


def _storable(text: str) -> str:
    """A file name that is not UTF-8 holds half surrogates, which no database takes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
