"""Numbers as labels: 第十二条, 一、, （三）, 〔2025〕27号. Quantities live in `corpus/numbers.py`."""

from __future__ import annotations

import re

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}

CHINESE = "零〇一二三四五六七八九十百千两"

# 机关代字〔年份〕序号号, in the spellings that circulate; also 公告2023年第7号.
DOC_NUMBER = re.compile(
    r"(?P<agency>[\u4e00-\u9fff]{1,16}?)\s*"
    r"[〔\[［【（(﹝]\s*(?P<year>(?:19|20)\d{2})\s*[〕\]］】）)﹞]\s*(?P<serial>\d{1,5})\s*号"
)
PLAIN_NUMBER = re.compile(
    r"(?P<agency>[\u4e00-\u9fff]{0,16}?(?:公告|令|决定)?)\s*(?P<year>(?:19|20)\d{2})\s*年\s*第?\s*(?P<serial>\d{1,5})\s*号"
)


def chinese_to_int(text: str) -> int | None:
    """十二 -> 12, 一百零三 -> 103, 27 -> 27; None for anything else.

    >>> chinese_to_int("二百六十六")
    266
    """
    text = text.strip()
    if text.isdecimal():
        return int(text)
    total, current = 0, 0
    for char in text:
        if char in _DIGITS:
            current = _DIGITS[char]
        elif char in _UNITS:
            total += (current or 1) * _UNITS[char]
            current = 0
        else:
            return None
    return total + current if text else None


def int_to_chinese(number: int) -> str:
    """12 -> 十二, 103 -> 一百零三. For 0 < number < 10000."""
    digits = "零一二三四五六七八九"
    out = ""
    for unit, value in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit, number = divmod(number, value)
        if digit:
            out += digits[digit] + unit
        elif out and number and not out.endswith("零"):
            out += "零"
    return out[1:] if out.startswith("一十") else out


def doc_number_key(number: str) -> tuple[str, str, str] | None:
    """(机关代字, year, serial) of a 发文字号 in any spelling; None if it is none."""
    match = DOC_NUMBER.search(number) or PLAIN_NUMBER.search(number)
    if match is None:
        return None
    agency = re.sub(r"(公告|令|第)$", "", match["agency"])
    return agency, match["year"], str(int(match["serial"]))


def same_doc_number(one: str, other: str) -> bool:
    """Whether two spellings name one number; a shorter 机关代字 matches a longer that ends in it."""
    first, second = doc_number_key(one), doc_number_key(other)
    if first is None or second is None:
        return re.sub(r"\s", "", one) == re.sub(r"\s", "", other)
    if first[1:] != second[1:]:
        return False
    short, long = sorted((first[0], second[0]), key=len)
    return bool(short) and (long.endswith(short) or long.startswith(short))
