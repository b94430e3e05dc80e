"""XLSX: every visible sheet, cells as they are shown, merged cells resolved; formulas by their results."""

from __future__ import annotations

import re
import warnings
import zipfile
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from corpus.errors import ReadError
from corpus.messages import msg
from corpus.model import Block, RawDocument
from corpus.readers.common import Source, clean, pairs_in
from corpus.readers.docx_package import MAX_PART, MAX_RATIO
from corpus.readers.sheets import MAX_CELLS, Grid, sheet_blocks, with_title

_DEFAULT_NAME = re.compile(r"^(?:sheet|工作表|表)\s*\d*$", re.I)
_SECTION = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')  # of a number format: texts, colours, fillers
_MAX_SPAN = 20_000  # cells of one merged area that are filled
_RATIO_FROM = 20 * 1024 * 1024
_NO_RESULT = re.compile(rb"<f\b[^>]{0,200}(?:/>|>[^<]{0,8000}</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>")


def read(source: Source) -> RawDocument:
    """Read a workbook. Sheets are pages, counted over the visible ones."""
    from openpyxl import load_workbook

    told = _uncomputed(source)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of parts that a reader of the text does not need
        book = load_workbook(BytesIO(source.data), data_only=True)
    blocks: list[Block] = []
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
    if hidden:
        told.append(msg("sheets.hidden", names="、".join(hidden)))
    for page, sheet in enumerate(visible, 1):
        grid = _grid(sheet, source)
        made = sheet_blocks(grid, page)
        if made and len(visible) > 1 and not _DEFAULT_NAME.match(sheet.title):
            made.insert(0, Block(clean(sheet.title), kind="heading", level=2, page=page))
        blocks += made
    return RawDocument(
        path=source.path,
        format="xlsx",
        blocks=tuple(_titled(blocks)),
        pages=len(visible) or None,
        declared=_declared(book.properties),
        warnings=tuple(told),
    )


def _titled(blocks: list[Block]) -> list[Block]:
    """A sheet's name above the first line stays a heading of level 2."""
    if blocks and blocks[0].level == 2:
        return [blocks[0], *with_title(blocks[1:])]
    return with_title(blocks)


def _declared(core: Any) -> dict[str, str]:
    named = {
        **{"title": core.title, "creator": core.creator, "subject": core.subject, "category": core.category},
        **{"keywords": core.keywords, "description": core.description},
    }
    declared = {name: clean(str(value)) for name, value in named.items() if value}
    for name in ("keywords", "description"):
        pairs = pairs_in(declared.get(name, ""))
        pairs.pop("title", None)
        declared |= pairs
    return declared


def _grid(sheet: Any, source: Source) -> Grid:
    grid = Grid()
    cells = sheet._cells  # the cells that there are: a sheet may claim a million rows
    if len(cells) > MAX_CELLS:
        raise ReadError("sheets.too_many", name=source.path.name, sheet=sheet.title, limit=MAX_CELLS)
    for place, cell in cells.items():
        if cell.value is not None:
            text = shown(cell.value, cell.number_format or "General")
            if text:
                grid.cells[place] = text
    for area in sheet.merged_cells.ranges:
        first_row, last_row, first, last = area.min_row, area.max_row, area.min_col, area.max_col
        text = grid.cells.get((first_row, first), "")
        size = (last_row - first_row + 1) * (last - first + 1)
        if not text or size > _MAX_SPAN:
            continue
        for row in range(first_row, last_row + 1):
            for column in range(first, last + 1):
                grid.cells[row, column] = text
        if last > first:
            for row in range(first_row, last_row + 1):
                grid.across.setdefault(row, []).append((first, last))
        for column in range(first, last + 1):
            grid.down[first_row, column] = last_row
    return grid


def _uncomputed(source: Source) -> list[str]:
    """A warning for formulas whose results the file does not hold: a program that computes nothing
    wrote it. Looks into the parts themselves, and refuses what would unpack to an unreasonable size.

    Raises:
        ReadError: a part unpacks to an unreasonable size.
    """
    with zipfile.ZipFile(BytesIO(source.data)) as archive:
        for part in archive.infolist():
            ratio = part.file_size / max(1, part.compress_size)
            if part.file_size > MAX_PART or (part.file_size > _RATIO_FROM and ratio > MAX_RATIO):
                raise ReadError("reader.zip_bomb", name=source.path.name)
        parts = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        count = sum(len(_NO_RESULT.findall(archive.read(name))) for name in parts)
    return [msg("sheets.uncomputed", count=count)] if count else []


def shown(value: Any, number_format: str) -> str:
    """A value as the sheet shows it: 0.124 in the format 0.0% is 12.4%, 38 in 0.0 is 38.0."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime | date):
        return _day(value, number_format)
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, int | float):
        return _number(value, number_format)
    return "\n".join(line for line in map(clean, str(value).split("\n")) if line)


def _day(value: datetime | date, number_format: str) -> str:
    form = _SECTION.sub("", number_format).lower()
    if "y" in form and "m" in form and "d" not in form:
        return f"{value.year}年{value.month}月"
    day = f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, datetime) and (value.hour or value.minute):
        return f"{day} {value:%H:%M}"
    return day


def _number(value: int | float, number_format: str) -> str:
    form = _SECTION.sub("", number_format.split(";")[0])
    percent = "%" in form
    match = re.search(r"[0#?](?:[0#?,]*)(?:\.([0#?]*))?", form)
    if match is None or form.lower() == "general" or "E" in form or "/" in form:
        text = str(value) if isinstance(value, int) else f"{value:.12g}"
        return text if "e" not in text else f"{value:f}".rstrip("0").rstrip(".")
    scaled = value * 100 if percent else value
    decimals = match[1] or ""
    text = f"{scaled:,.{len(decimals)}f}" if "," in match.group() else f"{scaled:.{len(decimals)}f}"
    optional = len(decimals) - len(decimals.rstrip("#?"))
    while optional and text.endswith("0") and "." in text:
        text, optional = text[:-1], optional - 1
    return text.rstrip(".") + ("%" if percent else "") if "." in text else text + ("%" if percent else "")
