"""Images and scanned pages: text by character recognition, tables by their drawn lines."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from corpus.errors import ReadError
from corpus.messages import msg
from corpus.model import RawDocument
from corpus.readers import ocr
from corpus.readers.common import ARTICLE, Source
from corpus.readers.page_items import page_of
from corpus.readers.pdf_layout import PageItems, blocks_of
from corpus.readers.pdf_tables import Edge
from corpus.readers.placed_text import Run

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS = 80_000_000
"""Pixels of an image; A4 at 600 DPI has 35 million."""
TIME_SHARE = 0.7
"""Share of the time that a file may take in which pages are recognised, some 5 seconds each on a core:
a file that is too long gives the pages that were reached, and says which were not."""
WEAK = 0.95
"""Mean confidence of a page below which the warning is a strong one: at 0.97 one character in thirty was
wrong in pages made coarse on purpose, at 0.99 none."""
_NONSENSE = 0.85  # below it, what a garbled page is drawn as is not taken for its text
_A4_LONG = 842.0  # points that the longer side of a page without a size is taken for
_BODY = (0.7, 1.35)  # heights, against the usual, that are still the body's type size
_RULE_SHARE = 40  # a drawn line is at least this part of the page's longer side
_ARTICLE = re.compile(rf"^({ARTICLE.pattern})(?![\s\u3000第、和至到或及与的所规])")
"""An article's number at the start of a paragraph, whose white space recognition loses."""
_SIZE = 0.88  # type size as a share of the recognised box's height


@dataclass(slots=True)
class Recognised:
    """The pages of a document that were recognised, and what is to be said of them."""

    confidence: dict[int, float] = field(default_factory=dict)
    left_out: list[int] = field(default_factory=list)
    empty: list[int] = field(default_factory=list)
    until: float = field(default_factory=lambda: time.monotonic() + time_limit())

    def page(self, image: Image, number: int, height: float = 0.0, width: float = 0.0) -> PageItems:
        """Recognise a page of that size in points (from the image where it is unknown)."""
        if not height:
            scale = _A4_LONG / max(image.size)
            height, width = image.height * scale, image.width * scale
        if time.monotonic() > self.until:
            self.left_out.append(number)
            return PageItems(number, height, (), width)
        upright, pieces = ocr.recognise(image)
        if (upright.width > upright.height) != (width > height):
            height, width = width, height
        if not pieces:
            self.empty.append(number)
            return PageItems(number, height, (), width)
        self.confidence[number] = ocr.confidence(pieces)
        scale = width / upright.width
        rules = [_scaled(edge, scale) for edge in _rules(upright)]
        return page_of(number, height, width, _runs(pieces, scale), rules)

    def sure(self, number: int) -> bool:
        """Whether a garbled page came out well; one that did not is forgotten here. Without its font a
        page may be drawn as nonsense, and nonsense is recognised with little confidence."""
        if self.confidence.get(number, 0.0) >= _NONSENSE:
            return True
        self.forget(number)
        return False

    def forget(self, number: int) -> None:
        """Take back a page whose own text is better."""
        self.confidence.pop(number, None)
        self.empty = [other for other in self.empty if other != number]
        self.left_out = [other for other in self.left_out if other != number]

    def warnings(self) -> list[str]:
        """What a reader of the document must know: recognised, how sure, what is doubtful."""
        told: list[str] = []
        if self.confidence:
            mean = sum(self.confidence.values()) / len(self.confidence)
            told.append(msg("formats.ocr_read", pages=page_list(self.confidence), confidence=f"{mean:.2f}"))
        weak = {number: value for number, value in self.confidence.items() if value < WEAK}
        if weak:
            mean = sum(weak.values()) / len(weak)
            told.append(msg("formats.ocr_weak", pages=page_list(weak), confidence=f"{mean:.2f}"))
        if self.left_out:
            told.append(msg("formats.ocr_limit", pages=page_list(self.left_out), seconds=int(time_limit())))
        return told + [msg("reader.page_scanned", page=number) for number in self.empty]


def time_limit() -> float:
    """Seconds in which the pages of one file are recognised."""
    from corpus.settings import CorpusSettings

    return TIME_SHARE * CorpusSettings().read_timeout_s


