"""The page and the named styles of a document, by the standard."""

from __future__ import annotations

from typing import Any

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor, Twips
from docx.styles.style import ParagraphStyle

from agent.briefing.layout import standard as gb

CENTRE, RIGHT, LEFT, JUSTIFY = (
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.RIGHT,
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
)


def set_page(document: Document) -> None:
    """A4, margins, type area, the grid of 22 lines, even pages of their own."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(gb.PAGE[0]), Mm(gb.PAGE[1])
    section.top_margin, section.bottom_margin = Mm(gb.TOP), Mm(gb.BOTTOM)
    section.left_margin, section.right_margin = Mm(gb.LEFT), Mm(gb.RIGHT)
    section.gutter = Emu(0)
    section.header_distance = Mm(15)
    # the line of the number begins 7 mm under the type area and is 14 pt with 2 pt of air
    section.footer_distance = Emu(int((gb.BOTTOM - gb.NUMBER_GAP) * gb.MM - Pt(16)))
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(gb.LINE_TWIPS))
    document.settings.odd_and_even_pages_header_footer = True


def make_styles(document: Document) -> None:
    """The styles of the standard's parts, by their names."""
    normal = document.styles["Normal"]
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")  # or Japanese forms of characters are taken
    _face(normal, gb.BODY_FONT, gb.BODY_PT)
    _spaced(normal, JUSTIFY)
    style = _Maker(document)
    for body in (style.make(gb.STYLE_BODY, gb.BODY_FONT, gb.BODY_PT, JUSTIFY, first=2),):
        tighter = OxmlElement("w:spacing")
        tighter.set(qn("w:val"), str(gb.TIGHTER))
        body.element.get_or_add_rPr().append(tighter)
    title = style.make(gb.STYLE_TITLE, gb.TITLE_FONT, gb.TITLE_PT, CENTRE, exact=Pt(33))
    _outline(title, 9)
    style.make(gb.STYLE_NOTE, "楷体_GB2312", 12, CENTRE, exact=Pt(20))
    style.make(gb.STYLE_ADDRESSEE, gb.BODY_FONT, gb.BODY_PT, LEFT)
    style.make(gb.STYLE_ATTACHMENT, gb.BODY_FONT, gb.BODY_PT, LEFT, first=2)
    style.make(gb.STYLE_SIGNATURE, gb.BODY_FONT, gb.BODY_PT, RIGHT)
    style.make(gb.STYLE_DATE, gb.BODY_FONT, gb.BODY_PT, RIGHT, right=4)
    style.make(gb.STYLE_ANNEX, "黑体", gb.BODY_PT, LEFT)
    mast = style.make(gb.STYLE_MAST, gb.TITLE_FONT, 36, CENTRE, exact=Pt(58))
    mast.font.color.rgb = RGBColor.from_string(gb.RED)
    style.make(gb.STYLE_NUMBER, gb.BODY_FONT, gb.BODY_PT, CENTRE)
    for name, font, size, where in (
        (gb.STYLE_TABLE_TITLE, "黑体", 14, CENTRE),
        (gb.STYLE_TABLE_UNIT, gb.NUMBER_FONT, 10.5, RIGHT),
        (gb.STYLE_TABLE_CELL, gb.NUMBER_FONT, 12, CENTRE),
        (gb.STYLE_SOURCE, gb.NUMBER_FONT, 10.5, LEFT),
    ):
        style.make(name, font, size, where, exact=Pt(size * 1.5))
    document.styles[gb.STYLE_TABLE_TITLE].paragraph_format.keep_with_next = True
    document.styles[gb.STYLE_TABLE_UNIT].paragraph_format.keep_with_next = True
    picture = style.make(gb.STYLE_PICTURE, gb.NUMBER_FONT, 10.5, CENTRE)
    picture.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    picture.paragraph_format.keep_with_next = True
    style.make(gb.STYLE_IMPRINT, gb.BODY_FONT, gb.SMALL_PT, LEFT, exact=Pt(24))
    for level, name in enumerate(gb.HEADINGS):
        heading = document.styles[name]
        _face(heading, gb.HEADING_FONTS[level], gb.BODY_PT)
        heading.font.bold, heading.font.italic = False, False
        heading.font.color.rgb = RGBColor(0, 0, 0)
        _spaced(heading, JUSTIFY, first=2)
        heading.paragraph_format.keep_with_next = True
        _outline(heading, level)
    note = style.make("footnote text", gb.NUMBER_FONT, 9, JUSTIFY, exact=Pt(13))
    note.element.set(qn("w:styleId"), "FootnoteText")
    reference = document.styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER)
    reference.element.set(qn("w:styleId"), "FootnoteReference")
    reference.font.superscript = True


class _Maker:
    def __init__(self, document: Document) -> None:
        self._styles = document.styles

    def make(
        self,
        name: str,
        font: str,
        size: float,
        where: Any,
        *,
        first: int = 0,
        right: int = 0,
        exact: Any = None,
    ) -> ParagraphStyle:
        made = self._styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        assert isinstance(made, ParagraphStyle)
        made.base_style = self._styles["Normal"]
        made.quick_style = True
        _face(made, font, size)
        _spaced(made, where, first=first, right=right, exact=exact)
        return made


def _face(style: Any, font: str, size: float) -> None:
    """The Chinese type, Times New Roman for Latin letters and digits, and the size."""
    style.font.name, style.font.size = gb.LATIN_FONT, Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), font)
    fonts.set(qn("w:ascii"), gb.LATIN_FONT)
    fonts.set(qn("w:hAnsi"), gb.LATIN_FONT)


def _spaced(style: Any, where: Any, *, first: int = 0, right: int = 0, exact: Any = None) -> None:
    """Fixed line spacing, no space around; indents in characters, which follow the type's size."""
    form = style.paragraph_format
    form.alignment = where
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    form.line_spacing = exact or Twips(gb.LINE_TWIPS)
    form.widow_control = False
    size = int(style.font.size.pt * 20)
    indent = style.element.get_or_add_pPr().get_or_add_ind()
    for name in list(indent.attrib):
        del indent.attrib[name]
    if first:
        indent.set(qn("w:firstLineChars"), str(first * 100))
        indent.set(qn("w:firstLine"), str(first * size))
    if right:
        indent.set(qn("w:rightChars"), str(right * 100))
        indent.set(qn("w:right"), str(right * size))


def _outline(style: Any, level: int) -> None:
    properties = style.element.get_or_add_pPr()
    for old in properties.findall(qn("w:outlineLvl")):
        properties.remove(old)
    if level < 9:
        made = OxmlElement("w:outlineLvl")
        made.set(qn("w:val"), str(level))
        properties.append(made)
