"""Lines of a PDF page with their place, from pdfium or pdfplumber.

Coordinates are points from the page's top left corner as seen (y grows downwards).
"""

from __future__ import annotations

import ctypes
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from corpus.readers.common import clean
from corpus.readers.pdf_quality import squeeze

if TYPE_CHECKING:
    from pdfplumber.page import Page
    from pypdfium2 import PdfPage

_BLANKS = (32, 0xA0, 0x3000)
PART_GAP = 1.5
"""Ems from which a gap sets two pieces of a line apart."""

_CURVED = 5  # segments that a rule or a box has at most; a character's outline has more
_OUTLINES = 30  # characters drawn as curves from which a page is taken for text

Box = tuple[float, float, float, float]
"""x0, top, x1, bottom."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text; place and size are None where the library that read it gives none."""

    text: str
    page: int
    x0: float | None = None
    x1: float | None = None
    top: float | None = None
    size: float | None = None
    indented: bool = False  # white space before the text, for lines without a place
    parts: tuple[Line, ...] = ()  # the pieces that wide gaps set apart; none where there is but one
    column: tuple[float, float] | None = None  # left and right edge of the column that it stands in


def pdfium_text(page: PdfPage) -> str:
    """The page's text by pdfium."""
    textpage = page.get_textpage()
    try:
        return str(textpage.get_text_bounded())
    finally:
        textpage.close()


def drawn_share(page: PdfPage) -> float:
    """The share of a page that its largest picture covers; 1 for one drawn of many outlines, as text is
    that was turned into curves; 0 for a page without pictures."""
    import pypdfium2.raw as raw

    width, height = page.get_size()
    largest, outlines = 0.0, 0
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH], max_depth=3):
        if item.type == raw.FPDF_PAGEOBJ_PATH:
            outlines += raw.FPDFPath_CountSegments(item) > _CURVED
            continue
        left, bottom, right, top = item.get_bounds()
        largest = max(largest, (right - left) * (top - bottom) / max(1.0, width * height), 0.001)
    return 1.0 if outlines >= _OUTLINES else largest


def pdfium_lines(page: PdfPage, number: int) -> list[Line]:
    """The page's lines by pdfium, with place and font size (unrotated pages only)."""
    import pypdfium2.raw as raw

    textpage = page.get_textpage()
    try:
        lines: list[Line] = []
        codes: list[int] = []
        places: list[int] = []  # indexes of the line's characters that are not white space
        for index in range(raw.FPDFText_CountChars(textpage)):
            code = raw.FPDFText_GetUnicode(textpage, index)
            if code in (10, 13):
                _add_line(lines, textpage, page, number, codes, places)
                codes, places = [], []
                continue
            codes.append(code)
            if code not in _BLANKS:
                places.append(index)
        _add_line(lines, textpage, page, number, codes, places)
        return lines
    finally:
        textpage.close()


def _add_line(
    lines: list[Line], textpage: Any, page: PdfPage, number: int, codes: list[int], places: list[int]
) -> None:
    line = _line_of(textpage, page, number, codes, places)
    if line is None:
        return
    parts = []
    for some_codes, some_places in _apart(textpage, page, codes, places, line.size or 12.0):
        part = _line_of(textpage, page, number, some_codes, some_places)
        if part is not None:
            parts.append(part)
    lines.append(replace(line, parts=tuple(parts)) if len(parts) > 1 else line)


