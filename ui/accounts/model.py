"""The words of this package, and its settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic_settings import BaseSettings, SettingsConfigDict

from corpus.model import Role


class AccountSettings(BaseSettings):
    """Prefix `ZHIXUN_ACCOUNTS_`."""

    model_config = SettingsConfigDict(env_prefix="ZHIXUN_ACCOUNTS_", env_file=".env", extra="ignore")

    idle_hours: float = 2.0  # a session that is not used ends
    hours: float = 12.0  # and any session does, at last
    tries: int = 5  # wrong passwords before one has to wait
    first_wait: float = 30.0  # seconds; doubled with each further wrong one
    longest_wait: float = 3600.0


@dataclass(frozen=True, slots=True)
class User:
    """An account. An inactive one cannot sign in."""

    user_id: int
    name: str
    role: Role
    active: bool
    added_at: datetime
    last_seen: datetime | None


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser.

    Attributes:
        key: what the browser's cookie holds; the database knows its hash only.
        csrf: what every form that is shown to this session carries.
        browser: the browser that signed in; a copied cookie alone opens nothing.
        ends: when it ends, however much it is used (UTC).
    """

    key: str
    user_id: int
    name: str
    role: Role
    csrf: str
    browser: str
    ends: datetime


@dataclass(frozen=True, slots=True)
class Wait:
    """Too many wrong passwords: nobody gets in for so many seconds, not even with the right one."""

    seconds: float
