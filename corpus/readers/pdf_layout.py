"""From placed lines to paragraphs: running heads removed, wrapped lines joined, also over pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.model import Block
from corpus.readers.common import (
    ARTICLE,
    CLOSED,
    MARKER,
    TOC_LINE,
    display_width,
    join_lines,
    table_block,
)
from corpus.readers.pdf_lines import Line
from corpus.readers.pdf_tables import FoundTable

_PAGE_NUMBER = re.compile(
    r"[—\-–－·.\s]*\d{1,4}[—\-–－·.\s]*|第\s*\d+\s*页(?:\s*[,，/]?\s*共\s*\d+\s*页)?|\d{1,4}\s*/\s*\d{1,4}"
    r"|Page\s*\d+(?:\s*of\s*\d+)?|共\s*\d+\s*页\s*[,，]?\s*第\s*\d+\s*页",
    re.I,
)
_EDGE_ZONE = 0.12  # share of the page's height in which running heads and feet stand
_NUMBER_ZONE = 0.15
_HEADING_RATIO = 1.15
_HEADING_MAX = 80


@dataclass(frozen=True, slots=True)
class PageItems:
    """A page's lines and tables in reading order."""

    number: int
    height: float
    items: tuple[Line | FoundTable, ...]


@dataclass(frozen=True, slots=True)
class _Measure:
    """What is usual in the document: body size, margins, spacing, width in columns."""

    size: float
    left: float
    right: float
    spacing: float
    columns: int


def blocks_of(pages: Sequence[PageItems]) -> list[Block]:
    """Blocks of a whole document; each carries the page on which it begins."""
    pages = _without_running_lines(pages)
    items = [item for page in pages for item in page.items]
    lines = [item for item in items if isinstance(item, Line)]
    measure = _measure(lines)
    levels = _levels(lines, measure)
    margins = {page.number: _page_measure(page, measure) for page in pages}
    blocks: list[Block] = []
    group: list[Line] = []

    def flush() -> None:
        if group:
            blocks.append(_block(group, levels))
            group.clear()

    last_table: FoundTable | None = None
    for item in items:
        if isinstance(item, FoundTable):
            flush()
            _append_table(blocks, item, last_table)
            last_table = item
            continue
        if TOC_LINE.search(item.text):
            flush()
            continue
        if group and _opens(group, item, margins[item.page], margins[group[-1].page], levels):
            flush()
        group.append(item)
        last_table = None
    flush()
    return blocks


def _append_table(blocks: list[Block], found: FoundTable, previous: FoundTable | None) -> None:
    """Add a table, or its rows to the one that it goes on from over a page break."""
    last = blocks[-1] if blocks else None
    goes_on = (
        previous is not None
        and last is not None
        and last.table is not None
        and found.page == previous.page + 1
        and len(found.rows[0]) == len(last.table.rows[0])
    )
    if not goes_on or last is None or last.table is None:
        block = table_block(found.rows, before=blocks, page=found.page, wrapped=True)
        if block is not None:
            blocks.append(block)
        return
    more = table_block(found.rows, wrapped=True)
    if more is None or more.table is None:
        return
    head = last.table.rows[: last.table.header_rows]
    rows = more.table.rows[len(head) :] if more.table.rows[: len(head)] == head else more.table.rows
    merged = table_block(
        last.table.rows + rows,
        before=blocks[:-1],
        header_rows=last.table.header_rows,
        page=last.page,
        caption=last.table.caption,
    )
    if merged is not None:
        blocks[-1] = merged


def _block(group: list[Line], levels: dict[float, int]) -> Block:
    text = join_lines(line.text for line in group)
    level = levels.get(group[0].size) if group[0].size is not None else None
    if level is not None and len(text) <= _HEADING_MAX and not text.endswith("。"):
        return Block(text=text, kind="heading", level=level, page=group[0].page)
    return Block(text=text, page=group[0].page)


def _opens(
    group: list[Line], line: Line, here: _Measure, before: _Measure, levels: dict[float, int]
) -> bool:
    """Whether `line` opens a new paragraph after the lines in `group`."""
    previous = group[-1]
    closed = bool(CLOSED.search(previous.text))
    marker = MARKER.match(line.text)
    if previous.size is not None and line.size is not None:
        if abs(previous.size - line.size) > 0.12 * max(previous.size, line.size):
            return True
        if line.size in levels and previous.size in levels:
            return bool(marker) or previous.page != line.page or _gap(previous, line) > 2.6 * line.size
    if previous.x0 is None or line.x0 is None or previous.x1 is None:
        return _opens_by_text(previous, line, here, closed)
    short = previous.x1 < before.right - 1.9 * before.size
    indented = line.x0 - here.left > 0.8 * here.size
    if marker or ARTICLE.match(line.text):
        # "依照本法 / 第三条规定": a full, unfinished line runs on, whatever the next begins with
        return closed or short or indented
    if short or line.x0 - here.left > 6 * here.size:
        return True
    if previous.page == line.page and _gap(previous, line) > 1.6 * here.spacing:
        return True
    step = (line.x0 - here.left) - (previous.x0 - before.left)
    if step > 0.8 * here.size:
        hanging = len(group) == 1 and MARKER.match(previous.text)
        return closed or not hanging
    return indented and abs(step) < 0.5 * here.size and len(group) == 1 and closed


