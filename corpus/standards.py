"""Standards (GB/T, DB32/T, YD/T …): their numbers, and what their cover says.

A standard has no 发文字号 and no signature: its number, name, days and bodies stand on the cover
(GB/T 1.1), each on a line of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

_INDUSTRIES = (
    "AQ|BB|CB|CJ|DA|DL|DZ|EJ|FZ|GA|GH|GY|HB|HG|HJ|HS|HY|JB|JC|JG|JGJ|JJG|JR|JT|JY|LB|LD|LS|LY|MH|MT|MZ|NB|NY"
    "|QB|QC|QJ|QX|RB|SB|SC|SH|SJ|SL|SN|SW|SY|TB|TD|TY|WB|WH|WJ|WM|WS|WW|XB|XF|YB|YC|YD|YS|YY|YZ|ZY"
)
# GB/T 23456—2022, DB32/T 4321.1-2022, T/CESA 1234—2023
STANDARD = re.compile(
    rf"(?<![A-Za-z])(?P<prefix>(?:GB[JZ]?|DB\s?\d{{2}}(?:\d{{2}})?|{_INDUSTRIES})(?:\s?/\s?[TZ])?|T/[A-Z]{{2,8}})"
    r"\s*(?P<serial>\d{1,6}(?:\.\d{1,3})?)\s?[-—–－]{1,2}\s?(?P<year>(?:19|20)\d{2})(?!\d)"
)
_REPLACED = re.compile(r"^(?:部分)?(?:代替|替代)")
_KIND = re.compile(
    r"^(?:ICS\b.*|CCS\b.*|[A-Z]\s?\d{2}|(?:DB|GB|T)\s?\d{0,4}|备案号.*"
    r"|[\u4e00-\u9fff]{0,12}(?:国家|地方|行业|团体|企业)(?:推荐性)?标准)$"
)
# dates.py reads numerals by numbering.py, which knows the numbers of here: no import of it
_DAYS = re.compile(r"((?:19|20)\d{2})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?\s*(发布|实施)")
_ISSUED = re.compile(r"[\s　]*发[\s　]*布$")
_LAST_LINE = re.compile(r"^(?:前[\s　]*言|目[\s　]*[次录]|引[\s　]*言|\d[\s　.]|第.{1,3}[章条])")


@dataclass(frozen=True, slots=True)
class Cover:
    """What the cover of a standard says; `effective_from` is what 实施 follows."""

    number: str
    title: str
    published_on: date | None
    effective_from: date | None
    bodies: tuple[str, ...]


def tidy(match: re.Match[str]) -> str:
    """A standard's number with one space between its letters and figures, dash as written."""
    dash = re.search(r"[-—–－]{1,2}", match.group()[len(match["prefix"]) :])
    prefix = re.sub(r"\s", "", match["prefix"])
    return f"{prefix} {match['serial']}{dash.group() if dash else '—'}{match['year']}"


def read_cover(head: Sequence[str]) -> Cover | None:
    """The cover in the first lines; None where no standard's number stands alone there."""
    at = next((index for index, line in enumerate(head[:10]) if _alone(line)), None)
    if at is None:
        return None
    number = STANDARD.search(head[at])
    lines = _cover_lines(head[at + 1 :])
    name: list[str] = []
    for line in lines:
        if _REPLACED.match(line) or _KIND.match(line) or _alone(line):
            continue
        if not re.search(r"[\u4e00-\u9fff]", line) or _DAYS.search(line) or re.search(r"[。；]", line):
            break
        name.append(line)
    days = {match[4]: _day(match) for line in lines for match in _DAYS.finditer(line)}
    if number is None or not name or not days:
        return None
    return Cover(tidy(number), " ".join(name), days.get("发布"), days.get("实施"), _bodies(lines))


def _day(match: re.Match[str]) -> date | None:
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:  # no such day: the cover was misread
        return None


def _alone(line: str) -> bool:
    return STANDARD.fullmatch(line.strip()) is not None


def _cover_lines(lines: Sequence[str]) -> list[str]:
    cover: list[str] = []
    for line in lines[:20]:
        if _LAST_LINE.match(line.strip()):
            break
        cover.append(re.sub(r"[\s　]+", " ", line).strip())
    return cover


def _bodies(lines: Sequence[str]) -> tuple[str, ...]:
    """The lines below the days, down to the one that ends in 发布."""
    last = next((at for at, line in enumerate(lines) if _DAYS.search(line)), len(lines))
    found: list[str] = []
    for line in lines[last:]:
        bare = re.sub(r"\s", "", _ISSUED.sub("", line))
        if bare and not _DAYS.search(line) and re.fullmatch(r"[\u4e00-\u9fff、（）]{4,40}", bare):
            found.append(bare)
        if _ISSUED.search(line) and not _DAYS.search(line):
            return tuple(found)
    return ()
