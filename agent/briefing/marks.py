"""The marks of headings: 一、 （一） 1. （1）."""

from __future__ import annotations

_DIGITS = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """1 to 99 as 一 to 九十九."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones or not head else "")


def mark(level: int, number: int) -> str:
    """The mark of a heading: 一、 （一） 1. （1）."""
    return (
        f"{chinese(number)}、",
        f"（{chinese(number)}）",
        f"{number}.",
        f"（{number}）",
    )[level - 1]
