"""What the readers share: the source, text hygiene, line joining, markers, tables."""

from __future__ import annotations

import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.model import Block, Table
from corpus.readers.radicals import SAME_GLYPHS
from corpus.table_heads import filled_head, head_rows, without_repeats
from corpus.tables import is_label


@dataclass(frozen=True, slots=True)
class Source:
    """A file as loaded: readers never open the path again."""

    path: Path
    data: bytes


PARSE_ERRORS: tuple[type[Exception], ...] = (
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    AssertionError,
    RuntimeError,  # RecursionError and NotImplementedError among them
    EOFError,
    MemoryError,
    OSError,
    struct.error,
    zlib.error,
    zipfile.BadZipFile,
)
"""What parsers raise over a damaged file, beside the exception types of their own."""


def library_errors(format: str) -> tuple[type[Exception], ...]:
    """The exception types of the libraries behind a format (imported only when asked for)."""
    if format == "pdf":
        from pdfminer.psexceptions import PSException
        from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException
        from pypdf.errors import PyPdfError
        from pypdfium2 import PdfiumError

        return (PyPdfError, PdfiumError, PdfminerException, MalformedPDFException, PSException)
    if format == "ofd":
        from xml.etree.ElementTree import ParseError

        from ofdkit import OFDError

        return (OFDError, ParseError)
    if format in ("xlsx", "xls", "ods"):
        from xml.etree.ElementTree import ParseError

        from lxml.etree import LxmlError
        from openpyxl.utils.exceptions import InvalidFileException

        return (ParseError, LxmlError, InvalidFileException)
    if format in ("docx", "html", "markdown"):
        from lxml.etree import LxmlError

        return (LxmlError,)
    return ()


_DROPPED = re.compile(
    "[\u0000-\u0008\u000b\u000e-\u001f\u007f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)
_SPACES = re.compile("[ \t\u00a0\u2000-\u200a\u202f\u205f\r\n\f\u2028\u2029\u0085]+")
_RADICALS = re.compile("[\u2329\u232a\u2e80-\u2fdf\uf900-\ufaff\ufb00-\ufb06]")
_WIDE = (
    "\u2e80-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\\ufaff\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6\U00020000-\U0002ffff"
)
_WIDE_EDGE = re.compile(f"[{_WIDE}‘’“”…—·①-⓿㈠-㉃]")
CJK = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ffff]")

_NUM = "一二三四五六七八九十百千零〇两"
MARKER = re.compile(
    rf"(?:第[{_NUM}\d]+[编章节条](?:之[{_NUM}]+)?(?:[\s\u3000:：]|$)"
    rf"|[{_NUM}]+、"
    rf"|[（(](?:[{_NUM}]+|\d{{1,2}})[）)]"
    r"|\d{1,2}(?:[.．](?!\d)|、)|\d{1,2}[)）]"
    r"|\d{1,2}(?:\.\d{1,2}){1,3}[\s\u3000]"
    r"|[①-⑳❶-❿]|附\s*[件表][\s\u3000]*(?:\d+|[一二三四五六七八九十]+)?\s*(?:[:：\s]|$)"
    r"|[•●■◆▪]|[-*+–]\s)"
)
"""The beginning of a numbered clause, list item or attachment: a line that opens a paragraph."""

ARTICLE = re.compile(rf"第[{_NUM}\d]+条(?:之[{_NUM}]+)?")
CLOSED = re.compile(r"[。！？；：!?;:][”’」』）)]*$")
"""A line that ends as a sentence or a list item does."""

TOC_LINE = re.compile(r"(?:[.．·…]\s?){4,}\s*\d{1,4}$|…{2,}\s*\d{1,4}$")


def clean(text: str) -> str:
    """One line of text as a reader sees it: no controls, one space for many, ends stripped.

    Full-width spaces inside are kept ("第一条　…" needs them); radicals, which some PDF
    producers emit in place of ideographs, become the ideographs, and ligatures letters.
    """
    text = _DROPPED.sub("", _SPACES.sub(" ", text))
    if _RADICALS.search(text):
        text = text.translate(SAME_GLYPHS)
    return text.strip()


def join_lines(lines: Iterable[str]) -> str:
    """Wrapped lines as one paragraph: no space beside a Chinese character, else one."""
    text = ""
    for line in lines:
        line = line.strip()
        if not line:
            continue
        if not text:
            text = line
        elif _WIDE_EDGE.match(text[-1]) or _WIDE_EDGE.match(line[0]):
            text += line
        elif text.endswith("-") and text[-2:-1].isalpha() and line[0].islower():
            text = text[:-1] + line
        else:
            text += " " + line
    return text


SIGNED = re.compile(r"^[^，。；：、！？]{2,30}(?:厅|局|部|委|会|政府|办公室|院|银行|中心)$")
DATED = re.compile(r"^\d{4}\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?$")


