"""A firm's profile: each value as a range, with the year and the words it was read from."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from agent.programs.facts import facts
from corpus.catalog import today
from corpus.messages import msg

IssueKind = Literal["contradiction", "impossible", "no_unit", "two_firms"]


@dataclass(frozen=True, slots=True)
class Range:
    """A quantity known exactly (low == high) or between bounds; None: no bound. `open`: bound excluded."""

    low: Decimal | None
    high: Decimal | None
    low_open: bool = False
    high_open: bool = False
    approx: bool = False  # 约, 左右: exact enough to judge by, but not on the very boundary

    @classmethod
    def exactly(cls, value: Decimal | int | str) -> Range:
        number = Decimal(value)
        return cls(number, number)

    @property
    def point(self) -> Decimal | None:
        return self.low if self.low is not None and self.low == self.high else None


@dataclass(frozen=True, slots=True)
class Value:
    """A fact as stated (`words`) or as computed (`formula`)."""

    value: Range | bool | str | frozenset[str] | tuple[date, date]
    words: str
    formula: str | None = None

    def as_dict(self) -> dict[str, Any]:
        shown: Any = self.value
        if isinstance(shown, Range):
            shown = {"low": _plain(shown.low), "high": _plain(shown.high), "approx": shown.approx}
        elif isinstance(shown, frozenset):
            shown = sorted(shown)
        elif isinstance(shown, tuple):
            shown = [day.isoformat() for day in shown]
        return {"value": shown, "words": self.words, "formula": self.formula}


@dataclass(frozen=True, slots=True)
class Issue:
    """Something in the firm's facts that must be cleared up first; the values concerned are not used."""

    kind: IssueKind
    fact: str | None
    words: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        return {"kind": self.kind, "fact": self.fact, "words": list(self.words)}


@dataclass(slots=True)
class Profile:
    """What is known of a firm. `yearly` is keyed by fact and year; `single` by fact.

    `titles` holds what the firm has, `without` what it says it has not; any other title is unknown.
    `undated`: yearly facts that were said without a year, and are taken to be of the last full one.
    """

    single: dict[str, Value] = field(default_factory=dict)
    yearly: dict[str, dict[int, Value]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)  # title -> words
    title_years: dict[str, int] = field(default_factory=dict)
    without: dict[str, str] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    firms: tuple[str, ...] = ()
    undated: set[str] = field(default_factory=set)
    last: str | None = None  # the fact spoken of last: what 不对，是5800万 corrects

    @property
    def empty(self) -> bool:
        """Whether no figure was said, usable or not; a flag or a title alone is no firm's description."""
        figures = any(isinstance(value.value, Range | tuple) for value in self.single.values())
        return not (figures or any(self.yearly.values()) or self.issues)

    def disputed(self, fact: str) -> Issue | None:
        """The issue because of which a fact is unknown."""
        return next((issue for issue in self.issues if issue.fact == fact), None)

    def as_dict(self) -> dict[str, Any]:
        return {
            "facts": {key: value.as_dict() for key, value in self.single.items()},
            "yearly": {
                key: {str(year): value.as_dict() for year, value in sorted(values.items())}
                for key, values in self.yearly.items()
            },
            "titles": self.titles,
            "title_years": self.title_years,
            "without_titles": self.without,
            "issues": [issue.as_dict() for issue in self.issues],
            "firms": list(self.firms),
        }


@dataclass(frozen=True, slots=True)
class Replaced:
    """A fact that a later message changed: `fact` with its `year` (None: not a yearly one), or a title."""

    fact: str
    year: int | None
    old: str  # the words that hold no longer
    new: str


def profile_of(text: str, day: date | None = None, last: str | None = None) -> Profile:
    """What one message says of a firm. `day` (today) dates 去年; `last`: the fact that 不对，是… means."""
    from agent.eligibility.extract import profile_from  # extract imports this module

    return profile_from([text], day or today(), last)


