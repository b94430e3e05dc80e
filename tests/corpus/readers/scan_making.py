"""Scanned pages made for the tests: text and ruled tables drawn as an image at 200 DPI (A4)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import mplfonts
from PIL import Image, ImageDraw, ImageFont

FONT = Path(mplfonts.__file__).parent / "fonts" / "NotoSerifCJKsc-Regular.otf"


def scan(*texts: tuple[int, int, str, int], table: Sequence[Sequence[str]] = (), y: int = 600) -> Image.Image:
    """A page with each text at (x, y) in pixels, of a size in pixels, and a ruled table at y."""
    image = Image.new("RGB", (1654, 2339), "white")
    draw = ImageDraw.Draw(image)
    for left, top, text, size in texts:
        draw.text((left, top), text, font=ImageFont.truetype(str(FONT), size), fill="black")
    if table:
        font = ImageFont.truetype(str(FONT), 34)
        edges = [170 + 1300 * index // len(table[0]) for index in range(len(table[0]) + 1)]
        for number, row in enumerate(table):
            draw.line((170, y + 70 * number, 1470, y + 70 * number), fill="black", width=3)
            for edge, cell in zip(edges, row, strict=False):
                draw.text((edge + 12, y + 70 * number + 15), cell, font=font, fill="black")
        bottom = y + 70 * len(table)
        draw.line((170, bottom, 1470, bottom), fill="black", width=3)
        for edge in edges:
            draw.line((edge, y, edge, bottom), fill="black", width=3)
    return image


def text_to_path(font: Path, text: str, size: float = 14.0) -> list[list[tuple[str, float, float]]]:
    """A text as outlines, a list a character: (M or L, x, y) in points, curves as their chords."""
    from fontTools.pens.recordingPen import DecomposingRecordingPen
    from fontTools.ttLib import TTFont

    loaded = TTFont(font)
    glyphs, names = loaded.getGlyphSet(), loaded.getBestCmap()
    scale = size / loaded["head"].unitsPerEm
    outlines = []
    for index, char in enumerate(text):
        pen = DecomposingRecordingPen(glyphs)
        glyphs[names[ord(char)]].draw(pen)
        outline = []
        for command, points in pen.value:
            for x, y in points[-1:]:
                outline.append(("M" if command == "moveTo" else "L", size * index + x * scale, y * scale))
        outlines.append(outline)
    return outlines
