"""From a topic to an outline: what the briefing is about and its sections, as plain data to be edited."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.briefing.templates import SectionPlan, first_fault, render, template_of
from agent.briefing.wishes import Audience, Wishes, period_named, region_named, sized
from agent.projects import periods
from agent.projects.model import Asked
from corpus.errors import InputError
from corpus.places import CITIES

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


class Outline(BaseModel):
    """What a briefing is to say: `subject` is searched for, `sections` stand in their order.

    Editable as YAML; what is no outline is refused with the field that is wrong.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str = Field(min_length=1, max_length=12)
    topic: str = Field(min_length=1, max_length=200)
    title: str = Field(min_length=1, max_length=200)
    subject: str = Field(min_length=1, max_length=100)
    region: str | None = None
    period: Asked | None = None
    as_of: date
    opening: bool = True
    sections: tuple[SectionPlan, ...] = Field(min_length=1, max_length=20)
    indicators: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    audience: Audience = Audience.INTERNAL
    addressees: tuple[str, ...] = ()
    issuer: str | None = None

    def to_yaml(self) -> str:
        return yaml.safe_dump(self.model_dump(mode="json"), allow_unicode=True, sort_keys=False)

    @classmethod
    def from_yaml(cls, text: str, name: str = "outline") -> Outline:
        """
        Raises:
            InputError: no YAML, or no outline; `name` is the file or field that the message names.
        """
        try:
            data: Any = yaml.safe_load(text)
            return cls.model_validate(data)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            reason = f"YAML, line {mark.line + 1}" if mark else "YAML"
            raise InputError("briefing.bad_outline", path=name, reason=reason) from error
        except ValidationError as error:
            raise InputError("briefing.bad_outline", path=name, reason=first_fault(error)) from error


@cache
def themes() -> dict[str, Theme]:
    data = yaml.safe_load(_THEMES.read_text(encoding="utf-8"))
    return {
        name: Theme(tuple(one["words"]), tuple(one["indicators"]), tuple(one["projects"]))
        for name, one in data.items()
    }


def outline_of(
    topic: str, as_of: date, kind: str = "简报", home: Path | None = None, wishes: Wishes | None = None
) -> Outline:
    """The outline of a topic by the template of its kind; what `wishes` say goes before what the topic says.

    Raises:
        InputError: an unknown kind, a template with a fault, a region or a period that there is not.
    """
    wishes = wishes or Wishes()
    template = template_of(kind, home)
    topic = topic.strip()
    found = periods.find(topic, as_of)
    period = period_named(wishes.period or "", as_of) or (found.periods[0] if found.periods else None)
    named, rest = _region_of(re.sub(r"\s+", "", found.rest))
    region = region_named(wishes.region) if wishes.region is not None else named
    if wishes.period or wishes.region is not None:
        topic = f"{period.words if period else ''}{region or ''}{rest.removeprefix('关于')}"
    subject = _EDGE.sub("", _TAIL.sub("", _EDGE.sub("", rest))) or topic
    matched = [one for one in themes().values() if any(word in topic for word in one.words)]
    names = {
        "topic": topic.removeprefix("关于"),
        "subject": subject,
        "region": region,
        "period": period.words if period else None,
        "as_of": as_of.isoformat(),
        "kind": kind,
    }
    try:
        title = topic if topic.endswith(kind) else render(template.title, names)
        sections = tuple(
            one.model_copy(update={"heading": render(one.heading, names)}) for one in template.sections
        )
    except ValueError as error:
        raise InputError("briefing.bad_template", path=kind, reason=str(error)) from error
    return Outline(
        kind=kind,
        topic=topic,
        title=title[:200],
        subject=subject[:100],
        region=region,
        period=period,
        as_of=as_of,
        opening=template.opening,
        sections=sized(sections, wishes.length),
        indicators=tuple(dict.fromkeys(name for one in matched for name in one.indicators)),
        projects=tuple(dict.fromkeys(name for one in matched for name in one.projects)),
        audience=wishes.audience,
        addressees=wishes.addressees,
        issuer=wishes.issuer,
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
    return region_named(name), text[match.end() :]
