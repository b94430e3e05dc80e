"""Settings of the corpus room: where the state lives and which database keeps the record."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class CorpusSettings(BaseSettings):
    """`ZHIXUN_HOME` holds all state; `ZHIXUN_DATABASE_URL` moves the record to a server."""

    model_config = SettingsConfigDict(env_prefix="ZHIXUN_", env_file=".env", extra="ignore")

    home: Path = Field(default_factory=lambda: Path.home() / ".zhixun")
    database_url: str | None = None

    @property
    def catalog_url(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'zhixun.db'}"
