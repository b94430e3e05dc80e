"""Tables as grids of texts: where they begin and end, which rows are the head, what a column is called.

Everything here goes by content, so that it serves formats that know merged cells (XLSX, DOCX, HTML) and
those that do not (CSV, Markdown, PDF). A merged cell's text stands in every place that it covers.

- `shape`, `shape_cells`: a sheet -> its tables, each with the lines above it and the notes below it.
- `caption_among`: caption and unit from the lines above a table.

What the rows of a table are is in `corpus.table_heads`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from corpus.table_heads import Row, filled_head, head_rows, header_paths, is_data, is_total, without_repeats

Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column of a merged area, all inclusive."""

_MAX_SPAN = 20_000  # cells of one merged area that are filled
_MAX_FILLED = 500_000  # cells of all merged areas together

_NOTE = re.compile(
    r"[（(]?(?:注|备注|说明|附注|填表说明|填报说明|数据来源|资料来源|填报人|填表人|审核人|负责人|制表|联系电话)"
    r"[\d一二三]?[：:）)]"
)
_LABEL = re.compile(r"[（(]?[\u4e00-\u9fff][\u4e00-\u9fff \u3000（）]{1,11}[：:]\s*(?P<value>\S.{0,79})?")
_ASIDE = re.compile(r"[（(【][^（）()【】]*[）)】]")
_UNIT_LINE = re.compile(
    r"[（(]?\s*(?:计量|金额|数量|货币|统计)?单\s*位\s*[:：]\s*(?P<unit>[^（）()；;]{1,30}?)\s*[）)]?"
)
CAPTION = re.compile(r"[附续]?表\s*[\d一二三四五六七八九十]+|附表")
_PERIOD = re.compile(r"(?:19|20)\d\d\s*[年./-]|[一二三四1-4]季度|上半年|下半年|\d{1,2}月")
_AS_OF = re.compile(r"(?:数据|统计)?(?:截[至止]|时间[：:]?)(?:到)?\s*(?:19|20)\d\d.{1,12}")
_MAX_LABELS = 5  # texts of a row of labels
_TITLE_END = re.compile(r"(?:表|情况|名单|目录|清单|统计|月报|季报|年报|台账|汇总|明细)(?:[（(].*[）)])?$")


@dataclass(frozen=True, slots=True)
class Shaped:
    """A table with what belongs to it; without `rows`, lines of text alone.

    `lines` stand above the table (title, unit, 报告期), `notes` below it. The first `header_rows` of
    `rows` are its head; repeated heads are gone, rows are equally long.
    """

    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    header_rows: int = 0
    notes: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[tuple[str, ...], ...]:
        """The header path of each column, outermost header first."""
        return header_paths(filled_head(self.rows, self.header_rows)[: self.header_rows])

    @property
    def body(self) -> tuple[tuple[str, ...], ...]:
        return self.rows[self.header_rows :]

    @property
    def totals(self) -> tuple[int, ...]:
        """Which rows of `body` sum others up."""
        return tuple(at for at, row in enumerate(self.body) if is_total(row))


def shape(rows: Sequence[Row], *, merges: Sequence[Merge] = ()) -> list[Shaped]:
    """The tables of a grid, from top to bottom; `merges` count rows and columns from 0."""
    cells = {(at, column): text for at, row in enumerate(rows) for column, text in enumerate(row) if text}
    return shape_cells(cells, merges)


def shape_cells(cells: Mapping[tuple[int, int], str], merges: Sequence[Merge] = ()) -> list[Shaped]:
    """The tables of a sheet given as texts by (row, column); a merged area's text is its first cell's."""
    lines: dict[int, dict[int, str]] = defaultdict(dict)
    for (row, column), text in _merged(cells, merges).items():
        if text.strip():
            lines[row][column] = text
    return [shaped for region in _regions(lines) for shaped in _shaped(region, lines)]


def _merged(cells: Mapping[tuple[int, int], str], merges: Sequence[Merge]) -> dict[tuple[int, int], str]:
    filled = dict(cells)
    budget = _MAX_FILLED
    for top, left, bottom, right in dict.fromkeys(merges):
        text = cells.get((top, left), "")
        size = (bottom - top + 1) * (right - left + 1)
        if text and size <= min(_MAX_SPAN, budget):
            budget -= size
            filled |= {(row, at): text for row in range(top, bottom + 1) for at in range(left, right + 1)}
    return filled


