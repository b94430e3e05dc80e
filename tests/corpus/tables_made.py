"""Tables of known truth, written in the formats that officials use."""

from __future__ import annotations

import csv
import html
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

_PLACES = ["南京市", "苏州市", "无锡市", "徐州市", "南通市", "泰州市", "淮安市", "连云港市"]
_GROUPS = ["苏南", "苏中", "苏北", "沿海", "沿江"]
_PERIODS = ["2024年", "2025年", "2026年", "上年同期", "本年计划"]
_MEASURES = ["产值", "用电量", "利润总额", "完成投资", "出口交货值", "营业收入"]
_PARTS = [("当月", "累计"), ("绝对值", "增速"), ("计划", "完成", "完成率"), ("户数", "占比")]
_UNITS = ["亿元", "万元", "家", "%", "万千瓦时"]
_CHAINS = ["生物医药", "新型电力", "集成电路", "工程机械", "高端纺织", "化工新材料"]
_STAGES = ["在建", "开工", "投产", "签约", "", "达效"]


@dataclass(slots=True)
class Made:
    """A table as it is meant. `paths` are header paths; `body` has groups in each row."""

    name: str
    caption: str
    paths: list[tuple[str, ...]]
    body: list[tuple[str, ...]]
    unit: str | None
    labels: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    units_row: list[str] = field(default_factory=list)
    grouped: bool = False

    @property
    def depth(self) -> int:
        return max(len(path) for path in self.paths)

    @property
    def truth(self) -> list[tuple[str, ...]]:
        """The paths that a reader should find: a row of units is the last level."""
        rows = zip(self.paths, self.units_row or [""] * len(self.paths), strict=True)
        return [(*path, unit) if unit else path for path, unit in rows]

    def grid(self) -> tuple[list[list[str]], list[tuple[int, int, int, int]]]:
        """Cells with each text once, and the merged areas that spread them (from 0, inclusive)."""
        rows = [
            [path[level] if level < len(path) else "" for path in self.paths] for level in range(self.depth)
        ]
        merges = list(self._head_merges())
        for top, left, bottom, right in merges:
            _clear(rows, top, left, bottom, right)
        if self.units_row:
            rows.append(list(self.units_row))
        start = len(rows)
        rows += [list(row) for row in self.body]
        if self.grouped:
            at = start
            for _, run in groupby(row[0] for row in self.body):
                size = len(list(run))
                if size > 1:
                    merges.append((at, 0, at + size - 1, 0))
                    _clear(rows, at, 0, at + size - 1, 0)
                at += size
        return rows, merges

    def _head_merges(self) -> Iterator[tuple[int, int, int, int]]:
        for level in range(self.depth):
            column = 0
            for _, run in groupby(
                path[: level + 1] if level < len(path) - 1 else None for path in self.paths
            ):
                size = len(list(run))
                if size > 1 and level < len(self.paths[column]) - 1:
                    yield level, column, level, column + size - 1
                column += size
        for column, path in enumerate(self.paths):
            if len(path) < self.depth:
                yield len(path) - 1, column, self.depth - 1, column


def _clear(rows: list[list[str]], top: int, left: int, bottom: int, right: int) -> None:
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            if (row, column) != (top, left):
                rows[row][column] = ""


