"""Tables drawn with their title, unit and notes inside the frame, as rows merged over the whole width."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from corpus.model import Block
from corpus.readers.common import MARKER, clean, table_block
from corpus.tables import is_label_row, is_note_row, is_unit_line

_TITLE_MAX = 60
_MIN_LEFT = 2  # rows that must be left as the table


def table_blocks(
    rows: Iterable[Sequence[str]],
    *,
    before: Sequence[Block] = (),
    header_rows: int | None = None,
    page: int | None = None,
    caption: str | None = None,
    wrapped: bool = False,
) -> list[Block]:
    """A table as blocks: the lines above it that its frame encloses, itself, the notes below it.

    As `common.table_block`, which it is for a table without such rows. `header_rows` counts rows as
    drawn, those lines among them.
    """
    drawn = [list(row) for row in rows if any(cell.strip() for cell in row)]
    above, below = _lines_above(drawn), _notes_below(drawn)
    lines = [Block(text, page=page) for row in drawn[:above] for text in _texts(row)]
    notes = [Block(text, page=page) for row in drawn[len(drawn) - below :] for text in _texts(row)]
    inner = drawn[above : len(drawn) - below]
    if header_rows is not None:
        header_rows = max(header_rows - above, 0) or None
    made = table_block(
        inner,
        before=[*before, *lines],
        header_rows=header_rows,
        page=page,
        caption=caption,
        wrapped=wrapped,
    )
    return [*lines, *([made] if made is not None else []), *notes]


def _texts(row: Sequence[str]) -> list[str]:
    """The different texts of a row; a merged cell's stands in each place that it covers."""
    return list(dict.fromkeys(text for cell in row if (text := clean(cell.replace("\n", " ")))))


def _spans(row: Sequence[str]) -> bool:
    """Whether one text covers the whole width."""
    return len(row) > 1 and len(set(row)) == 1


def _lines_above(rows: Sequence[Sequence[str]]) -> int:
    """How many rows at the top are no rows of the table: a title, a unit, labels."""
    count = 0
    while count < len(rows) - _MIN_LEFT:
        row = rows[count]
        texts = _texts(row)
        filled = sum(1 for cell in rows[count + 1] if cell.strip())
        single = len(texts) == 1 and (_spans(row) or (bool(row[0].strip()) and is_unit_line(texts[0])))
        if single:
            # a text over the whole width is a title only where a table of several columns follows
            widths = [len(_texts(under)) for under in rows[count + 1 : count + 4]]
            if len(texts[0]) > _TITLE_MAX or MARKER.match(texts[0]) or max(widths) < 2:
                break
        elif not is_label_row(texts) or filled <= len(texts):
            break
        count += 1
    return count


def _notes_below(rows: Sequence[Sequence[str]]) -> int:
    count = 0
    while count < len(rows) - _MIN_LEFT:
        row = rows[len(rows) - 1 - count]
        texts = _texts(row)
        alone = _spans(row) or sum(1 for cell in row if cell.strip()) == 1 or len(texts) > 1
        if not (alone and is_note_row(texts)):
            break
        count += 1
    return count
