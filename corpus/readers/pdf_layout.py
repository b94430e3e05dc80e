"""From placed lines to paragraphs: running heads removed, wrapped lines joined, also over pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

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
from corpus.readers.framed import table_blocks
from corpus.readers.pdf_lines import Line
from corpus.readers.pdf_tables import FoundTable, shared_columns

_PAGE_NUMBER = re.compile(
    r"[—\-–－·.\s]*\d{1,4}[—\-–－·.\s]*|第\s*\d+\s*页(?:\s*[,，/]?\s*共\s*\d+\s*页)?|\d{1,4}\s*/\s*\d{1,4}"
    r"|Page\s*\d+(?:\s*of\s*\d+)?|共\s*\d+\s*页\s*[,，]?\s*第\s*\d+\s*页",
    re.I,
)
_CONTINUED = re.compile(
    r"[（(]?\s*续\s*(?:上\s*)?(?:表|页)?\s*\d*\s*[）)]?|续\s*表\s*[\d一二三四五六七八九十.\-]*.{0,40}|(?:附)?表\s*\d+.{0,40}[（(]续(?:表)?[）)]"
    r"|[（(]?\s*(?:计量)?单\s*位\s*[:：].{1,12}[）)]?"
)
_APPENDED = re.compile(r"附\s*[件表录]\s*\d*\s*[：:]?")
_NUMBER_SIZE = 1.5  # of the body's size, up to which 第1页 at the edge is a page number
_HEAD_SIZE, _TITLE_SIZE = 1.2, 1.5  # of the body's: a running head beside a title that is larger still
_EDGE_ZONE = 0.12  # share of the page's height in which running heads and feet stand
_NUMBER_ZONE = 0.15
_WRAPS_FROM = 0.72  # share of the page's width at which a line may have been wrapped
_HEADING_RATIO = 1.15
_HEADING_MAX = 80
_OPEN_MAX = 40  # characters after an open bracket within which its other half may be on the next line
_UNBREAKABLE = re.compile(r"[A-Za-z0-9.,%/:—–\-]+[》）)”、，。；：！？年月日号]*")


@dataclass(frozen=True, slots=True)
class PageItems:
    """A page's lines and tables in reading order."""

    number: int
    height: float
    items: tuple[Line | FoundTable, ...]
    width: float = 0.0


def characters(page: PageItems) -> int:
    """Characters of a page, white space aside."""
    texts = [
        item.text if isinstance(item, Line) else "".join(text for _, text in item.cells)
        for item in page.items
    ]
    return sum(len("".join(text.split())) for text in texts)


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

    start = 0  # blocks above the table that the last item belongs to
    parts: list[FoundTable] = []  # the pieces of the table that the last item belongs to
    for item in items:
        if isinstance(item, FoundTable):
            flush()
            parts = [*parts, item] if _goes_on(parts, item) else [item]
            if len(parts) == 1:
                start = len(blocks)
            _append_table(blocks, parts, start)
            continue
        if TOC_LINE.search(item.text):
            flush()
            continue
        if parts and item.page == parts[-1].page + 1 and _CONTINUED.fullmatch(item.text.strip()):
            continue  # 续表, above the rest of a table
        if group and _opens(group, item, _margin(margins, item), _margin(margins, group[-1]), levels):
            flush()
        group.append(item)
        parts = []
    flush()
    return blocks


def _append_table(blocks: list[Block], parts: list[FoundTable], before: int) -> None:
    """Add a table, or put the whole table in place of its first parts when it goes on over pages.

    `parts` are the table's pieces so far, the last of them new; `before` how many blocks stand above it.
    """
    # a head repeated over columns drawn a little differently: each part keeps its own edges
    alike = all(_head(part) == _head(parts[0]) for part in parts)
    columns = None if alike else shared_columns(parts)
    rows: list[tuple[str, ...]] = []
    header_rows: int | None = None
    for part in parts:
        made = table_block(part.rows(columns), wrapped=True)
        if made is None or made.table is None:
            continue
        more = made.table.rows
        if header_rows is None:
            header_rows = made.table.header_rows if len(more) > 1 else None
        elif more[:header_rows] == tuple(rows[:header_rows]):
            more = more[header_rows:]  # the head repeated on each page
        rows += more
    above = blocks[max(0, before - 3) : before]
    made_of_all = table_blocks(rows, before=above, header_rows=header_rows, page=parts[0].page)
    if made_of_all:
        blocks[before:] = made_of_all


def _goes_on(parts: list[FoundTable], found: FoundTable) -> bool:
    """Whether a table that opens a page is the rest of the one that closed the page before."""
    if not parts or found.page != parts[-1].page + 1:
        return False
    return shared_columns([*parts, found]) is not None or _head(parts[0]) == _head(found)


def _head(table: FoundTable) -> list[str]:
    """The first row without white space: a table that goes on often repeats it."""
    return ["".join(text.split()) for text in table.rows()[0]]


def _block(group: list[Line], levels: dict[float, int]) -> Block:
    text = join_lines(line.text for line in group)
    level = levels.get(group[0].size) if group[0].size is not None else None
    if level is not None and len(text) <= _HEADING_MAX and not text.endswith("。"):
        return Block(text=text, kind="heading", level=level, page=group[0].page)
    return Block(text=text, page=group[0].page)


