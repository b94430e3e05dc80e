"""Settings of the index room."""

from __future__ import annotations

from typing import Literal

from pydantic_settings import BaseSettings, SettingsConfigDict


class IndexSettings(BaseSettings):
    """`ZHIXUN_EMBEDDING_MODEL`: a sentence-transformers model by name or folder; None: the bundled one.

    `ZHIXUN_EMBEDDING_BACKEND`: `onnx` and `torch` name the engine of the bundled model, `auto`
    takes ONNX Runtime where the graph could be made. `ZHIXUN_EMBEDDING_PRECISION`: `fp32` or `int8`
    under ONNX Runtime; `auto` takes int8 where the processor computes it exactly. `ZHIXUN_CHROMA_URL`
    (http://host:port) moves the vectors to a Chroma server.
    """

    model_config = SettingsConfigDict(env_prefix="ZHIXUN_", env_file=".env", extra="ignore")

    embedding_model: str | None = None
    embedding_backend: Literal["auto", "onnx", "torch"] = "auto"
    embedding_precision: Literal["auto", "fp32", "int8"] = "auto"
    chroma_url: str | None = None
