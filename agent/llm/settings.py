"""Where a language model's server is."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import urlsplit

from pydantic import SecretStr
from pydantic_settings import BaseSettings

from corpus.errors import InputError


class ServerSettings(BaseSettings):
    """`base_url` (…/v1 of an OpenAI-compatible server) and `model` switch the use on; `api_key` where
    the server wants one. `timeout_s` a request, `retries` after a timeout, a 429 or a 5xx;
    `max_calls` requests and `max_tokens` tokens, as the server counts them, at most (None: no limit).

    A subclass says its prefix in the environment, and `room`, whose messages `off`, `bad_url`,
    `secret_in_url`, `refused` and `unreachable` name its variables.
    """

    room: ClassVar[str]

    base_url: str | None = None
    model: str | None = None
    api_key: SecretStr | None = None
    timeout_s: float = 60.0
    retries: int = 3
    max_calls: int | None = None
    max_tokens: int | None = None

    def checked(self) -> tuple[str, str]:
        """Base address and model name.

        Raises:
            InputError: the server is not configured, or its address is none, or carries a secret
                (user:password@ or ?key=…), which would end up in logs.
        """
        if not self.base_url or not self.model:
            raise InputError(f"{self.room}.off")
        parts = urlsplit(self.base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InputError(f"{self.room}.bad_url")
        if parts.username or parts.password or parts.query:
            raise InputError(f"{self.room}.secret_in_url")
        return self.base_url.rstrip("/"), self.model

    @property
    def host(self) -> str:
        """The server as it may be shown: no path, no secrets."""
        parts = urlsplit(self.base_url or "")
        return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
