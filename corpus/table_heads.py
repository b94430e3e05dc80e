"""The rows of a table: which are its head, what its columns are called, which sum others up.

- `head_rows`: how many rows of a table are its head: levels of headers, a row of units, column numbers.
- `filled_head`: a head of several levels without merged cells, as if its cells were merged.
- `header_paths`: the header path of each column. `without_repeats`: heads that a page break repeated go.
- `filled_down`: a first column whose text stands only in the first row of each group, filled.
- `is_total`: 合计, 小计 and the like. `is_data`: a row of figures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, pairwise

Row = Sequence[str]

MAX_HEAD = 6
_MIN_NUMBERED = 4  # columns: 甲 | 1 | 2 may be a project and its figures
_FIGURE = re.compile(r"[-+−]?[\d,，]*\.?\d+(?:%|％)?")
_UNIT_CELL = re.compile(
    r"[（(][^（）()]{1,8}[）)]|(?:百|千|万|十万|百万|千万|亿|十亿)?(?:美元|元|家|个|人次|人|户|项|件|吨|公里|亩|台|套|"
    r"平方米|千瓦时|千瓦)|[%％‰]|[-—/]"
)
_NUMBERING = re.compile(r"[甲乙丙丁戊己庚辛]|[A-H]|栏次|序号|\d{1,2}|[①-⑳]|[（(]\d{1,2}[）)]")
_TOTAL = re.compile(r"(?:合|总|小|共)计(?:[（(].*[）)])?|[\u4e00-\u9fff]{1,6}(?:合计|小计|总计)")


def is_data(row: Row) -> bool:
    """Whether a row holds figures that head no column: years and running numbers may."""
    texts = [text.strip() for text in row if text.strip()]
    figures = [text for text in texts if _FIGURE.fullmatch(text)]
    if not figures or all(re.fullmatch(r"(?:19|20)\d\d", text) for text in figures):
        return False
    running = [int(text) for text in figures if text.isdigit()]
    steps = {right - left for left, right in pairwise(running)}
    return not (len(running) == len(figures) >= 3 and steps <= {0, 1} and len(running) * 2 >= len(texts))


def is_total(row: Row) -> bool:
    """Whether a row sums others up, by its first text: 合计, 小计, 苏南小计."""
    for text in list(filter(None, (re.sub(r"\s", "", cell) for cell in row)))[:2]:
        if _TOTAL.fullmatch(text):
            return True
    return False


def head_rows(rows: Sequence[Row]) -> int:
    """How many rows are the head: 0 where the first holds data; at least one row is no head."""
    if len(rows) < 2 or is_data(rows[0]):
        return 0
    count = 1
    while count < min(MAX_HEAD, len(rows) - 1):
        above, row = rows[count - 1], rows[count]
        below = _is_units(row) or _is_numbering(row)
        if not (below or _splits(above, row) or (_is_title(above) and count == 1 and not is_data(row))):
            break
        count += 1
    return count


def _is_title(row: Row) -> bool:
    """One text merged over the whole width."""
    return len(row) > 2 and bool(row[0]) and len(set(row)) == 1


def _is_units(row: Row) -> bool:
    """（亿元） | （%）, or 亿元 | %: units alone, or nothing."""
    texts = [text.strip() for text in row if text.strip()]
    if not texts or all(text in "-—/" for text in texts):
        return False
    named = texts[1:] if re.fullmatch(r"(?:计量)?单位", texts[0]) else texts
    # 元 beside a name of one letter may be a name: without brackets there must be two
    return bool(named) and all(map(_UNIT_CELL.fullmatch, named)) and (named[0][0] in "（(" or len(named) > 1)


def _is_numbering(row: Row) -> bool:
    """甲 | 乙 | 1 | 2: the columns' numbers under a head."""
    texts = [text.strip() for text in row if text.strip()]
    numbers = [int(found) for text in texts if (found := text.strip("（()）")).isdigit()]
    running = all(right - left == 1 for left, right in pairwise(numbers)) and numbers[:1] in ([], [1])
    letters = "".join(text for text in texts if len(text) == 1 and not text.isdigit())
    named = letters in "甲乙丙丁戊己庚辛" or letters in "ABCDEFGH"
    return len(texts) >= _MIN_NUMBERED and all(map(_NUMBERING.fullmatch, texts)) and running and named


