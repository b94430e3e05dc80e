"""Documents as a text names them: 《…》（…〔2022〕63号）, a bare number, a row of a catalogue."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.dates import parse_date
from corpus.numbering import DOC_NUMBER, read_number
from corpus.standards import STANDARD, tidy
from corpus.titles import genre_of

Target = tuple[str | None, str | None]  # title, number

_NAMED = re.compile(
    r"《(?P<title>(?:[^《》]|《[^《》]*》)+)》(?:\s*[（(](?P<note>[^（）()]*(?:[〔\[（(]\d{4}[〕\])）][^（）()]*)?)[）)])?"
)
# 工业和信息化部2015年第5号公告, 江苏省人民政府令第56号
_BEHIND = re.compile(r"[\u4e00-\u9fff]{2,20}?\s*\d{4}\s*年第?\s*\d{1,5}\s*号(?=公告|通告|令)")
_ORDERED = re.compile(r"[\u4e00-\u9fff]{2,20}?令[（(]?第\s*[\d一二三四五六七八九十百〇零]{1,7}\s*号")
_ANNOUNCED = re.compile(r"公告\s*\d{4}\s*年\s*第\s*\d+\s*号")
_BRACKETED = re.compile(
    r"[（(]([^（）()]*(?:[〔\[（(]\d{4}[〕\])）]|\d{4}\s*年|第)[^（）()]*号)[^（）()]*[）)]\s*$"
)
_AT_END = re.compile(
    r"[\s　，,、]+[\u4e00-\u9fff]{1,16}\s*[〔\[［【（(﹝]\s*\d{4}\s*[〕\]］】）)﹞]\s*\d{1,5}\s*号$"
)
_STANDARD_BEFORE = re.compile(rf"{STANDARD.pattern}\s*$")
# Words that run into the 机关代字 when a number stands in a sentence.
_BEFORE_AGENCY = re.compile(r"^(?:原|和|及|与|、|见|以及|根据|按照|依据|废止|日)+")


def named(text: str) -> list[Target]:
    """(title, number) of each document named, in order; a number alone has no title."""
    found: list[tuple[int, Target]] = []
    rest = list(text)
    for match in _NAMED.finditer(text):
        number = read_number(match["note"] or "")
        start = match.start()
        if number is None and (before := _STANDARD_BEFORE.search(text[:start])):
            number, start = tidy(before), before.start()  # GB/T 23456—2018《…》
        found.append((start, (match["title"], _agency_only(number))))
        rest[start : match.end()] = "\n" * (match.end() - start)
    left = "".join(rest)
    found += [(match.start(), (None, tidy(match))) for match in STANDARD.finditer("".join(rest))]
    for pattern in (DOC_NUMBER, _ANNOUNCED, _BEHIND, _ORDERED):
        for match in pattern.finditer(left):
            found.append((match.start(), (None, _agency_only(match.group().strip()))))
    return [target for _, target in sorted(found, key=lambda entry: entry[0])]


def _agency_only(number: str | None) -> str | None:
    return _BEFORE_AGENCY.sub("", number) if number else None


def row_target(cells: Sequence[str]) -> Target | None:
    """The document that the cells of a catalogue's row name; None for headers and other rows."""
    for cell in cells:
        if targets := named(cell):
            title, number = targets[0]
            if title is not None:
                return title, number or _number_cell(cells)
    best: str | None = None
    number = _number_cell(cells)
    for cell in cells:
        bare = _AT_END.sub("", _BRACKETED.sub("", cell).strip(" 　；;。、")).strip(" 　，,、")
        if len(bare) < 6 or parse_date(bare) is not None or read_number(bare) == bare:
            continue
        if bare.startswith("关于") or "关于" in bare or genre_of(bare) is not None:
            best = max(best or "", bare, key=len)
    return (best, number) if best else None


def _number_cell(cells: Sequence[str]) -> str | None:
    for cell in cells:
        if bracketed := _BRACKETED.search(cell):
            return _agency_only(read_number(bracketed.group(1)))
    for cell in cells:
        if at_end := _AT_END.search(cell.strip(" 　；;。、")):
            return _agency_only(read_number(at_end.group()))
    return next((number for cell in cells if len(cell) < 40 and (number := read_number(cell))), None)
