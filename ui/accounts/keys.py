"""API keys: for programs of other offices, each with a role and a rate. A secret is shown once."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Engine,
    Integer,
    String,
    Table,
    Text,
    insert,
    select,
    update,
)

from corpus.catalog_tables import metadata
from corpus.errors import InputError
from corpus.model import Role

HIGHEST_RATE = 6000  # requests a minute
_SHAPE = re.compile(r"zx_[A-Za-z0-9_-]{43}")
_SEEN_EVERY = timedelta(minutes=1)  # how exactly a key's last use is kept

api_keys = Table(
    "account_keys",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("label", Text, nullable=False),
    Column("role", String(12), nullable=False),
    Column("rate", Integer, nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("hint", String(12), nullable=False),  # how the secret begins: to tell keys apart
    Column("active", Boolean, nullable=False),
    Column("added_at", DateTime, nullable=False),
    Column("last_used", DateTime),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class Key:
    """An API key without its secret.

    Attributes:
        rate: requests a minute that it may make.
        hint: how its secret begins.
    """

    key_id: int
    label: str
    role: Role
    rate: int
    hint: str
    active: bool
    added_at: datetime
    last_used: datetime | None

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.key_id,
            "label": self.label,
            "role": self.role.value,
            "rate": self.rate,
            "hint": self.hint,
            "active": self.active,
            "added_at": self.added_at.isoformat(timespec="seconds"),
            "last_used": self.last_used.isoformat(timespec="seconds") if self.last_used else None,
        }


class Keys:
    """The API keys of an installation, in the catalog's database; only their hashes lie there."""

    def __init__(
        self,
        engine: Engine,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC).replace(tzinfo=None),
    ) -> None:
        self._engine = engine
        self._clock = clock
        api_keys.create(engine, checkfirst=True)

    def make(self, label: str, role: Role, rate: int = 60) -> tuple[Key, str]:
        """A new key and its secret, which is nowhere else.

        Raises:
            InputError: no label, one too long, or a rate out of bounds.
        """
        label = label.strip()
        if not 1 <= len(label) <= 80 or not label.isprintable():
            raise InputError("accounts.key_label", length=80)
        if not 1 <= rate <= HIGHEST_RATE:
            raise InputError("accounts.key_rate", highest=HIGHEST_RATE)
        secret = f"zx_{secrets.token_urlsafe(32)}"
        with self._engine.begin() as connection:
            made = connection.execute(
                insert(api_keys).values(
                    label=label,
                    role=role.value,
                    rate=rate,
                    hash=_digest(secret),
                    hint=secret[:7],
                    active=True,
                    added_at=self._clock(),
                )
            )
            number = made.inserted_primary_key
        assert number is not None
        return self.get(int(number[0])), secret

    def find(self, secret: str) -> Key | None:
        """The active key of a secret. 256 random bits: neither guessing nor timing finds one."""
        if not _SHAPE.fullmatch(secret):
            return None
        wanted = select(api_keys).where(api_keys.c.hash == _digest(secret), api_keys.c.active)
        with self._engine.connect() as connection:
            row = connection.execute(wanted).first()
        if row is None:
            return None
        now = self._clock()
        if row.last_used is None or now - row.last_used > _SEEN_EVERY:
            with self._engine.begin() as connection:
                connection.execute(update(api_keys).where(api_keys.c.id == row.id).values(last_used=now))
        return _key(row)

    def get(self, key_id: int) -> Key:
        """
        Raises:
            InputError: there is no such key.
        """
        with self._engine.connect() as connection:
            row = connection.execute(select(api_keys).where(api_keys.c.id == key_id)).first()
        if row is None:
            raise InputError("accounts.no_key", id=key_id)
        return _key(row)

    def list(self) -> list[Key]:
        """All keys, revoked ones too, the newest first."""
        with self._engine.connect() as connection:
            return [_key(row) for row in connection.execute(select(api_keys).order_by(api_keys.c.id.desc()))]

    def revoke(self, key_id: int) -> Key:
        """The key opens nothing from now on; its line stays.

        Raises:
            InputError: there is no such key.
        """
        self.get(key_id)
        with self._engine.begin() as connection:
            connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(active=False))
        return self.get(key_id)


def _key(row: Any) -> Key:
    return Key(row.id, row.label, Role(row.role), row.rate, row.hint, row.active, row.added_at, row.last_used)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
