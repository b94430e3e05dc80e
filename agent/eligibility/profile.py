"""A firm's profile: each value as a range, with the year and the words it was read from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from agent.programs.facts import facts

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
