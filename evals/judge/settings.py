"""Settings of the judge."""

from __future__ import annotations

from typing import ClassVar

from pydantic_settings import SettingsConfigDict

from agent.llm.settings import ServerSettings


class JudgeSettings(ServerSettings):
    """`ZHIXUN_JUDGE_BASE_URL` and `ZHIXUN_JUDGE_MODEL` switch the judge on; see `ServerSettings`."""

    room: ClassVar[str] = "judge"
    model_config = SettingsConfigDict(env_prefix="ZHIXUN_JUDGE_", env_file=".env", extra="ignore")
