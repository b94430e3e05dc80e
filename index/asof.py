"""The day that a question is about: 2023年的时候, 去年底, 截至2025年3月, 当时.

A year alone is not a day: "2025年全年增速" asks for figures of 2025, which are published later.
Only phrases that ask what held at a time move the as-of date.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from corpus.dates import find_dates
from corpus.numbering import DOC_NUMBER, PLAIN_NUMBER

_Y = r"(?P<y>(?:19|20)\d{2}|\d{2})\s*年"
_M = r"(?:\s*(?P<m>\d{1,2})\s*月(?:份)?)?"
_D = r"(?:\s*(?P<d>\d{1,2})\s*[日号])?"
_PART = r"(?P<part>年?初|年?底|年?末|上半年|下半年|年中)?"
_WHEN = re.compile(
    rf"{_Y}{_M}{_D}{_PART}(?:的)?(?:时候|那时候?|那会儿|当时|之时|时(?!间|候|长|限|效|段)|那年|期间(?:适用|有效|执行)|(?:还)?(?:适用|有效|执行|施行)(?:的|哪)|(?:刚|首次|第一次)?(?:出台|印发|发布|施行|实行|推出)(?:的)?时(?:候)?(?!间|限|段)|(?:那版|版|的版本|版本)|(?:的)?(?:旧?规定|政策|标准|口径|办法)(?:是|里|中|下|怎|如|有|规|多|要)|"
    rf"(?:那时|当时))"
)
_AS_OF = re.compile(
    rf"(?:截至|截止到?|以|按照?|站在|回到|在)\s*{_Y}{_M}{_D}{_PART}(?:为准|为基准|的?(?:情况|有效|时点|口径|规定|政策|标准|版本|文件)|之前有效|时|(?=[，,、\s]))"
)
_RELATIVE = re.compile(
    r"(?P<rel>去年|前年|上个月)(?P<part>年?初|年?底|年?末)?(?:的时候|那时候?|那会儿|当时|时(?!间|候|长|限)|的(?:政策|规定|标准|办法|口径))"
)


@dataclass(frozen=True, slots=True)
class AsOf:
    """The day, and the words of the question that name it."""

    day: date
    words: str


def stated_day(question: str, today: date) -> AsOf | None:
    """The day for which the question asks what held; None where it names none.

    A year or month without a day means its last day, but never one after `today` for a period
    that is still running.
    """
    question = without_names(question)
    for pattern in (_AS_OF, _WHEN):
        for match in pattern.finditer(question):
            day = _day(match, today)
            if day is not None:
                return AsOf(day, match.group())
    if relative := _RELATIVE.search(question):
        return AsOf(_relative_day(relative, today), relative.group())
    found = find_dates(question)
    if found and re.search(
        r"(那天|这天|当天|当日|时(?!间|候|长|限)|的时候|有效|适用|为准)",
        question[found[0][2] : found[0][2] + 8],
    ):
        return AsOf(found[0][0], question[found[0][1] : found[0][2]])
    return None


def full_years(question: str) -> str:
    """Years as they are said, written out: 21年度 is 2021年度; 21年 alone may be a length of time."""
    return _SHORT_YEAR.sub(r"20\1年", question)


def without_names(question: str) -> str:
    """The question without titles and document numbers, whose years are no days: 2021年13号公告."""
    text = re.sub(r"《[^》]*》", " ", question)
    for pattern in (DOC_NUMBER, PLAIN_NUMBER):
        text = pattern.sub(_before_number, text)
    return _YEAR_NUMBER.sub(" ", text)


def _before_number(match: re.Match[str]) -> str:
    """What stands before a number and is not its issuer: 推荐时间还照 of 推荐时间还照工信部节〔2024〕13号."""
    agency = match["agency"]
    spoken = max((found.end() for found in _SPOKEN.finditer(agency)), default=0)
    return f"{agency[: max(spoken, len(agency) - LONGEST_AGENCY)]} "


LONGEST_AGENCY = 8  # characters: 财政部税务总局公告 has more, and what is left of it does no harm
_SPOKEN = re.compile(r"[照按看在和与跟对还的是有了被把说问给到从里]|根据|依据|用(?!电)|现在|请问")
_YEAR_NUMBER = re.compile(
    r"(?:19|20)\d{2}\s*年?\s*第?\s*\d{1,4}\s*号(?!\s*(?:起|之前|以前|前|以后|后|时|那天|当天))"
)
_SHORT_YEAR = re.compile(
    r"(?<![\d.第])(1[5-9]|2\d)年(?=度|[1-9]月|1[0-2]月|初|底|末|上半年|下半年|的时候|那会|那时|评|认定|成立|注册|申报|出台|拿)"
)
_NAMED = re.compile(rf"(?:到|在|等到|截至)?\s*{_Y}{_M}{_D}{_PART}")


def named_day(question: str, today: date) -> AsOf | None:
    """The day, month or year that a question about validity names: 到2028年6月还管用吗？"""
    for match in _NAMED.finditer(without_names(question)):
        day = _day(match, today)
        if day is not None:
            return AsOf(day, match.group())
    return None


def _day(match: re.Match[str], today: date) -> date | None:
    groups = match.groupdict()
    year = int(groups["y"])
    year += 2000 if year < 100 else 0
    month, day, part = groups.get("m"), groups.get("d"), groups.get("part") or ""
    try:
        if month and day:
            return date(year, int(month), int(day))
        if month:
            last = monthrange(year, int(month))[1]
            return _not_after(date(year, int(month), last), today)
        if "初" in part:
            return date(year, 1, 1)
        if part in ("上半年", "年中"):
            return date(year, 6, 30)
        return _not_after(date(year, 12, 31), today)
    except ValueError:
        return None


def _relative_day(match: re.Match[str], today: date) -> date:
    """去年, 前年, 上个月: the last day of it, or the first where 初 says so."""
    if match["rel"] == "上个月":
        month = today.month - 1 or 12
        year = today.year - (today.month == 1)
        return date(year, month, monthrange(year, month)[1])
    year = today.year - {"去年": 1, "前年": 2}[match["rel"]]
    return date(year, 1, 1) if "初" in (match["part"] or "") else date(year, 12, 31)


def _not_after(last: date, today: date) -> date:
    """The end of a running period is today: what is in force tomorrow is not known."""
    return (
        min(last, today)
        if (last.year, last.month) >= (today.year, today.month) and last.year == today.year
        else last
    )
