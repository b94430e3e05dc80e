"""The CJK fonts of the sample PDFs: Noto Serif and Sans CJK SC (SIL Open Font License 1.1).

The PyPI package `mplfonts` carries them as CFF outlines; reportlab embeds TrueType outlines
only. So each PDF gets a font of its own: subset to the characters it uses, outlines converted.
Needed at build time only (extra `samples`).
"""

from __future__ import annotations

import importlib.util
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

FACES = {"serif": "NotoSerifCJKsc-Regular.otf", "sans": "NotoSansCJKsc-Regular.otf"}
_MAXP_FIELDS = (
    "maxZones",
    "maxTwilightPoints",
    "maxStorage",
    "maxFunctionDefs",
    "maxInstructionDefs",
    "maxStackElements",
    "maxSizeOfInstructions",
    "maxComponentElements",
    "maxComponentDepth",
    "maxPoints",
    "maxContours",
    "maxCompositePoints",
    "maxCompositeContours",
)
_MAX_ERROR = 1.0  # of 1000 units an em: invisible at text sizes


def font_file(face: str) -> Path:
    """Where `mplfonts` keeps a face, found without importing it (it pulls in matplotlib).

    Raises:
        FileNotFoundError: the package is not installed.
    """
    spec = importlib.util.find_spec("mplfonts")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / "fonts" / FACES[face]
        if path.exists():
            return path
    raise FileNotFoundError(f"{FACES[face]}: install the extra 'samples' (mplfonts)")


def subset_truetype(face: str, characters: str) -> BytesIO:
    """A TrueType font file of `face` with just these characters; the same bytes every time."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    font = TTFont(font_file(face), recalcTimestamp=False)
    options = Options(layout_features=[], name_IDs=[1, 2, 4, 6, 13, 14], hinting=False, notdef_outline=True)
    options.drop_tables += ["VORG", "vhea", "vmtx", "BASE", "GSUB", "GPOS"]
    subsetter = Subsetter(options)
    subsetter.populate(text=characters)
    subsetter.subset(font)
    _to_truetype(font)
    # reportlab keeps faces by PostScript name: two subsets must not share one.
    name = f"{font['name'].getDebugName(6)}-{zlib.crc32(characters.encode()):08x}"
    for platform in ((1, 0, 0), (3, 1, 0x409)):
        font["name"].setName(name, 6, *platform)
    out = BytesIO()
    font.save(out)
    out.seek(0)
    return out


def _to_truetype(font: Any) -> None:
    """Replace CFF outlines by quadratic ones, in place."""
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import newTable

    glyph_set = font.getGlyphSet()
    outlines = {}
    for name in font.getGlyphOrder():
        pen = TTGlyphPen(glyph_set)
        glyph_set[name].draw(Cu2QuPen(pen, _MAX_ERROR, reverse_direction=True))
        outlines[name] = pen.glyph()
    order = font.getGlyphOrder()
    font["loca"] = newTable("loca")
    font["glyf"] = glyf = newTable("glyf")
    glyf.glyphOrder = order
    glyf.glyphs = outlines
    for name, glyph in outlines.items():
        glyph.recalcBounds(glyf)
        advance, _ = font["hmtx"][name]
        font["hmtx"][name] = (advance, getattr(glyph, "xMin", 0))
    maxp = font["maxp"]
    maxp.tableVersion = 0x00010000
    for key in _MAXP_FIELDS:
        setattr(maxp, key, 1 if key == "maxZones" else 0)
    font["post"].formatType = 3.0
    del font["CFF "]
    font.sfntVersion = "\000\001\000\000"
