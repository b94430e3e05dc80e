"""XLSX: every visible sheet, cells as they are shown, merged cells resolved; formulas by their results."""

from __future__ import annotations

import re
import warnings
import zipfile
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from corpus.errors import ReadError
from corpus.messages import msg
from corpus.model import Block, RawDocument
from corpus.readers.common import Source, clean, pairs_in
from corpus.readers.docx_package import MAX_PART, MAX_RATIO
from corpus.readers.sheets import MAX_CELLS, sheet_blocks, with_title
from corpus.tables import Merge

_DEFAULT_NAME = re.compile(r"^(?:sheet|工作表|表)\s*\d*$", re.I)
_SECTION = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')  # of a number format: texts, colours, fillers
_MAX_COLUMN = 16_384
_MAX_MERGES = 100_000
_RATIO_FROM = 20 * 1024 * 1024
_NO_RESULT = re.compile(rb"<f\b[^>]{0,200}(?:/>|>[^<]{0,8000}</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>")


def read(source: Source) -> RawDocument:
    """Read a workbook. Sheets are pages, counted over the visible ones.

    What is hidden (sheets, rows, columns) is not read, and told in a warning.

    Raises:
        ReadError: a part would unpack to an unreasonable size, or a sheet has too many cells.
    """
    from openpyxl import load_workbook

    told = _uncomputed(source)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of parts that a reader of the text does not need
        book = load_workbook(BytesIO(source.data), data_only=True, read_only=True)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
        if hidden:
            told.append(msg("sheets.hidden", names="、".join(hidden)))
        blocks: list[Block] = []
        for page, sheet in enumerate(sheets, 1):
            blocks += _sheet(sheet, page, source, told, named=len(sheets) > 1)
    return RawDocument(
        path=source.path,
        format="xlsx",
        blocks=tuple(_titled(blocks)),
        pages=len(sheets) or None,
        declared=_declared(book.properties),
        warnings=tuple(told),
    )


def _sheet(sheet: Any, page: int, source: Source, told: list[str], *, named: bool) -> list[Block]:
    """The blocks of a sheet, under its name where it is one of several."""
    found = _cells(sheet, source)
    if found.hidden:
        told.append(msg("sheets.hidden_cells", sheet=sheet.title, count=found.hidden))
    made = sheet_blocks(found.texts, found.merges, page)
    if made and named and not _DEFAULT_NAME.match(sheet.title):
        made.insert(0, Block(clean(sheet.title), kind="heading", level=2, page=page))
    return made


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


@dataclass(slots=True)
class _Cells:
    """Texts of a sheet by (row, column), merged areas; `hidden` counts rows and columns left out."""

    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    hidden: int = 0


def _cells(sheet: Any, source: Source) -> _Cells:
    """The cells that there are, in one pass: a sheet may claim a million rows, and a merged area may
    claim all of them, which openpyxl's own worksheets would fill cell by cell."""
    from openpyxl.cell.read_only import ReadOnlyCell
    from openpyxl.utils import range_boundaries
    from openpyxl.worksheet._reader import WorkSheetParser

    book = sheet.parent
    dates = {"date_formats": book._date_formats, "timedelta_formats": book._timedelta_formats}
    found = _Cells()
    read = 0
    with sheet._get_source() as part:
        parser = WorkSheetParser(part, sheet._shared_strings, data_only=True, epoch=book.epoch, **dates)
        for _, row in parser.parse():
            read += len(row)
            if read > MAX_CELLS:
                raise ReadError("sheets.too_many", name=source.path.name, sheet=sheet.title, limit=MAX_CELLS)
            for cell in row:
                if cell["value"] is not None:
                    form = ReadOnlyCell(sheet, **cell).number_format or "General"
                    if text := shown(cell["value"], form):
                        found.texts[cell["row"], cell["column"]] = text
    rows = {int(row) for row, about in parser.row_dimensions.items() if _is_set(about.get("hidden"))}
    columns = {
        column
        for about in parser.column_dimensions.values()
        if _is_set(about.get("hidden"))
        for column in range(int(about["min"]), min(int(about["max"]), _MAX_COLUMN) + 1)
    }
    merged = parser.merged_cells.mergeCell if parser.merged_cells else ()
    for area in merged[:_MAX_MERGES]:
        left, top, right, bottom = range_boundaries(area.ref)
        if left and top and right and bottom:  # A:A names no rows
            found.merges.append((top, left, bottom, right))
    _leave_out(found, rows, columns)
    return found


def _is_set(value: str | None) -> bool:
    return value in ("1", "true")


def _leave_out(found: _Cells, rows: set[int], columns: set[int]) -> None:
    """Takes out hidden rows and columns, and closes the gaps; a merged area's text stays where some of
    it is seen."""
    gone_rows = {row for row, _ in found.texts if row in rows}
    gone_columns = {column for _, column in found.texts if column in columns}
    found.hidden = len(gone_rows) + len(gone_columns)
    if not (rows or columns):
        return
    for at, (top, left, bottom, right) in enumerate(found.merges):
        text = found.texts.get((top, left), "")
        first = next((row for row in range(top, bottom + 1) if row not in rows), None)
        start = next((column for column in range(left, right + 1) if column not in columns), None)
        if text and first is not None and start is not None:
            found.texts[first, start] = text
            found.merges[at] = (first, start, bottom, right)
    row_at, column_at = _closed(rows), _closed(columns)
    found.texts = {
        (row_at(row), column_at(column)): text
        for (row, column), text in found.texts.items()
        if row not in rows and column not in columns
    }
    found.merges = [
        (row_at(top), column_at(left), row_at(bottom + 1) - 1, column_at(right + 1) - 1)
        for top, left, bottom, right in found.merges
        if top not in rows and left not in columns
    ]


def _closed(hidden: set[int]) -> Callable[[int], int]:
    """Numbers as if the hidden ones were not there."""
    ordered = sorted(hidden)
    return lambda number: number - bisect_left(ordered, number)


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
        parts = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
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