def visual_lines(text: str, as_written: bool = False) -> list[str]:
    """Split at line breaks that open a clause or list item; join the others.

    `as_written` also splits after a finished sentence, after a line that is a signature and before
    a date: who writes plain text with single line breaks means them there.
    """
    groups: list[list[str]] = []
    for line in text.split("\n"):
        line = clean(line)
        if not line:
            continue
        # "依照本法 / 第三条规定": a reference where a sentence was broken opens nothing
        opens = MARKER.match(line) or (ARTICLE.match(line) and groups and CLOSED.search(groups[-1][-1]))
        if as_written and groups:
            before = groups[-1][-1]
            opens = opens or CLOSED.search(before) or SIGNED.match(before) or DATED.match(line)
        if groups and not opens:
            groups[-1].append(line)
        else:
            groups.append([line])
    return [join_lines(group) for group in groups]


def display_width(text: str) -> int:
    """Width in columns: 2 for a wide character, 1 for another."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def pairs_in(text: str) -> dict[str, str]:
    """`key=value；key=value`, as some producers write a document's metadata into its keywords.

    Free text gives {}; a value may hold ； itself, since only one before the next key ends it.
    """
    if not re.match(r"[a-z_]+=", text):
        return {}
    parts = re.split(r"[；;]\s*(?=[a-z_]+=)", text)
    pairs = (part.partition("=") for part in parts)
    return {key.strip(): clean(value) for key, _, value in pairs if value.strip()}


_UNIT = re.compile(
    r"[（(]?\s*(?<![\u4e00-\u9fff])(?:计量|金额|数量|货币)?单\s*位\s*[:：]\s*([^（）()\s\u3000]{1,30}(?:[、，,/][^（）()\s\u3000]{1,10})*)\s*[）)]?"
)
_MEASURE = re.compile(
    r"单位\s*[:：]\s*((?:百|千|万|百万|千万|亿|十亿)?(?:美元|欧元|港元|元|家|个|人次|人|户|项|件|吨|公里|平方米|亩|台|套|千瓦时|千瓦|"
    r"％|%)(?:/[^）),，；;\s]{1,6})?)"
)
_CAPTION = re.compile(r"[附续]?表\s*[\d一二三四五六七八九十]+|附表")


def caption_and_unit(before: Sequence[str]) -> tuple[str | None, str | None]:
    """A table's caption and unit, from the texts before it (nearest last).

    Takes "表1 …", or a short line that does not read as a sentence; "单位：亿元" may stand on a
    line of its own between caption and table, or at the caption's end.
    """
    unit: str | None = None
    for text in reversed(before[-2:]):
        found = _UNIT.search(text)
        rest = text
        if found and len(text) <= 80:
            unit = unit or found.group(1)
            rest = (text[: found.start()] + text[found.end() :]).strip(" \u3000（）()")
            if not rest:
                continue
        elif measure := _MEASURE.search(text):  # 投资单位：亿元, inside a caption that stays whole
            unit = unit or measure.group(1)
        if _CAPTION.match(rest) and len(rest) <= 80 and not rest.endswith("。"):
            return rest, unit
        if len(rest) <= 40 and not re.search(r"[。；：，、,;:]$", rest):
            return rest, unit
        return None, unit
    return None, unit


def table_block(
    rows: Iterable[Sequence[str]],
    *,
    before: Sequence[Block] = (),
    header_rows: int | None = None,
    page: int | None = None,
    caption: str | None = None,
    unit: str | None = None,
    wrapped: bool = False,
) -> Block | None:
    """A table block from cell texts, padded to a rectangle; None where all cells are empty.

    `before` are the blocks so far: caption and unit come from the last of them. They stay blocks
    themselves, so that no text is lost from the document. A line break in a cell becomes a space,
    or nothing where the cells' lines are `wrapped` (PDF). Without `header_rows` the content tells
    (`corpus.table_heads`). The table's head is filled where no merged cell did it; `text` is as read.
    """
    cleaned = [tuple(_cell(cell, wrapped) for cell in row) for row in rows]
    cleaned = [row for row in cleaned if any(row)]
    if not cleaned:
        return None
    width = max(len(row) for row in cleaned)
    padded = tuple(row + ("",) * (width - len(row)) for row in cleaned)
    found, of_caption = caption_and_unit(_above(before))
    if header_rows is None:
        header_rows = max(head_rows(padded), 1)
    header_rows = max(0, min(header_rows, len(padded) - 1))
    padded = without_repeats(padded, header_rows)
    table = Table(
        rows=filled_head(padded, header_rows),
        caption=caption or found,
        unit=unit or of_caption,
        header_rows=header_rows,
    )
    text = "\n".join(" | ".join(row) for row in padded)
    return Block(text=text, kind="table", page=page, table=table)


def _above(before: Sequence[Block]) -> list[str]:
    """The texts right above a table, down to the last table; labels (数据截至：…) are passed over."""
    texts: list[str] = []
    for block in reversed(before[-6:]):
        if block.kind == "table" or len(texts) == 2:
            break
        if not is_label(block.text) or _UNIT.search(block.text):
            texts.insert(0, block.text)
    return texts


def _cell(text: str, wrapped: bool) -> str:
    lines = [line for line in map(clean, text.split("\n")) if line]
    return join_lines(lines) if wrapped else " ".join(lines)