def make(seed: int) -> Made:
    """A table of a shape of its own: heads of one to three levels, units, groups, totals, notes."""
    rnd = random.Random(seed)
    shape = seed % 6
    paths: list[tuple[str, ...]] = [("地区",)] if shape != 5 else [("序号",), ("项目名称",), ("所属产业链",)]
    grouped = shape in (2, 4)
    if grouped:
        paths.insert(0, ("区域",))
    if shape in (0, 2):  # plain heads, with units in them
        paths += [(f"{name}（{rnd.choice(_UNITS)}）",) for name in rnd.sample(_MEASURES, rnd.randint(2, 5))]
    elif shape in (1, 4):  # two levels
        for name in rnd.sample(_MEASURES, rnd.randint(2, 3)):
            paths += [(name, part) for part in rnd.choice(_PARTS)]
    elif shape == 3:  # three levels
        for period in rnd.sample(_PERIODS, 2):
            for name in rnd.sample(_MEASURES, 2):
                paths += [(period, name, part) for part in _PARTS[0]]
    else:
        paths += [("总投资（亿元）",), ("完成投资", "当月"), ("完成投资", "累计"), ("项目阶段",)]
    made = Made(
        f"t{seed}", f"2026年{seed % 12 + 1}月第{seed}批重点情况统计表", paths, [], None, grouped=grouped
    )
    if shape == 0 and rnd.random() < 0.5:
        made.paths = [(path[0].split("（")[0],) for path in paths]
        made.units_row = ["", *(f"（{rnd.choice(_UNITS)}）" for _ in paths[1:])]
    elif shape != 2:
        made.unit = rnd.choice(_UNITS)
    if rnd.random() < 0.5:
        made.labels.append(f"数据截至：2026年{seed % 12 + 1}月底")
    if rnd.random() < 0.5:
        made.notes.append("注：数据为初步统计，以年报为准。")
    made.body = list(_body(rnd, made, shape))
    return made


def _body(rnd: random.Random, made: Made, shape: int) -> Iterator[tuple[str, ...]]:
    width = len(made.paths)
    if shape == 5:
        for number in range(1, rnd.randint(4, 12)):
            money = [f"{rnd.uniform(1, 90):.2f}" for _ in range(3)]
            yield (
                str(number),
                f"第{number}号{rnd.choice(_PLACES)[:2]}项目",
                rnd.choice(_CHAINS),
                *money,
                rnd.choice(_STAGES),
            )
        return
    if made.grouped:
        for group in rnd.sample(_GROUPS, 3):
            for place in rnd.sample(_PLACES, rnd.randint(1, 3)):
                yield (group, place, *_figures(rnd, width - 2))
        return
    for place in rnd.sample(_PLACES, rnd.randint(3, 7)):
        yield (place, *_figures(rnd, width - 1))
    yield ("合计", *_figures(rnd, width - 1))


def _figures(rnd: random.Random, count: int) -> list[str]:
    """The first is there; others may be missing."""
    made = [f"{rnd.uniform(-50, 900):.1f}" for _ in range(count)]
    return [text if at == 0 or rnd.random() > 0.1 else rnd.choice(["", "—"]) for at, text in enumerate(made)]


def unit_line(made: Made) -> list[str]:
    return [f"单位：{made.unit}"] if made.unit else []


def _xlsx(folder: Path, tables: list[Made], *, merged: bool) -> Path:
    """One sheet, the tables under one another."""
    from openpyxl import Workbook

    book = Workbook()
    sheet: Any = book.active
    at = 1
    for made in tables:
        for line in (made.caption, *made.labels, *unit_line(made)):
            sheet.cell(at, 1, line)
            if merged:
                sheet.merge_cells(start_row=at, end_row=at, start_column=1, end_column=len(made.paths))
            at += 1
        rows, merges = made.grid()
        for row, cells in enumerate(rows):
            for column, text in enumerate(cells):
                if text:
                    _put(sheet.cell(at + row, column + 1), text)
        for top, left, bottom, right in merges if merged else ():
            place = {"start_row": at + top, "end_row": at + bottom}
            sheet.merge_cells(**place, start_column=left + 1, end_column=right + 1)
        at += len(rows)
        for note in made.notes:
            sheet.cell(at, 1, note)
            at += 1
        at += 1
    path = folder / f"{tables[0].name}.xlsx"
    book.save(path)
    return path


def _put(cell: Any, text: str) -> None:
    """Figures as figures, shown with their decimals."""
    try:
        cell.value = float(text) if "." in text else int(text)
        cell.number_format = "0." + "0" * len(text.partition(".")[2]) if "." in text else "0"
    except ValueError:
        cell.value = text


