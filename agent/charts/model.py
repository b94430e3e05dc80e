"""What is to be drawn, as plain data; and the same in words, for those who do not see it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from agent.state import Table
from corpus.messages import msg

Kind = Literal["trend", "bars", "stages"]
STAGES = ("签约", "备案", "开工", "在建", "投产", "达产", "达效")  # in the order of a project's life
_NUMBER = re.compile(r"[−-]?\d[\d,]*(?:\.\d+)?")
_MOST_BARS = 30


@dataclass(frozen=True, slots=True)
class Line:
    """A series: a value for each label of its chart; None where there is none, which stays a gap."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart. `trend`: lines over periods; `bars`: a bar for each label, largest first as given;
    `stages`: a column for each stage. The axis of bars and columns begins at zero.

    Attributes:
        unit: of the values, 亿元, 个, %.
        source: the line under it; "" for none (the caption has it).
        marked: a label that is to stand out.
    """

    kind: Kind
    title: str
    unit: str
    labels: tuple[str, ...]
    lines: tuple[Line, ...]
    source: str = ""
    marked: str | None = None

    def __post_init__(self) -> None:
        if not self.labels or not self.lines:
            raise ValueError("a chart needs labels and a series")
        if any(len(line.values) != len(self.labels) for line in self.lines):
            raise ValueError("a series has another length than the labels")

    def shown(self, value: float) -> str:
        """A value with as many decimals as the others have, so that figures compare at a glance."""
        known = [one for line in self.lines for one in line.values if one is not None]
        decimals = max(len(f"{one:.4f}".rstrip("0").partition(".")[2]) for one in known)
        return f"{value:.{decimals}f}".replace("-", "−")


def of_table(title: str, unit: str, table: Table) -> Chart | None:
    """The chart of a table that may be drawn: its first column against the first one of numbers.

    None where fewer than three rows have a number, or there are too many for one picture.
    """
    column = _figures(table)
    if column is None or not 3 <= len(table.rows) <= _MOST_BARS:
        return None
    labels = tuple(row.cells[0] for row in table.rows)
    values = tuple(_value(row.cells[column]) for row in table.rows)
    if sum(value is not None for value in values) < 3:
        return None
    stages = set(labels) <= set(STAGES)
    kind: Kind = "trend" if table.chart == "line" else "stages" if stages else "bars"
    name, own = _heading(table.columns[column])
    return Chart(kind, title, own or unit, labels, (Line(name, values),))


def _figures(table: Table) -> int | None:
    """The column to draw: the first of amounts (its unit counts no pieces), else the first of numbers."""
    numbered = [
        at
        for at in range(1, len(table.columns))
        if table.rows and all(_value(row.cells[at]) is not None for row in table.rows)
    ]
    amounts = [at for at in numbered if _heading(table.columns[at])[1] not in ("个", "项", "家")]
    return next(iter(amounts or numbered), None)


def _heading(column: str) -> tuple[str, str]:
    """总投资（亿元） as its name and its unit."""
    found = re.fullmatch(r"(.+?)（([^（）]{1,6})）", column)
    return (found[1], found[2]) if found else (column, "")


def _value(cell: str) -> float | None:
    found = _NUMBER.match(cell.strip())
    if found is None:
        return None
    try:
        return float(Decimal(found.group().replace("−", "-").replace(",", "")))
    except InvalidOperation:
        return None


def describe(chart: Chart) -> str:
    """The chart in words: what it shows, its largest and smallest value."""
    parts = [msg(f"charts.alt_{chart.kind}", title=chart.title, count=len(chart.labels))]
    for line in chart.lines:
        pairs = zip(line.values, chart.labels, strict=True)
        known = [(value, label) for value, label in pairs if value is not None]
        if known:
            (high, most), (low, least) = max(known), min(known)
            parts.append(
                msg(
                    "charts.alt_range",
                    name=line.name,
                    most=most,
                    high=chart.shown(high),
                    least=least,
                    low=chart.shown(low),
                    unit=chart.unit,
                )
            )
    return "".join(parts)
