"""Who changed what, and when. Lines are only ever added; the database refuses anything else."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    DDL,
    JSON,
    Column,
    DateTime,
    Engine,
    Integer,
    String,
    Table,
    Text,
    event,
    func,
    insert,
    select,
)

from corpus.catalog_tables import metadata

_ACTION = re.compile(r"[a-z_]{2,30}(?:\.[a-z_]{2,30})?")
_NEVER = re.compile(r"password|secret|token|cookie|contact|question|hash", re.I)
_LONGEST = 200  # characters of a value

audit_log = Table(
    "account_audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", DateTime, nullable=False, index=True),
    Column("actor", String(80), nullable=False, index=True),
    Column("action", String(64), nullable=False, index=True),
    Column("subject", Text, nullable=False),
    Column("detail", JSON, nullable=False),
    sqlite_autoincrement=True,
)

for _verb in ("UPDATE", "DELETE"):
    event.listen(
        audit_log,
        "after_create",
        DDL(
            f"CREATE TRIGGER account_audit_no_{_verb.lower()} BEFORE {_verb} ON account_audit "
            "BEGIN SELECT RAISE(ABORT, 'the audit log is append only'); END"
        ).execute_if(dialect="sqlite"),
    )
    event.listen(
        audit_log,
        "after_create",
        DDL(
            f"CREATE RULE account_audit_no_{_verb.lower()} AS ON {_verb} TO account_audit DO INSTEAD NOTHING"
        ).execute_if(dialect="postgresql"),
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: `actor` is a user name, or `cli:NAME` for the command line; `at` is UTC."""

    entry_id: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]


class Audit:
    """The audit log of an installation, in the catalog's database."""

    def __init__(
        self,
        engine: Engine,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC).replace(tzinfo=None),
    ) -> None:
        self._engine = engine
        self._clock = clock
        audit_log.create(engine, checkfirst=True)

    def write(
        self, actor: str, action: str, subject: str = "", detail: Mapping[str, object] | None = None
    ) -> None:
        """Adds a line. Secrets, contacts and questions have no place in it.

        Args:
            action: `room.verb`: `user.add`, `library.upload`.
            subject: what it was done to: a user's name, a document's id, an appeal's number.

        Raises:
            ValueError: an action of another form, or a detail that must not be kept (our own fault).
        """
        if not _ACTION.fullmatch(action):
            raise ValueError(f"not an action: {action!r}")
        if forbidden := [name for name in detail or {} if _NEVER.search(name)]:
            raise ValueError(f"not to be kept in the audit log: {forbidden}")
        plain = {
            name: value if isinstance(value, bool | int | float) or value is None else str(value)[:_LONGEST]
            for name, value in (detail or {}).items()
        }
        with self._engine.begin() as connection:
            connection.execute(
                insert(audit_log).values(
                    at=self._clock(),
                    actor=actor[:80],
                    action=action,
                    subject=subject[:_LONGEST],
                    detail=plain,
                )
            )

    def actors(self) -> list[str]:
        """Everybody who stands in the log, by name."""
        with self._engine.connect() as connection:
            found = connection.execute(select(audit_log.c.actor).distinct().order_by(audit_log.c.actor))
            return [row.actor for row in found]

    def list(
        self,
        actor: str | None = None,
        action: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> list[Entry]:
        """Newest first. `action` may be a room alone: `user` finds `user.add`."""
        wanted = select(audit_log).where(*_conditions(actor, action, since, until))
        wanted = wanted.order_by(audit_log.c.id.desc()).limit(limit).offset(offset)
        with self._engine.connect() as connection:
            return [Entry(*row) for row in connection.execute(wanted)]

    def count(
        self,
        actor: str | None = None,
        action: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> int:
        wanted = select(func.count()).select_from(audit_log)
        with self._engine.connect() as connection:
            return connection.execute(wanted.where(*_conditions(actor, action, since, until))).scalar_one()


def _conditions(
    actor: str | None, action: str | None, since: datetime | None, until: datetime | None
) -> list[Any]:
    found: list[Any] = []
    if actor:
        found.append(audit_log.c.actor == actor)
    if action:
        room = audit_log.c.action.startswith(f"{action}.", autoescape=True)
        found.append((audit_log.c.action == action) | room)
    if since:
        found.append(audit_log.c.at >= since)
    if until:
        found.append(audit_log.c.at < until)
    return found
