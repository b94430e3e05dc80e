"""Settings of the agent."""

from __future__ import annotations

from pydantic_settings import BaseSettings, SettingsConfigDict


class AgentSettings(BaseSettings):
    """`ZHIXUN_MAX_QUESTION` (characters); the rest are thresholds measured in docs/benchmarks.md."""

    model_config = SettingsConfigDict(env_prefix="ZHIXUN_", env_file=".env", extra="ignore")

    max_question: int = 8000
    candidates: int = 24  # units fetched from search
    max_statements: int = 3
