"""The periods that a question names: 2026年上半年, 1—6月, 7月末, 去年12月, 三季度, 近三个月."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from agent.projects.model import Asked
from corpus.numbering import chinese_to_int
from corpus.registry_model import Scope

_NUM = r"(?:\d{1,2}|十[一二]?|[一二两三四五六七八九])"
_DASH = r"(?:-|—|–|~|至|到)+"
_YEAR = r"(?:(?P<y>(?:19|20)\d{2}|\d{2})年?度?(?=\d{1,2}月|[^\d]|$)|(?P<rel>今年|本年|去年|上年|前年|明年))"
_ALONE = r"(?:(?P<y2>(?:19|20)\d{2})年度?|(?P<rel2>今年|本年|去年|上年|前年|明年))(?!前|内|以上|以下|期)"
_UNTIL = r"(?P<until>截[至止]到?|到|至|累计到)?"
_PART = (
    rf"(?:(?P<a>{_NUM})月?(?:份)?{_DASH}(?P<b>{_NUM})月(?:份)?(?P<ends>底|末)?"
    rf"|前(?P<fq>[一二三两1-3])个?季度|第?(?P<q>[一二三四1-4])个?季度(?P<qends>末|底)?|前(?P<fm>{_NUM})个月"
    rf"|(?P<half>[上下])半年|(?P<whole>全年|整年|年全年)|(?P<m>{_NUM})月(?:份)?(?P<day>\d{{1,2}}[日号])?(?P<end>底|末)?"
    r"|(?P<ytd>以来)|(?P<yend>年?[底末])(?!段))"
)
_STATED = re.compile(rf"{_UNTIL}(?:{_YEAR}的?)?{_PART}(?P<since>以来|起|开始)?|{_ALONE}")
_RECENT = re.compile(rf"(?:最?近|过去)(?P<n>{_NUM}|几)个?月|近(?P<h>半)年|近(?P<y>一)年|最近几期")
_LAST = re.compile(r"(?P<month>上个?月|本月份?|这个月)|(?P<quarter>上个?季度?|本季度?|这个季度)")
SEVERAL = 6  # 近几个月


@dataclass(frozen=True, slots=True)
class Found:
    """Periods in order, months of a trend (近三个月), and the text with all of them blanked."""

    periods: tuple[Asked, ...]
    months: int | None
    rest: str


def find(text: str, as_of: date) -> Found:
    """The periods of `text` (normalised), as seen on `as_of`.

    A month without a year is the last one that has begun by then; a year named once holds for
    what follows it (2025年全年比上半年).
    """
    months: int | None = None
    if recent := _RECENT.search(text):
        months = SEVERAL
        if recent["n"] and recent["n"] != "几":
            months = _number(recent["n"])
        elif recent["y"]:
            months = 12
        text = _blank(text, recent)
    found: list[tuple[int, Asked]] = []
    while last := _LAST.search(text):
        found.append((last.start(), _last(last, as_of)))
        text = _blank(text, last)
    year: int | None = None
    at = 0
    while match := _STATED.search(text, at):
        at = match.end()
        named = _year(match, as_of)
        period = _period(match, named or year, as_of)
        if period is not None:
            year = named or year
            found.append((match.start(), period))
            text = _blank(text, match)
    ordered = tuple(dict.fromkeys(period for _, period in sorted(found, key=lambda pair: pair[0])))
    return Found(tuple(p for p in ordered if not _covered(p, ordered)), months, text)


def _covered(period: Asked, others: tuple[Asked, ...]) -> bool:
    """A bare year beside a part of it says only which year is meant: 今年到9月."""
    year = period.first[:4]
    whole = period.scope is None and (period.first[5:], period.last[5:]) == ("01", "12")
    return whole and any(other is not period and other.first.startswith(year) for other in others)


def _blank(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]}{' ' * len(match.group())}{text[match.end() :]}"


def _number(text: str) -> int:
    return int(text) if text.isdigit() else chinese_to_int(text.replace("两", "二")) or 0


def _year(match: re.Match[str], as_of: date) -> int | None:
    found = match.groupdict()
    # the pattern has the year twice: before a part, and alone
    stated = found.get("y") or found.get("y2")
    relative = found.get("rel") or found.get("rel2")
    if stated:
        return int(stated) if len(stated) == 4 else 2000 + int(stated)
    if relative:
        return as_of.year + {"今年": 0, "本年": 0, "去年": -1, "上年": -1, "前年": -2, "明年": 1}[relative]
    return None


def _period(match: re.Match[str], year: int | None, as_of: date) -> Asked | None:
    found = match.groupdict()
    words = match.group().strip()
    span = _months(found)
    if span is None:
        if not (found.get("y2") or found.get("rel2")) or year is None:
            return None
        return Asked(f"{year}-01", f"{year}-12", None, words, year == as_of.year)
    first, last, scope = span
    if not 1 <= first <= last <= 12 or (
        found["yend"] in ("底", "末") and not found["y"] and not found["rel"]
    ):
        return None  # 到底, 期末: no end of a year
    if year is None:  # the last one that has begun
        year = as_of.year if first <= as_of.month else as_of.year - 1
    if found["ytd"]:
        last = as_of.month if year == as_of.year else 12
        return Asked(f"{year}-01", f"{year}-{last:02d}", "累计", words, True)
    if found["until"] and scope is None:
        scope = "累计" if found["until"] != "到" or not found["day"] else "期末"
    if found["since"] and first == last:
        end = as_of.strftime("%Y-%m")
        return Asked(f"{year}-{first:02d}", max(end, f"{year}-{last:02d}"), None, words)
    return Asked(f"{year}-{first:02d}", f"{year}-{last:02d}", scope, words)


def _months(found: dict[str, str | None]) -> tuple[int, int, Scope | None] | None:
    """(first, last, scope) of the part of a year that is named."""
    if found["a"] and found["b"]:
        first, last = _number(found["a"]), _number(found["b"])
        return first, last, "累计" if first == 1 else None
    if found["fq"]:
        return 1, 3 * _number(found["fq"]), "累计"
    if found["fm"]:
        return 1, _number(found["fm"]), "累计"
    if found["q"]:
        number = _number(found["q"])
        if found["qends"]:
            return 3 * number, 3 * number, "期末"
        return 3 * number - 2, 3 * number, "当季"
    if found["half"]:
        return (1, 6, "累计") if found["half"] == "上" else (7, 12, None)
    if found["whole"]:
        return 1, 12, "累计"
    if found["m"]:
        month = _number(found["m"])
        return month, month, "期末" if found["end"] or found["day"] else None
    if found["yend"]:
        return 12, 12, "期末"
    return (1, 12, "累计") if found["ytd"] else None


def _last(match: re.Match[str], as_of: date) -> Asked:
    """上月, 本月, 上季度, 本季度."""
    before = match.group().startswith("上")
    if match["month"]:
        month = as_of.year * 12 + as_of.month - 1 - before
        text = f"{month // 12}-{month % 12 + 1:02d}"
        return Asked(text, text, None, match.group())
    quarter = as_of.year * 4 + (as_of.month - 1) // 3 - before
    year, number = quarter // 4, quarter % 4
    return Asked(f"{year}-{3 * number + 1:02d}", f"{year}-{3 * number + 3:02d}", "当季", match.group())
