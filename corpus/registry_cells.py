"""Reading single cells and headers of monitoring tables: figures, units, periods, days, places.

Every function gives None where a text is not plainly one value: what is unsure stays unread.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from corpus.columns import column_key
from corpus.dates import DATE, from_match
from corpus.numbers import find_numbers
from corpus.places import CITIES, city_of
from corpus.registry_model import Scope

MONEY_SCALES = {
    **{"元": Decimal(1), "千元": Decimal(10**3), "万元": Decimal(10**4), "百万元": Decimal(10**6)},
    **{"千万元": Decimal(10**7), "亿元": Decimal(10**8), "万亿元": Decimal(10**12)},
}
EMPTY = frozenset(
    ["", "-", "--", "—", "——", "–", "/", "\\", "…", "无", "暂无", "待定", "未定", "不详", "N/A", "n/a", "空"]
)
POINTS = "百分点"
_UNIT_WORD = (
    r"(?:%|‰|(?:个)?百分点|(?:万亿|亿|千万|百万|万|千)?(?:元|美元|家|个|项|户|人次|人|台套|台|套|辆|吨标准煤|吨标煤|吨"
    r"|千瓦时|千瓦|平方米|公里|件|起|次|只|艘|架|颗|片|天|月|倍|亩))"
)
_IN_BRACKETS = re.compile(rf"[(\[【](?:单位[:：])?({_UNIT_WORD})(?:[,，、;；][^()\[\]]*)?[)\]】]")
_AT_END = re.compile(rf"(?:[,，/、:：]|单位[:：])({_UNIT_WORD})$")
_BARE_RATE = re.compile(r"[±+-]?(%|‰|(?:个)?百分点)$")  # 同比±%, 增速%
_FOR_WHAT = re.compile(r"([\u4e00-\u9fff]{2,4})单位[:：]\s*([^\s,，;；、)）]{1,6})")
_NOT_MONEY = re.compile(r"(?:数|数量|占比|比重|率|增速|增幅|排名|位次|人|家|个)$")
_IS_MONEY = re.compile(r"(?:额|投资|收入|产值|利润|税收|余额|资产|负债|成本)$")
_IS_RATE = re.compile(r"(?:占比|比重|率|增速|增幅|增长)$")
_GENERAL = ("计量", "金额", "货币", "数量", "价值", "填报", "编制", "统计", "报送", "制表")


def plain(text: str) -> str:
    """Half width, without any space."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def is_empty(cell: str) -> bool:
    return plain(cell) in EMPTY


# -- units ------------------------------------------------------------------------------------------


def unit_in(header: str) -> str | None:
    """The unit that a header states: 总投资（亿元）, 产值/亿元, 增速(%)."""
    text = plain(header)
    found = _IN_BRACKETS.findall(text)
    if found:
        return _unit(found[-1])
    at_end = _AT_END.search(text) or _BARE_RATE.search(text)
    return _unit(at_end[1]) if at_end else None


def without_rate(name: str) -> str:
    """同比±% as 同比, 增速% as 增速."""
    return _BARE_RATE.sub("", name)


def unit_for(
    path: Sequence[str], caption: str | None, table_unit: str | None, rate: bool = False
) -> str | None:
    """The unit of a column: its own headers', innermost first; else the caption's or table's for it.

    "收入单位：亿元" counts for columns whose names hold 收入; "单位：亿元" for all but counts and rates;
    of "单位：亿元、%" the % is for rates (a `rate`, or a name that ends as one), the other for the rest.
    """
    for header in reversed(path):
        if (unit := unit_in(header)) is not None:
            return unit
    name = column_key("".join(path))
    text = plain(caption or "")
    special = [(word, unit) for word, unit in _FOR_WHAT.findall(text) if word not in _GENERAL]
    if special:
        return next((_unit(unit) for word, unit in special if word[-2:] in name), None)
    units = [_unit(part) for part in re.split(r"[,，、;；/]", plain(table_unit or "")) if part]
    stated = [unit for unit in units if unit is not None]
    if rate or _IS_RATE.search(name):
        stated = [unit for unit in stated if unit in ("%", "‰", POINTS)]
    elif len(stated) > 1:
        stated = [unit for unit in stated if unit not in ("%", "‰", POINTS)]
    if _NOT_MONEY.search(name):
        stated = [unit for unit in stated if unit not in MONEY_SCALES]
    elif len(stated) > 1 and _IS_MONEY.search(name):  # 单位：亿元、户
        stated = [unit for unit in stated if unit in MONEY_SCALES]
    return stated[0] if len(stated) == 1 else None


