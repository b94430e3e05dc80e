"""Settings of the web interface: limits, not secrets."""

from __future__ import annotations

from pydantic_settings import BaseSettings, SettingsConfigDict


class WebSettings(BaseSettings):
    """Prefix `ZHIXUN_WEB_`. Rates are tokens a second, bursts are tokens; one question costs one token."""

    model_config = SettingsConfigDict(env_prefix="ZHIXUN_WEB_", env_file=".env", extra="ignore")

    max_question: int = 2000  # characters; a longer question gets a message, not an answer
    max_body: int = 1_000_000  # bytes of one request
    rate: float = 2.0  # questions and clicks a second of one browser
    burst: int = 20
    address_rate: float = 20.0  # the same for one address: many people share one behind a gateway
    address_burst: int = 200
    appeals: int = 5  # that one account or browser may file at once, and in an hour
    address_appeals: int = 60  # the same for one address
    max_conversations: int = 2000  # kept in memory; the one that was idle longest is forgotten first
    secure_cookie: bool = False  # set where the service stands behind HTTPS
    embed_origins: str = ""  # sites that may frame the chat: "https://a.example https://b.example"
    hosts: str = ""  # names that this service is asked for by ("zhixun.example localhost"); "": any
