"""From the rows of a project table to snapshots of projects."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from corpus.columns import column_key
from corpus.model import TableRow
from corpus.registry_cells import day_or_month, find_period, is_empty, last_day, money, place, plain, unit_for
from corpus.registry_context import TOTALS, Context, kinds_in, paths, shown
from corpus.registry_model import MONEY_FIELDS, STAGES, Cell, ProjectSnapshot, Unread, UnreadReason

_SAYS_A_PROJECT = frozenset(["owner", "region", "county", "stage", "kind", *MONEY_FIELDS])
_TICKS = frozenset(["√", "✓", "✔", "●", "■", "是"])
_NUMBERED = re.compile(r"^(?:[一二三四五六七八九十]+、|[(（][一二三四五六七八九十]+[)）]|\d+[.、])")
_ORDINAL = re.compile(r"[(（]?(?:[一二三四五六七八九十]{1,3}|\d{1,3})[)）]?[、.]?")
_GROUP_ROW = "标题行"
_AS_OF = re.compile(
    r"截[至止](?:到)?(?:本月|上月|目前|当前|(?:\d{4}年)?(?:\d{1,2}月)?(?:\d{1,2}日)?)[底末份止]*(?:为止)?"
)
_THIS = re.compile(r"(?:本|当|今)(?:年|月)|年度|年内|全年")
_TELLS = re.compile(r"进度|情况|进展")
_DONE = frozenset(
    [
        "完成投资",
        "投资完成",
        "完成投资额",
        "投资完成额",
        "累计完成投资",
        "累计完成",
        "完成",
        "累计投资",
        "累计完成投资额",
    ]
)
_PLANNED = frozenset(["计划投资", "投资计划", "计划完成投资", "计划投资额", "投资目标", "计划"])


@dataclass(slots=True)
class _Column:
    at: int
    name: str  # as shown
    field: str | None
    unit: str | None = None


@dataclass(slots=True)
class _Row:
    """A row in the making."""

    values: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, Cell] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)
    report_date: date | None = None

    def put(self, name: str, value: Any, column: str, text: str) -> bool:
        """Sets a field that is not set; False where it has another value already, or there is none."""
        known = self.values.get(name)
        if known is None and value is not None:
            self.values[name] = value
            self.cells[name] = Cell(column, text)
        return value is not None and known in (None, value)


class Notes:
    """What was not understood, a column (or a kind of value in it) at a time."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._found: dict[tuple[UnreadReason, str], Unread] = {}

    def add(self, reason: UnreadReason, column: str, example: str, clause_id: str | None = None) -> None:
        where = clause_id or self._context.table.clause_id
        new = Unread(self._context.document.doc_id, where, reason, column, example, 0)
        old = self._found.get((reason, column), new)
        self._found[reason, column] = replace(old, rows=old.rows + 1)

    def all(self) -> list[Unread]:
        return list(self._found.values())


def field_of(path: Sequence[str], context: Context) -> str | None:
    """The project field of a column: by its whole header path in either order, else its last header."""
    known = context.columns.projects
    keys = [column_key("".join(path)), column_key("".join(reversed(path)))]
    for key in keys:
        if key in known:
            return known[key]
    if path and column_key(path[-1]) in known:
        return _under(path[:-1], known[column_key(path[-1])], context)
    keys += [column_key(path[-1])] if path else []
    for key in keys:  # 2026年计划投资, 1—8月完成投资, 8月完成投资, 截至8月底累计完成投资
        if stated := _AS_OF.match(key):
            return known.get(key[stated.end() :])
        found = find_period(key, context.year() or 2000)
        if found is None:
            continue
        period, rest = found
        if rest in _DONE:
            return "investment_month" if period.first == period.last else "investment_year_done"
        if rest in _PLANNED and (period.first, period.last) == (1, 12):
            return "investment_year_plan"
    return None


def _under(outer: Sequence[str], found: str, context: Context) -> str | None:
    """The field of a money column under headers that name a year or a month: 完成投资 under 2026年投资情况
    is that year's. None where field and header do not go together."""
    if found not in MONEY_FIELDS:
        return found
    for header in outer:
        key = column_key(header)
        stated = find_period(key, context.year() or 2000)
        if stated is None and not _THIS.search(key):
            continue
        if stated is not None and _AS_OF.match(key):
            return found  # 截至8月底 > 累计完成投资
        month = stated[0].first == stated[0].last if stated else "月" in key
        whole = stated is None or (stated[0].first, stated[0].last) == (1, 12)
        if found == "investment_planned":
            return "investment_year_plan" if whole and not month else None
        if found == "investment_done":
            return "investment_month" if month else "investment_year_done"
        return found
    return found