def _opens(group: list[Line], line: Line, here: _Measure, before: _Measure, levels: dict[float, int]) -> bool:
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
    short = previous.x1 + _first_word(line.text) * before.size < before.right - 0.9 * before.size
    indented = line.x0 - here.left > 0.8 * here.size
    if (
        len(group) == 1
        and previous.x0 - before.left > 6 * before.size
        and line.x0 - here.left < 3 * here.size
    ):
        return True  # after a signature or date at the right margin, which fills no line
    if not marker and not closed and not indented and _unfinished(group):
        return False
    if marker or ARTICLE.match(line.text):
        # "依照本法 / 第三条规定": a full, unfinished line runs on, whatever the next begins with
        return closed or short or indented
    if short:
        return True
    if line.x0 - here.left > 6 * here.size:
        # a centred or right-aligned line of its own, or the rest of one that filled the width
        return closed or previous.x0 - before.left > 4 * before.size or len(group) > 1
    gap = _gap(previous, line) if previous.page == line.page else 0.0
    if gap > (1.25 if closed else 1.6) * here.spacing:
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
    full = display_width(previous.text) >= here.columns - 4 - 2 * _first_word(line.text)
    if MARKER.match(line.text) or ARTICLE.match(line.text):
        return closed or not full
    return not full


def _first_word(text: str) -> float:
    """Ems that a line's first word takes with the marks that may not open a line: 2022—2024年》 is
    carried over whole, and the line before it then ends early without ending its paragraph."""
    match = _UNBREAKABLE.match(text)
    return max(display_width(match.group()) / 2 if match else 1.0, 1.0)


def _unfinished(group: Sequence[Line]) -> bool:
    """Whether a bracket stands open at the end of a line that is none of its own (《 or （)."""
    last = group[-1].text
    opened = max(last.rfind(mark) for mark in "《（(“")
    closed = max(last.rfind(mark) for mark in "》）)”")
    return opened > closed and len(last) - opened <= _OPEN_MAX


def _gap(previous: Line, line: Line) -> float:
    if previous.top is None or line.top is None:
        return 0.0
    return line.top - previous.top


def _without_running_lines(pages: Sequence[PageItems]) -> list[PageItems]:
    """Pages without page numbers and without lines repeated at the edges of many pages."""
    lines = [item for page in pages for item in page.items if isinstance(item, Line)]
    size = _body_size(lines)
    if any((line.size or 0) > _TITLE_SIZE * size for line in lines):
        size *= _HEAD_SIZE  # what is smaller than the title, and on every page, is none
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_normal(line.text) for line in _edge_lines(page, _EDGE_ZONE, size)})
    least = max(2, 0.4 * len(pages))
    result = []
    for page in pages:
        dropped = {
            id(line) for line in _edge_lines(page, _EDGE_ZONE, size) if seen[_normal(line.text)] >= least
        }
        dropped |= {
            id(line)
            for line in _edge_lines(page, _NUMBER_ZONE, size)
            if _PAGE_NUMBER.fullmatch(line.text.strip())
        }
        kept = tuple(item for item in page.items if id(item) not in dropped)
        result.append(PageItems(page.number, page.height, kept, page.width))
    return result


def _edge_lines(page: PageItems, zone: float, size: float) -> list[Line]:
    """Lines in the top or bottom zone (the outermost two where places are not known)."""
    lines = [item for item in page.items if isinstance(item, Line)]
    edge = [line for line in lines if line.top is None and line in (*lines[:2], *lines[-2:])]
    for line in lines:
        if line.top is None or _APPENDED.match(line.text):
            continue
        if (line.size or 0) > (_NUMBER_SIZE if _PAGE_NUMBER.fullmatch(line.text.strip()) else 1.1) * size:
            continue  # larger than the body: a title, not a running head
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
        for first, second in pairwise(body)
        if first.top is not None
        and second.top is not None
        and first.page == second.page
        and second.top - first.top > 0.8 * size
    )
    widths = sorted(display_width(line.text) for line in lines)
    return _Measure(
        size=size,
        left=lefts[int(0.05 * len(lefts))] if lefts else 0.0,
        right=rights[int(0.95 * (len(rights) - 1))] if rights else 0.0,
        # a low quantile: in a text of short paragraphs the median is a paragraph's gap
        spacing=min(gaps[len(gaps) // 10], 2.5 * size) if gaps else 2 * size,
        columns=widths[int(0.9 * (len(widths) - 1))] if widths else 0,
    )


def _page_measure(page: PageItems, usual: _Measure) -> _Measure:
    """A page's own margins where it has lines enough (mirrored or landscape pages differ)."""
    lines = [item for item in page.items if isinstance(item, Line) and item.x0 is not None]
    own = _measure(lines) if len(lines) >= 8 else usual
    if own.right - own.left < 0.7 * (usual.right - usual.left):
        own = usual
    # lines that all end far from the page's edge were not wrapped there
    right = max(own.right, _WRAPS_FROM * page.width)
    return _Measure(usual.size, own.left, right, usual.spacing, usual.columns)


def _margin(margins: dict[int, _Measure], line: Line) -> _Measure:
    """The margins that a line keeps to: its column's, else its page's."""
    usual = margins[line.page]
    return replace(usual, left=line.column[0], right=line.column[1]) if line.column else usual


def _levels(lines: Sequence[Line], measure: _Measure) -> dict[float, int]:
    """Heading levels of font sizes clearly above the body's: the largest is 1, at most four."""
    shares: Counter[float] = Counter()
    for line in lines:
        if line.size is not None and line.size >= _HEADING_RATIO * measure.size:
            shares[line.size] += len(line.text)
    total = sum(len(line.text) for line in lines)
    sizes = sorted((size for size, count in shares.items() if count <= 0.3 * total), reverse=True)
    return {size: min(level, 4) for level, size in enumerate(sizes, start=1)}
