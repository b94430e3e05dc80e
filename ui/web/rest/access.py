"""Who a program is: its API key gives role and rate; without one nothing is answered."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass

from fastapi import Request

from corpus.errors import ZhixunError
from corpus.messages import LANGUAGES, language, msg
from ui.accounts import Keys
from ui.accounts.keys import Key
from ui.web.limits import RateLimiter

_KEPT = 1000  # limiters of keys that are held


@dataclass
class Problem(Exception):
    """What a program is told in place of an answer. `kind` is for programs, `text` for people."""

    status: int
    kind: str
    text: str
    wait: int = 0
    allow: str = ""  # the method that would do


class Gate:
    """Checks the key of each request and how often it asks."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._limiters: OrderedDict[tuple[int, int], RateLimiter] = OrderedDict()

    def __call__(self, request: Request) -> Key:
        """The key of a request, which `key_of` gives to its handler; a FastAPI dependency.

        Raises:
            Problem: 401 without an active key, 429 when it asks too often.
        """
        kind, _, secret = request.headers.get("authorization", "").partition(" ")
        key = self._keys.find(secret.strip()) if kind.lower() == "bearer" else None
        if key is None:
            raise Problem(401, "invalid_key", msg("rest.no_key", asked_language(request)))
        wait = self._limiter(key).take(str(key.key_id))
        if wait:
            seconds = math.ceil(wait)
            text = msg("rest.too_often", asked_language(request), rate=key.rate, seconds=seconds)
            raise Problem(429, "rate_limited", text, seconds)
        request.state.key = key
        return key

    def _limiter(self, key: Key) -> RateLimiter:
        """One for each key and rate: a key's rate may be changed."""
        place = (key.key_id, key.rate)
        found = self._limiters.pop(place, None) or RateLimiter(key.rate / 60, max(1, key.rate // 4), 1)
        self._limiters[place] = found
        while len(self._limiters) > _KEPT:
            self._limiters.popitem(last=False)
        return found


def key_of(request: Request) -> Key:
    """The key that the gate has passed."""
    key: Key = request.state.key
    return key


def asked_language(request: Request) -> str:
    """Accept-Language, else Chinese."""
    wanted = request.headers.get("accept-language", "").strip().lower()[:2]
    return wanted if wanted in LANGUAGES else language()


def problem_of(error: ZhixunError, request: Request) -> Problem:
    """A fault of what was given."""
    return Problem(400, error.key, error.message(asked_language(request)))