def read(source: Source) -> RawDocument:
    """Read an image file; each frame of a TIFF is a page.

    Raises:
        ReadError: damaged, too large, rapidocr missing, or no text recognised.
    """
    if not ocr.available():
        raise ReadError("formats.ocr_missing", name=source.path.name)
    recognised = Recognised()
    pages = [recognised.page(frame, number) for number, frame in enumerate(frames(source), 1)]
    blocks = blocks_of(pages)
    if not blocks:
        raise ReadError("formats.ocr_failed", name=source.path.name)
    return RawDocument(
        path=source.path,
        format="image",
        blocks=tuple(blocks),
        pages=len(pages),
        warnings=tuple(recognised.warnings()),
    )


def frames(source: Source) -> Iterator[Image]:
    """The frames of an image file, turned as its EXIF data says; sizes are checked before decoding."""
    from PIL import Image, ImageOps, ImageSequence

    try:
        image = Image.open(io.BytesIO(source.data))
    except Image.DecompressionBombError as error:
        raise _too_large(source, 2 * (Image.MAX_IMAGE_PIXELS or MAX_PIXELS)) from error
    with image:
        for number, frame in enumerate(ImageSequence.Iterator(image)):
            if number > 0 and image.format not in ("TIFF", "MPO"):
                return  # the frames of an animation show one page
            if frame.width * frame.height > MAX_PIXELS:
                raise _too_large(source, frame.width * frame.height)
            yield ImageOps.exif_transpose(frame).convert("RGB")


def _too_large(source: Source, pixels: int) -> ReadError:
    size, limit = pixels // 1_000_000, MAX_PIXELS // 1_000_000
    return ReadError("formats.image_too_large", name=source.path.name, size=size, limit=limit)


def page_list(numbers: Sequence[int] | dict[int, float]) -> str:
    """1、3—5: page numbers as a reader writes them."""
    runs = groupby(enumerate(sorted(numbers)), key=lambda pair: pair[1] - pair[0])
    spans = [[number for _, number in run] for _, run in runs]
    return "、".join(str(span[0]) if len(span) == 1 else f"{span[0]}—{span[-1]}" for span in spans)


def _runs(pieces: Sequence[ocr.Piece], scale: float) -> list[Run]:
    """Recognised pieces as runs of text. Heights vary by a pixel or two from line to line: what is
    near the usual height is taken for the body's type size, the rest in half steps of it."""
    heights = sorted(piece.bottom - piece.top for piece in pieces for _ in piece.text)
    usual = heights[len(heights) // 2]
    left = min(piece.x0 for piece in pieces)
    runs: list[Run] = []
    for piece in pieces:
        indented = piece.x0 - left > 1.2 * usual
        text = _ARTICLE.sub("\\1\u3000", piece.text) if indented else piece.text
        ratio = (piece.bottom - piece.top) / usual
        level = 1.0 if _BODY[0] <= ratio <= _BODY[1] else max(0.5, round(2 * ratio) / 2)
        size = level * usual * _SIZE * scale
        # the middle of the box is where the text is, whatever its margins
        baseline = (piece.top + piece.bottom) / 2 * scale + 0.38 * size
        runs.append(Run(text, piece.x0 * scale, piece.x1 * scale, baseline, size))
    return runs


def _scaled(edge: Edge, scale: float) -> Edge:
    return Edge(edge.orientation, edge.x0 * scale, edge.x1 * scale, edge.top * scale, edge.bottom * scale)


def _rules(image: Image) -> list[Edge]:
    """The straight lines drawn on a page, in pixels, by opening the image with long thin shapes."""
    import cv2
    import numpy as np

    grey = np.asarray(image.convert("L"))
    _, ink = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    length = max(20, max(image.size) // _RULE_SHARE)
    edges: list[Edge] = []
    for orientation, shape in (("h", (length, 1)), ("v", (1, length))):
        kernel = cv2.getStructuringElement(cv2.MORPH_RECT, shape)
        opened = cv2.dilate(cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel), np.ones((3, 3), np.uint8))
        _, _, stats, _ = cv2.connectedComponentsWithStats(opened)
        for x, y, width, height, _ in stats[1:]:
            if orientation == "h" and width >= length and height < length / 2:
                edges.append(Edge("h", float(x), float(x + width), y + height / 2, y + height / 2))
            elif orientation == "v" and height >= length and width < length / 2:
                edges.append(Edge("v", x + width / 2, x + width / 2, float(y), float(y + height)))
    return edges