def _unit(text: str) -> str | None:
    text = text.removeprefix("个") if text.endswith(POINTS) else text
    return text if re.fullmatch(_UNIT_WORD, text) else None


# -- figures ----------------------------------------------------------------------------------------


_FALLS = re.compile(r"^(?:同比)?(?:下降|减少|降低|回落|下跌|降|▼|↓|▽)")
_RISES = re.compile(r"^(?:同比)?(?:增长|提高|上升|增加|增|升|▲|↑|△)")


@dataclass(frozen=True, slots=True)
class Figure:
    """A single figure; `unit` as the cell itself says it, else None; money in 元 has the unit 元."""

    value: Decimal
    unit: str | None = None


def figure(cell: str) -> Figure | None:
    """The one figure that a cell holds, with its sign: 12.5, 1,234, 3.5亿元, -2.1%, 下降3.2%, 约30."""
    text = plain(cell).replace("+", "")
    falls = re.match(r"^(?:同比)?(?:下降|减少|降低|回落|下跌|降|▼|↓|▽)", text)
    text = re.sub(
        r"^(?:同比)?(?:增长|提高|上升|增加|增|升|▲|↑|△|下降|减少|降低|回落|下跌|降|▼|↓|▽)", "", text
    )
    text = re.sub(r"^(?:约|近|超过|超|逾)", "", text)
    numbers = find_numbers(f"|{text}")  # a minus counts as a sign after a mark only
    if len(numbers) != 1 or not re.fullmatch(r"(?:以上|左右|余)?", text[len(numbers[0].text) :]):
        return None
    number = numbers[0]
    if number.kind not in ("money", "percent", "point", "count", "plain", "weak", "duration"):
        return None
    value = -number.value if falls else number.value
    unit = number.unit
    if number.kind == "plain" and re.search(r"[万亿]$", number.text):
        unit = "元?"  # 3.5亿: of money, where the column is of money
    return Figure(value, unit)


def money(cell: str, unit: str | None) -> tuple[Decimal, str] | None:
    """A sum of money as (value, unit): (in 亿元, 亿元), or foreign money in its own unit as it stands.

    None where the cell is no single figure or nothing states the unit.
    """
    found = figure(cell)
    if found is None:
        return None
    if found.unit in ("元", "元?"):
        return found.value / MONEY_SCALES["亿元"], "亿元"
    if found.unit is not None or unit is None:
        return None
    if unit in MONEY_SCALES:
        return found.value * MONEY_SCALES[unit] / MONEY_SCALES["亿元"], "亿元"
    return found.value, unit


def quantity(cell: str, unit: str | None) -> tuple[Decimal, str | None] | None:
    """A figure in the unit of its column, or in its own: (8.2, %), (12.5, 亿元), (-0.3, 百分点)."""
    found = figure(cell)
    if found is None:
        return None
    if found.unit is None:
        return found.value, unit
    if found.unit in ("元", "元?"):
        scale = MONEY_SCALES.get(unit or "")
        if scale is None:
            return (found.value, "元") if found.unit == "元" else (found.value, unit)
        return found.value / scale, unit
    return found.value, found.unit


# -- periods and days -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Period:
    """Months `first` to `last` of `year`; `scope` where the wording itself says it (1—8月: 累计)."""

    year: int
    first: int
    last: int
    scope: Scope | None = None

    @property
    def end(self) -> date:
        return date(self.year, self.last, monthrange(self.year, self.last)[1])

    def key(self, scope: Scope | None) -> str:
        """As `IndicatorValue.period`: what runs from January, or is of a day, goes by its last month."""
        month = f"{self.year:04d}-{self.last:02d}"
        if self.first == self.last or scope == "期末" or (scope == "累计" and self.first == 1):
            return month
        if (self.first, self.last) == (1, 12):
            return f"{self.year:04d}"
        if self.last - self.first == 2 and self.last % 3 == 0:
            return f"{self.year:04d}-Q{self.last // 3}"
        return f"{self.year:04d}-{self.first:02d}..{month}"