@dataclass(slots=True)
class _Region:
    """Row numbers of lines above, of a table, and of notes below it."""

    lines: list[int]
    body: list[int]
    notes: list[int]


def _regions(lines: Mapping[int, Mapping[int, str]]) -> list[_Region]:
    """Runs of filled rows; a run that begins with data goes on with the table above it."""
    regions: list[_Region] = []
    for run in _runs(sorted(lines)):
        for part in _at_captions(run, lines):
            region = _region(part, lines)
            if regions and _goes_on(regions[-1], region, lines):
                regions[-1].body += region.body
                regions[-1].notes += region.notes
            else:
                regions.append(region)
    return regions


def _runs(numbers: Sequence[int]) -> Iterator[list[int]]:
    """Consecutive numbers together."""
    for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        yield [number for _, number in run]


def _at_captions(run: Sequence[int], lines: Mapping[int, Mapping[int, str]]) -> Iterator[list[int]]:
    """A run cut before each 表2 … that follows a table without an empty row."""
    part: list[int] = []
    wide = False
    for row in run:
        texts = _texts(lines[row])
        if wide and len(texts) == 1 and CAPTION.match(texts[0]):
            yield part
            part, wide = [], False
        part.append(row)
        wide = wide or len(texts) > 1
    yield part


def _texts(line: Mapping[int, str]) -> list[str]:
    """The different texts of a row, in order: one for a title that is merged over the table."""
    return list(dict.fromkeys(text for _, text in sorted(line.items())))


def _region(run: list[int], lines: Mapping[int, Mapping[int, str]]) -> _Region:
    columns = {column for row in run for column in lines[row]}
    if len(columns) == 1:
        return _Region(run, [], [])
    top = 0
    while top < len(run) and _is_line(run, top, lines):
        top += 1
    end = next((at for at in range(top, len(run)) if _is_note(lines[run[at]])), len(run))
    if any(not _stands_alone(lines[row]) for row in run[end:]):
        end = len(run)  # 注： in the midst of a table is a cell's text
        while end > top and _is_note(lines[run[end - 1]]):
            end -= 1
    return _Region(run[:top], run[top:end], run[end:])


def _is_line(run: Sequence[int], at: int, lines: Mapping[int, Mapping[int, str]]) -> bool:
    """Whether a row above a table is no row of it: a title, a unit, 报告期：2026年8月."""
    line = lines[run[at]]
    texts = _texts(line)
    if len(texts) > 1:
        following = lines[run[at + 1]] if at + 1 < len(run) else {}
        return is_label_row(texts) and (_label_texts(texts) is not None or len(following) > len(texts))
    if _LABEL.fullmatch(texts[0]) or _ASIDE.fullmatch(texts[0]) or at + 1 == len(run):
        return True
    # A group header alone in its row, over some of the columns that the next row names
    following = lines[run[at + 1]]
    inside = min(line) > min(following) and min(following) not in line
    short = len(texts[0]) <= 8 and not _TITLE_END.search(texts[0])
    return not (inside and short and len(_texts(following)) > 2 and (at > 0 or len(line) > 1))


def is_label_row(texts: Sequence[str]) -> bool:
    """填报单位：市工信局 | 2026年8月 | 单位：亿元: labels with values, perhaps with a day or a name between
    them. No head has a cell of that kind."""
    if _label_texts(texts) is not None:
        return True
    labelled = [text for text in texts if (found := _LABEL.fullmatch(text)) and found["value"]]
    others = [text for text in texts if text not in labelled]
    return bool(labelled) and len(texts) <= _MAX_LABELS and all(map(_is_beside_labels, others))


def _is_beside_labels(text: str) -> bool:
    """A day, a period, a name that goes by itself: no figure, no sentence."""
    return bool(_PERIOD.search(text)) or (len(text) <= 20 and not re.search(r"\d|[。；，]", text))


def is_unit_line(text: str) -> bool:
    """（单位：亿元）, alone."""
    return _UNIT_LINE.fullmatch(text.strip()) is not None


def is_note_row(texts: Sequence[str]) -> bool:
    """注：…, or 填报人：张三 | 联系电话：…"""
    if not texts or not _NOTE.match(texts[0]):
        return False
    return len(texts) == 1 or _label_texts(texts) is not None


