"""The judge's server: one chat completion a pair, retried where that can help, cached on disk."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from corpus.errors import StateError
from evals.judge.prompt import VERSION, Pair, Verdict, messages, parse
from evals.judge.settings import JudgeSettings

log = logging.getLogger(__name__)

LONGEST_WAIT = 30.0  # seconds, whatever a server asks for
IN_A_ROW = 5  # failures of the server after which it is not asked again
_FOR_GOOD = (400, 401, 403, 404, 405, 422)  # answers that another try cannot change


class _Unavailable(Exception):
    """No reply after all tries; the text says why, without addresses and keys."""


@dataclass(slots=True)
class Counts:
    """What the judge did: requests sent, verdicts from the cache, tokens as the server counted them."""

    requests: int = 0
    cached: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    served_models: set[str] = field(default_factory=set)


class Judge:
    """Asks for verdicts; use it as a context manager. One request at a time.

    Args:
        cache: a folder for verdicts, by model, prompt version and text; None: nothing is kept.
        wait: how to wait between tries, in seconds.

    Raises:
        InputError: the judge is not configured, or its address is not usable.
    """

    def __init__(
        self, settings: JudgeSettings, cache: Path | None, wait: Callable[[float], None] = time.sleep
    ) -> None:
        self._url, self.model = settings.checked()
        self._settings = settings
        self._cache = cache
        self._wait = wait
        self._failed_in_a_row = 0
        self._asked_to_wait: float | None = None  # by the last reply's Retry-After, in seconds
        self.counts = Counts()
        key = settings.api_key.get_secret_value() if settings.api_key else None
        self._client = httpx.Client(
            timeout=settings.timeout_s,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            trust_env=False,  # no proxy between us and the server that was named
        )

    def __enter__(self) -> Judge:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def verdict(self, pair: Pair) -> Verdict | str:
        """The verdict, or why there is none (`malformed`, `timeout`, `http_429` …).

        A reply of another form is asked for once more. Only verdicts are cached.

        Raises:
            StateError: the server refuses the request for good, or failed `IN_A_ROW` times running.
        """
        key = self._key(pair)
        if (kept := self._kept(key)) is not None:
            self.counts.cached += 1
            return kept
        for _ in range(2):
            try:
                reply = self._reply(pair)
            except _Unavailable as error:
                self._failed_in_a_row += 1
                log.warning("judge: no verdict on %s: %s", pair.id, error)
                if self._failed_in_a_row >= IN_A_ROW:
                    raise StateError(
                        "judge.unreachable", host=self._settings.host, reason=error, count=IN_A_ROW
                    ) from error
                return str(error)
            self._failed_in_a_row = 0
            if (found := parse(reply)) is not None:
                self._keep(key, found)
                return found
        log.warning("judge: no verdict on %s: malformed", pair.id)
        return "malformed"

    # -- the server -------------------------------------------------------------------------------

    def _reply(self, pair: Pair) -> str:
        body = {
            "model": self.model,
            "messages": messages(pair),
            "temperature": 0,
            "seed": 0,
            "max_tokens": 400,
        }
        reason = ""
        for attempt in range(self._settings.retries + 1):
            if attempt:
                self._wait(self._pause(attempt, reason))
            self.counts.requests += 1
            try:
                response = self._client.post(f"{self._url}/chat/completions", json=body)
            except httpx.TimeoutException:
                reason = "timeout"
                continue
            except httpx.TransportError as error:
                reason = f"connection ({type(error).__name__})"
                continue
            if response.status_code in _FOR_GOOD:
                status = response.status_code
                raise StateError("judge.refused", host=self._settings.host, status=status, model=self.model)
            if response.status_code != 200:
                reason = f"http_{response.status_code}"
                self._asked_to_wait = _seconds(response.headers.get("Retry-After"))
                continue
            return self._content(response)
        raise _Unavailable(reason)

    def _pause(self, attempt: int, reason: str) -> float:
        """What the server asked for, else 1, 2, 4 … seconds."""
        asked, self._asked_to_wait = self._asked_to_wait, None
        pause = asked if asked is not None else 2.0 ** (attempt - 1)
        log.info("judge: %s, trying again in %.1f s", reason, min(pause, LONGEST_WAIT))
        return min(pause, LONGEST_WAIT)

    def _content(self, response: httpx.Response) -> str:
        """The text of the first choice; "" for a body of another form, which counts as malformed."""
        try:
            data: Any = response.json()
            content = data["choices"][0]["message"]["content"]
        except (ValueError, LookupError, TypeError):
            return ""
        if isinstance(data.get("model"), str):
            self.counts.served_models.add(data["model"])
        usage = data.get("usage")
        if isinstance(usage, dict):
            for name in ("prompt_tokens", "completion_tokens"):
                if isinstance(usage.get(name), int):
                    setattr(self.counts, name, getattr(self.counts, name) + usage[name])
        return content if isinstance(content, str) else ""

    # -- the cache --------------------------------------------------------------------------------

    def _key(self, pair: Pair) -> str:
        text = json.dumps([self.model, VERSION, messages(pair)], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def _kept(self, key: str) -> Verdict | None:
        if self._cache is None or not (path := self._cache / f"{key}.json").is_file():
            return None
        try:
            return parse(path.read_text(encoding="utf-8"))  # a damaged entry is asked for again
        except (OSError, UnicodeDecodeError):
            return None

    def _keep(self, key: str, verdict: Verdict) -> None:
        if self._cache is None:
            return
        data = {**asdict(verdict), "model": self.model, "prompt_version": VERSION}
        try:
            self._cache.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", dir=self._cache, suffix=".new", delete=False
            ) as file:
                json.dump(data, file, ensure_ascii=False)
            os.replace(file.name, self._cache / f"{key}.json")
        except OSError as error:
            path, reason = self._cache, error.strerror or error
            raise StateError("evals.cannot_write", path=path, reason=reason) from error


def _seconds(header: str | None) -> float | None:
    """`Retry-After` in seconds; None for a date or nothing."""
    return float(header) if header and header.strip().isdigit() else None