_YEAR = r"(?:(?P<y>(?:19|20)\d{2})年?)?"
_TO = r"(?:-|–|—|——|~|至|到)"
_NUMERAL = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_PERIOD_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("months", re.compile(rf"{_YEAR}(?P<a>\d{{1,2}})月?{_TO}(?P<b>\d{{1,2}})月(?:份)?(?:底|末)?")),
    ("quarters", re.compile(rf"{_YEAR}(?P<q>前[二三123]|第?[一二三四1-4])个?季度(?:末)?")),
    ("q", re.compile(r"(?P<y>(?:19|20)\d{2})年?[-.]?Q(?P<q>[1-4])")),
    ("half", re.compile(rf"{_YEAR}(?P<h>上|下)半年")),
    ("whole", re.compile(rf"{_YEAR}全年")),
    ("month", re.compile(rf"{_YEAR}(?P<a>\d{{1,2}})月(?:份)?(?P<end>底|末|\d{{1,2}}日)?")),
    ("plain", re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})[-./](?P<a>0?[1-9]|1[0-2])(?![\d])")),
    ("compact", re.compile(r"(?<!\d)(?P<y>20\d{2})(?P<a>0[1-9]|1[0-2])(?!\d)")),
    ("year", re.compile(r"(?P<y>(?:19|20)\d{2})年(?:度)?(?!\d)|^(?P<y2>(?:19|20)\d{2})$")),
)


def find_period(text: str, year: int | None = None) -> tuple[Period, str] | None:
    """The period that a text names, and the text without it; a missing year is `year`'s, if given.

    >>> find_period("2026年1—8月产值")
    (Period(year=2026, first=1, last=8, scope='累计'), '产值')
    """
    bare = plain(text)
    if year is None:  # 2026年重大项目推进情况表（8月）: the month is of the one year that the text names
        years = set(re.findall(r"(?<!\d)((?:19|20)\d{2})年", bare))
        year = int(years.pop()) if len(years) == 1 else None
    for form, pattern in _PERIOD_FORMS:
        match = pattern.search(bare)
        if match is None:
            continue
        period = _period(form, match, year)
        if period is not None:
            rest = bare[: match.start()] + bare[match.end() :]
            return period, re.sub(r"^截[至止]|截[至止]$", "", rest)
    return None


def _period(form: str, match: re.Match[str], default: int | None) -> Period | None:
    found = match.groupdict()
    stated = found.get("y") or found.get("y2")
    year = int(stated) if stated else default
    if year is None:
        return None
    if form in ("quarters", "q"):
        number = _NUMERAL[found["q"][-1]]
        if found["q"].startswith("前"):
            return Period(year, 1, 3 * number, "累计")
        return Period(year, 3 * number - 2, 3 * number, "期末" if match.group().endswith("末") else "当季")
    if form == "half":
        return Period(year, 1, 6, "累计") if found["h"] == "上" else Period(year, 7, 12)
    if form in ("whole", "year"):
        return Period(year, 1, 12, "累计" if form == "whole" else None)
    first = int(found["a"])
    last = int(found["b"]) if form == "months" else first
    if not 1 <= first <= last <= 12:
        return None
    return Period(year, first, last, "累计" if first == 1 < last else None)


def day_or_month(cell: str) -> str | None:
    """A planned date as 2027-06-30, 2027-06, 2027-Q2 or 2027; None for anything else."""
    text = re.sub(r"(?:00:00:00|前|左右|底|末|初|中旬|上旬|下旬)$", "", plain(cell))
    if (match := DATE.fullmatch(text)) and (day := from_match(match)):
        return day.isoformat()
    found = find_period(text)
    if found is None or found[1]:
        return None
    period = found[0]
    return period.key(period.scope) if (period.first, period.last) != (1, 12) else f"{period.year:04d}"


def last_day(cell: str) -> date | None:
    """The day that a report's date cell means: the day itself, else the last of the month or quarter."""
    text = re.sub(r"^截[至止]|00:00:00$|[底末止]$", "", plain(cell))
    if (match := DATE.search(text)) and (day := from_match(match)):
        return day
    found = find_period(text)
    return found[0].end if found else None


# -- places -----------------------------------------------------------------------------------------


def place(cell: str) -> tuple[str | None, str | None]:
    """(region, county) of a cell: (苏州市, 昆山市) for 昆山市, (江苏省, None) for 全省; a cell that
    names no place of the province is (None, the cell)."""
    text = plain(cell)
    if text in ("全省", "江苏", "江苏省", "全省合计", "省级", "省属"):
        return "江苏省", None
    text = text.removeprefix("江苏省").removeprefix("江苏")
    if (city := city_of(text)) and not text.startswith(city.removesuffix("市")):
        return city, text
    for name in CITIES:
        if text.startswith(name):
            rest = text[len(name) :].removeprefix("市")
            return f"{name}市", rest.strip("-—·/、，,()") or None
    return None, text or None
