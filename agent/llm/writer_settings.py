"""Which model writes answers, if any."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic_settings import SettingsConfigDict

from agent.llm.settings import ServerSettings


class WriterSettings(ServerSettings):
    """`ZHIXUN_LLM_BASE_URL` (…/v1 of vLLM, Ollama or another OpenAI-compatible server) and
    `ZHIXUN_LLM_MODEL` switch the writer on; `ZHIXUN_LLM_API_KEY`; `ZHIXUN_LLM_TIMEOUT_S` a request.

    An answer waits for the model: few retries, and a time that a person will wait. `mode`: whether the
    model may look things up by itself where the rules find no answer (`tools`) or only words what the rules
    chose (`rules`); `auto` asks the server once whether it can call tools. `look_s` is the time that its
    looking things up may take.
    """

    model_config = SettingsConfigDict(env_prefix="ZHIXUN_LLM_", env_file=".env", extra="ignore")
    room: ClassVar[str] = "llm"

    timeout_s: float = 20.0
    retries: int = 0
    mode: Literal["auto", "tools", "rules"] = "auto"
    look_s: float = 40.0
