"""Dates as official texts write them: 2026年4月1日, 二〇二六年四月一日, 2026-04-01, 20260401."""

from __future__ import annotations

import re
from datetime import date, timedelta

from corpus.numbering import chinese_to_int

_WRITTEN = r"(?P<y>(?:19|20)\d{2})\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*日"
_CHINESE = (
    r"(?P<cy>[一二][〇○零Ｏ九一二三四五六七八]{3})年"
    r"(?P<cm>[一二三四五六七八九十]{1,2})月(?P<cd>[一二三四五六七八九十]{1,3})日"
)
_PLAIN = r"(?P<py>(?:19|20)\d{2})(?P<sep>[-./])(?P<pm>\d{1,2})(?P=sep)(?P<pd>\d{1,2})(?!\d)"
# The same without groups, for patterns that hold a day among other things.
DAY = (
    r"(?:(?:19|20)\d{2}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日"
    r"|(?:19|20)\d{2}[-./]\d{1,2}[-./]\d{1,2}(?!\d)"
    r"|[一二][〇○零Ｏ九一二三四五六七八]{3}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日)"
)
_YEAR = r"(?:19|20)\d{2}"
# What a term may end with: a day, a month or its end, the end of a year.
END = rf"(?:{DAY}|{_YEAR}\s*年\s*\d{{1,2}}\s*月(?:底|末)?|{_YEAR}\s*年?\s*(?:年?底|年?末))"
# What 自…起 may name: a day, a month, a year.
MOMENT = rf"(?:{DAY}|{_YEAR}\s*年\s*\d{{1,2}}\s*月份?|{_YEAR}\s*年度?)"
_COMPACT = r"(?<!\d)(?P<ky>(?:19|20)\d{2})(?P<km>0[1-9]|1[0-2])(?P<kd>0[1-9]|[12]\d|3[01])(?!\d)"

DATE = re.compile(f"{_WRITTEN}|{_CHINESE}|{_PLAIN}")
DATE_IN_NAME = re.compile(f"{_WRITTEN}|{_PLAIN}|{_COMPACT}")


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def from_match(match: re.Match[str]) -> date | None:
    """The date of a match of `DATE` or `DATE_IN_NAME`; None for a day that does not exist."""
    groups = match.groupdict()
    if groups.get("y"):
        return _date(int(groups["y"]), int(groups["m"]), int(groups["d"]))
    if groups.get("cy"):
        year = re.sub("[○Ｏ零]", "〇", groups["cy"])
        digits = "".join(str("〇一二三四五六七八九".index(char)) for char in year)
        month, day = chinese_to_int(groups["cm"]), chinese_to_int(groups["cd"])
        return _date(int(digits), month or 0, day or 0)
    if groups.get("py"):
        return _date(int(groups["py"]), int(groups["pm"]), int(groups["pd"]))
    return _date(int(groups["ky"]), int(groups["km"]), int(groups["kd"]))


_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


def narrow(text: str) -> str:
    """`text` with ordinary digits for full-width ones; every offset stays what it was."""
    return text.translate(_FULL_WIDTH)


def find_dates(text: str) -> list[tuple[date, int, int]]:
    """(date, start, end) of each full date in `text`, in order; full-width digits are read too."""
    found = ((from_match(match), *match.span()) for match in DATE.finditer(narrow(text)))
    return [(day, start, end) for day, start, end in found if day is not None]


def parse_date(text: str) -> date | None:
    """The date that `text` is or begins with, in any of the forms above; None otherwise."""
    text = narrow(text.strip())
    match = DATE.match(text) or DATE_IN_NAME.match(text)
    return from_match(match) if match else None


_MONTH = re.compile(r"(?P<y>(?:19|20)\d{2})\s*年\s*(?P<m>\d{1,2})\s*月(?!\s*\d{1,2}\s*日)")


def month_of(text: str, whole: bool = False) -> date | None:
    """The first day of the month that `text` begins with (or is, if `whole`), where it names no day.

    >>> month_of("2023年8月（具体日期未查得）")
    datetime.date(2023, 8, 1)
    """
    text = narrow(text.strip())
    match = _MONTH.fullmatch(text) if whole else _MONTH.match(text)
    return _date(int(match["y"]), int(match["m"]), 1) if match else None


def start_of(text: str) -> date | None:
    """The first day of what matches `MOMENT`: a day itself, the first of a month or of a year.

    >>> start_of("2025年7月")
    datetime.date(2025, 7, 1)
    """
    if day := parse_date(text):
        return day
    text = narrow(text)
    match = re.match(rf"\s*({_YEAR})\s*年(?:\s*(\d{{1,2}})\s*月)?", text)
    return _date(int(match.group(1)), int(match.group(2) or 1), 1) if match else None


def end_of(text: str) -> date | None:
    """The last day of what matches `END`: a day itself, the last day of a month or of a year.

    >>> end_of("2027年6月底")
    datetime.date(2027, 6, 30)
    """
    if day := parse_date(text):
        return day
    text = narrow(text)
    if month := re.match(rf"\s*({_YEAR})\s*年\s*(\d{{1,2}})\s*月", text):
        first = _date(int(month.group(1)), int(month.group(2)), 1)
        return last_of_month(first) if first else None
    year = re.match(rf"\s*({_YEAR})", text)
    return date(int(year.group(1)), 12, 31) if year else None


def last_of_month(day: date) -> date:
    """The last day of the month that `day` lies in."""
    return add_years(day.replace(day=1), 0, 1) - timedelta(days=1)


def add_years(day: date, years: int, months: int = 0) -> date:
    """The same day `years` and `months` later; 29 February becomes the 28th where there is none."""
    total = day.year * 12 + day.month - 1 + years * 12 + months
    year, month = divmod(total, 12)
    for back in range(4):
        if found := _date(year, month + 1, day.day - back):
            return found
    raise ValueError(f"no such day: {day} + {years} years {months} months")


def last_day_of_term(first: date, years: int, months: int = 0) -> date:
    """The last day of a term of validity that begins on `first`: 有效期3年自2026-04-01 -> 2029-03-31."""
    return add_years(first, years, months) - timedelta(days=1)
