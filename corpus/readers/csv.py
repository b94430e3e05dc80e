"""CSV and TSV: one table, with its title lines; the encoding and the separator by what the file shows."""

from __future__ import annotations

import csv
import io

from corpus.errors import ReadError
from corpus.model import RawDocument
from corpus.readers.common import Source
from corpus.readers.encoding import decode
from corpus.readers.sheets import MAX_CELLS, Grid, sheet_blocks, with_title

_SEPARATORS = ",\t;|，"
_LINES = 20


def read(source: Source) -> RawDocument:
    """Read a table of text. A file of one column is read as lines of prose."""
    text, warnings = decode(source)
    grid = Grid()
    for row, line in enumerate(csv.reader(io.StringIO(text), delimiter=_separator(text)), 1):
        for column, cell in enumerate(line, 1):
            if cell.strip():
                grid.cells[row, column] = cell.strip()
        if len(grid.cells) > MAX_CELLS:
            raise ReadError("sheets.too_many", name=source.path.name, sheet=source.path.name, limit=MAX_CELLS)
    blocks = tuple(with_title(sheet_blocks(grid)))
    return RawDocument(path=source.path, format="csv", blocks=blocks, warnings=warnings)


def _separator(text: str) -> str:
    """The one that most lines have equally often."""
    lines = [line for line in text.splitlines() if line.strip()][:_LINES]
    counts = {mark: [line.count(mark) for line in lines] for mark in _SEPARATORS}

    def even(mark: str) -> int:
        some = [count for count in counts[mark] if count]
        return max((some.count(count) * count for count in some), default=0)

    return max(_SEPARATORS, key=even)
