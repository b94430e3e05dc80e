"""Lines of a PDF page with their place, from pdfium or pdfplumber.

Coordinates are points from the page's top left corner as seen (y grows downwards).
"""

from __future__ import annotations

import ctypes
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corpus.readers.common import clean
from corpus.readers.pdf_quality import squeeze

if TYPE_CHECKING:
    from pdfplumber.page import Page
    from pypdfium2 import PdfPage

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


def pdfium_text(page: PdfPage) -> str:
    """The page's text by pdfium."""
    textpage = page.get_textpage()
    try:
        return str(textpage.get_text_bounded())
    finally:
        textpage.close()


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
            if code not in (32, 0xA0, 0x3000):
                places.append(index)
        _add_line(lines, textpage, page, number, codes, places)
        return lines
    finally:
        textpage.close()


def _add_line(
    lines: list[Line], textpage: Any, page: PdfPage, number: int, codes: list[int], places: list[int]
) -> None:
    text = clean(_from_utf16(codes))
    if not text or not places:
        return
    left, top, _ = _char(textpage, page, places[0])
    right, _, _ = _char(textpage, page, places[-1], right=True)
    # the middle character: a note's mark or a drop cap at the start is no measure of the line
    _, _, size = _char(textpage, page, places[len(places) // 2])
    lines.append(Line(text=text, page=number, x0=left, x1=right, top=top, size=size))


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
            lines.append(
                Line(text=text, page=number, x0=item["x0"], x1=item["x1"], top=item["top"], size=size)
            )
    return lines


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
