"""From a topic to an outline: what the briefing is about and its sections, as plain data to be edited."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, cast, get_args

import yaml

from agent.briefing.model import Kind
from agent.projects import periods
from agent.projects.model import Asked
from corpus.errors import InputError
from corpus.places import CITIES, city_of

PARTS = ("figures", "projects", "measures", "problems", "next")
KINDS: tuple[str, ...] = get_args(Kind)
_THEMES = Path(__file__).with_name("themes.yaml")
_REGION = re.compile(r"[\u4e00-\u9fff]{2,7}?(?:市|县|区)(?!域|场|块|分)")
_TAIL = re.compile(
    r"(?:工作)?(?:进展|运行|培育|推进|建设|发展|有关|主要)?(?:情况|态势|进展|分析|简报|专报|要情)+$"
)
_EDGE = re.compile(r"^[的在全省江苏省，,、\s]+|[的，,、\s]+$")


@dataclass(frozen=True, slots=True)
class Theme:
    words: tuple[str, ...]
    indicators: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """What a briefing is to say. `parts`: which sections, in what order; `subject` is searched for."""

    kind: str
    topic: str
    subject: str
    region: str | None
    period: Asked | None
    as_of: date
    parts: tuple[str, ...] = PARTS
    indicators: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()

    def to_yaml(self) -> str:
        data = asdict(self)
        for name in ("parts", "indicators", "projects"):
            data[name] = list(data[name])
        return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)

    @classmethod
    def from_yaml(cls, text: str) -> Outline:
        data: dict[str, Any] = yaml.safe_load(text)
        for name in ("parts", "indicators", "projects"):
            data[name] = tuple(data[name])
        if data["period"] is not None:
            data["period"] = Asked(**data["period"])
        return cls(**data)


@cache
def themes() -> dict[str, Theme]:
    data = yaml.safe_load(_THEMES.read_text(encoding="utf-8"))
    return {
        name: Theme(tuple(one["words"]), tuple(one["indicators"]), tuple(one["projects"]))
        for name, one in data.items()
    }


def outline_of(topic: str, as_of: date, kind: str = "简报") -> Outline:
    """The outline of a topic.

    Raises:
        InputError: an unknown kind, or a region that there is not.
    """
    if kind not in KINDS:
        raise InputError("briefing.bad_kind", value=kind)
    found = periods.find(topic, as_of)
    period = found.periods[0] if found.periods else None
    region, rest = _region_of(re.sub(r"\s+", "", found.rest))
    subject = _EDGE.sub("", _TAIL.sub("", _EDGE.sub("", rest))) or topic
    matched = [one for one in themes().values() if any(word in topic for word in one.words)]
    indicators = tuple(dict.fromkeys(name for one in matched for name in one.indicators))
    projects = tuple(dict.fromkeys(name for one in matched for name in one.projects))
    kept = tuple(PARTS) if kind != "要情" else ("figures", "projects", "problems")
    return Outline(
        cast(Kind, kind), topic.strip(), subject, region, period, as_of, kept, indicators, projects
    )


def _region_of(text: str) -> tuple[str | None, str]:
    for city in CITIES:
        if city in text and f"{city}市" not in text:
            return f"{city}市", text.replace(city, "", 1)
    match = _REGION.match(text)
    if match is None:
        return None, text
    name = match.group()
    if name in ("全市", "各市", "设区市") or "设区市" in name or "园区" in name:
        return None, text
    if city_of(name) is None:
        raise InputError("briefing.unknown_region", name=name)
    return name, text[match.end() :]
