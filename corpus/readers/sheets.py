"""A sheet as a grid of texts -> blocks: title rows, units, tables with their heads, notes.

What separates tables is an empty row or column. Above a table, a row with one text is its title, its
unit or a line of prose; below it, a row that begins with 注 or 说明 is a note.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from corpus.head import label_of
from corpus.model import Block
from corpus.readers.common import clean, table_block

MAX_CELLS = 2_000_000
_NOTE = re.compile(
    r"^[（(]?(?:注|备注|说明|附注|填表说明|数据来源|资料来源|填报人|审核人|制表)[\d一二三]?[：:）)]"
)
_FIGURE = re.compile(r"^[-+−]?[\d,，]*\.?\d+(?:%|％)?$")
_MAX_HEAD = 4  # rows of a table's head


@dataclass(slots=True)
class Grid:
    """Cell texts by (row, column) from 1; a merged area has its text in every cell. `across` are the
    columns (first, last) of areas of several columns by their top row, `down` rows by their top cell."""

    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    across: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    down: dict[tuple[int, int], int] = field(default_factory=dict)


def sheet_blocks(grid: Grid, page: int | None = None) -> list[Block]:
    """The blocks of a sheet, from top to bottom; tables side by side from left to right."""
    filled = {place: text for place, text in grid.cells.items() if text}
    blocks: list[Block] = []
    for rows in _runs(sorted({row for row, _ in filled})):
        blocks += _run_blocks(filled, grid, rows, page, blocks)
    return blocks


def _runs(numbers: Sequence[int]) -> Iterator[list[int]]:
    """Consecutive numbers together."""
    run: list[int] = []
    for number in numbers:
        if run and number != run[-1] + 1:
            yield run
            run = []
        run.append(number)
    if run:
        yield run


def _run_blocks(
    filled: dict[tuple[int, int], str],
    grid: Grid,
    rows: list[int],
    page: int | None,
    before: Sequence[Block],
) -> list[Block]:
    lines = {row: _line(filled, row) for row in rows}
    columns = sorted({column for row, column in filled if row in lines})
    if len(columns) == 1:
        return [_prose(lines[row][0], page) for row in rows]
    blocks: list[Block] = []
    top = 0
    while top < len(rows) and len(lines[rows[top]]) == 1:
        blocks.append(_prose(lines[rows[top]][0], page))
        top += 1
    end = len(rows)
    notes: list[Block] = []
    while end > top and len(lines[rows[end - 1]]) == 1 and _NOTE.match(lines[rows[end - 1]][0]):
        notes.insert(0, _prose(lines[rows[end - 1]][0], page))
        end -= 1
    body = rows[top:end]
    used = sorted({column for row, column in filled if row in set(body)})
    for part in _runs(used):
        made = _table(filled, grid, body, part, [*before, *blocks], page)
        blocks += [made] if made is not None else []
    return blocks + notes


def _line(filled: dict[tuple[int, int], str], row: int) -> list[str]:
    """The different texts of a row, in order: one for a title that is merged over the table."""
    found = sorted((column, text) for (at, column), text in filled.items() if at == row)
    return list(dict.fromkeys(text for _, text in found))


def _prose(text: str, page: int | None) -> Block:
    return Block(clean(text), page=page)


def _table(
    filled: dict[tuple[int, int], str],
    grid: Grid,
    rows: Sequence[int],
    columns: Sequence[int],
    before: Sequence[Block],
    page: int | None,
) -> Block | None:
    body = [row for row in rows if any((row, column) in filled for column in columns)]
    texts = [[filled.get((row, column), "") for column in columns] for row in body]
    if len(columns) == 1 or len(body) < 2:
        joined = " ".join(dict.fromkeys(text for row in texts for text in row if text))
        return _prose(joined, page) if joined else None
    return table_block(texts, before=before, header_rows=_head(texts, grid, body, columns), page=page)


def _head(texts: Sequence[Sequence[str]], grid: Grid, rows: Sequence[int], columns: Sequence[int]) -> int:
    """Rows of the head: what merged cells take in, and a row of units or column numbers under it."""
    if any(_FIGURE.match(text) for text in texts[0]):
        return 0
    last = rows[0]
    at = rows[0]
    while at <= last and at - rows[0] < _MAX_HEAD:
        for column in columns:
            last = max(last, grid.down.get((at, column), at))
        spans = [span for span in grid.across.get(at, []) if span[0] in columns]
        if any(span[1] - span[0] + 1 < len(columns) for span in spans):
            last = max(last, at + 1)
        at += 1
    count = sum(1 for row in rows if row <= min(last, rows[0] + _MAX_HEAD - 1))
    while count < len(texts) - 1 and _is_units(texts[count]):
        count += 1
    return min(count, len(texts) - 1)


def _is_units(row: Sequence[str]) -> bool:
    """（亿元） | （%）: units alone, or empty."""
    texts = [text for text in row if text]
    return bool(texts) and all(re.fullmatch(r"[（(][^（）()]{1,8}[）)]", text) for text in texts)


def with_title(blocks: Sequence[Block]) -> list[Block]:
    """The workbook's first line of prose that is no label, mark or unit, as its title."""
    found = list(blocks)
    for at, block in enumerate(found[:6]):
        if block.kind != "paragraph":
            break
        bare = re.sub(r"\s", "", block.text)
        if label_of(block.text) or bare.startswith(("【", "附件", "（", "(", "单位")) or len(bare) > 60:
            continue
        found[at] = Block(block.text, kind="heading", level=1, page=block.page)
        break
    return found
