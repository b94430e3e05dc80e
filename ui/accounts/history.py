"""Conversations in the database: for those signed in over restarts and devices, for visitors by browser.

This is the shelf only; what an exchange is, `ui/web/conversations.py` knows. Each look-up names the owner.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

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
    delete,
    func,
    insert,
    select,
    update,
)

from corpus.catalog_tables import metadata
from ui.accounts.retention import KeepSettings

_TITLE = 80  # characters of the first question
_PURGE_EVERY = timedelta(hours=6)

conversations = Table(
    "account_conversations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", String(80), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("used_at", DateTime, nullable=False, index=True),
)

exchanges = Table(
    "account_exchanges",
    metadata,
    Column("answer_id", String(32), primary_key=True),
    Column(
        "conversation_id",
        String(32),
        ForeignKey("account_conversations.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("place", Integer, nullable=False),
    Column("data", JSON, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A line of somebody's history: `title` is the first question, `used_at` UTC."""

    conversation_id: str
    title: str
    used_at: datetime
    exchanges: int


class History:
    """The conversations of an installation, in the catalog's database.

    An owner is `user:NUMBER` or a visitor's browser session; the latter opens things, so only its hash
    is stored.
    """

    def __init__(
        self,
        engine: Engine,
        settings: KeepSettings | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC).replace(tzinfo=None),
    ) -> None:
        self._engine = engine
        self._settings = settings or KeepSettings()
        self._clock = clock
        self._purged = datetime.min
        for table in (conversations, exchanges):
            table.create(engine, checkfirst=True)

    def save(
        self, owner: str, conversation_id: str, title: str, answer_id: str, data: dict[str, Any]
    ) -> None:
        """Keeps an exchange that has ended, in its conversation; the same answer again replaces it."""
        if self.days(owner) == 0:
            return
        now = self._clock()
        with self._engine.begin() as connection:
            mine = conversations.c.id == conversation_id
            found = connection.execute(select(conversations.c.owner).where(mine)).first()
            if found is None:
                connection.execute(
                    insert(conversations).values(
                        id=conversation_id, owner=stored_owner(owner), title=title[:_TITLE], used_at=now
                    )
                )
            elif found.owner != stored_owner(owner):
                raise ValueError("a conversation of somebody else")
            else:
                connection.execute(update(conversations).where(mine).values(used_at=now))
            connection.execute(delete(exchanges).where(exchanges.c.answer_id == answer_id))
            inside = exchanges.c.conversation_id == conversation_id
            last = connection.execute(select(func.max(exchanges.c.place)).where(inside)).scalar()
            place = 0 if last is None else last + 1
            connection.execute(
                insert(exchanges).values(
                    answer_id=answer_id, conversation_id=conversation_id, place=place, data=data
                )
            )
            if found is None:
                self._bound(connection, owner)
        self.purge()

    def drop(self, owner: str, answer_ids: list[str]) -> None:
        """Takes single exchanges out of the owner's conversations."""
        of_owner = select(conversations.c.id).where(conversations.c.owner == stored_owner(owner))
        with self._engine.begin() as connection:
            connection.execute(
                delete(exchanges).where(
                    exchanges.c.answer_id.in_(answer_ids), exchanges.c.conversation_id.in_(of_owner)
                )
            )

    def load(self, owner: str, conversation_id: str) -> list[dict[str, Any]] | None:
        """The exchanges of the owner's conversation, oldest first; None where the owner has no such one."""
        mine = (conversations.c.id == conversation_id) & (conversations.c.owner == stored_owner(owner))
        with self._engine.connect() as connection:
            found = connection.execute(
                select(conversations.c.id).where(mine, conversations.c.used_at >= self._since(owner))
            ).first()
            if found is None:
                return None
            wanted = select(exchanges.c.data).where(exchanges.c.conversation_id == conversation_id)
            return [row.data for row in connection.execute(wanted.order_by(exchanges.c.place))]

    def conversation_of(self, owner: str, answer_id: str) -> str | None:
        """The owner's conversation that an answer stands in."""
        wanted = (
            select(conversations.c.id)
            .join(exchanges, exchanges.c.conversation_id == conversations.c.id)
            .where(exchanges.c.answer_id == answer_id, conversations.c.owner == stored_owner(owner))
        )
        with self._engine.connect() as connection:
            found: str | None = connection.execute(wanted).scalar()
        return found

    def owned(self, owner: str) -> list[Kept]:
        """The owner's conversations, the one used last first."""
        wanted = (
            select(
                conversations.c.id,
                conversations.c.title,
                conversations.c.used_at,
                func.count(exchanges.c.answer_id).label("count"),
            )
            .join(exchanges, exchanges.c.conversation_id == conversations.c.id)
            .where(
                conversations.c.owner == stored_owner(owner), conversations.c.used_at >= self._since(owner)
            )
            .group_by(conversations.c.id, conversations.c.title, conversations.c.used_at)
            .order_by(conversations.c.used_at.desc())
        )
        with self._engine.connect() as connection:
            return [Kept(*row) for row in connection.execute(wanted)]

    def search(self, owner: str, words: str) -> list[Kept]:
        """Those of the owner's conversations in whose questions or answers each of the words stands."""
        wanted = words.casefold().split()
        mine = conversations.c.owner == stored_owner(owner)
        texts: dict[str, str] = {}
        rows = select(exchanges.c.conversation_id, exchanges.c.data).join(conversations).where(mine)
        with self._engine.connect() as connection:
            for place, data in connection.execute(rows):
                answer = data.get("answer") or {}
                said = f"{data.get('question', '')} {answer.get('answer', '')}"
                texts[place] = f"{texts.get(place, '')} {said.casefold()}"
        return [
            kept
            for kept in self.owned(owner)
            if all(word in texts.get(kept.conversation_id, "") for word in wanted)
        ]

    def delete(self, owner: str, conversation_id: str | None = None) -> int:
        """Deletes one conversation of the owner, or (None) all; how many there were."""
        chosen = conversations.c.owner == stored_owner(owner)
        if conversation_id is not None:
            chosen &= conversations.c.id == conversation_id
        with self._engine.begin() as connection:
            return forget(connection, chosen)

    def purge(self) -> None:
        """Deletes what is older than is to be kept; does nothing when it did so a short while ago."""
        now = self._clock()
        if now - self._purged < _PURGE_EVERY:
            return
        self._purged = now
        people = conversations.c.owner.startswith("user:")
        days = ((people, self._settings.history_days), (~people, self._settings.visitor_days))
        with self._engine.begin() as connection:
            for whose, kept in days:
                forget(connection, whose & (conversations.c.used_at < now - timedelta(days=kept)))

    def _bound(self, connection: Any, owner: str) -> None:
        """Only so many of one owner: those unused longest go."""
        beyond = (
            select(conversations.c.id)
            .where(conversations.c.owner == stored_owner(owner))
            .order_by(conversations.c.used_at.desc(), conversations.c.id)
            .offset(self._settings.conversations)
        )
        old = [row.id for row in connection.execute(beyond)]
        if old:
            forget(connection, conversations.c.id.in_(old))

    def days(self, owner: str) -> int:
        """How many days the owner's conversations are kept after their last use; 0: not at all."""
        signed_in = owner.startswith("user:")
        return self._settings.history_days if signed_in else self._settings.visitor_days

    def _since(self, owner: str) -> datetime:
        return self._clock() - timedelta(days=self.days(owner))


def forget(connection: Any, chosen: Any) -> int:
    """Deletes the conversations of a condition with all that is in them."""
    inner = select(conversations.c.id).where(chosen)
    connection.execute(delete(exchanges).where(exchanges.c.conversation_id.in_(inner)))
    return int(connection.execute(delete(conversations).where(chosen)).rowcount)


def stored_owner(owner: str) -> str:
    """An owner as the database names it."""
    if owner.startswith("user:"):
        return owner
    return f"browser:{hashlib.sha256(owner.encode()).hexdigest()}"