def _splits(above: Row, row: Row) -> bool:
    """Whether a row names the columns under the headers of the row above it."""
    if is_data(row) or tuple(above) == tuple(row):
        return False
    width = min(len(above), len(row))
    repeated = {at for at in range(width) if above[at] and above[at] == row[at]}
    group: set[int] = set()
    for at in range(1, width):
        if above[at] and above[at] == above[at - 1]:
            group |= {at - 1, at}
    if not group - repeated and not repeated:
        group = _gaps(above, row, width)
        if not group:
            return False
    inside, outside = group - repeated, set(range(width)) - group - repeated
    if not inside:
        return bool(outside) and any(row[at] for at in outside)
    if any(above[at] and row[at] for at in outside) and not repeated:
        return False
    return any(row[at] for at in inside)


def _gaps(above: Row, row: Row, width: int) -> set[int]:
    """Columns under headers that, without merged cells, reach over the empty ones to their right; the
    row may leave some to a further level. None where the row names no column of its own."""
    starts: dict[int, int] = {}
    start: int | None = None
    for at in range(width):
        if above[at]:
            start = at
        elif start is not None:
            starts[at] = start
    named = any(row[at] for at in starts) and all(row[start] for start in starts.values())
    return set(starts) | set(starts.values()) if named else set()


def filled_head(rows: Sequence[Row], count: int) -> tuple[tuple[str, ...], ...]:
    """The rows with the empty cells of the head filled: from the left where the row below has a text of
    its own, from above where the head goes no deeper."""
    filled = [list(row) for row in rows[:count]]
    for at, row in enumerate(filled[:-1]):
        over = filled[at - 1] if at else None
        for column in range(1, len(row)):
            deeper = any(column < len(below) and below[column] for below in filled[at + 1 :])
            if row[column] or not deeper or (over is not None and over[column] != over[column - 1]):
                continue
            row[column] = row[column - 1]
    for at in range(1, len(filled)):
        for column, text in enumerate(filled[at]):
            filled[at][column] = text or filled[at - 1][column]
    return (*map(tuple, filled), *(tuple(row) for row in rows[count:]))


def header_paths(header: Sequence[Row]) -> tuple[tuple[str, ...], ...]:
    """The header path of each column, outermost header first; empty and repeated levels left out, and
    the columns' numbers, which name nothing."""
    width = max((len(row) for row in header), default=0)
    header = [row for row in header if not _is_numbering(row)] or header
    paths = []
    for column in range(width):
        levels = [row[column] for row in header if column < len(row) and row[column]]
        paths.append(tuple(level for level, _ in groupby(levels)))
    return tuple(paths)


def without_repeats(rows: Sequence[Row], count: int) -> tuple[tuple[str, ...], ...]:
    """The rows without heads that come again, as at the top of each printed page."""
    head = [tuple(row) for row in rows[:count]]
    if not head or len(set(filter(None, head[-1]))) < 2:
        return tuple(tuple(row) for row in rows)
    kept = list(head)
    at = count
    while at < len(rows):
        if [tuple(row) for row in rows[at : at + count]] == head:
            at += count
            continue
        kept.append(tuple(rows[at]))
        at += 1
    return tuple(kept) if len(kept) > count else tuple(tuple(row) for row in rows)


def filled_down(rows: Sequence[Row]) -> list[tuple[str, ...]]:
    """The rows with the first column of texts filled down, where its text stands only in the first row
    of each group. Not where it repeats a text anywhere: who repeats texts leaves a cell empty on purpose.
    """
    filled = [tuple(row) for row in rows]
    column = _grouping(filled)
    if column is None:
        return filled
    last = ""
    for at, row in enumerate(filled):
        if is_total(row):
            last = ""
        elif row[column]:
            last = row[column]
        elif last and any(row):
            filled[at] = (*row[:column], last, *row[column + 1 :])
    return filled


def _grouping(rows: Sequence[Row]) -> int | None:
    """The column that names groups of rows: the first of texts, 序号 not counted."""
    width = min((len(row) for row in rows), default=0)
    for column in range(min(2, width - 1)):
        texts = [row[column] for row in rows]
        named = [text for text in texts if text]
        if named and all(_FIGURE.fullmatch(text) for text in named):
            continue
        repeated = any(left and left == right for left, right in pairwise(texts))
        numbered = column and any(not row[column] and not row[0] for row in rows)
        return column if named and texts[0] and len(named) < len(texts) and not repeated | numbered else None
    return None
