"""Facts that follow from others, each with the computation in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from agent.eligibility.profile import Profile, Range, Value, shown


def known(profile: Profile, fact: str, day: date, year: int | None = None) -> Value | None:
    """A fact as said, else as computed; a yearly one for `year`, by default the last full one."""
    if profile.disputed(fact) is not None:
        return None
    year = day.year - 1 if year is None else year
    said = profile.yearly.get(fact, {}).get(year) or profile.single.get(fact)
    if said is not None:
        return said
    if fact == "rd_share":
        return _share(profile, "rd_expense", "revenue", day, year)
    if fact == "rd_expense":
        return _part(profile, day, year)
    if fact == "main_share":
        return _share(profile, "main_revenue", "revenue", day, year)
    if fact == "debt_ratio":
        return _share(profile, "debts", "total_assets", day, year)
    if fact == "main_growth":
        return _growth(profile, "main_revenue", day)
    if fact == "growth_2y":
        return _compound(profile, day)
    if fact == "firm_years":
        return _years(profile, day)
    return None


def point(value: Value | None) -> Decimal | None:
    """The exact figure, where the fact is one."""
    if value is None or not isinstance(value.value, Range) or value.value.approx:
        return None
    return value.value.point


def _said(profile: Profile, fact: str, year: int) -> Value | None:
    if profile.disputed(fact) is not None:
        return None
    return profile.yearly.get(fact, {}).get(year) or profile.single.get(fact)


def _share(profile: Profile, part: str, whole: str, day: date, year: int) -> Value | None:
    first, second = _said(profile, part, year), _said(profile, whole, year)
    above, below = point(first), point(second)
    if above is None or not below or first is None or second is None:
        return None
    result = 100 * above / below
    formula = f"{shown(above, part)}÷{shown(below, whole)}={shown(result, 'rd_share')}"
    return Value(Range.exactly(result), f"{first.words}、{second.words}", formula)


def _part(profile: Profile, day: date, year: int) -> Value | None:
    share, revenue = _said(profile, "rd_share", year), _said(profile, "revenue", year)
    rate, whole = point(share), point(revenue)
    if rate is None or whole is None or share is None or revenue is None:
        return None
    result = whole * rate / 100
    formula = f"{shown(whole, 'revenue')}×{shown(rate, 'rd_share')}={shown(result, 'revenue')}"
    return Value(Range.exactly(result), f"{revenue.words}、{share.words}", formula)


def _growth(profile: Profile, fact: str, day: date) -> Value | None:
    old, new = _said(profile, fact, day.year - 2), _said(profile, fact, day.year - 1)
    before, now = point(old), point(new)
    if not before or now is None or old is None or new is None:
        return None
    result = 100 * (now - before) / before
    formula = (
        f"({shown(now, fact)}-{shown(before, fact)})÷{shown(before, fact)}={shown(result, 'main_growth')}"
    )
    return Value(Range.exactly(result), f"{old.words}、{new.words}", formula)


def _compound(profile: Profile, day: date) -> Value | None:
    """Two years' compound growth: the last full year against the one two years before."""
    old, new = _said(profile, "revenue", day.year - 3), _said(profile, "revenue", day.year - 1)
    before, now = point(old), point(new)
    if old is None or new is None or before is None or now is None or before <= 0 or now < 0:
        return None
    result = 100 * ((now / before).sqrt() - 1)
    formula = f"√({shown(now, 'revenue')}÷{shown(before, 'revenue')})-1={shown(result, 'growth_2y')}"
    return Value(Range.exactly(result), f"{old.words}、{new.words}", formula)


def _years(profile: Profile, day: date) -> Value | None:
    founded = profile.single.get("founded_on")
    if founded is None or not isinstance(founded.value, tuple):
        return None
    early, late = founded.value
    low, high = _whole(late, day), _whole(early, day)
    return Value(Range(Decimal(low), Decimal(high)), founded.words, f"{early.isoformat()}→{day.isoformat()}")


def _whole(start: date, day: date) -> int:
    return day.year - start.year - ((day.month, day.day) < (start.month, start.day))
