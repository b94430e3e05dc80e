"""Statutes: 编 章 节 give the heading path; 条 are units; 款 项 目 are parts."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.markers import (
    DIVISION,
    DIVISION_RANK,
    ITEM,
    SUBITEM,
    article_number,
    is_reference,
)
from corpus.notice import closing_lines, notice_units
from corpus.numbering import int_to_chinese
from corpus.units import Draft, Line, table_draft


class _Headings:
    """The open divisions; a new one closes those of its own and deeper rank."""

    def __init__(self) -> None:
        self._open: list[tuple[int, str]] = []

    def add(self, line: Line) -> None:
        match = DIVISION.match(line.text)
        rank = DIVISION_RANK[match["kind"]] if match else 4 + (line.block.level or 1)
        self._open = [(other, text) for other, text in self._open if other < rank]
        self._open.append((rank, " ".join(line.text.split())))

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(text for _, text in self._open)


def statute_units(lines: Sequence[Line], prefix: str = "") -> list[Draft]:
    """Units of a run of lines that begins with an article or the headings above it."""
    headings = _Headings()
    drafts: list[Draft] = []
    article: list[Line] = []
    number = (0, 0)
    tail = closing_lines(lines)

    def close() -> None:
        if article:
            drafts.append(_article(article, number, headings.path, prefix))
            article.clear()

    for line in lines[: len(lines) - tail]:
        found = None if line.is_table else article_number(line.text)
        if found is not None and _opens(found, number, line.text):
            close()
            number = found
            article.append(line)
        elif line.is_table:
            if article:  # the article goes on after its table
                article.append(line)
            else:
                drafts.append(table_draft(line, headings.path))
        elif line.is_division and not ITEM.match(line.text):
            close()
            headings.add(line)
        elif article:
            article.append(line)
        else:
            drafts += notice_units([line], prefix, headings.path)
    close()
    return _with_tables(drafts, lines) + notice_units(lines[len(lines) - tail :], prefix)


def _opens(found: tuple[int, int], last: tuple[int, int], text: str) -> bool:
    """Whether a line with this number opens an article, or is a sentence that refers to one."""
    follows = found == (last[0] + 1, 0) or (found[0] == last[0] and found[1] == last[1] + 1)
    if follows:
        # 第十条规定… directly after 第九条 is a torn sentence, unless a space follows the number.
        return not is_reference(text)
    return found > last and not is_reference(text)


def _article(lines: Sequence[Line], number: tuple[int, int], path: tuple[str, ...], prefix: str) -> Draft:
    label = (
        f"{prefix}第{int_to_chinese(number[0])}条" if 0 < number[0] < 10000 else f"{prefix}第{number[0]}条"
    )
    if number[1]:
        label += f"之{int_to_chinese(number[1])}"
    unit = Draft("article", label, path, lines[0].start, lines[-1].end, lines[0].page)
    paragraphs = _paragraphs(lines)
    several = len(paragraphs) > 1
    for order, paragraph in enumerate(paragraphs, 1):
        own = f"{label}第{int_to_chinese(order)}款" if several else label
        items = _items(paragraph, own, path)
        if several:
            first, last = paragraph[0], paragraph[-1]
            part = Draft("paragraph", own, path, first.start, last.end, first.page, items)
            unit.parts.append(part)
        else:
            unit.parts += items
    return unit


def _paragraphs(lines: Sequence[Line]) -> list[list[Line]]:
    """Groups an article's lines into 款: a line that is no 项 or 目 begins the next one."""
    paragraphs: list[list[Line]] = []
    for line in lines:
        inner = line.is_table or ITEM.match(line.text) or SUBITEM.match(line.text)
        torn = article_number(line.text) is not None and bool(paragraphs)
        if paragraphs and (inner or torn):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    return paragraphs


def _items(lines: Sequence[Line], owner: str, path: tuple[str, ...]) -> list[Draft]:
    """项 of a 款, each with its 目."""
    items: list[Draft] = []
    for line in lines[1:]:
        if line.is_table:
            continue
        if match := ITEM.match(line.text):
            label = f"{owner}第（{match['number']}）项"
            items.append(Draft("item", label, path, line.start, line.end, line.page))
        elif match := SUBITEM.match(line.text):
            mark = match["number"] or match["round"] or match["circle"]
            if items and items[-1].kind == "item":
                label = f"{items[-1].label}第{mark}目"
                items[-1].parts.append(Draft("subitem", label, path, line.start, line.end, line.page))
                items[-1].end = line.end
            else:
                items.append(Draft("subitem", f"{owner}第{mark}项", path, line.start, line.end, line.page))
    return items


def _with_tables(drafts: list[Draft], lines: Sequence[Line]) -> list[Draft]:
    """Adds each table that stands inside an article as a unit of its own, after the article."""
    out: list[Draft] = []
    for draft in drafts:
        out.append(draft)
        if draft.kind == "article":
            inside = [line for line in lines if line.is_table and draft.start <= line.start < draft.end]
            out += [table_draft(line, (*draft.path, draft.label or "")) for line in inside]
    return out
