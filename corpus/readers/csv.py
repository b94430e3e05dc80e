"""CSV and TSV: tables with their title lines; the encoding and the separator by what the file shows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from corpus.errors import ReadError
from corpus.messages import msg
from corpus.model import RawDocument
from corpus.readers.common import Source
from corpus.readers.encoding import decode
from corpus.readers.sheets import MAX_CELLS, sheet_blocks, with_title

_SEPARATORS = ",\t;|，"
_LINES = 50
_MAX_CELL = 20_000  # characters: a longer cell is a quotation mark that nothing closes
_QUOTED = re.compile(r'(?<![^,\t;|，\n])"(?:[^"]|""){0,5000}"')


def read(source: Source) -> RawDocument:
    """Read a table of text. A file of one column is read as lines of prose.

    Raises:
        ReadError: more cells than are read.
    """
    text, warnings = decode(source)
    mark = _separator(text)
    try:
        cells = _cells(csv.reader(io.StringIO(text), delimiter=mark), source)
    except csv.Error:  # a field beyond the module's limit
        cells = None
    if cells is None or max(map(len, cells.values()), default=0) > _MAX_CELL:
        warnings = (*warnings, msg("sheets.quotes", name=source.path.name))
        cells = _cells((line.replace('"', "").split(mark) for line in text.splitlines()), source)
    blocks = tuple(with_title(sheet_blocks(cells)))
    return RawDocument(path=source.path, format="csv", blocks=blocks, warnings=warnings)


def _cells(lines: Iterable[list[str]], source: Source) -> dict[tuple[int, int], str]:
    name = source.path.name
    cells: dict[tuple[int, int], str] = {}
    for row, line in enumerate(lines, 1):
        for column, cell in enumerate(line, 1):
            if cell.strip():
                cells[row, column] = cell.strip()
        if len(cells) > MAX_CELLS:
            raise ReadError("sheets.too_many", name=name, sheet=name, limit=MAX_CELLS)
    return cells


def _separator(text: str) -> str:
    """The one that most lines have equally often, what stands in quotation marks not counted."""
    lines = [line for line in _QUOTED.sub("", text[:200_000]).splitlines() if line.strip()][:_LINES]
    counts = {mark: [line.count(mark) for line in lines] for mark in _SEPARATORS}

    def even(mark: str) -> int:
        some = [count for count in counts[mark] if count]
        return max((some.count(count) * count for count in some), default=0)

    return max(_SEPARATORS, key=even)
