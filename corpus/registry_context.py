"""What stands around a table: its caption, headings and document, and what they say for all its rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from corpus.columns import ColumnMap, column_key
from corpus.model import ClauseTable
from corpus.places import CITIES, city_of
from corpus.registry_cells import Period, find_period, last_day, plain

CAPTION, TITLE, HEADING, ISSUED = "表名", "标题", "所在章节", "成文日期"
_AS_OF_DAY = re.compile(
    r"截[至止](?:到)?:?((?:19|20)\d{2}年\d{1,2}月(?:\d{1,2}日)?|(?:19|20)\d{2}-\d{1,2}-\d{1,2})"
)
_ABOVE_CHARS, _ABOVE_LINES, _DAY_LINE_MAX = 400, 4, 40
TOTALS = re.compile(
    r"^(?:[\u4e00-\u9fff]{0,6}(?:合计|总计|小计|共计)|平均|汇总)(?:[(:：].*|(?:共)?\d+[个项])?$"
)


def days_above(text: str) -> list[str]:
    """The short lines right above a table, at the end of `text`, that state a day: 截至2026年8月31日."""
    lines = [line.strip() for line in text[-_ABOVE_CHARS:].rstrip().split("\n")[-_ABOVE_LINES:]]
    return [line for line in lines if len(line) <= _DAY_LINE_MAX and _AS_OF_DAY.search(plain(line))]


@dataclass(frozen=True, slots=True)
class Document:
    """What the registry needs to know of a version."""

    doc_id: str
    title: str
    region: str | None = None
    issued_on: date | None = None
    genre: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """A table in its place. `headings` are the table's, outermost first (sheet names among them)."""

    document: Document
    table: ClauseTable
    headings: tuple[str, ...]
    columns: ColumnMap

    def texts(self) -> Iterator[tuple[str, str]]:
        """(place, text), nearest to the table first."""
        if self.table.caption:
            yield CAPTION, self.table.caption
        for heading in reversed(self.headings):
            if heading != self.table.caption:
                yield HEADING, heading
        yield TITLE, self.document.title

    def is_report(self) -> bool:
        """Whether words around the table say that it is of a monitoring report (`reports`)."""
        words = self.columns.reports
        return any(word in text for _, text in self.texts() for word in words)

    def speaks_of_months(self) -> bool:
        """Whether the headers themselves tell months, 当月 from 累计, or 同比, as only monitoring does."""
        for path in paths(self.table):
            for header in map(column_key, path):
                found = find_period(header, 2000)
                if found and not _is_year(found[0]):
                    return True
                if header in self.columns.scopes or any(word in header for word in self.columns.yoy):
                    return True
        return False

    def day(self) -> tuple[date, str, str] | None:
        """(day, place, text) that the rows are of: 截至…, else the period named nearest, else 成文日期.

        A mere year is no day: a list of 2026 may be made at any time of it.
        """
        for where, text in self.texts():
            if (stated := _AS_OF_DAY.search(plain(text))) and (day := last_day(stated[1])):
                return day, where, text
        for where, text in self.texts():
            found = find_period(text)
            if found and not _is_year(found[0]):
                return found[0].end, where, text
        if self.document.issued_on:
            return self.document.issued_on, ISSUED, self.document.issued_on.isoformat()
        return None

    def period(self) -> Period | None:
        """The period that the figures are of, as the nearest text states it."""
        for _, text in self.texts():
            found = find_period(text)
            if found:
                return found[0]
        return None

    def year(self) -> int | None:
        """The year for months that are named without one (8月, 1—8月)."""
        period = self.period()
        return period.year if period else None

    def kind(self) -> tuple[str, str, str] | None:
        """(kind, place, text): the one kind of project that the nearest text names; None for several."""
        for where, text in self.texts():
            kinds = kinds_in(text, self.columns)
            if kinds:
                return (kinds[0], where, text) if len(kinds) == 1 else None
        return None

    def region(self) -> tuple[str, str, str] | None:
        """(city, place, text) where the table, its sheet or its document is of one city."""
        for where, text in self.texts():
            cities = cities_in(text)
            if cities:
                return (cities[0], where, text) if len(cities) == 1 else None
        own = self.document.region or ""
        if (city := city_of(own)) is not None:
            return city, TITLE, own
        return None


def kinds_in(text: str, columns: ColumnMap) -> list[str]:
    """The kinds of project that a text names, longest name first: 省重大工业项目 is not 省重大项目."""
    rest = column_key(text) + plain(text)
    found: list[str] = []
    for word in sorted(columns.kinds, key=len, reverse=True):
        if word in rest:
            rest = rest.replace(word, "|")
            if columns.kinds[word] not in found:
                found.append(columns.kinds[word])
    return found


def cities_in(text: str) -> list[str]:
    """The cities of the province that a text names, each as 南京市."""
    bare = plain(text)
    return [f"{city}市" for city in CITIES if re.search(rf"{city}(?:市|$|[^\u4e00-\u9fff])", bare)]


def _is_year(period: Period) -> bool:
    return (period.first, period.last, period.scope) == (1, 12, None)


def paths(table: ClauseTable) -> list[tuple[str, ...]]:
    """The header path of each column, a header repeated downwards (a merged cell) taken once."""
    found = []
    for column in table.columns:
        levels = [level.strip() for level in column if level.strip()]
        found.append(tuple(level for at, level in enumerate(levels) if at == 0 or level != levels[at - 1]))
    return found


def shown(path: tuple[str, ...], at: int) -> str:
    """A column's name for people: its header path; by its number where it has none."""
    return " > ".join(path) or f"第{at + 1}列"
