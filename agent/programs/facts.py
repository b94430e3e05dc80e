"""The facts about a firm that conditions may speak of: `facts.yaml`, their units and their questions."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

FactKind = Literal["money", "percent", "years", "count", "rank", "score", "flag", "choice", "set", "date"]

# unit as the programmes write it -> (kinds of fact, factor to the unit in which facts are kept)
UNITS: dict[str, tuple[tuple[str, ...], int]] = {
    "元": (("money",), 1),
    "万元": (("money",), 10_000),
    "亿元": (("money",), 100_000_000),
    "%": (("percent",), 1),
    "年": (("years",), 1),
    "人": (("count",), 1),
    "项": (("count",), 1),
    "名": (("rank",), 1),
    "分": (("score",), 1),
    "基点": (("score",), 1),
}


class Fact(BaseModel):
    """A fact: money in 元, percent in per cent, years in years; `yearly`: a value for each year."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str
    en: str
    kind: FactKind
    ask: str
    ask_en: str
    yearly: bool = False
    values: tuple[str, ...] = ()  # of a choice or a set
    most: float | None = None  # more than this cannot be

    def name(self, lang: str) -> str:
        return self.en if lang == "en" else self.zh

    def question(self, lang: str) -> str:
        return self.ask_en if lang == "en" else self.ask


@cache
def facts() -> dict[str, Fact]:
    """Every fact by its id."""
    return {key: Fact(**value) for key, value in _file()["facts"].items()}


@cache
def titles() -> dict[str, str]:
    """Title id -> its Chinese name, in the order of the file."""
    return dict(_file()["titles"])


@cache
def _file() -> dict[str, Any]:
    import yaml

    read: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "facts.yaml").read_text("utf-8"))
    return read
