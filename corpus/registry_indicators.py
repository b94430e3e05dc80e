"""From the rows of a table of figures to indicator values; 当月 and 累计 are told apart throughout.

Three layouts are one here: rows are indicators (指标 | 单位 | 当月 | 同比 | 累计 | 同比), or regions,
industries or periods with an indicator a column. What a figure is of comes from its headers, its row
and, where both are silent, from the words around the table; nothing is assumed beyond them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from corpus.columns import ColumnMap, column_key
from corpus.model import TableRow
from corpus.registry_cells import (
    Period,
    figure,
    find_period,
    is_empty,
    place,
    plain,
    quantity,
    unit_for,
    unit_in,
    without_rate,
)
from corpus.registry_context import Context, cities_in, paths, shown
from corpus.registry_model import Cell, IndicatorValue, Scope, Unread
from corpus.registry_projects import Notes

_GENERIC = frozenset(
    ["绝对量", "绝对值", "数值", "本期", "本期数", "完成值", "实绩", "总量", "合计", "指标值", "数量", "值"]
)
_GROWTH = ("增速", "增长", "增幅", "增长率")
_CAPTION_NOISE = re.compile(
    r"^[附续]?表[\d一二三四五六七八九十]*[-.\d]*|^(?:全省|江苏省)?(?:[分各](?:设区市|地区|市|行业|产业|领域|县|产业链))?"
    r"|(?:分[月季]度?|完成)?(?:情况|一览表|统计表|明细表|监测表|汇总表|表|明细|情况表)+$|分[月季]度?$"
)
_COMPARES = re.compile(r"^(?:比(?![重例率值])|较|与)(?!上年|去年)")
_MOSTLY = 0.6


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a header (or the name of a row) says of the figures under it."""

    name: str = ""
    period: Period | None = None
    scope: Scope | None = None
    region: str | None = None
    yoy: bool = False


@dataclass(frozen=True, slots=True)
class _Column:
    at: int
    shown: str
    role: str  # name region group period scope unit note ignored label value unread
    meaning: _Meaning = _Meaning()
    unit: str | None = None
    yoy_of: int | None = None  # the value column that this 同比 belongs to


@dataclass(frozen=True, slots=True)
class _RowMeaning:
    name: str
    meaning: _Meaning
    region: str | None
    group: str | None
    unit: str | None


def read_indicators(context: Context) -> tuple[list[IndicatorValue], list[Unread]]:
    """The figures of a table of a report; ([], []) for a table that is none.

    A table without a period, or whose columns hold no figures, is left alone.
    """
    if not context.table.rows or not (context.is_report() or context.speaks_of_months()):
        return [], []
    columns = _columns(context)
    values = [column for column in columns if column.role == "value"]
    if not values or all(column.role in ("value", "unread") for column in columns):
        return [], []
    notes = Notes(context)
    found: list[IndicatorValue] = []
    for row in context.table.rows:
        about = _row_meaning(row, columns, context)
        if about is not None:
            found += _row_values(row, about, columns, context, notes)
    if not found:
        return [], []
    for column in columns:
        if column.role == "unread":
            notes.add("column", column.shown, _first(context, column.at))
    return found, notes.all()


def meaning_of(levels: Sequence[str], columns: ColumnMap, year: int | None, growth: bool) -> _Meaning:
    """The meaning of a header path. `growth`: a bare 增速 is 同比, as the table's caption says."""
    period: Period | None = None
    scope: Scope | None = None
    region: str | None = None
    yoy = False
    names: list[str] = []
    for level in levels:
        text = plain(level)
        if found := find_period(text, year):
            period, text = found
        text = without_rate(column_key(text))
        for word in columns.yoy:
            if word in text:
                yoy, text = True, text.replace(word, "", 1)
        if yoy:
            text = text.strip("±+-")
        if growth and text in _GROWTH:
            yoy, text = True, ""
        for word in sorted(columns.scopes, key=len, reverse=True):
            if text.startswith(word) or text.endswith(word):
                scope = columns.scopes[word]
                text = text[len(word) :] if text.startswith(word) else text[: -len(word)]
                break
        if text == "全省" or cities_in(text) == [f"{text.removesuffix('市')}市"]:
            region, text = place(text)[0], ""
        if text and text not in _GENERIC and not (names and names[-1].endswith(text)):
            names.append(text)
    return _Meaning("".join(names), period, scope, region, yoy)


