"""Numbers as Chinese policy texts write them: amounts, rates, dates, durations, document numbers.

The one home of number reading: the answer check (agent) and the metrics (evals) use the same
functions, so that a figure that passes the one is judged alike by the other.

>>> [n.key for n in find_numbers("不超过600万元，自2026年4月1日起施行")]
[('money', Decimal('6000000'), '元'), ('date', '2026-04-01')]

What counts as a number:
- Arabic figures, half or full width, with thousands commas, 百千万亿 and a measure word or none.
- Chinese numerals only where a measure follows (三年, 五十万元, 百分之五) or where they end in
  万 or 亿 (一千五百万): 三首, 十四五, 一企一策, 八个一 are names, not quantities.
- Labels are not numbers: 第十条, 第（三）项, （一）, 一、, 1. at the start of a line, 附件1, 表2, [1].
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from corpus.number_patterns import (
    AR_QUANTITY,
    CANONICAL_UNIT,
    CN_QUANTITY,
    CN_SCALED,
    CODE,
    CURRENCY,
    DOC_NUMBER,
    DOC_SHORT,
    DOC_YEAR,
    FRACTION,
    FULL_WIDTH,
    GENERIC,
    HALF_YEAR,
    LABELS,
    MONTH_DAY,
    MONTHS_IN,
    MONTHS_ONLY,
    NOT_AGENCY,
    NOT_GENERIC,
    ORDINAL,
    PERCENT,
    SCALES,
    SLASH,
    TIME,
    WEAK_UNITS,
    YEAR_MONTH,
    YEAR_MONTH_DAY,
    YEARS,
    numeral_value,
)

NumberKind = Literal[
    "money", "percent", "point", "count", "duration", "date", "ordinal", "doc_number", "plain", "weak"
]


@dataclass(frozen=True, slots=True)
class Number:
    """A number found in a text; `text` is `source[start:end]`.

    kind        value                        unit         code
    money       in units of the currency     元, 美元 ...
    percent     in per cent (五分之一 = 20)    %
    point       percentage points            百分点
    count       as written, scaled by 万 亿   家, 人, 倍 ...
    duration    years in months, else as is  月, 日, 工作日, 周, 小时, 分钟
    date        yyyymmdd, 0 where not said                2026-04-01, 2026-04, 2026, --04-01, --04
    ordinal     第N批, 一季度                  批, 季度 ...
    doc_number  the serial number                         工信部企业〔2026〕2号, GB/T 36132-2025
    plain       as written, scaled           None
    weak        as count; not a claim of its own: 一个, “1650”, 三年行动. Checks may pass over it.
    """

    value: Decimal
    unit: str | None
    kind: NumberKind
    text: str
    start: int
    end: int
    code: str | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """Hashable; equal quantities have equal keys, however they are written."""
        if self.code is not None:
            return (self.kind, self.code)
        return ("count" if self.kind == "weak" else self.kind, self.value, self.unit)


# -- building -----------------------------------------------------------------------------------

_Build = Callable[[re.Match[str]], "list[Number] | None"]


def _make(
    match: re.Match[str], value: Decimal, unit: str | None, kind: NumberKind, code: str | None = None
) -> Number:
    text = match.group().rstrip()
    return Number(value, unit, kind, text, match.start(), match.start() + len(text), code)


def _date(
    match: re.Match[str], year: str | None, month: str | None = None, day: str | None = None
) -> Number | None:
    y, m, d = (int(numeral_value(part)) if part else 0 for part in (year, month, day))
    if m > 12 or d > 31 or (month and not m) or (day and not d):
        return None
    code = f"{y:04d}" if y else "-"
    code += f"-{m:02d}" if m else ""
    code += f"-{d:02d}" if d else ""
    return _make(match, Decimal(y * 10000 + m * 100 + d), None, "date", code)


def _dates(*numbers: Number | None) -> list[Number]:
    return [number for number in numbers if number is not None]


def _years(match: re.Match[str]) -> list[Number]:
    first, last, single = match.groups()
    if single:
        return _dates(_date(match, single))
    return _dates(_date(match, first), _date(match, first[:2] + last if len(last) == 2 else last))


def _months(match: re.Match[str]) -> list[Number]:
    return _dates(*(_date(match, None, month) for month in match.groups() if month))


def _document(match: re.Match[str]) -> list[Number]:
    run, year, serial = match.groups()
    agency = NOT_AGENCY.sub("", run)
    start, text = match.start() + len(run) - len(agency), match.group()[len(run) - len(agency) :]
    code = f"{agency}〔{year}〕{int(serial)}号"
    return [Number(Decimal(serial), None, "doc_number", text, start, match.end(), code)]


def _document_year(match: re.Match[str]) -> list[Number]:
    return [_make(match, Decimal(match[2]), None, "doc_number", f"〔{match[1]}〕{int(match[2])}号")]


def _document_short(match: re.Match[str]) -> list[Number]:
    serial = match[1] or match[2]
    return [_make(match, Decimal(serial), None, "doc_number", f"{int(serial)}号")]


def _standard(match: re.Match[str]) -> list[Number]:
    code = f"GB {match[1]}" + (f"-{match[2]}" if match[2] else "")
    return [_make(match, Decimal(match[1]), None, "doc_number", code)]


def _fraction(match: re.Match[str]) -> list[Number]:
    base, part, upper, denominator, numerator = match.groups()
    if base:
        per_cent = Decimal(100) / SCALES[base]
        return [_make(match, numeral_value(p) * per_cent, "%", "percent") for p in (part, upper) if p]
    return _ratio(match, numeral_value(numerator), numeral_value(denominator))


def _ratio(match: re.Match[str], numerator: Decimal, denominator: Decimal) -> list[Number]:
    if not denominator:
        return []
    value = (100 * numerator / denominator).quantize(Decimal("0.000001"))
    return [_make(match, value, "%", "percent")]


def _percent(match: re.Match[str]) -> list[Number]:
    factor = Decimal("0.1") if match[3] == "‰" else Decimal(1)
    return [_make(match, numeral_value(n) * factor, "%", "percent") for n in match.groups()[:2] if n]


def _ordinal(match: re.Match[str]) -> list[Number]:
    numeral, unit = (match[1], match[2]) if match[1] else (match[3], match[4])
    return [_make(match, numeral_value(numeral), unit.removeprefix("个"), "ordinal")]


def _quantity(match: re.Match[str], numeral: str, unit: str, chinese: bool) -> Number | None:
    if chinese and numeral in ("百", "千", "万", "亿", "零", "〇", "○"):
        return None  # 百家争鸣, 千家万户, 万元: no figure stands before the scale
    value = numeral_value(numeral)
    if unit in CURRENCY.split("|"):
        return _make(match, value, CANONICAL_UNIT.get(unit, unit), "money")
    if unit in MONTHS_IN:
        rest = match.string[match.end() :]
        kind: NumberKind = "weak" if unit == "年" and rest.startswith(("行动", "一度")) else "duration"
        return _make(match, value * MONTHS_IN[unit], "月", kind)
    if unit.endswith("百分点"):
        return _make(match, value, "百分点", "point")
    if unit == "成":
        return _make(match, value * 10, "%", "percent") if value <= 10 else None
    canonical = CANONICAL_UNIT.get(unit, unit)
    if unit in TIME.split("|") and canonical != "岁":
        return _make(match, value, canonical, "duration")
    kind = "weak" if chinese and value == 1 and unit in WEAK_UNITS else "count"
    return _make(match, value, canonical, kind)


def _chinese(match: re.Match[str]) -> list[Number] | None:
    found = [_quantity(match, n, match[3], chinese=True) for n in match.groups()[:2] if n]
    return [number for number in found if number is not None]


def _arabic(match: re.Match[str]) -> list[Number] | None:
    first, last, unit = match.groups()
    if unit:
        scale = re.search(r"[百千万亿]+$", last)
        if first and scale and not re.search(r"[百千万亿]", first):
            first += scale.group()  # 300-500万元: both are in 万元
        found = [_quantity(match, n, unit, chinese=False) for n in (first, last) if n]
        return [number for number in found if number is not None]
    kind: NumberKind = "weak" if _is_name(match) else "plain"
    return [_make(match, numeral_value(n), None, kind) for n in (first, last) if n]


def _is_name(match: re.Match[str]) -> bool:
    """“1650”, 1650产业体系, 10+X, 5G: figures that are part of a name."""
    before, after = match.string[max(0, match.start() - 1) : match.start()], match.string[match.end() :]
    quoted = before in ("“", '"', "「", "'") and after[:1] in ("”", '"', "」", "'")
    return quoted or bool(re.match(r"\+X|[A-Za-z]|(?:现代化?)?产业(?:体系|集群)", after))


def _half_year(match: re.Match[str]) -> list[Number]:
    return [_make(match, Decimal(6), "月", "duration")]


_RULES: list[tuple[re.Pattern[str], _Build]] = [
    (CODE, _standard),
    (DOC_NUMBER, _document),
    (DOC_YEAR, _document_year),
    (DOC_SHORT, _document_short),
    (YEAR_MONTH_DAY, lambda m: _dates(_date(m, m[1], m[2] or m[5], m[3] or m[6]))),
    (YEAR_MONTH, lambda m: _dates(_date(m, m[1], m[2] or m[3]))),
    (YEARS, _years),
    (MONTH_DAY, lambda m: _dates(_date(m, None, m[1], m[2]))),
    (MONTHS_ONLY, _months),
    (FRACTION, _fraction),
    (PERCENT, _percent),
    (SLASH, lambda m: _ratio(m, Decimal(m[1]), Decimal(m[2]))),
    *((label, lambda _: []) for label in LABELS),
    (ORDINAL, _ordinal),
    (HALF_YEAR, _half_year),
    (AR_QUANTITY, _arabic),
    (CN_QUANTITY, _chinese),
    (CN_SCALED, lambda m: [_make(m, numeral_value(m[1]), None, "plain")]),
]


def find_numbers(text: str) -> list[Number]:
    """Every number of `text` in reading order; the two ends of a range are two numbers.

    Both ends of a range carry the text and place of the whole range (3%–5%), so that a mark
    set there covers what the reader sees as one figure.
    """
    plain = text.translate(FULL_WIDTH)  # one character for one: offsets stay
    taken = bytearray(len(plain))
    found: list[Number] = []
    for pattern, build in _RULES:
        for match in pattern.finditer(plain):
            start, end = match.span()
            if start == end or any(taken[start:end]):
                continue
            numbers = build(match)
            if numbers is None:
                continue
            taken[start:end] = b"\x01" * (end - start)
            found.extend(numbers)
    found.sort(key=lambda number: number.start)
    return [_as_written(number, text) for number in found]


def _as_written(number: Number, text: str) -> Number:
    written = text[number.start : number.end]
    if written == number.text:
        return number
    return Number(number.value, number.unit, number.kind, written, number.start, number.end, number.code)


_DECLARED = re.compile(
    r"(?:单位[:：]\s*|[(（])((?:万亿|亿|万|千)?(?:元|美元|家|个|项|户|人|名|台|套|辆|吨|千瓦|千瓦时|倍|%|％|个百分点))"
    r"(?=[)）|，,；;、\s]|$)"
)


def stated_numbers(text: str) -> list[Number]:
    """The numbers that a piece of evidence states, its table units taken into account.

    A table names its unit once (单位：万元, or 补助上限（万元） in a header) and then gives bare
    figures: such a figure is returned as it stands and, besides, in each unit that is declared
    for it: in the header cell over it or the first cell of its row, where lines of cells joined
    by " | " show which these are, and outside of the table; else anywhere in the text.
    """
    numbers = find_numbers(text)
    bare = [number for number in numbers if number.kind == "plain"]
    if not bare or not _DECLARED.search(text):
        return numbers
    lines = text.split("\n")
    header = next((line for line in lines if _CELLS in line and _DECLARED.search(line)), "").split(_CELLS)
    around = "\n".join(line for line in lines if _CELLS not in line)
    for number in bare:
        row, cell = _cell_of(text, number)
        place = "\n".join([around, header[cell], row[0]]) if 1 < len(row) == len(header) else text
        for unit in sorted({match[1] for match in _DECLARED.finditer(place)}):
            for scaled in find_numbers(f"{number.value}{unit}"):
                numbers.append(
                    Number(scaled.value, scaled.unit, scaled.kind, number.text, number.start, number.end)
                )
    return sorted(numbers, key=lambda number: number.start)


_CELLS = " | "


def _cell_of(text: str, number: Number) -> tuple[list[str], int]:
    """The cells of the line that a number stands in, and which of them it stands in."""
    start = text.rfind("\n", 0, number.start) + 1
    end = text.find("\n", start)
    line = text[start:] if end < 0 else text[start:end]
    return line.split(_CELLS), text[start : number.start].count(_CELLS)


# -- comparing ----------------------------------------------------------------------------------


def same(a: Number, b: Number) -> bool:
    """Whether `a` and `b` may be the same quantity, the missing unit or year of one excused.

    600万 is 600万元; a bare 8.2 (a table cell) is 8.2%; 4月1日 is 2026-04-01; 63号文 is
    工信部企业〔2022〕63号; 14个 is 14家. But 5% is not 5个百分点, and 14家 is not 14项.
    """
    if a.key == b.key:
        return True
    if a.kind == "doc_number" and b.kind == "doc_number":
        return _same_document(a.code or "", b.code or "")
    if a.kind == "date" and b.kind == "date":
        return _same_day(a.code or "", b.code or "")
    if a.kind == "date" or b.kind == "date":
        day, other = (a, b) if a.kind == "date" else (b, a)
        return other.unit is None and other.kind == "plain" and day.code == str(other.value)
    if "doc_number" in (a.kind, b.kind) or a.value != b.value:
        return False
    if a.unit is None or b.unit is None:
        return True
    generic = GENERIC in (a.unit, b.unit) and not {a.unit, b.unit} & NOT_GENERIC
    return generic and {a.kind, b.kind} <= {"count", "weak"}


def _same_day(a: str, b: str) -> bool:
    if a.startswith("--") == b.startswith("--"):
        return False  # keys differ already
    partial, full = (a, b) if a.startswith("--") else (b, a)
    return full[4:] == partial[1:]


def _same_document(a: str, b: str) -> bool:
    """Same year and serial, and one issuer code ends the other; a side that names neither is excused."""
    if "〔" not in a or "〔" not in b:
        return a.rpartition("〕")[2] == b.rpartition("〕")[2]
    (agency_a, _, rest_a), (agency_b, _, rest_b) = a.partition("〔"), b.partition("〔")
    return rest_a == rest_b and (agency_a.endswith(agency_b) or agency_b.endswith(agency_a))


def supports(stated: Number, claimed: Number) -> bool:
    """Whether a text that states `stated` bears out `claimed`: the same, or a coarser date.

    2026年4月1日 bears out 2026年4月 and 2026年; the reverse would add what was not said.
    """
    if same(stated, claimed):
        return True
    if stated.kind == "date" and claimed.kind == "date":
        return (stated.code or "").startswith((claimed.code or "") + "-")
    return False


def stated_in(claimed: Number, numbers: Iterable[Number]) -> bool:
    """Whether any of `numbers` bears out `claimed`."""
    return any(supports(number, claimed) for number in numbers)
