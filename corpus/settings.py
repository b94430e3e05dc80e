"""Settings of the corpus room: where the state lives, which database keeps it, what reading may cost."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class CorpusSettings(BaseSettings):
    """`ZHIXUN_HOME` holds all state; `ZHIXUN_DATABASE_URL` moves the record to a server.

    Files are read in `ZHIXUN_READ_WORKERS` processes; each file may take `ZHIXUN_READ_TIMEOUT_S`
    seconds of wall time and `ZHIXUN_READ_MEMORY_MB` of memory, and hold `ZHIXUN_READ_MAX_CHARS`.
    `ZHIXUN_TODAY` (YYYY-MM-DD) stands in for the day, for evaluations that should not change with it.
    """

    model_config = SettingsConfigDict(env_prefix="ZHIXUN_", env_file=".env", extra="ignore")

    home: Path = Field(default_factory=lambda: Path.home() / ".zhixun")
    database_url: str | None = None
    today: date | None = None
    read_timeout_s: float = Field(default=300.0, gt=0)
    read_memory_mb: int = Field(default=2048, ge=256)
    read_max_chars: int = Field(default=2_000_000, ge=1)
    read_workers: int = Field(default_factory=lambda: min(4, max(1, (os.cpu_count() or 1) // 2)), ge=1, le=64)

    @property
    def catalog_url(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'zhixun.db'}"
