"""Numbers as labels: 第十二条, 一、, （三）, 〔2025〕27号. Quantities live in `corpus/numbers.py`."""

from __future__ import annotations

import re

from corpus.standards import STANDARD, tidy

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}

CHINESE = "零〇一二三四五六七八九十百千两"

# 机关代字〔年份〕序号号, in the spellings that circulate; also 公告2023年第7号.
DOC_NUMBER = re.compile(
    r"(?P<agency>[\u4e00-\u9fff]{1,16}?)\s*"
    r"[〔\[［【（(﹝]\s*(?P<year>(?:19|20)\d{2})\s*[〕\]］】）)﹞]\s*第?\s*(?P<serial>\d{1,5})\s*号"
)
PLAIN_NUMBER = re.compile(
    r"(?P<agency>[\u4e00-\u9fff]{0,16}?(?:公告|令|决定)?)\s*(?P<year>(?:19|20)\d{2})\s*年\s*第?\s*(?P<serial>\d{1,5})\s*号"
)
# The same with all its issuers, set apart by spaces: 财政部 税务总局公告2023年第7号.
_ISSUERS = r"(?:[\u4e00-\u9fff]{2,16}[ \u3000、]+){0,8}[\u4e00-\u9fff]{0,24}?"
_WHOLE_PLAIN = re.compile(
    rf"(?P<agency>{_ISSUERS}(?:公告|通告|令|决定)?)\s*"
    r"(?P<year>(?:19|20)\d{2})\s*年\s*第?\s*(?P<serial>\d{1,5})\s*号"
)
# 国务院令第722号, 第 四十三 号: an order is numbered through the years.
_ORDER = re.compile(
    r"(?P<agency>[\u4e00-\u9fff]{2,24}令)[\s（(]*第\s*"
    rf"(?P<serial>\d{{1,5}}|[{CHINESE}]{{1,7}})\s*号"
)
_LETTERS_APART = re.compile(
    r"(?<![\u4e00-\u9fff])(?:[\u4e00-\u9fff][ \u3000]+){2,}[\u4e00-\u9fff](?=[\s\u3000]*[〔\[［【（(﹝])"
)
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
_NOT_ISSUER = re.compile(r"^(?:原|见|和|及|与|、|依据|根据|按照)+")


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


def read_number(text: str) -> str | None:
    """The first 发文字号 in `text` as it is written, all its issuers included; None if there is none.

    Runs of spaces become one, and only those between two issuers stay.

    >>> read_number("文号：财政部　税务总局公告2023 年第 7 号")
    '财政部 税务总局公告2023年第7号'
    """
    text = text.translate(_FULL_WIDTH)
    text = _LETTERS_APART.sub(lambda match: re.sub(r"[ \u3000]", "", match.group()), text)
    found = (pattern.search(text) for pattern in (DOC_NUMBER, _WHOLE_PLAIN, _ORDER))
    match = min((match for match in found if match), key=lambda match: match.start(), default=None)
    if match is None:
        standard = STANDARD.search(text)
        return tidy(standard) if standard else None
    return _tidy(match.group())


def _tidy(number: str) -> str:
    number = _NOT_ISSUER.sub("", number.strip())
    words = re.split(r"[\s\u3000]+", number)
    if re.search(r"[〔\[［【（(﹝]", number):
        return "".join(words)
    number = " ".join(words)
    return re.sub(r"(?<![\u4e00-\u9fff]) | (?![\u4e00-\u9fff])|(?<=[年令]) (?=第)| (?=号)", "", number)


def doc_number_key(number: str) -> tuple[str, str, str] | None:
    """(机关代字, year, serial) of a 发文字号 in any spelling; None if it is none.

    Spaces and 、 between issuers do not count; an order's year is "".
    """
    number = re.sub(r"[\s\u3000、]", "", number).translate(_FULL_WIDTH)
    match = DOC_NUMBER.search(number) or _WHOLE_PLAIN.search(number)
    if match is not None:
        agency = re.sub(r"(公告|通告|令|第)$", "", match["agency"])
        return agency, match["year"], str(int(match["serial"]))
    if standard := STANDARD.search(number):
        return standard["prefix"], standard["year"], standard["serial"]
    if (order := _ORDER.search(number)) is None:
        return None
    agency = order["agency"].removeprefix("中华人民共和国")
    return agency, "", str(chinese_to_int(order["serial"]))


def same_doc_number(one: str, other: str) -> bool:
    """Whether two spellings name one number; a shorter 机关代字 matches a longer that ends in it."""
    first, second = doc_number_key(one), doc_number_key(other)
    if first is None or second is None:
        return re.sub(r"[\s\u3000]", "", one) == re.sub(r"[\s\u3000]", "", other)
    if first[1:] != second[1:]:
        return False
    short, long = sorted((first[0], second[0]), key=len)
    return bool(short) and (long.endswith(short) or long.startswith(short))