def _label_texts(texts: Sequence[str]) -> list[str] | None:
    """Labels with their values, each 报告期：2026年8月; None where some text is neither."""
    found: list[str] = []
    for text in texts:
        if found and re.search(r"[：:]\s*$", found[-1]):
            found[-1] += text
        elif _LABEL.fullmatch(text):
            found.append(text)
        else:
            return None
    return found


def _is_note(line: Mapping[int, str]) -> bool:
    return is_note_row(_texts(line))


def _stands_alone(line: Mapping[int, str]) -> bool:
    texts = _texts(line)
    return len(texts) == 1 or _label_texts(texts) is not None


def _goes_on(above: _Region, region: _Region, lines: Mapping[int, Mapping[int, str]]) -> bool:
    """Whether an empty row stands within a table: data without a head, in the columns of the table above."""
    if region.lines or not region.body or not above.body or above.notes:
        return False
    columns = {column for row in above.body for column in lines[row]}
    first = lines[region.body[0]]
    texts = [text for _, text in sorted(first.items())]
    return len(texts) > 1 and set(first) <= columns and (is_data(texts) or is_total(texts))


def _shaped(region: _Region, lines: Mapping[int, Mapping[int, str]]) -> list[Shaped]:
    """Its tables, side by side where an empty column sets whole tables apart."""
    above = [text for row in region.lines for text in _written(lines[row])]
    notes = [text for row in region.notes for text in _written(lines[row])]
    found: list[Shaped] = []
    for columns in _beside(region.body, lines):
        rows = [tuple(lines[row].get(column, "") for column in columns) for row in region.body]
        rows = [row for row in rows if any(row)]
        if len(rows) == 1 or len(columns) == 1:
            above += [" ".join(dict.fromkeys(filter(None, row))) for row in rows]
            continue
        count = head_rows(rows)
        kept = without_repeats(rows, count)
        found.append(Shaped((), kept, count))
    if not found:
        return [Shaped((*above, *notes))] if above or notes else []
    found[0] = Shaped(tuple(above), found[0].rows, found[0].header_rows)
    last = found[-1]
    found[-1] = Shaped(last.lines, last.rows, last.header_rows, tuple(notes))
    return found


def _written(line: Mapping[int, str]) -> list[str]:
    """A row as lines of text: each label with its value on a line of its own."""
    texts = _texts(line)
    labels = _label_texts(texts) if len(texts) > 1 else None
    if labels is None and len(texts) > 1 and is_label_row(texts):
        labels = texts
    return labels if labels is not None else [" ".join(texts)]


def _beside(body: Sequence[int], lines: Mapping[int, Mapping[int, str]]) -> list[list[int]]:
    """The columns of each table of a region; an empty column within one table sets nothing apart."""
    used = sorted({column for row in body for column in lines[row]})
    parts = list(_runs(used))
    first = lines[body[0]] if body else {}
    whole = all(len(part) > 1 and all(column in first for column in part[:2]) for part in parts)
    return parts if whole else [used]


def caption_among(lines: Sequence[str]) -> tuple[str | None, str | None]:
    """Caption and unit from the lines above a table (nearest last): labels are neither."""
    unit: str | None = None
    for text in reversed(lines):
        if found := _UNIT_LINE.fullmatch(text.strip()):
            unit = unit or found["unit"]
        elif inner := re.search(r"(?<![\u4e00-\u9fff])单\s*位\s*[:：]\s*([^（）()；;\s]{1,20})", text):
            unit = unit or inner[1]
            rest = text[: inner.start()].rstrip(" \u3000（(")
            if rest and not is_label(text) and not is_label(rest):
                return rest, unit
        elif not is_label(text) and len(text) <= 80 and not text.endswith(("。", "；", "，")):
            return text, unit
    return None, unit


def is_label(text: str) -> bool:
    """报告期：2026年8月, 数据截至：…, （截至8月底）: a line that is neither caption nor prose."""
    bare = text.strip()
    if CAPTION.match(bare):
        return False
    return bool(_ASIDE.fullmatch(bare) or _AS_OF.fullmatch(bare)) or bool(
        (found := _LABEL.fullmatch(bare)) and found["value"]
    )