def merged_xlsx(folder: Path, tables: list[Made]) -> Path:
    return _xlsx(folder, tables, merged=True)


def plain_xlsx(folder: Path, tables: list[Made]) -> Path:
    return _xlsx(folder, tables, merged=False)


def comma(folder: Path, tables: list[Made]) -> Path:
    path = folder / f"{tables[0].name}.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file)
        for made in tables:
            writer.writerows([line] for line in (made.caption, *made.labels, *unit_line(made)))
            writer.writerows(made.grid()[0])
            writer.writerows([note] for note in made.notes)
            writer.writerow([])
    return path


def web(folder: Path, tables: list[Made], *, head: bool = True) -> Path:
    parts = ["<html><head><title>统计资料</title></head><body><h1>统计资料汇编</h1>"]
    for made in tables:
        parts += [f"<p>{line}</p>" for line in (made.caption, *made.labels, *unit_line(made))]
        rows, merges = made.grid()
        levels = made.depth + bool(made.units_row)
        spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in merges}
        covered = {
            (row, column)
            for top, left, bottom, right in merges
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        } - set(spans)
        parts.append("<table>" + ("<thead>" if head else ""))
        for at, row in enumerate(rows):
            tag = "th" if at < levels and head else "td"
            cells = [
                f'<{tag} rowspan="{spans.get((at, column), (1, 1))[0]}" '
                f'colspan="{spans.get((at, column), (1, 1))[1]}">{html.escape(text)}</{tag}>'
                for column, text in enumerate(row)
                if (at, column) not in covered
            ]
            parts.append(f"<tr>{''.join(cells)}</tr>" + ("</thead>" if head and at == levels - 1 else ""))
        parts.append("</table>")
        parts += [f"<p>{note}</p>" for note in made.notes]
    path = folder / f"{tables[0].name}.html"
    path.write_text("\n".join([*parts, "</body></html>"]), "utf-8")
    return path


def bare_web(folder: Path, tables: list[Made]) -> Path:
    """Without <thead> and <th>, as pages pasted from Word are."""
    return web(folder, tables, head=False)


def word(folder: Path, tables: list[Made]) -> Path:
    from docx import Document

    document = Document()
    document.add_heading("统计资料汇编", 1)
    for made in tables:
        for line in (made.caption, *made.labels, *unit_line(made)):
            document.add_paragraph(line)
        rows, merges = made.grid()
        table = document.add_table(len(rows), len(rows[0]))
        for at, row in enumerate(rows):
            for column, text in enumerate(row):
                table.cell(at, column).text = text
        for top, left, bottom, right in merges:
            text = table.cell(top, left).text
            table.cell(top, left).merge(table.cell(bottom, right)).text = text
        for note in made.notes:
            document.add_paragraph(note)
    path = folder / f"{tables[0].name}.docx"
    document.save(str(path))
    return path


def marked(folder: Path, tables: list[Made]) -> Path:
    """Markdown has one head row: the levels below it are rows of the table."""
    parts = ["# 统计资料汇编", ""]
    for made in tables:
        for line in (made.caption, *made.labels, *unit_line(made)):
            parts += [line, ""]
        rows, _ = made.grid()
        lines = [f"| {' | '.join(row)} |" for row in rows]
        parts += [lines[0], "|" + " --- |" * len(rows[0]), *lines[1:], ""]
        for note in made.notes:
            parts += [note, ""]
    path = folder / f"{tables[0].name}.md"
    path.write_text("\n".join(parts), "utf-8")
    return path


WRITERS: dict[str, Callable[[Path, list[Made]], Path]] = {
    "xlsx": merged_xlsx,
    "xlsx without merged cells": plain_xlsx,
    "csv": comma,
    "html": web,
    "html without a marked head": bare_web,
    "docx": word,
    "markdown": marked,
}