def _opens_by_text(previous: Line, line: Line, here: _Measure, closed: bool) -> bool:
    """The same without places: by indent, markers, ends of sentences and width."""
    if line.indented and not previous.indented:
        return True
    full = display_width(previous.text) >= here.columns - 6
    if MARKER.match(line.text) or ARTICLE.match(line.text):
        return closed or not full
    return not full


def _gap(previous: Line, line: Line) -> float:
    if previous.top is None or line.top is None:
        return 0.0
    return line.top - previous.top


def _without_running_lines(pages: Sequence[PageItems]) -> list[PageItems]:
    """Pages without page numbers and without lines repeated at the edges of many pages."""
    size = _body_size([item for page in pages for item in page.items if isinstance(item, Line)])
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_normal(line.text) for line in _edge_lines(page, _EDGE_ZONE, size)})
    least = max(2, 0.4 * len(pages))
    result = []
    for page in pages:
        dropped = {id(line) for line in _edge_lines(page, _EDGE_ZONE, size) if seen[_normal(line.text)] >= least}
        dropped |= {
            id(line) for line in _edge_lines(page, _NUMBER_ZONE, size) if _PAGE_NUMBER.fullmatch(line.text.strip())
        }
        kept = tuple(item for item in page.items if id(item) not in dropped)
        result.append(PageItems(page.number, page.height, kept))
    return result


def _edge_lines(page: PageItems, zone: float, size: float) -> list[Line]:
    """Lines in the top or bottom zone (the outermost two where places are not known)."""
    lines = [item for item in page.items if isinstance(item, Line)]
    edge = [line for line in lines if line.top is None and line in (*lines[:2], *lines[-2:])]
    for line in lines:
        if line.top is None or (line.size or 0) > 1.1 * size:
            continue
        if line.top < zone * page.height or line.top > (1 - zone) * page.height - (line.size or 0):
            edge.append(line)
    return edge


def _normal(text: str) -> str:
    return re.sub(r"\d+", "#", re.sub(r"\s+", "", text))


def _body_size(lines: Sequence[Line]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        if line.size is not None:
            sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 12.0


def _measure(lines: Sequence[Line]) -> _Measure:
    size = _body_size(lines)
    body = [line for line in lines if line.size is not None and abs(line.size - size) <= 0.1 * size]
    lefts = sorted(line.x0 for line in body if line.x0 is not None)
    rights = sorted(line.x1 for line in body if line.x1 is not None)
    gaps = sorted(
        second.top - first.top
        for first, second in zip(body, body[1:], strict=False)
        if first.top is not None and second.top is not None and first.page == second.page and second.top - first.top > 1
    )
    widths = sorted(display_width(line.text) for line in lines)
    return _Measure(
        size=size,
        left=lefts[int(0.05 * len(lefts))] if lefts else 0.0,
        right=rights[int(0.95 * (len(rights) - 1))] if rights else 0.0,
        # the lower quartile: in a text of short paragraphs the median is a paragraph's gap
        spacing=gaps[len(gaps) // 4] if gaps else 2 * size,
        columns=widths[int(0.9 * (len(widths) - 1))] if widths else 0,
    )


def _page_measure(page: PageItems, usual: _Measure) -> _Measure:
    """A page's own margins where it has lines enough (mirrored or landscape pages differ)."""
    lines = [item for item in page.items if isinstance(item, Line) and item.x0 is not None]
    if len(lines) < 8:
        return usual
    own = _measure(lines)
    if own.right - own.left < 0.7 * (usual.right - usual.left):
        return usual
    return _Measure(usual.size, own.left, own.right, usual.spacing, usual.columns)


def _levels(lines: Sequence[Line], measure: _Measure) -> dict[float, int]:
    """Heading levels of font sizes clearly above the body's: the largest is 1, at most four."""
    shares: Counter[float] = Counter()
    for line in lines:
        if line.size is not None and line.size >= _HEADING_RATIO * measure.size:
            shares[line.size] += len(line.text)
    total = sum(len(line.text) for line in lines)
    sizes = sorted((size for size, count in shares.items() if count <= 0.3 * total), reverse=True)
    return {size: min(level, 4) for level, size in enumerate(sizes, start=1)}
