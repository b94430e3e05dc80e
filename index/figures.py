"""Numbers in one spelling, for the lexical index: 第二十三条 and 第23条, 二千万元 and 0.2亿元, and shares.

A label (第23条, 第2款, 第3批) becomes one token, so that 第二十三条 is not found by 第二十条. An amount
with a scale is kept as it is written, for tables have 2000 under 万元, and its value in full stands
beside it: 2000万元 reads 2000 20000000 万元. Chinese numerals are read where 万, 亿, 元 or a measure of
time follows or they are part of a label or a share; elsewhere they may be part of a name (八个一, 三首).
"""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_CN = r"[零〇一二两三四五六七八九十百千]"
_CN_BIG = r"[一二两三四五六七八九十][零〇一二两三四五六七八九十百千万亿]*"
_FIGURE = r"\d+(?:\.\d+)?"

_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")  # 1,000万元 is 1000万元
LABEL_UNITS = "条款项目章节编批届期"  # 第N号 is read, too, but stays apart: 27号 is said for it
_LABEL = re.compile(rf"第\s*\(?\s*({_CN}+|\d{{1,5}})\s*\)?\s*([{LABEL_UNITS}号])")
_SHARE = re.compile(rf"([百千万])分之\s*({_CN}+(?:点{_CN}+)?|{_FIGURE})")
_PER = re.compile(rf"({_FIGURE})\s*([%‰])")
_PARTS = {"百": 1, "千": 10, "万": 100, "%": 1, "‰": 10}  # what one per cent is divided by
_SCALED = re.compile(rf"({_FIGURE})\s*(?:亿\s*({_FIGURE})\s*(万)|(万亿|[十百千]?[万亿]|千(?=元)))")
_CN_SCALED = re.compile(rf"({_CN_BIG}[万亿]{_CN}*)|({_CN_BIG})(?=元)")
_YEAR = re.compile(r"[一二][零〇九][零〇一二三四五六七八九]{2}(?=年)")
_TIMED = re.compile(rf"(?<![第一二三四五六七八九十]){_CN_BIG}(?=个?工作日|个月|个?小时|年|日|天|周|倍)")


def one_spelling(text: str) -> str:
    """`text` (half width, simplified) with its labels, shares and amounts in one spelling.

    >>> one_spelling("第二十三条：罚款二千万元，百分之五").split()
    ['第23条', ':罚款', '2000', '20000000', '万元,', '5%']
    """
    text = _THOUSANDS.sub("", text)
    text = _LABEL.sub(_label, text)
    if "分之" in text or "%" in text or "‰" in text:
        text = _PER.sub(_per, _SHARE.sub(_share, text))
    if "万" in text or "亿" in text or "元" in text:
        text = _CN_SCALED.sub(_cn_scaled, _SCALED.sub(_scaled, text))
    return _TIMED.sub(_in_figures, _YEAR.sub(_in_figures, text))


def is_label(token: str) -> bool:
    """Whether a token is a label: 第23条."""
    return token[0] == "第" and token[1:2].isdecimal()


def value_of(numeral: str) -> Decimal:
    """A Chinese numeral with 万, 亿 and 点: 一千五百万 -> 15000000, 五点五 -> 5.5."""
    whole, _, fraction = numeral.partition("点")
    total = section = digit = 0
    seen = False
    if len(whole) > 1 and all(char in _DIGITS for char in whole):  # 二〇二五
        total = int("".join(str(_DIGITS[char]) for char in whole))
        whole = ""
    for char in whole:
        if char in _DIGITS:
            digit, seen = _DIGITS[char], True
        elif char in "十百千":
            section += (digit if seen else 1) * _SCALES[char]
            digit, seen = 0, False
        elif char == "万":
            total += (section + digit) * _SCALES[char]
            section, digit, seen = 0, 0, False
        else:
            total = (total + section + digit) * _SCALES[char]
            section, digit, seen = 0, 0, False
    decimals = "".join(str(_DIGITS[char]) for char in fraction if char in _DIGITS)
    return Decimal(f"{total + section + digit}.{decimals or 0}")


def plain(value: Decimal) -> str:
    """2000.0 -> 2000, 5.50 -> 5.5, never with an exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _in_figures(match: re.Match[str]) -> str:
    return f" {plain(value_of(match.group()))} "


def _label(match: re.Match[str]) -> str:
    number, unit = match.groups()
    return f" 第{int(number) if number.isdecimal() else plain(value_of(number))}{unit} "


def _share(match: re.Match[str]) -> str:
    part, numeral = match.groups()
    value = Decimal(numeral) if numeral[0].isdecimal() else value_of(numeral)
    return f" {plain(value / _PARTS[part])}% "


def _per(match: re.Match[str]) -> str:
    return f" {plain(Decimal(match[1]) / _PARTS[match[2]])}% "


def _amount(raw: Decimal, value: Decimal, scale: str) -> str:
    return f" {plain(raw)} {plain(value)} {scale}"


def _scaled(match: re.Match[str]) -> str:
    figure, rest, _, scale = match.groups()
    if rest:  # 1亿2000万
        value = Decimal(figure) * _SCALES["亿"] + Decimal(rest) * _SCALES["万"]
        return _amount(value / _SCALES["万"], value, "万")
    value = Decimal(figure)
    for char in scale:
        value *= _SCALES[char]
    return _amount(Decimal(figure), value, scale)


def _cn_scaled(match: re.Match[str]) -> str:
    value = value_of(match.group())
    if match[2]:  # 五百元
        return f" {plain(value)} "
    scale = next(char for char in reversed(match[1]) if char in "万亿")
    return _amount(value / _SCALES[scale], value, scale)
