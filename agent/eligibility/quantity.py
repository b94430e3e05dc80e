# ruff: noqa: E501  (tables of patterns, read row by row)
"""A quantity at the start of a text, of the kind that the fact needs, with its qualifier."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from agent.eligibility.profile import Range
from corpus.number_patterns import numeral_value

_CN = r"[零〇一二两三四五六七八九十百千]"
_NUM = rf"(?:\d[\d,]*(?:\.\d+)?|{_CN}+(?:点{_CN}+)?)"
_BEFORE = r"(?P<before>超过了?|大于|多于|高于|不低于|至少|不少于|不到|不足|低于|少于|不超过|最多|将近|接近|约为?|大约|大概|差不多|近)?"
_AFTER = r"(?P<after>以上|以下|以内|左右|上下)?"
_MONEY = re.compile(
    rf"{_BEFORE}(?P<minus>-|负)?(?P<n>{_NUM})\s*(?P<more>多|余|来)?(?P<scale>千万|百万|万亿|万|亿|[wW])?"
    rf"(?P<more2>多|余)?\s*(?P<unit>元|块)?(?:人民币)?{_AFTER}"
)
_PERCENT = re.compile(
    rf"{_BEFORE}(?P<minus>-|负)?(?:(?P<n>{_NUM})\s*(?:%|个?百分点|个点)|百分之(?P<p>{_NUM})|"
    rf"(?P<c>[一二两三四五六七八九\d])成(?P<h>[一二三四五六七八九半])?){_AFTER}"
)
_YEARS = re.compile(
    rf"{_BEFORE}(?P<n>{_NUM})\s*(?P<more>多|余|来)?(?:个?年头?)(?P<half>半)?(?P<more2>多)?{_AFTER}(?![度初末底]|\d)"
)
_COUNT = re.compile(
    rf"{_BEFORE}(?P<n>{_NUM})\s*(?P<scale>万)?(?P<more>多|余|来)?(?:个人|人|名|项|件|个|条|位){_AFTER}"
)
_SCORE = re.compile(rf"{_BEFORE}(?P<n>{_NUM})\s*(?:分|个?基点|BP|bp){_AFTER}")
_RANK = re.compile(rf"(?:第|前)?(?P<n>\d+|{_CN}+)(?:名|位)?")
_BY_KIND = {
    "money": _MONEY,
    "percent": _PERCENT,
    "years": _YEARS,
    "count": _COUNT,
    "score": _SCORE,
    "rank": _RANK,
}
_SCALE = {"万": 10**4, "w": 10**4, "W": 10**4, "千万": 10**7, "百万": 10**6, "亿": 10**8, "万亿": 10**12}
_DIGITS = str.maketrans("一二两三四五六七八九", "1223456789")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity in the fact's own unit; `no_unit`: money of which nobody said 万 or 亿 or 元."""

    value: Range
    words: str
    start: int
    end: int
    no_unit: bool = False


def quantities(text: str, kind: str, start: int = 0, end: int | None = None) -> list[Quantity]:
    """All quantities of a kind in text[start:end], in order."""
    pattern = _BY_KIND[kind]
    out = []
    for match in pattern.finditer(text, start, len(text) if end is None else end):
        if kind == "money" and _not_money(text, match):
            continue
        out.append(_quantity(match, kind))
    return out


def _not_money(text: str, match: re.Match[str]) -> bool:
    """2024年, 3项, 6%, 近两年, 一类 are no amounts; nor a Chinese numeral without a scale."""
    bare = not match["scale"] and not match["unit"]
    follows = re.match(
        r"\s*(?:年|月|日|%|人|名|项|件|个|类|号|家|成|条|位|倍|分|点|期|批|基点|BP)", text[match.end() :]
    )
    return bare and (
        follows is not None or not match["n"][0].isdigit() or text[match.start() - 1 : match.start()] == "分"
    )


def _quantity(match: re.Match[str], kind: str) -> Quantity:
    found = match.groupdict()
    if found.get("c"):
        half = found.get("h")
        low = Decimal(int(found["c"].translate(_DIGITS)) * 10)
        low += 5 if half == "半" else int(half.translate(_DIGITS)) if half else 0
        value = low
    else:
        value = _number(found.get("n") or found.get("p") or "0")
        value *= _SCALE.get(found.get("scale") or "", 1)
        if found.get("half"):
            value += Decimal("0.5")
    if found.get("minus"):
        value = -value
    more = bool(found.get("more") or found.get("more2"))
    no_unit = kind == "money" and not found["scale"] and not found["unit"]
    span = _range(value, found.get("before") or "", found.get("after") or "", more)
    return Quantity(span, match.group().strip(), match.start(), match.end(), no_unit)


def _range(value: Decimal, before: str, after: str, more: bool) -> Range:
    if before.startswith(("超过", "大于", "多于", "高于")) or more:
        return Range(value, None, low_open=True)
    if before in ("不低于", "至少", "不少于") or after == "以上":
        return Range(value, None)
    if before in ("不到", "不足", "低于", "少于", "将近", "接近", "近"):
        return Range(None, value, high_open=True)
    if before in ("不超过", "最多") or after in ("以下", "以内"):
        return Range(None, value)
    return Range(value, value, approx=bool(before) or bool(after))


def _number(text: str) -> Decimal:
    whole, _, rest = text.replace(",", "").partition("点")
    if rest:
        return Decimal(f"{numeral_value(whole)}.{''.join(str(numeral_value(digit)) for digit in rest)}")
    return Decimal(str(numeral_value(whole)))
