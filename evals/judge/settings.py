"""Settings of the judge."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from corpus.errors import InputError


class JudgeSettings(BaseSettings):
    """`ZHIXUN_JUDGE_BASE_URL` (…/v1 of an OpenAI-compatible server) and `ZHIXUN_JUDGE_MODEL` switch the
    judge on; `ZHIXUN_JUDGE_API_KEY` where the server wants one. `timeout_s` a request, `retries` after
    a timeout, a 429 or a 5xx."""

    model_config = SettingsConfigDict(env_prefix="ZHIXUN_JUDGE_", env_file=".env", extra="ignore")

    base_url: str | None = None
    model: str | None = None
    api_key: SecretStr | None = None
    timeout_s: float = 60.0
    retries: int = 3

    def checked(self) -> tuple[str, str]:
        """Base address and model name.

        Raises:
            InputError: the judge is not configured, or its address is none, or carries a secret
                (user:password@ or ?key=…), which would end up in logs.
        """
        if not self.base_url or not self.model:
            raise InputError("judge.off")
        parts = urlsplit(self.base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InputError("judge.bad_url")
        if parts.username or parts.password or parts.query:
            raise InputError("judge.secret_in_url")
        return self.base_url.rstrip("/"), self.model

    @property
    def host(self) -> str:
        """The server as it may be shown: no path, no secrets."""
        parts = urlsplit(self.base_url or "")
        return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