def _line_of(textpage: Any, page: PdfPage, number: int, codes: list[int], places: list[int]) -> Line | None:
    text = clean(_from_utf16(codes))
    if not text or not places:
        return None
    left, top, _ = _char(textpage, page, places[0])
    right, _, _ = _char(textpage, page, places[-1], right=True)
    # the middle character: a note's mark or a drop cap at the start is no measure of the line
    _, _, size = _char(textpage, page, places[len(places) // 2])
    return Line(text=text, page=number, x0=left, x1=right, top=top, size=size)


def _apart(
    textpage: Any, page: PdfPage, codes: list[int], places: list[int], size: float
) -> list[tuple[list[int], list[int]]]:
    """A line's characters and their indexes, cut where white space is wide; [] where none is.

    pdfium writes a blank into every gap: only there are the places of characters looked up.
    """
    if len(codes) == len(places):
        return []
    pieces: list[tuple[list[int], list[int]]] = []
    at = 0
    visible = iter(places)
    last: int | None = None
    for index, code in enumerate(codes):
        if code in _BLANKS:
            continue
        place = next(visible)
        if last is not None and codes[index - 1] in _BLANKS:
            end, _, _ = _char(textpage, page, last, right=True)
            start, _, _ = _char(textpage, page, place)
            if start - end > PART_GAP * size:
                done = sum(len(piece[1]) for piece in pieces)
                count = places.index(place)
                pieces.append((codes[at:index], places[done:count]))
                at = index
        last = place
    return [*pieces, (codes[at:], places[sum(len(piece[1]) for piece in pieces) :])] if pieces else []


def _from_utf16(codes: list[int]) -> str:
    """pdfium gives UTF-16 units on some builds, code points on others; 0xFFFE is a soft hyphen."""
    data = b"".join(
        code.to_bytes(2, "little") if code < 0x10000 else chr(code).encode("utf-16-le")
        for code in codes
        if code not in (0, 2, 0xFFFE)
    )
    return data.decode("utf-16-le", errors="replace")


def _char(textpage: Any, page: PdfPage, index: int, right: bool = False) -> tuple[float, float, float]:
    """A character's left (or right) edge, top from the page's top, and size in points."""
    import pypdfium2.raw as raw

    box = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(textpage, index, box)
    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(textpage, index, ctypes.byref(matrix))
    scale = math.hypot(matrix.c, matrix.d) or 1.0
    size = raw.FPDFText_GetFontSize(textpage, index) * scale
    left, _, _, upper = page.get_bbox()
    return (box.right if right else box.left) - left, upper - box.top, round(size, 1)


def plumber_lines(page: Page, number: int, without: Iterable[Box] = ()) -> list[Line]:
    """The page's lines by pdfplumber, leaving out characters whose middle is in a box."""
    boxes = list(without)

    def outside(item: dict[str, Any]) -> bool:
        x, y = (item["x0"] + item["x1"]) / 2, (item["top"] + item["bottom"]) / 2
        return not any(box[0] <= x <= box[2] and box[1] <= y <= box[3] for box in boxes)

    kept = page.filter(outside) if boxes else page
    if not kept.chars:
        return []
    lines: list[Line] = []
    for item in kept.extract_text_lines():
        text = clean(item["text"])
        if text:
            size = round(float(item["chars"][len(item["chars"]) // 2]["size"]), 1)
            line = Line(text=text, page=number, x0=item["x0"], x1=item["x1"], top=item["top"], size=size)
            lines.append(replace(line, parts=_plumber_parts(line, item["chars"])))
    return lines


def _plumber_parts(line: Line, chars: list[dict[str, Any]]) -> tuple[Line, ...]:
    """The pieces of a line between wide gaps; none where there is but one."""
    pieces: list[list[dict[str, Any]]] = []
    for char in chars:
        if not char["text"].strip():
            continue
        if pieces and char["x0"] - pieces[-1][-1]["x1"] <= PART_GAP * (line.size or 12.0):
            pieces[-1].append(char)
        else:
            pieces.append([char])
    if len(pieces) < 2:
        return ()
    return tuple(
        replace(line, text=clean(_spaced(piece)), x0=piece[0]["x0"], x1=piece[-1]["x1"]) for piece in pieces
    )


def _spaced(chars: list[dict[str, Any]]) -> str:
    """Characters as text, with a space where they stand apart as words do."""
    text = str(chars[0]["text"])
    for before, char in pairwise(chars):
        apart = char["x0"] - before["x1"] > 0.25 * float(char["size"])
        text += (" " if apart else "") + str(char["text"])
    return text


def placed(text: str, lines: list[Line], number: int) -> list[Line]:
    """The lines of a page's text as pypdf gave it, with the place of the same line in `lines`.

    Where both hold the same characters line by line, the version from `lines` is taken (its
    spacing follows the characters' boxes); a line without a match has no place.
    """
    if squeeze(text) == squeeze("".join(line.text for line in lines)):
        return lines
    known: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        known[squeeze(line.text)].append(line)
    result: list[Line] = []
    for raw_line in text.splitlines():
        cleaned = clean(raw_line)
        if not cleaned:
            continue
        matches = known.get(squeeze(cleaned))
        if matches:
            result.append(matches.pop(0))
        else:
            indented = raw_line[:1] in ("\u3000", " ", "\t")
            result.append(Line(text=cleaned, page=number, indented=indented))
    return result
