"""Who is staff: one token of the installation until the accounts are built, then a session of its own.

Without `ZHIXUN_STAFF_TOKEN` there are no staff pages at all: their addresses answer like any unknown one.
"""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from corpus.errors import InputError
from ui.web.limits import RateLimiter

COOKIE = "zx_staff"
SHORTEST = 16  # characters of a token that is worth the name
TRIES = 5  # wrong tokens before a browser or an address has to wait


class StaffSettings(BaseSettings):
    """Prefix `ZHIXUN_STAFF_`. `token` opens the staff pages; `hours` is how long a session lasts."""

    model_config = SettingsConfigDict(env_prefix="ZHIXUN_STAFF_", env_file=".env", extra="ignore")

    token: SecretStr | None = None
    hours: float = 8.0


@dataclass(frozen=True, slots=True)
class StaffSession:
    """A browser that gave the token. `csrf` goes into every form that it is shown.

    `browser` is the guard's session of it: a copied staff cookie alone opens nothing.
    """

    key: str
    browser: str
    csrf: str
    ends: float


class Access:
    """Checks the token and keeps the sessions, in memory: a restart signs everybody out.

    Args:
        clock: seconds; a parameter so that a test need not wait.

    Raises:
        InputError: a token shorter than `SHORTEST`.
    """

    def __init__(self, settings: StaffSettings, clock: Callable[[], float] = time.monotonic) -> None:
        token = settings.token.get_secret_value() if settings.token else ""
        if token and len(token) < SHORTEST:
            raise InputError("staff.token_short", name="ZHIXUN_STAFF_TOKEN", length=SHORTEST)
        self._token = token.encode()
        self._seconds = settings.hours * 3600
        self._clock = clock
        self._secret = secrets.token_bytes(32)
        self._sessions: OrderedDict[str, StaffSession] = OrderedDict()
        self._tries = RateLimiter(1 / 180, TRIES, clock=clock)  # a wrong token is forgiven in three minutes
        self._lock = threading.Lock()

    @property
    def enabled(self) -> bool:
        return bool(self._token)

    def sign_in(self, token: str, browser: str, address: str) -> StaffSession | float | None:
        """A new session; None for a wrong token; the seconds to wait after too many wrong ones.

        While one has to wait, the right token is not taken either: guessing gains nothing from it.
        """
        right = self.enabled and hmac.compare_digest(token.encode(), self._token)
        with self._lock:
            wait = max(self._tries.waiting(key) for key in (f"b:{browser}", f"a:{address}"))
            if wait:
                return wait
            if not right:
                for key in (f"b:{browser}", f"a:{address}"):
                    self._tries.take(key)
                return None
            ends = self._clock() + self._seconds
            session = StaffSession(secrets.token_urlsafe(32), browser, secrets.token_urlsafe(32), ends)
            self._sessions[session.key] = session
            while len(self._sessions) > 1000:
                self._sessions.popitem(last=False)
        return session

    def session(self, key: str | None, browser: str) -> StaffSession | None:
        """The session of a cookie, if there is one, this browser began it and it has not ended."""
        with self._lock:
            found = self._sessions.get(key or "")
            if found is not None and found.ends <= self._clock():
                del self._sessions[found.key]
                found = None
        return found if found is not None and same(found.browser, browser) else None

    def form_token(self, browser: str) -> str:
        """What the sign-in form carries: there is no session yet that could have a token."""
        return hmac.new(self._secret, browser.encode(), "sha256").hexdigest()

    def sign_out(self, key: str | None) -> None:
        with self._lock:
            self._sessions.pop(key or "", None)


def same(given: str, wanted: str) -> bool:
    """Whether two secrets are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(given.encode(), wanted.encode())
