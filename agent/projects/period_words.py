"""Periods of the registry in words: 2026年9月, 2026年1—9月累计, 2026年三季度, 2026年5月末."""

from __future__ import annotations

from corpus.registry_model import Scope

_QUARTER = "一二三四"


def month_words(month: str) -> str:
    """2026-09 -> 2026年9月.

    >>> month_words("2026-09")
    '2026年9月'
    """
    return f"{month[:4]}年{int(month[5:])}月"


def wordings(period: str, scope: Scope | None) -> tuple[str, ...]:
    """A period with its 口径, so that 当月 and 累计 are never taken for each other, as reports may say it:
    2025年12月累计 or 2025年全年累计."""
    year, _, rest = period.partition("-")
    if not rest:
        return (f"{year}年",)
    if ".." in period:
        first, last = period.split("..")
        return (f"{month_words(first)}—{int(last[5:])}月",)
    if rest.startswith("Q"):
        return (f"{year}年{_QUARTER[int(rest[1]) - 1]}季度",)
    text = month_words(period)
    if scope == "期末":
        return (f"{text}末", text)
    if scope != "累计":
        return (text + (scope or ""),)
    return (f"{text}累计", *(f"{year}年{part}累计" for part in _PARTS.get(rest, ())))


_PARTS = {"03": ("一季度",), "06": ("上半年",), "09": ("前三季度",), "12": ("全年",)}