def _columns(context: Context) -> list[_Column]:
    year = context.year()
    growth = any("同比" in text for _, text in context.texts())
    columns: list[_Column] = []
    for at, path in enumerate(paths(context.table)):
        role = _role(at, path, context)
        if role == "value" and path and _COMPARES.match(plain(path[-1])):
            role = "unread"  # 比1—8月±百分点: a figure of no period of its own
        elif role == "value" and not _is_numeric(context, at):
            role = "unread" if any(column.role == "value" for column in columns) else "label"
        meaning = meaning_of(path, context.columns, year, growth) if role == "value" else _Meaning()
        unit = None
        if role == "value":
            unit = unit_for(path, context.table.caption, context.table.unit, rate=meaning.yoy)
        columns.append(_Column(at, shown(path, at), role, meaning, unit))
    running = any("累计" in (m.scope, m.period and m.period.scope) for m in (c.meaning for c in columns))
    columns = [_of_month(column) if running else column for column in columns]
    return [_paired(column, columns, context) for column in columns]


def _of_month(column: _Column) -> _Column:
    """9月 beside 1—9月 is 当月."""
    period = column.meaning.period
    if period is None or column.meaning.scope is not None or period.first != period.last:
        return column
    return replace(column, meaning=replace(column.meaning, scope="当月"))


def _role(at: int, path: Sequence[str], context: Context) -> str:
    key = column_key(path[-1]) if path else ""
    role = context.columns.indicators.get(key)
    if role is None:
        return "value"
    if role in ("name", "group") and _is_numeric(context, at):
        return "value"  # 数量-like columns under a name that elsewhere is a dimension
    return role


def _is_numeric(context: Context, at: int) -> bool:
    cells = [row.cells[at] for row in context.table.rows if not is_empty(row.cells[at])]
    return bool(cells) and sum(figure(cell) is not None for cell in cells) >= _MOSTLY * len(cells)


def _paired(column: _Column, columns: Sequence[_Column], context: Context) -> _Column:
    """A 同比 column with the value column that it belongs to: of one name, scope and period, the
    nearest to its left; without one it is a figure of its own."""
    mine = column.meaning
    if column.role != "value" or not mine.yoy:
        return column
    path = paths(context.table)
    for other in reversed(columns[: column.at]):
        theirs = other.meaning
        if other.role != "value" or theirs.yoy:
            continue
        if len(path[column.at]) > 1 and path[column.at][:1] != path[other.at][:1]:
            break
        names = not mine.name or mine.name == theirs.name
        scopes = mine.scope is None or mine.scope == theirs.scope
        periods = mine.period is None or mine.period == theirs.period
        regions = mine.region is None or mine.region == theirs.region
        if names and scopes and periods and regions:
            return replace(column, yoy_of=other.at)
    return column


def _row_meaning(row: TableRow, columns: Sequence[_Column], context: Context) -> _RowMeaning | None:
    """What the row's own cells say its figures are of; None for a row that is a header again."""
    year = context.year()
    name, labels = "", []
    meaning = _Meaning()
    region = unit = None
    for column in columns:
        cell = row.cells[column.at].strip() if column.at < len(row.cells) else ""
        if is_empty(cell):
            continue
        if column.role in ("name", "group", "label", "region", "period") and plain(cell) == plain(
            column.shown
        ):
            return None
        if column.role == "name":
            meaning = _joined(meaning, meaning_of([cell], context.columns, year, False))
            name, unit = meaning.name, unit or unit_in(cell)
        elif column.role == "region":
            city, county = place(cell)
            region = city
            if city is None or county:
                labels.append(county or cell)
        elif column.role in ("group", "label"):
            labels.append(cell)
        elif column.role in ("period", "scope"):
            meaning = _joined(meaning, meaning_of([cell], context.columns, year, False))
        elif column.role == "unit":
            unit = unit_in(f"（{cell}）") or plain(cell)
    return _RowMeaning(name, meaning, region, " · ".join(labels) or None, unit)


