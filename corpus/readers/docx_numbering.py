"""Automatic list numbers of Word, computed from numbering.xml as Word shows them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml.etree import _Element as Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL")),
    *((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"


@dataclass(slots=True)
class Level:
    """One level of a list as numbering.xml defines it."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    legal: bool = False
    restart: int | None = None  # w:lvlRestart: 0 never, n after a paragraph of level n (1-based)
    style: str | None = None


@dataclass(slots=True)
class _List:
    """A w:num: its levels, the list that it counts in, and starts that apply once."""

    key: str
    levels: dict[int, Level]
    starts: dict[int, int]


@dataclass(slots=True)
class _Counter:
    values: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts list paragraphs in document order: call `number` once a paragraph."""

    def __init__(self, root: Element | None, style_num: dict[str, str] | None = None) -> None:
        """`style_num` maps a numbering style to its numId (w:numStyleLink goes through it)."""
        self._lists: dict[str, _List] = {}
        self._counters: dict[str, _Counter] = {}
        self._used: set[tuple[str, int]] = set()
        if root is not None:
            self._load(root, style_num or {})

    def _load(self, root: Element, style_num: dict[str, str]) -> None:
        abstracts = {_get(node, "abstractNumId"): node for node in root.findall(f"{W}abstractNum")}
        nums = {_get(node, "numId"): node for node in root.findall(f"{W}num")}
        for num_id, num in nums.items():
            abstract_id = _val(num.find(f"{W}abstractNumId")) or ""
            abstract = abstracts.get(abstract_id)
            link = _val(abstract.find(f"{W}numStyleLink")) if abstract is not None else None
            linked = nums.get(style_num.get(link or "", ""))
            if linked is not None:
                abstract_id = _val(linked.find(f"{W}abstractNumId")) or ""
                abstract = abstracts.get(abstract_id)
            if abstract is None:
                continue
            levels = {_int(_get(lvl, "ilvl"), 0): _level(lvl) for lvl in abstract.findall(f"{W}lvl")}
            starts: dict[int, int] = {}
            for override in num.findall(f"{W}lvlOverride"):
                depth = _int(_get(override, "ilvl"), 0)
                own = override.find(f"{W}lvl")
                if own is not None:
                    levels[depth] = _level(own)
                start = _val(override.find(f"{W}startOverride"))
                if start is not None:
                    starts[depth] = _int(start, 1)
            self._lists[num_id] = _List(abstract_id, levels, starts)

    def level_of_style(self, num_id: str, style: str) -> int:
        """The level that a list ties to a paragraph style (w:lvl/w:pStyle), 0 if none."""
        found = self._lists.get(num_id)
        if found is None:
            return 0
        return next((depth for depth, level in found.levels.items() if level.style == style), 0)

    def number(self, num_id: str, depth: int) -> str:
        """Count a paragraph of list `num_id` at level `depth` (0-based): its label, with the space
        that separates it from the text. Empty for bullets and unknown lists."""
        found = self._lists.get(num_id)
        level = found.levels.get(depth) if found else None
        if found is None or level is None:
            return ""
        values = self._counters.setdefault(found.key, _Counter()).values
        if depth in found.starts and (num_id, depth) not in self._used:
            values[depth] = found.starts[depth]
        elif depth in values:
            values[depth] += 1
        else:
            values[depth] = level.start
        self._used.add((num_id, depth))
        for deeper in [key for key in values if key > depth]:
            restart = found.levels[deeper].restart if deeper in found.levels else None
            if restart == 0 or (restart is not None and depth + 1 > restart):
                continue
            del values[deeper]
        if level.format == "bullet":
            return ""
        label = re.sub(
            r"%([1-9])", lambda match: self._part(found, level, values, int(match.group(1)) - 1), level.text
        )
        label = label.strip()
        if not label:
            return ""
        return label + (
            "" if level.suffix == "nothing" or (label[-1] in "、）：:】)." and _wide(label)) else " "
        )

    def _part(self, found: _List, level: Level, values: dict[int, int], depth: int) -> str:
        part = found.levels.get(depth, Level())
        value = values.setdefault(depth, part.start)
        return format_number(value, "decimal" if level.legal else part.format)


def _wide(label: str) -> bool:
    """Whether a label needs no space after it: it ends as Chinese labels do."""
    return label[-1] in "、）：】"


def _level(node: Element) -> Level:
    restart = _val(node.find(f"{W}lvlRestart"))
    legal = node.find(f"{W}isLgl")
    number_format = node.find(f"{W}numFmt")
    # newer formats stand in mc:AlternateContent as numFmt "custom" with a plain fallback
    if number_format is None:
        number_format = next(iter(node.iter(f"{W}numFmt")), None)
    return Level(
        start=_int(_val(node.find(f"{W}start")), 1),
        format=_val(number_format) or "decimal",
        text=_val(node.find(f"{W}lvlText")) or "",
        suffix=_val(node.find(f"{W}suff")) or "tab",
        legal=legal is not None and (_val(legal) or "1") not in ("0", "false", "off"),
        restart=None if restart is None else _int(restart, 0),
        style=_val(node.find(f"{W}pStyle")),
    )


def format_number(value: int, number_format: str) -> str:
    """A counter in one of Word's number formats (ST_NumberFormat); decimal where unknown."""
    if value < 0 or number_format == "none":
        return "" if number_format == "none" else str(value)
    if number_format in ("chineseCounting", "taiwaneseCounting"):
        return _chinese(value, "一") if value < 100 else _digits(value)
    if number_format in (
        "chineseCountingThousand",
        "taiwaneseCountingThousand",
        "japaneseCounting",
        "koreanCounting",
    ):
        return _chinese(value, "一")
    if number_format in ("chineseLegalSimplified", "ideographLegalTraditional", "japaneseLegal"):
        return _chinese(value, "壹")
    if number_format in ("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"):
        return _digits(value)
    if number_format in ("upperLetter", "lowerLetter"):
        letter = chr(ord("A") + (value - 1) % 26) * ((value - 1) // 26 + 1) if value else ""
        return letter if number_format == "upperLetter" else letter.lower()
    if number_format in ("upperRoman", "lowerRoman"):
        roman = _roman(value)
        return roman if number_format == "upperRoman" else roman.lower()
    if number_format == "decimalZero":
        return f"{value:02d}"
    if number_format in ("decimalFullWidth", "decimalFullWidth2"):
        return "".join(chr(0xFF10 + int(digit)) for digit in str(value))
    if number_format in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese"):
        return _enclosed(value, ((1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1)))
    if number_format == "decimalEnclosedParen":
        return _enclosed(value, ((1, 20, 0x2474),))
    if number_format == "decimalEnclosedFullstop":
        return _enclosed(value, ((1, 20, 0x2488),))
    if number_format == "ideographEnclosedCircle":
        return _enclosed(value, ((1, 10, 0x3280),))
    if number_format == "ideographTraditional" and 1 <= value <= 10:
        return _STEMS[value - 1]
    if number_format == "ideographZodiac" and 1 <= value <= 12:
        return _BRANCHES[value - 1]
    return str(value)


def _enclosed(value: int, ranges: tuple[tuple[int, int, int], ...]) -> str:
    for first, last, code in ranges:
        if first <= value <= last:
            return chr(code + value - first)
    return str(value)


def _digits(value: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(value))


def _chinese(value: int, one: str) -> str:
    """Chinese counting up to 9999: 十, 十一, 二十, 一百零五, 一千零二十."""
    digits, units = (_DIGITS.replace("〇", "零"), ("", "十", "百", "千"))
    if one == "壹":
        digits, units = (_LEGAL, ("", "拾", "佰", "仟"))
    if value == 0 or value > 9999:
        return digits[0] if value == 0 else "".join(digits[int(digit)] for digit in str(value))
    text, zero = "", False
    for place in range(3, -1, -1):
        digit = value // 10**place % 10
        if digit:
            text += (digits[0] if zero else "") + digits[digit] + units[place]
            zero = False
        elif text:
            zero = True
    return text[1:] if one == "一" and 10 <= value < 20 else text


def _roman(value: int) -> str:
    if not 0 < value < 4000:
        return str(value)
    text = ""
    for number, letters in _ROMAN:
        count, value = divmod(value, number)
        text += letters * count
    return text


def _get(node: Element, name: str) -> str:
    return node.get(f"{W}{name}") or ""


def _val(node: Element | None) -> str | None:
    return None if node is None else node.get(f"{W}val")


def _int(text: str | None, default: int) -> int:
    return int(text) if text is not None and re.fullmatch(r"-?\d{1,6}", text) else default
