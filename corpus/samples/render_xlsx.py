"""A sample as a workbook: a sheet of text, then a sheet a table, with its title, unit and header rows."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from corpus.samples.archives import STAMP, same_bytes
from corpus.samples.source import Sample, SourceBlock

_FIGURE = re.compile(r"-?\d+(?:\.\d+)?")
_WIDTH = 16
_SHEET_NAME = 31  # characters, by the format


def render(sample: Sample) -> bytes:
    """The finished file; times inside it are fixed, so the same source gives the same bytes."""
    from openpyxl import Workbook

    book = Workbook()
    _properties(book, sample)
    cover: Any = book.active
    cover.title = "说明"
    lines = [sample.label, sample.title, sample.number_line, *sample.head]
    lines += [block.text for block in sample.blocks if block.kind in ("heading", "paragraph")]
    for line in lines:
        cover.append([line])
    cover.column_dimensions["A"].width = 6 * _WIDTH
    caption = ""
    for block in sample.blocks:
        if block.kind == "caption":
            caption = block.text
        elif block.kind == "table":
            _sheet(book, sample, caption, block)
    out = BytesIO()
    book.save(out)
    return same_bytes(out.getvalue())


def _properties(book: Any, sample: Sample) -> None:
    core = book.properties
    core.title, core.creator, core.category, core.subject = (
        *(sample.title, sample.issuer, sample.sample, sample.subject),
    )
    stated = {key: value for key, value in sample.metadata().items() if key not in ("title", "source")}
    core.keywords = "；".join(f"{key}={value}" for key, value in stated.items())
    core.description = f"source={sample.source}"
    core.lastModifiedBy = "zhixun samples"
    core.created = core.modified = STAMP


def _sheet(book: Any, sample: Sample, caption: str, block: SourceBlock) -> None:
    """Title over the whole width, header, rows; a figure is a number that shows as it is written."""
    from openpyxl.styles import Alignment, Font

    name = re.sub(r"^表\d+ |（.*$", "", caption)[:_SHEET_NAME]
    sheet = book.create_sheet(name)
    width = len(block.rows[0])
    sheet.append([f"{caption}【{sample.sample}】"])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    sheet["A1"].alignment = Alignment(horizontal="center")
    sheet["A1"].font = Font(bold=True)
    sheet.append(list(block.rows[0]))
    for row in block.rows[1:]:
        sheet.append([_value(cell) for cell in row])
        for cell, text in zip(sheet[sheet.max_row], row, strict=True):
            if "." in text and _FIGURE.fullmatch(text):
                cell.number_format = "0." + "0" * len(text.partition(".")[2])
    for column in range(1, width + 1):
        sheet.column_dimensions[chr(64 + column)].width = _WIDTH


def _value(cell: str) -> str | int | float:
    if not _FIGURE.fullmatch(cell):
        return cell
    return float(cell) if "." in cell else int(cell)
