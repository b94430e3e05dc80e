"""What an official asks of a briefing beside its topic: region, period, length, readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum

from agent.briefing.templates import SectionPlan
from agent.projects import periods
from agent.projects.model import Asked
from corpus.errors import InputError
from corpus.messages import msg
from corpus.places import CITIES, city_of


class Length(StrEnum):
    """How long a briefing is, measured by its kind's template."""

    SHORT = "short"
    STANDARD = "standard"
    LONG = "long"


class Audience(StrEnum):
    """Who reads a briefing: `PUBLIC` readers see nothing of internal documents, whoever drafts."""

    INTERNAL = "internal"
    PUBLIC = "public"


_PROVINCE = ("江苏", "江苏省", "全省")
_UNLIMITED = SectionPlan.model_fields["limit"].default


@dataclass(frozen=True, slots=True)
class Wishes:
    """Each one left out is read from the topic, or is what the kind's template says. addressees: 主送."""

    region: str | None = None
    period: str | None = None
    length: Length = Length.STANDARD
    audience: Audience = Audience.INTERNAL
    addressees: tuple[str, ...] = ()
    issuer: str | None = None


def sized(sections: Sequence[SectionPlan], length: Length) -> tuple[SectionPlan, ...]:
    """The sections of a template, cut or given more room; a section's place and heading stay."""
    if length is Length.SHORT:
        return tuple(
            one.model_copy(
                update={
                    "limit": (one.limit + 1) // 2 if one.limit < _UNLIMITED else 4,
                    "tables": min(one.tables, 1),
                    "charts": min(one.charts, 1),
                    "trend": 0,
                }
            )
            for one in sections
        )
    if length is Length.LONG:
        return tuple(
            one.model_copy(
                update={
                    "limit": min(one.limit * 2, 100),
                    "tables": min(one.tables * 2, 30),
                    "charts": min(one.charts * 2, 30),
                    "trend": max(one.trend, 6) if one.part == "figures" and one.tables else one.trend,
                }
            )
            for one in sections
        )
    return tuple(sections)


def region_named(text: str) -> str | None:
    """The city or county of `text`; None for the province.

    Raises:
        InputError: no such place; the message names near ones.
    """
    name = text.strip()
    if not name or name in _PROVINCE:
        return None
    if name in CITIES:
        return f"{name}市"
    full = [name, *(f"{name}{ending}" for ending in "市县区")]
    known = [one for one in full if city_of(one) is not None]
    if not known:
        near = get_close_matches(name.rstrip("市县区"), CITIES, n=2, cutoff=0.5)
        hint = msg("briefing.did_you_mean", names="".join(f"“{one}市”" for one in near)) if near else ""
        raise InputError("briefing.unknown_region", name=name[:40], hint=hint)
    return known[0]


def period_named(text: str, as_of: date) -> Asked | None:
    """The period of `text` as seen on `as_of`; None for an empty one: the last that there is.

    Raises:
        InputError: it names no period, or more than one.
    """
    if not text.strip():
        return None
    found = periods.find(text.strip(), as_of)
    if len(found.periods) != 1 or found.rest.strip():
        raise InputError("briefing.bad_period", value=text.strip()[:40])
    return found.periods[0]