def is_project_table(context: Context) -> bool:
    """A table with a column of project names, and another that only projects have."""
    fields = {field_of(path, context) for path in paths(context.table) if path}
    if "name" not in fields:
        return False
    return bool(fields & _SAYS_A_PROJECT) or context.kind() is not None


def read_projects(context: Context) -> tuple[list[ProjectSnapshot], list[Unread]]:
    """The snapshots of a project table in the order of its rows, and what was not understood."""
    notes = Notes(context)
    columns = _columns(context)
    group: dict[str, tuple[Any, str]] = {}
    found = []
    for row in context.table.rows:
        heading = _group_heading(row, columns)
        if heading is not None:
            group = _group_values(heading, context)
            continue
        made = _read_row(row, columns, context, notes, group)
        if made is not None:
            found.append(made)
    if not found:
        return [], []
    read = {snapshot.clause_id for snapshot in found}
    rows = [row for row in context.table.rows if row.clause_id in read]
    unread = [
        Unread(context.document.doc_id, context.table.clause_id, "column", column.name, example, len(found))
        for column in columns
        if column.field is None and (example := _example(rows, column.at)) is not None
    ]
    if all(snapshot.report_date is None for snapshot in found):
        notes.add("period", context.table.caption or context.document.title, "")
    return found, unread + notes.all()


def _columns(context: Context) -> list[_Column]:
    taken: set[str] = set()
    columns: list[_Column] = []
    stage_at = _stage_column(context)
    for at, path in enumerate(paths(context.table)):
        name = field_of(path, context) if path else None
        if name == "stage" and at != stage_at:
            name = None
        if name is None and path and _is_tick_column(path, at, context):
            name = "tick"
        if name in taken and name not in ("ignored", "tick"):
            name = None  # a second column of one field: kept as it is
        unit = None
        if name in MONEY_FIELDS:
            unit = unit_for(path, context.table.caption, context.table.unit)
            unit = unit or context.columns.units.get(name or "")
        if name:
            taken.add(name)
        label = shown(path, at)
        if any(column.name == label for column in columns):
            label = f"{label}（第{at + 1}列）"  # `extra` must not lose one of two columns of a name
        columns.append(_Column(at, label, name, unit))
    return columns


def _stage_column(context: Context) -> int | None:
    """Which of the columns of stages (阶段, 形象进度) is the one: where most cells are a stage's name."""
    best: tuple[int, int] | None = None
    for at, path in enumerate(paths(context.table)):
        if not path or field_of(path, context) != "stage":
            continue
        cells = [column_key(row.cells[at]) for row in context.table.rows]
        count = sum(cell in context.columns.stages for cell in cells)
        if not count and _TELLS.search(column_key(path[-1])):
            continue  # 形象进度 that tells in words what stands: no column of stages
        if best is None or count > best[0]:
            best = (count, at)
    return best[1] if best else None


def _is_tick_column(path: Sequence[str], at: int, context: Context) -> bool:
    """建设阶段 > 在建 with ticks in its cells."""
    if column_key(path[-1]) not in context.columns.stages:
        return False
    cells = [plain(row.cells[at]) for row in context.table.rows if not is_empty(row.cells[at])]
    return bool(cells) and all(cell in _TICKS for cell in cells)


def _read_row(
    row: TableRow,
    columns: Sequence[_Column],
    context: Context,
    notes: Notes,
    group: dict[str, tuple[Any, str]],
) -> ProjectSnapshot | None:
    if _sums_up(row, columns):
        return None
    made = _Row()
    for column in columns:
        cell = row.cells[column.at].strip() if column.at < len(row.cells) else ""
        if column.field in (None, "ignored") or is_empty(cell):
            if column.field is None and not is_empty(cell):
                made.extra[column.name] = cell
            continue
        if not _take(made, column, cell, context):
            made.extra[column.name] = cell
            notes.add(_reason(column), column.name, cell, row.clause_id)
    name = made.values.pop("name", None)
    if name is None or TOTALS.match(plain(name)) or column_key(name) in context.columns.projects:
        return None
    for key, (value, text) in group.items():
        made.put(key, value, _GROUP_ROW, text)
    _from_around(made, context)
    return ProjectSnapshot(
        doc_id=context.document.doc_id,
        clause_id=row.clause_id,
        name=name,
        report_date=made.report_date,
        cells=made.cells,
        extra=made.extra,
        **made.values,
    )


