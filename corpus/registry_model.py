"""The words of the registry: what a report said of a project or an indicator on a day, and where.

Plain data. Each value is tied to the row (a clause), the column and the verbatim cell that it was
read from. Amounts of money are in 亿元 (`AMOUNT_UNIT`), whatever unit the table uses; the cell as it
was written stays beside them. What was not understood is kept as it is, never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

AMOUNT_UNIT = "亿元"
STAGES = ("签约", "开工", "在建", "投产", "达效")  # in the order of a project's life
# The first is the list of the 工信厅; 省重大项目 (the 发改委's) is another list and never the same.
KINDS = ("省重大工业项目", "增资扩产", "补短板", "未来产业", "省重大项目")

# 当季: of one quarter. 期末: a stock on the last day of the period. None: the table does not say.
Scope = Literal["当月", "当季", "累计", "期末"]
SCOPES: tuple[Scope, ...] = ("当月", "当季", "累计", "期末")

MONEY_FIELDS = (
    *("investment_planned", "investment_done", "investment_year_plan"),
    *("investment_year_done", "investment_month"),
)
TEXT_FIELDS = ("owner", "region", "county", "chain", "kind", "category", "stage", "start", "end")
# What stays true of a project from report to report; the rest belongs to its day.
LASTING_FIELDS = ("owner", "region", "county", "chain", "kind", "category")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as written. `column` is its header path joined by " > ", or the place that stands in
    for a column: 表名, 标题, 标题行 (a row that heads those below it)."""

    column: str
    text: str


@dataclass(frozen=True, slots=True)
class ProjectSnapshot:
    """What one row of one report said of a project on the report's day.

    Money in 亿元, None where it is not stated or cannot be read. `start` and `end` (planned) are
    2027-06, 2027-06-30 or 2027. `cells` has the verbatim cell behind every field that is set;
    `extra` the cells of columns that were not understood, under their own names.
    """

    doc_id: str
    clause_id: str
    name: str
    report_date: date | None
    owner: str | None = None
    region: str | None = None
    county: str | None = None
    chain: str | None = None
    kind: str | None = None
    category: str | None = None
    stage: str | None = None
    investment_planned: Decimal | None = None
    investment_done: Decimal | None = None
    investment_year_plan: Decimal | None = None
    investment_year_done: Decimal | None = None
    investment_month: Decimal | None = None
    start: str | None = None
    end: str | None = None
    cells: dict[str, Cell] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IndicatorValue:
    """One figure of a report: an indicator, of a region and perhaps a group, over a period.

    `period` is 2026-08, 2026-Q3, 2026 or 2026-03..2026-05; what runs from January (累计) or is of a day
    (期末) goes by its last month, so that 1—8月 and 累计 of the August report are one point of a series.
    `group` is what else the row is about (an industry, a chain). `value` is as written, in `unit`;
    `yoy` (同比) in `yoy_unit`: % or 百分点; either may be None. `cells` has "value" and "yoy" verbatim.
    """

    doc_id: str
    clause_id: str
    name: str
    period: str
    scope: Scope | None
    region: str | None = None
    group: str | None = None
    caption: str | None = None  # of the table: what a bare name such as 项目数 counts
    value: Decimal | None = None
    unit: str | None = None
    yoy: Decimal | None = None
    yoy_unit: str | None = None
    cells: dict[str, Cell] = field(default_factory=dict)


UnreadReason = Literal["column", "value", "unit", "date", "period"]


@dataclass(frozen=True, slots=True)
class Unread:
    """A column or a value that was not understood: kept in `extra`, reported, never guessed."""

    doc_id: str
    clause_id: str  # of the table, or of the row for a value
    reason: UnreadReason
    column: str
    example: str
    rows: int = 1


@dataclass(frozen=True, slots=True)
class RegistryRows:
    """What the tables of one version hold."""

    projects: tuple[ProjectSnapshot, ...] = ()
    indicators: tuple[IndicatorValue, ...] = ()
    unread: tuple[Unread, ...] = ()
