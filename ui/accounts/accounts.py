"""Accounts and their sessions: passwords by argon2id, lockout, sessions that outlive a restart."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Engine, delete, insert, select, update

from corpus.errors import InputError
from corpus.model import Role
from ui.accounts.appeal_owners import appeal_owners, unlink
from ui.accounts.history import conversations, exchanges, forget
from ui.accounts.model import AccountSettings, Session, User, Wait
from ui.accounts.tables import TABLES, failures, sessions, users

SHORTEST = 10  # characters of a password
LONGEST = 200
_NAME = re.compile(r"[\w.@-]{2,64}")
_SEEN_EVERY = timedelta(minutes=1)  # how exactly a session's last use is kept


class Accounts:
    """The accounts of an installation.

    Args:
        engine: the catalog's database; the tables are made where they are missing.
        clock: the time in UTC without a zone; a parameter so that a test need not wait.
    """

    def __init__(
        self,
        engine: Engine,
        settings: AccountSettings | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC).replace(tzinfo=None),
    ) -> None:
        self._engine = engine
        self._settings = settings or AccountSettings()
        self._clock = clock
        self._hasher = PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_hex(16))
        # One at a time: 64 MiB each, and many tries at once must not all be let through before one counts.
        self._signing_in = threading.Lock()
        for table in (*TABLES, conversations, exchanges, appeal_owners):
            table.create(engine, checkfirst=True)

    def add(self, name: str, role: Role, password: str) -> User:
        """
        Raises:
            InputError: a name that is taken or has other signs than allowed, a weak password.
        """
        name = name.strip()
        if not _NAME.fullmatch(name):
            raise InputError("accounts.bad_name", name=name[:70])
        _check_password(name, password)
        with self._engine.begin() as connection:
            if connection.execute(select(users.c.id).where(users.c.name == name)).first():
                raise InputError("accounts.taken", name=name)
            connection.execute(
                insert(users).values(
                    name=name,
                    role=role.value,
                    hash=self._hasher.hash(password),
                    active=True,
                    added_at=self._clock(),
                )
            )
        return self.user(name)

    def user(self, name: str) -> User:
        """
        Raises:
            InputError: there is no such account.
        """
        with self._engine.connect() as connection:
            row = connection.execute(select(users).where(users.c.name == name)).first()
        if row is None:
            raise InputError("accounts.unknown", name=name[:70])
        return _user(row)

    def users(self) -> list[User]:
        """All accounts, by name."""
        with self._engine.connect() as connection:
            return [_user(row) for row in connection.execute(select(users).order_by(users.c.name))]

    def remove(self, name: str) -> None:
        """Takes the account away with its conversations; its sessions end at once."""
        self._change(name, None, forgetting=True)

    def set_role(self, name: str, role: Role) -> None:
        """Another role; sessions with the old one end at once. One that may see less than before loses
        its conversations: they quote what it may not see any more."""
        less = role.visibilities < self.user(name).role.visibilities
        self._change(name, {"role": role.value}, forgetting=less)

    def set_password(self, name: str, password: str) -> None:
        """Another password; sessions that were opened with the old one end at once."""
        _check_password(name, password)
        self._change(name, {"hash": self._hasher.hash(password)})
        with self._engine.begin() as connection:
            connection.execute(delete(failures).where(failures.c.subject == f"n:{name}"))

    def set_active(self, name: str, active: bool) -> None:
        """Whether the account may sign in; its sessions end at once."""
        self._change(name, {"active": active})

    def sign_in(self, name: str, password: str, browser: str, address: str) -> Session | Wait | None:
        """A new session; None for a wrong name or password; `Wait` after too many wrong ones.

        It takes the same time whether the name exists or not. While one has to wait, the right
        password is not taken either: guessing gains nothing from it.
        """
        with self._signing_in:
            return self._sign_in(name, password, browser, address)

    def _sign_in(self, name: str, password: str, browser: str, address: str) -> Session | Wait | None:
        subjects = (f"n:{name[:64]}", f"a:{address}"[:200])
        with self._engine.connect() as connection:
            seconds = max(self._waiting(connection, subject) for subject in subjects)
            row = connection.execute(select(users).where(users.c.name == name)).first()
        if seconds > 0:
            return Wait(seconds)
        right = self._verify(row.hash if row else self._nobody, password)
        with self._engine.begin() as connection:
            if row is None or not right or not row.active:
                for subject in subjects:
                    self._fail(connection, subject)
                return None
            connection.execute(delete(failures).where(failures.c.subject == subjects[0]))
            if self._hasher.check_needs_rehash(row.hash):
                connection.execute(
                    update(users).where(users.c.id == row.id).values(hash=self._hasher.hash(password))
                )
            return self._begin(connection, row, browser)

    def session(self, key: str, browser: str) -> Session | None:
        """The session of a cookie, if there is one, this browser began it and it has not ended."""
        now = self._clock()
        wanted = (
            select(sessions, users.c.name, users.c.role)
            .join(users, users.c.id == sessions.c.user_id)
            .where(sessions.c.key_hash == _digest(key), users.c.active)
        )
        with self._engine.connect() as connection:
            row = connection.execute(wanted).first()
        if row is None or not hmac.compare_digest(row.browser_hash, _digest(browser)):
            return None
        if row.ends <= now or row.used_at + timedelta(hours=self._settings.idle_hours) <= now:
            self.sign_out(key)
            return None
        if now - row.used_at > _SEEN_EVERY:
            with self._engine.begin() as connection:
                connection.execute(
                    update(sessions).where(sessions.c.key_hash == row.key_hash).values(used_at=now)
                )
                connection.execute(update(users).where(users.c.id == row.user_id).values(last_seen=now))
        return Session(key, row.user_id, row.name, Role(row.role), row.csrf, browser, row.ends)

    def sign_out(self, key: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(delete(sessions).where(sessions.c.key_hash == _digest(key)))

    def sign_out_everywhere(self, user_id: int) -> None:
        with self._engine.begin() as connection:
            connection.execute(delete(sessions).where(sessions.c.user_id == user_id))

    def _change(self, name: str, values: dict[str, Any] | None, *, forgetting: bool = False) -> None:
        """New values of an account, or (None) its end; its sessions end with it."""
        found = self.user(name)
        with self._engine.begin() as connection:
            if forgetting:
                forget(connection, conversations.c.owner == f"user:{found.user_id}")
            connection.execute(delete(sessions).where(sessions.c.user_id == found.user_id))
            mine = users.c.id == found.user_id
            if values is None:
                unlink(connection, f"user:{found.user_id}")
                connection.execute(delete(users).where(mine))
            else:
                connection.execute(update(users).where(mine).values(**values))

    def _begin(self, connection: Connection, row: Any, browser: str) -> Session:
        now = self._clock()
        connection.execute(delete(sessions).where(sessions.c.ends <= now))
        key, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        ends = now + timedelta(hours=self._settings.hours)
        connection.execute(
            insert(sessions).values(
                key_hash=_digest(key),
                user_id=row.id,
                browser_hash=_digest(browser),
                csrf=csrf,
                ends=ends,
                used_at=now,
            )
        )
        connection.execute(update(users).where(users.c.id == row.id).values(last_seen=now))
        return Session(key, row.id, row.name, Role(row.role), csrf, browser, ends)

    def _waiting(self, connection: Connection, subject: str) -> float:
        row = connection.execute(select(failures.c.until).where(failures.c.subject == subject)).first()
        return max(0.0, (row.until - self._clock()).total_seconds()) if row else 0.0

    def _fail(self, connection: Connection, subject: str) -> None:
        """One more wrong password; from `tries` on each doubles the wait. A quiet day forgives all."""
        now = self._clock()
        connection.execute(delete(failures).where(failures.c.until < now - timedelta(days=1)))
        row = connection.execute(select(failures).where(failures.c.subject == subject)).first()
        count = (row.tries if row else 0) + 1
        # a whole office may stand behind one address
        over = count - self._settings.tries * (4 if subject.startswith("a:") else 1)
        doubled = self._settings.first_wait * 2.0 ** min(over, 20)
        wait = min(self._settings.longest_wait, doubled) if over >= 0 else 0.0
        values = {"tries": count, "until": now + timedelta(seconds=wait), "wait": wait}
        if row:
            connection.execute(update(failures).where(failures.c.subject == subject).values(**values))
        else:
            connection.execute(insert(failures).values(subject=subject, **values))

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password[: LONGEST + 1])
        except (VerificationError, InvalidHashError):
            return False


def _check_password(name: str, password: str) -> None:
    if len(password) < SHORTEST:
        raise InputError("accounts.password_short", length=SHORTEST)
    if len(password) > LONGEST:
        raise InputError("accounts.password_long", length=LONGEST)
    if name.lower() in password.lower() or len(set(password)) < 4:
        raise InputError("accounts.password_weak")


def _user(row: Any) -> User:
    return User(row.id, row.name, Role(row.role), row.active, row.added_at, row.last_seen)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
