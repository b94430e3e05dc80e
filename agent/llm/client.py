"""A chat completion server: one request at a time, retried where that can help, within a budget."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from agent.llm.events import Events, Heard
from agent.llm.settings import ServerSettings
from corpus.errors import StateError

log = logging.getLogger(__name__)

LONGEST_WAIT = 30.0  # seconds, whatever a server asks for
LARGEST = 1_000_000  # bytes of a reply; an answer has a few thousand
IN_A_ROW = 5  # failures of the server after which it is not asked again
_FOR_GOOD = (400, 401, 403, 404, 405, 422)  # answers that another try cannot change

Messages = list[dict[str, str]]


class Unavailable(Exception):
    """No reply after all tries; the text says why (`timeout`, `http_429` …), without addresses and keys."""


class Spent(Exception):
    """The budget of requests or tokens is used up; nothing was sent."""


@dataclass(slots=True)
class Counts:
    """What was done: requests sent, replies taken from a cache, tokens as the server counted them."""

    requests: int = 0
    cached: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    served_models: set[str] = field(default_factory=set)

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens


class ChatServer:
    """Sends chats; close it when done.

    Args:
        wait: how to wait between tries, in seconds.

    Raises:
        InputError: the server is not configured, or its address is not usable.
    """

    def __init__(self, settings: ServerSettings, wait: Callable[[float], None] = time.sleep) -> None:
        self.url, self.model = settings.checked()
        self.settings = settings
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

    def close(self) -> None:
        self._client.close()

    def reply(self, messages: Messages, max_tokens: int, heard: Heard | None = None) -> str:
        """The text of the first choice; "" for a reply that is no completion.

        Args:
            heard: is given the text piece by piece as it comes, where the server streams.

        Raises:
            Unavailable: all tries failed.
            Spent: the budget does not allow another request.
            StateError: the server refuses the request for good, or failed `IN_A_ROW` times running.
        """
        body = {"messages": messages, "temperature": 0, "seed": 0, "max_tokens": max_tokens}
        if heard is not None:
            body |= {"stream": True, "stream_options": {"include_usage": True}}
        return _text(self.completion(body, heard))

    def completion(self, body: dict[str, Any], heard: Heard | None = None) -> Any:
        """The JSON of a completion, asked for with `body` and the model's name; None where there is none.

        Raises as `reply`.
        """
        try:
            data = self._tries({"model": self.model, **body}, heard)
        except Unavailable as error:
            self._failed_in_a_row += 1
            if self._failed_in_a_row >= IN_A_ROW:
                host, key = self.settings.host, f"{self.settings.room}.unreachable"
                raise StateError(key, host=host, reason=error, count=IN_A_ROW) from error
            raise
        self._failed_in_a_row = 0
        return data

    def _tries(self, body: dict[str, Any], heard: Heard | None) -> Any:
        reason = ""
        for attempt in range(self.settings.retries + 1):
            self._check_budget()
            if attempt:
                self._wait(self._pause(attempt, reason))
            self.counts.requests += 1
            try:
                response = self._post(body, heard)
            except httpx.TimeoutException:
                reason = "timeout"
                continue
            except (httpx.TransportError, httpx.DecodingError) as error:
                reason = f"connection ({type(error).__name__})"
                continue
            if response.status_code in _FOR_GOOD:
                host, key = self.settings.host, f"{self.settings.room}.refused"
                raise StateError(key, host=host, status=response.status_code, model=self.model)
            if response.status_code != 200:
                reason = f"http_{response.status_code}"
                self._asked_to_wait = _seconds(response.headers.get("Retry-After"))
                continue
            return self._counted(response)
        raise Unavailable(reason)

    def _post(self, body: dict[str, Any], heard: Heard | None) -> httpx.Response:
        """The whole reply within `timeout_s` and `LARGEST` bytes: a read timeout alone starts anew with
        every byte, so that a server that trickles would hold an answer up for ever.

        Raises:
            httpx.TimeoutException: the time is over before the reply is complete.
            httpx.TransportError: no connection, one that was cut, or a reply without end.
        """
        ends = time.monotonic() + self.settings.timeout_s
        read = bytearray()
        with self._client.stream("POST", f"{self.url}/chat/completions", json=body) as response:
            kind = response.headers.get("content-type", "")
            streamed = response.status_code == 200 and kind.startswith("text/event-stream")
            events = Events(heard) if streamed else None
            for piece in response.iter_bytes():
                read += piece
                if events is not None:
                    events.take(piece)
                if len(read) > LARGEST:
                    raise httpx.ReadError("reply without end")
                if time.monotonic() > ends:
                    raise httpx.ReadTimeout("reply not complete in time")
            if events is not None:
                return httpx.Response(200, json=events.whole())
            kept = {key: value for key, value in response.headers.items() if key == "retry-after"}
            return httpx.Response(response.status_code, headers=kept, content=bytes(read))

    def _check_budget(self) -> None:
        calls, tokens = self.settings.max_calls, self.settings.max_tokens
        if calls is not None and self.counts.requests >= calls:
            raise Spent
        if tokens is not None and self.counts.tokens >= tokens:
            raise Spent

    def _pause(self, attempt: int, reason: str) -> float:
        """What the server asked for, else 1, 2, 4 … seconds."""
        asked, self._asked_to_wait = self._asked_to_wait, None
        pause = asked if asked is not None else 2.0 ** (attempt - 1)
        log.info("%s: %s, trying again in %.1f s", self.settings.room, reason, min(pause, LONGEST_WAIT))
        return min(pause, LONGEST_WAIT)

    def _counted(self, response: httpx.Response) -> Any:
        """The JSON of a reply, its tokens counted; None for a body that is none."""
        try:
            data: Any = response.json()
        except ValueError:
            return None
        if not isinstance(data, dict):
            return None
        if isinstance(data.get("model"), str):
            self.counts.served_models.add(data["model"])
        usage = data.get("usage")
        if isinstance(usage, dict):
            for name in ("prompt_tokens", "completion_tokens"):
                if isinstance(usage.get(name), int):
                    setattr(self.counts, name, getattr(self.counts, name) + usage[name])
        return data


def _text(data: Any) -> str:
    """The text of the first choice; "" for a body of another form, which counts as malformed."""
    try:
        content = data["choices"][0]["message"]["content"]
    except (LookupError, TypeError):
        return ""
    return content if isinstance(content, str) else ""


def _seconds(header: str | None) -> float | None:
    """`Retry-After` in seconds; None for a date or nothing."""
    return float(header) if header and header.strip().isdigit() else None