def _joined(first: _Meaning, second: _Meaning) -> _Meaning:
    return _Meaning(
        first.name or second.name,
        first.period or second.period,
        first.scope or second.scope,
        first.region or second.region,
        first.yoy or second.yoy,
    )


def _row_values(
    row: TableRow, about: _RowMeaning, columns: Sequence[_Column], context: Context, notes: Notes
) -> list[IndicatorValue]:
    found: dict[int, IndicatorValue] = {}
    for column in columns:
        cell = row.cells[column.at].strip() if column.at < len(row.cells) else ""
        if column.role != "value" or is_empty(cell):
            continue
        is_yoy = column.meaning.yoy or about.meaning.yoy
        unit = column.unit or (None if column.meaning.yoy else about.unit)
        read = quantity(cell, unit)
        of = columns[column.yoy_of] if column.yoy_of is not None else column  # 同比 goes by its figure
        made = _blank(row, about, of, context)
        if read is None or made is None:
            notes.add("value" if read is None else "period", column.shown, cell, row.clause_id)
            continue
        part = {"value": read[0], "unit": read[1]} if not is_yoy else {"yoy": read[0], "yoy_unit": read[1]}
        where = {"yoy" if is_yoy else "value": Cell(column.shown, cell)}
        base = found.get(column.yoy_of) if column.yoy_of is not None else None
        if base is not None and column.yoy_of is not None:
            found[column.yoy_of] = replace(base, cells=base.cells | where, **_typed(part))
        else:
            found[column.at] = replace(made, cells=where, **_typed(part))
    return list(found.values())


def _typed(part: dict[str, Decimal | str | None]) -> dict[str, Any]:
    return dict(part)


def _blank(row: TableRow, about: _RowMeaning, column: _Column, context: Context) -> IndicatorValue | None:
    """The value without its figure: name, period, scope, region, group; None where one is not stated."""
    header, line = column.meaning, about.meaning
    name = about.name or header.name or _caption_name(context)
    if about.name and header.name:
        name = f"{about.name}（{header.name}）"
    elif not about.name and header.name:
        name = _fuller(header.name, _caption_name(context))
    around = context.period()
    period = header.period or line.period or around
    if not name or period is None:
        return None
    own = header.period or line.period
    scope = header.scope or line.scope or (own.scope if own else None)
    scope = scope or _caption_scope(context) or (period.scope if own is None else None)
    if scope == "当月" and own is None:
        period = Period(period.year, period.last, period.last)
    if scope == "当季" and period.first == period.last and period.last % 3 == 0:
        period = Period(period.year, period.last - 2, period.last)
    region = header.region or about.region or line.region
    if region is None:
        region = (context.region() or (context.document.region,))[0]
    if region is None and any("全省" in text for _, text in context.texts()):
        region = "江苏省"
    return IndicatorValue(
        doc_id=context.document.doc_id,
        clause_id=row.clause_id,
        name=name,
        period=period.key(scope),
        scope=scope,
        region=region,
        group=about.group,
        caption=context.table.caption,
    )


def _caption_name(context: Context) -> str:
    """The indicator that the caption names: 表1 规模以上工业增加值同比增速 -> 规模以上工业增加值."""
    text = context.table.caption or ""
    if found := find_period(text):
        text = found[1]
    text = column_key(text)
    for word in (*context.columns.yoy, *context.columns.scopes):
        text = text.replace(word, "")
    for _ in range(3):
        text = _CAPTION_NOISE.sub("", text)
    return text.strip("、，,· ")


def _fuller(name: str, caption: str) -> str:
    """The caption's name where it ends in the header's: 产值 under 县域特色产业产值 is that, 备案数 under
    重点企业备案 is 重点企业备案数."""
    topic = re.sub(r"数量$", "数", caption)
    if topic.endswith(name):
        return topic
    stem = re.sub(r"(?:数|额|量)$", "", name)
    return topic + name[len(stem) :] if len(stem) > 1 and topic.endswith(stem) else name


def _caption_scope(context: Context) -> Scope | None:
    text = plain(context.table.caption or "")
    scopes = {scope for word, scope in context.columns.scopes.items() if word in text}
    return scopes.pop() if len(scopes) == 1 else None


def _first(context: Context, at: int) -> str:
    return next((row.cells[at] for row in context.table.rows if not is_empty(row.cells[at])), "")
