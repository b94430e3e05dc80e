"""Settings of the model that drafts questions."""

from __future__ import annotations

from typing import ClassVar

from pydantic_settings import SettingsConfigDict

from agent.llm.settings import ServerSettings


class DraftSettings(ServerSettings):
    """`ZHIXUN_DRAFT_BASE_URL` and `ZHIXUN_DRAFT_MODEL` switch it on; see `ServerSettings`. Bounded
    unless one says otherwise: a library has thousands of clauses."""

    room: ClassVar[str] = "drafting"
    model_config = SettingsConfigDict(env_prefix="ZHIXUN_DRAFT_", env_file=".env", extra="ignore")

    max_calls: int | None = 200
    max_tokens: int | None = 500_000
