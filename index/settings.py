"""Settings of the index room."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class IndexSettings(BaseSettings):
    """`ZHIXUN_EMBEDDING_MODEL`: a sentence-transformers model by name or folder; None: the bundled one.

    `ZHIXUN_EMBEDDING_BACKEND`: `onnx` and `torch` name the engine of the bundled model, `auto`
    takes ONNX Runtime where the graph could be made. `ZHIXUN_EMBEDDING_PRECISION`: `fp32` or `int8`
    under ONNX Runtime; `auto` takes int8 where the processor computes it exactly. `ZHIXUN_CHROMA_URL`
    (http://host:port) moves the vectors to a Chroma server. `ZHIXUN_RERANKER`: a cross-encoder by folder
    or name that puts the best `ZHIXUN_RERANKER_CANDIDATES` units of a search in order; None: none.
    `ZHIXUN_SYNONYMS`: a TOML or CSV file of abbreviations beside `index/synonyms.toml`.
    """

    model_config = SettingsConfigDict(env_prefix="ZHIXUN_", env_file=".env", extra="ignore")

    embedding_model: str | None = None
    embedding_backend: Literal["auto", "onnx", "torch"] = "auto"
    embedding_precision: Literal["auto", "fp32", "int8"] = "auto"
    chroma_url: str | None = None
    reranker: str | None = None
    synonyms: str | None = None
    reranker_candidates: int = Field(default=30, ge=2, le=200)