def _sums_up(row: TableRow, columns: Sequence[_Column]) -> bool:
    """Whether a row is 合计 or 苏南小计, in whichever of its first cells that stands."""
    texts = [
        cell
        for column in columns
        if (cell := plain(row.cells[column.at]) if column.at < len(row.cells) else "")
    ]
    return any(TOTALS.match(text) for text in dict.fromkeys(texts[:3]))


def _reason(column: _Column) -> UnreadReason:
    if column.field in MONEY_FIELDS:
        return "value" if column.unit else "unit"
    return "date" if column.field in ("start", "end", "report_date") else "value"


def _take(made: _Row, column: _Column, cell: str, context: Context) -> bool:
    """Puts a cell's value where its column belongs; False: it is not understood."""
    name = column.field or ""
    value: Any
    if name in MONEY_FIELDS:
        amount = money(cell, column.unit)
        value = amount[0] if amount and amount[1] == "亿元" else None
    elif name in ("start", "end"):
        value = day_or_month(cell)
    elif name == "report_date":
        value = made.report_date = last_day(cell)
        if value is not None:
            made.cells["report_date"] = Cell(column.name, cell)
        return value is not None
    elif name == "stage":
        value = context.columns.stages.get(column_key(cell))
    elif name == "tick":
        ticked = context.columns.stages[column_key(column.name.rpartition(" > ")[2])]
        known = made.values.pop("stage", None)  # of several ticks the one furthest on counts
        furthest = max(ticked, known or ticked, key=STAGES.index)
        name, value = "stage", furthest
    elif name == "kind":
        kinds = kinds_in(cell, context.columns)
        name, value = ("kind", kinds[0]) if len(kinds) == 1 else ("category", cell)
        if len(kinds) > 1:
            return False
    elif name == "region":
        value, county = place(cell)
        if county:
            known = made.put("county", county, column.name, cell)
            return known if value is None else made.put(name, value, column.name, cell) and known
    else:
        value = cell
    return made.put(name, value, column.name, cell)


def _from_around(made: _Row, context: Context) -> None:
    """What the row leaves open and the table's surroundings state for all rows."""
    if made.values.get("kind") is None and (kind := context.kind()):
        made.put("kind", *kind)
    if made.values.get("region") is None and (region := context.region()):
        made.put("region", *region)
    if made.report_date is None and (day := context.day()):
        made.report_date = day[0]
        made.cells["report_date"] = Cell(day[1], day[2])


def _group_heading(row: TableRow, columns: Sequence[_Column]) -> str | None:
    """The text of a row that heads those below it: one text over several columns, or all alone.

    A number before it (一 | 南京市) does not count; a figure before it (1 | 甲项目) makes it a project
    of which only the name is known.
    """
    texts = [cell.strip() for cell in row.cells if cell.strip()]
    if len(columns) < 3 or not texts:
        return None
    rest = texts[1:] if _ORDINAL.fullmatch(plain(texts[0])) else texts
    if not rest or len(set(rest)) != 1:
        return None
    counted = len(rest) < len(texts) and plain(texts[0]).isdigit()
    return rest[0] if len(rest) > 1 or not counted else None


def _group_values(heading: str, context: Context) -> dict[str, tuple[Any, str]]:
    """一、省重大工业项目 / 南京市（12个） / 在建项目: what such a row says of the rows below it."""
    found: dict[str, tuple[Any, str]] = {}
    bare = re.sub(
        r"^(?:[一二三四五六七八九十]+、|[(（][一二三四五六七八九十]+[)）]|\d+[.、])", "", heading.strip()
    )
    key = re.sub(r"(?:共)?\d+[个项]$", "", column_key(bare))
    kinds = kinds_in(heading, context.columns)
    if len(kinds) == 1:
        found["kind"] = (kinds[0], heading)
    region, county = place(key)
    if region and not county:
        found["region"] = (region, heading)
    if stage := context.columns.stages.get(key):
        found["stage"] = (stage, heading)
    return found


def _example(rows: Sequence[TableRow], at: int) -> str | None:
    """The first cell of a column that holds something; None for an empty column."""
    return next((row.cells[at] for row in rows if at < len(row.cells) and not is_empty(row.cells[at])), None)


def decimal_text(value: Decimal) -> str:
    """12.50 as 12.5, 100 as 100: never in scientific notation."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
