"""Met, not met or unknown: each condition of a programme for a profile on a day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from agent.eligibility.derive import known, point
from agent.eligibility.profile import Profile, Range, Value, shown
from agent.programs.facts import UNITS
from agent.programs.model import Condition, Points, Programme

Verdict = Literal["met", "not_met", "unknown"]


@dataclass(frozen=True, slots=True)
class Judged:
    """A condition and its verdict.

    `words`: what the user said of it; `formula`: how it was computed; `gap`: how far a figure is from the
    bound, in the fact's unit; `asks`: the facts that would settle it; `waived`: a waiver sets it aside.
    """

    condition: Condition
    verdict: Verdict
    words: str = ""
    formula: str | None = None
    gap: str | None = None
    asks: tuple[str, ...] = ()
    parts: tuple[Judged, ...] = ()
    waived: bool = False

    def walk(self) -> Iterator[Judged]:
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True, slots=True)
class Judgement:
    """All conditions of a programme; what the library does not hold is `programme.not_held`."""

    programme: Programme
    lines: tuple[Judged, ...]

    @property
    def verdict(self) -> Verdict:
        return conjunction([line.verdict for line in self.lines])

    @property
    def asks(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(fact for line in self.lines for fact in line.asks))

    def of(self, condition: str) -> Judged:
        """The line of a condition id, wherever it stands. Raises: KeyError."""
        for line in self.lines:
            for part in line.walk():
                if part.condition.id == condition:
                    return part
        raise KeyError(condition)


def check_eligibility(programme: Programme, profile: Profile, day: date) -> Judgement:
    """Every condition of the programme for this firm; the caller sees to whether the text is in force."""
    return Judgement(programme, tuple(judged(condition, profile, day) for condition in programme.conditions))


def match_programs(programmes: Sequence[Programme], profile: Profile, day: date) -> list[Judgement]:
    """The programmes with conditions that the firm does not fail, those closest to being met first."""
    found = [check_eligibility(programme, profile, day) for programme in programmes if programme.conditions]
    open_ = [
        item for item in found if item.verdict != "not_met" and any(x.verdict == "met" for x in item.lines)
    ]
    return sorted(
        open_, key=lambda item: sum(line.verdict == "unknown" for line in item.lines) / len(item.lines)
    )


def judged(condition: Condition, profile: Profile, day: date) -> Judged:
    """One condition with its alternatives and waivers."""
    own = _own(condition, profile, day)
    if not condition.waivers or own.verdict == "met":
        return own
    waivers = tuple(judged(waiver, profile, day) for waiver in condition.waivers)
    parts = own.parts + waivers
    waiver = next((item for item in waivers if item.verdict == "met"), None)
    if waiver is not None:
        return Judged(condition, "met", waiver.words, parts=parts, waived=True)
    verdict = disjunction([own.verdict, *(item.verdict for item in waivers)])
    asks = own.asks + tuple(fact for item in waivers for fact in item.asks)
    return Judged(condition, verdict, own.words, own.formula, own.gap, asks, parts)


def conjunction(verdicts: Sequence[Verdict]) -> Verdict:
    """All of them: one that fails decides; nothing to judge is unknown."""
    if "not_met" in verdicts:
        return "not_met"
    return "met" if verdicts and all(verdict == "met" for verdict in verdicts) else "unknown"


def disjunction(verdicts: Sequence[Verdict]) -> Verdict:
    """Any of them: one that is met decides."""
    if "met" in verdicts:
        return "met"
    return "unknown" if "unknown" in verdicts else "not_met"


def _own(condition: Condition, profile: Profile, day: date) -> Judged:
    if condition.score:
        return _scored(condition, profile, day)
    if condition.fact is not None:
        return _single(condition, condition.fact, profile, day)
    parts = tuple(judged(child, profile, day) for child in condition.any or condition.all)
    verdicts = [part.verdict for part in parts]
    verdict = disjunction(verdicts) if condition.any else conjunction(verdicts)
    asks = tuple(fact for part in parts for fact in part.asks) if verdict == "unknown" else ()
    words = "、".join(dict.fromkeys(part.words for part in parts if part.words and part.verdict == verdict))
    return Judged(condition, verdict, words, None, None, asks, parts)


def _single(condition: Condition, fact: str, profile: Profile, day: date) -> Judged:
    if condition.op in ("has", "lacks"):
        return _title(condition, profile)
    if condition.op in ("ge", "gt", "le", "lt"):
        return _figure(condition, fact, profile, day)
    value = known(profile, fact, day)
    if value is None:
        return Judged(condition, "unknown", asks=(fact,))
    wanted = condition.value
    if condition.op in ("by", "since") and isinstance(value.value, tuple):
        first, last = value.value
        bound = date.fromisoformat(str(wanted))
        yes = last <= bound if condition.op == "by" else first >= bound
        no = first > bound if condition.op == "by" else last < bound
        return _of(condition, "met" if yes else "not_met" if no else "unknown", value, fact)
    holds = value.value in wanted if isinstance(wanted, tuple) else value.value == wanted
    return _of(condition, "met" if holds else "not_met", value, fact)


def _of(condition: Condition, verdict: Verdict, value: Value, fact: str) -> Judged:
    return Judged(
        condition, verdict, value.words, value.formula, asks=(fact,) if verdict == "unknown" else ()
    )


def _title(condition: Condition, profile: Profile) -> Judged:
    wanted = condition.value if isinstance(condition.value, tuple) else (str(condition.value),)
    held = next((title for title in wanted if title in profile.titles), None)
    if held is not None:
        return Judged(condition, "met" if condition.op == "has" else "not_met", profile.titles[held])
    if all(title in profile.without for title in wanted):
        words = profile.without[wanted[0]]
        return Judged(condition, "not_met" if condition.op == "has" else "met", words)
    return Judged(condition, "unknown", asks=("titles",))


def _figure(condition: Condition, fact: str, profile: Profile, day: date) -> Judged:
    bound = Decimal(str(condition.value)) * UNITS[condition.unit or "%"][1]
    values = _values(condition, fact, profile, day)
    verdicts = [compare(value.value, condition.op or "ge", bound) for value in values if value is not None]
    missing = any(value is None for value in values)
    verdict = conjunction([*verdicts, "unknown"] if missing else verdicts)
    stated = [value for value in values if value is not None]
    words = "、".join(dict.fromkeys(value.words for value in stated))
    formula = "；".join(dict.fromkeys(value.formula for value in stated if value.formula)) or None
    gap = None
    if verdict == "not_met":
        short = [abs(figure - bound) for figure in map(point, stated) if figure is not None]
        gap = shown(max(short), fact) if short else None
    return Judged(condition, verdict, words, formula, gap, (fact,) if verdict == "unknown" else ())


def _values(condition: Condition, fact: str, profile: Profile, day: date) -> list[Value | None]:
    """The figures that have to keep the bound, each of them."""
    last = day.year - 1
    if condition.over == "latest":
        return [known(profile, fact, day)]
    if condition.over == "each_2":
        return [known(profile, fact, day, last), known(profile, fact, day, last - 1)]
    count = 2 if condition.over == "sum_2" else 3
    years = [known(profile, fact, day, last - back) for back in range(count)]
    figures = [point(value) for value in years]
    amounts = [figure for figure in figures if figure is not None]
    if len(amounts) < count:
        return [None]
    words = "、".join(value.words for value in reversed(years) if value is not None)
    result = _over(condition.over, amounts)
    formula = f"{condition.over}: {'、'.join(shown(amount, fact) for amount in reversed(amounts))}"
    return [Value(Range.exactly(result), words, formula) if result is not None else None]


def _over(over: str, newest_first: Sequence[Decimal]) -> Decimal | None:
    if over == "sum_2":
        return sum(newest_first, Decimal(0))
    if over == "avg_3":
        return sum(newest_first, Decimal(0)) / 3
    now, middle, old = newest_first
    if min(middle, old) <= 0 or now < 0:
        return None
    if over == "cagr_2":
        return 100 * ((now / old).sqrt() - 1)
    return 50 * ((now / middle - 1) + (middle / old - 1))


def compare(value: object, op: str, bound: Decimal) -> Verdict:
    """A quantity against a bound; one only roughly known does not decide on the very bound."""
    if not isinstance(value, Range):
        return "unknown"
    if value.approx and value.low == bound:
        return "unknown"
    if op in ("le", "lt"):
        opposite = compare(value, "gt" if op == "le" else "ge", bound)
        return {"met": "not_met", "not_met": "met", "unknown": "unknown"}[opposite]  # type: ignore[return-value]
    low, high = value.low, value.high
    strict = op == "gt"
    if low is not None and (low > bound or (low == bound and (value.low_open or not strict))):
        return "met"
    if high is not None and (high < bound or (high == bound and (value.high_open or strict))):
        return "not_met"
    return "unknown"


def _scored(condition: Condition, profile: Profile, day: date) -> Judged:
    """The points between which the firm stands; a fact that is not known may give none or the most."""
    low = high = 0
    asks: list[str] = []
    words: list[str] = []
    for fact in dict.fromkeys(row.fact for row in condition.score):
        rows = [row for row in condition.score if row.fact == fact]
        value = known(profile, fact, day)
        least, most = _points(rows, value)
        low, high = low + least, high + most
        if least != most:
            asks.append(fact)
        if value is not None:
            words.append(value.words)
    verdict = compare(Range(Decimal(low), Decimal(high)), condition.op or "ge", Decimal(str(condition.value)))
    formula = f"{low}分" if low == high else f"{low}—{high}分"
    return Judged(
        condition, verdict, "、".join(words), formula, asks=tuple(asks) if verdict == "unknown" else ()
    )


def _points(rows: Sequence[Points], value: Value | None) -> tuple[int, int]:
    most = max(row.points for row in rows)
    if value is None:
        return 0, most
    if not isinstance(value.value, Range):
        given = max((row.points for row in rows if row.when == value.value), default=0)
        return given, given
    figure = value.value.point
    if figure is None or value.value.approx:
        return 0, most
    fits = [row.points for row in rows if _within(row, figure)]
    return max(fits, default=0), max(fits, default=0)  # on a boundary the higher row counts


def _within(row: Points, figure: Decimal) -> bool:
    above = row.low is None or figure >= Decimal(str(row.low))
    return above and (row.high is None or figure <= Decimal(str(row.high)))


__all__ = ["Judged", "Judgement", "Verdict", "check_eligibility", "compare", "judged", "match_programs"]