def merged(old: Profile, new: Profile) -> tuple[Profile, list[Replaced]]:
    """`old` with what `new` says later put in its place, and what was replaced by something different.

    Neither argument is changed. What `new` disputes is unknown from then on; what it states is settled.
    """
    out, replaced = deepcopy(old), list[Replaced]()
    told = {*new.single, *(fact for fact, years in new.yearly.items() if years)}
    told |= {issue.fact for issue in new.issues if issue.fact}
    out.issues = [issue for issue in out.issues if issue.fact not in told and issue.fact is not None]
    out.issues += new.issues
    for fact, value in new.single.items():
        replaced += _changed(fact, None, out.single.get(fact), value)
        out.single[fact] = value
        if (twin := {"founded_on": "firm_years", "firm_years": "founded_on"}.get(fact)) is not None:
            out.single.pop(twin, None)  # one of them said anew: the other was of the old date
    for fact, years in new.yearly.items():
        kept = out.yearly.setdefault(fact, {})
        for year, value in years.items():
            replaced += _changed(fact, year, kept.get(year), value)
            kept[year] = value
            (out.undated.add if fact in new.undated else out.undated.discard)(fact)
    for issue in new.issues:
        if issue.fact and issue.fact not in new.single and not new.yearly.get(issue.fact):
            out.single.pop(issue.fact, None)
            out.yearly.pop(issue.fact, None)
    for have, other, gained in (
        (out.titles, out.without, new.titles),
        (out.without, out.titles, new.without),
    ):
        for title, words in gained.items():
            if title in other:
                replaced.append(Replaced(title, None, other.pop(title), words))
            have[title] = words
    out.title_years.update(new.title_years)
    out.firms, out.last = new.firms or out.firms, new.last or out.last
    return out, replaced


def _changed(fact: str, year: int | None, old: Value | None, new: Value) -> list[Replaced]:
    if old is None or old.value == new.value:
        return []
    return [Replaced(fact, year, old.words, new.words)]


def summary(profile: Profile, lang: str, said: str, day: date) -> str:
    """What has been taken as the firm's facts, in one sentence that invites correction; "" for none.

    `said`: the user's messages; a year that stands in none of them is named as the user did, from `day`.
    """
    from agent.programs.facts import titles

    parts = []
    for fact, years in profile.yearly.items():
        for year, value in sorted(years.items(), reverse=True):
            when = _when(year, said, day, lang)
            parts.append(_told(facts()[fact].name(lang), when, value, lang))
    for fact, value in profile.single.items():
        parts.append(_told(facts()[fact].name(lang), "", value, lang))
    for key, names in (("has_titles", profile.titles), ("lacks_titles", profile.without)):
        if names:
            parts.append(msg(f"eligibility.{key}", lang, titles="、".join(titles()[name] for name in names)))
    if not parts:
        return ""
    return msg("eligibility.summary", lang, facts=("; " if lang == "en" else "，").join(parts))


def _when(year: int, said: str, day: date, lang: str) -> str:
    relative = {0: "this_year", 1: "year_before", 2: "two_years_before"}.get(day.year - year)
    if relative is None or str(year) in said:
        return msg("eligibility.of_year", lang, year=year)
    return msg(f"eligibility.{relative}", lang)


def _told(name: str, when: str, value: Value, lang: str) -> str:
    if isinstance(value.value, bool):
        return msg(f"eligibility.{'yes' if value.value else 'no'}", lang, fact=name)
    return f"{name}{when} {value.words}"


def shown(value: Decimal, fact: str) -> str:
    """A quantity as a Chinese reader writes it: 3800万元, 1.2亿元, 6%, 5年."""
    kind = facts()[fact].kind
    if kind == "money":
        for unit, size in (("亿元", 100_000_000), ("万元", 10_000)):
            if abs(value) >= size:
                return f"{_plain(value / size)}{unit}"
        return f"{_plain(value)}元"
    units = {"percent": "%", "years": "年", "rank": "名", "score": "分", "count": ""}
    return f"{_plain(value)}{units.get(kind, '')}"


def _plain(value: Decimal | None) -> str | None:
    if value is None:
        return None
    text = f"{value.quantize(Decimal('0.0001')):f}"
    return text.rstrip("0").rstrip(".")
