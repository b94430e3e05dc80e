"""How long what people asked and told is kept."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class KeepSettings(BaseSettings):
    """Prefix `ZHIXUN_KEEP_`. Days; 0 keeps nothing at all."""

    model_config = SettingsConfigDict(env_prefix="ZHIXUN_KEEP_", env_file=".env", extra="ignore")

    history_days: int = Field(default=180, ge=0)  # conversations of those signed in, since last used
    visitor_days: int = Field(default=7, ge=0)  # of a visitor's browser
    conversations: int = Field(default=200, ge=1)  # of one owner
    question_days: int = Field(default=180, ge=0)  # wording of questions in the usage log; counts stay
    appeal_days: int = Field(default=365, ge=1)  # what an appeal says, after it was closed
