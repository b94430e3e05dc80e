"""The DOCX of a briefing: masthead, title, text with footnotes, date, annexes, imprint, page numbers."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import docx
from docx.document import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from agent.briefing.layout import standard as gb
from agent.briefing.layout.annexes import add_annexes, annex_titles
from agent.briefing.layout.blocks import add_chart, add_table, rule
from agent.briefing.layout.footnotes import Footnotes
from agent.briefing.layout.label import label_package
from agent.briefing.layout.parts import Imprint, Masthead, Parts
from agent.briefing.layout.printable import printable
from agent.briefing.layout.styles import make_styles, set_page
from agent.briefing.marks import mark
from agent.briefing.model import Block, Briefing, Exhibit
from agent.briefing.sources import note
from agent.charts import of_table
from agent.state import Statement
from corpus.messages import msg


def docx_bytes(briefing: Briefing, parts: Parts | None = None) -> bytes:
    """The document of a briefing, whole, as the bytes of a DOCX."""
    parts = parts or Parts()
    briefing = printable(briefing)
    document = docx.Document()
    _empty(document)
    set_page(document)
    make_styles(document)
    footnotes = Footnotes(document)
    if parts.masthead:
        _masthead(document, parts.masthead)
    _head(document, briefing)
    _Text(document, footnotes, parts.charts).write(briefing)
    _close(document, briefing, parts)
    if parts.annexes:
        add_annexes(document, briefing)
    if parts.imprint:
        _imprint(document, parts.imprint, briefing.day)
    _page_numbers(document)
    footnotes.close()
    label_package(document, briefing)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def date_words(day: date) -> str:
    """成文日期: Arabic digits without padding."""
    return f"{day.year}年{day.month}月{day.day}日"


def _empty(document: Document) -> None:
    """python-docx's template without its content."""
    for element in list(document.element.body):
        if element.tag != qn("w:sectPr"):
            document.element.body.remove(element)


def _masthead(document: Document, masthead: Masthead) -> None:
    document.add_paragraph(masthead.name, gb.STYLE_MAST)
    for _ in range(2):
        document.add_paragraph(style=gb.STYLE_BODY)
    number = document.add_paragraph(masthead.number, gb.STYLE_NUMBER)
    rule(number, "bottom", 12, gb.RED)
    for _ in range(2):
        document.add_paragraph(style=gb.STYLE_BODY)


def _head(document: Document, briefing: Briefing) -> None:
    """Title, what the draft is, its warnings, those to whom it goes."""
    document.add_paragraph(briefing.title, gb.STYLE_TITLE)
    document.add_paragraph(msg("briefing.made_by", day=date_words(briefing.as_of)), gb.STYLE_NOTE)
    for warning in briefing.warnings:
        document.add_paragraph(f"（{warning.rstrip('。')}）", gb.STYLE_NOTE)
    document.add_paragraph(style=gb.STYLE_BODY)
    if briefing.unverified:
        document.add_paragraph(msg("briefing.left_out"), gb.STYLE_BODY)
        for one in briefing.unverified:
            document.add_paragraph(one, gb.STYLE_BODY)
    if briefing.addressees:
        document.add_paragraph("、".join(briefing.addressees) + "：", gb.STYLE_ADDRESSEE)


class _Text:
    """The sections: headings with their marks, sentences with footnotes, tables, pictures."""

    def __init__(self, document: Document, footnotes: Footnotes, charts: bool) -> None:
        self._document = document
        self._footnotes = footnotes
        self._charts = charts
        self._tables = self._figures = 0
        self._counts = [0, 0, 0, 0]

    def write(self, briefing: Briefing) -> None:
        for section in briefing.sections:
            if section.heading:
                self._heading(section.level, section.heading)
            self._blocks(section.blocks)

    def _heading(self, level: int, text: str) -> None:
        self._counts[level - 1] += 1
        self._counts[level:] = [0] * (4 - level)
        said = mark(level, self._counts[level - 1]) + text
        self._document.add_paragraph(said, gb.HEADINGS[level - 1])

    def _blocks(self, blocks: tuple[Block, ...]) -> None:
        """Statements between which nothing stands form one paragraph, which says no note twice."""
        paragraph: Paragraph | None = None
        last = ""
        for block in blocks:
            if isinstance(block, Exhibit):
                paragraph = None
                self._exhibit(block)
                continue
            if paragraph is None:
                paragraph, last = self._document.add_paragraph(style=gb.STYLE_BODY), ""
            said = _note_of(block)
            text, stop = (block.text[:-1], "。") if block.text.endswith("。") else (block.text, "")
            if said and said != last:
                # before the full stop: LibreOffice loses one that stands between a line's end and a note
                paragraph.add_run(text)
                self._footnotes.add(paragraph, said)
                paragraph.add_run(stop)
            else:
                paragraph.add_run(block.text)
            last = said or last

    def _exhibit(self, block: Exhibit) -> None:
        self._tables += 1
        add_table(self._document, self._tables, block)
        chart = of_table(block.title, block.unit, block.table) if self._charts and block.table.chart else None
        if chart is not None:
            self._figures += 1
            add_chart(self._document, self._figures, chart, self._tables)


def _note_of(block: Statement) -> str:
    """The footnote of a sentence: where it stands, and that its figures were computed."""
    if not block.spans:
        return ""
    computed = any(one.operation != "count" for one in block.formulas)
    return note(block.spans) + (msg("briefing.note_computed") if computed else "")


def _close(document: Document, briefing: Briefing, parts: Parts) -> None:
    """附件说明, 发文机关署名, 成文日期."""
    listed = [*briefing.attachments, *(annex_titles(briefing) if parts.annexes else ())]
    if listed:
        document.add_paragraph(style=gb.STYLE_BODY)
        for at, name in enumerate(listed, 1):
            number = f"{at}. " if len(listed) > 1 else ""
            head = msg("briefing.attachment") if at == 1 else "　　　"
            document.add_paragraph(f"{head}{number}{name}", gb.STYLE_ATTACHMENT)
    for _ in range(2):
        document.add_paragraph(style=gb.STYLE_BODY)
    said = date_words(briefing.day)
    if briefing.issuer:
        office = document.add_paragraph(briefing.issuer, gb.STYLE_SIGNATURE)
        _over_date(office, briefing.issuer, said)
    document.add_paragraph(said, gb.STYLE_DATE)


def _over_date(paragraph: Paragraph, office: str, said: str) -> None:
    """The office centred over the date, which is four characters from the right edge."""
    width = sum(0.5 if char.isascii() else 1.0 for char in said)
    right = max(0.0, 4 + (width - len(office)) / 2)
    indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:rightChars"), str(round(right * 100)))
    indent.set(qn("w:right"), str(round(right * gb.BODY_PT * 20)))


def _imprint(document: Document, imprint: Imprint, day: date) -> None:
    """版记 at the foot of the last page: a table of its width, ruled, placed by the margin's bottom."""
    copies = "，".join(imprint.copies_to)
    rows = ([msg("briefing.copies_to", names=copies)] if copies else []) + [""]
    table = document.add_table(len(rows), 1)
    table.autofit = False
    table.columns[0].width = Mm(gb.TYPE_AREA[0])
    properties = table._tbl.tblPr
    properties.append(
        parse_xml(
            f'<w:tblpPr {nsdecls("w")} w:vertAnchor="margin" w:horzAnchor="margin" w:tblpXSpec="center" '
            'w:tblpYSpec="bottom"/>'
        )
    )
    properties.append(
        parse_xml(
            f'<w:tblBorders {nsdecls("w")}><w:top w:val="single" w:sz="8" w:space="0" w:color="000000"/>'
            '<w:bottom w:val="single" w:sz="8" w:space="0" w:color="000000"/>'
            '<w:insideH w:val="single" w:sz="6" w:space="0" w:color="000000"/></w:tblBorders>'
        )
    )
    for row, text in zip(table.rows, rows, strict=True):
        row.cells[0].width = Mm(gb.TYPE_AREA[0])
        paragraph = row.cells[0].paragraphs[0]
        paragraph.style = gb.STYLE_IMPRINT
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(gb.SMALL_PT)
        paragraph.add_run(text)
    last = table.rows[-1].cells[0].paragraphs[0]
    last.paragraph_format.tab_stops.add_tab_stop(Mm(gb.TYPE_AREA[0] - 9), alignment=2)
    last.add_run(f"{imprint.office}\t{msg('briefing.printed', day=date_words(day))}")


def _page_numbers(document: Document) -> None:
    """— 1 —: odd pages at the right, even ones at the left, one character in."""
    section = document.sections[0]
    for footer, right in (
        (section.footer, True),
        (section.even_page_footer, False),
    ):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = document.styles["Footer"]
        paragraph.alignment = 2 if right else 0
        form = paragraph.paragraph_format
        form.line_spacing = Pt(16)
        indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
        indent.set(qn(f"w:{'right' if right else 'left'}Chars"), "100")
        indent.set(qn(f"w:{'right' if right else 'left'}"), str(gb.SMALL_PT * 20))
        for text in ("— ", None, " —"):
            run = paragraph.add_run(text or "")
            run.font.size, run.font.name = Pt(gb.SMALL_PT), gb.NUMBER_FONT
            run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), gb.NUMBER_FONT)
            if text is None:
                _field(run, "PAGE")


def _field(run: Any, code: str) -> None:
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("text", "1"), ("end", "")):
        if kind == "":
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = f" {text} "
        elif kind == "text":
            element = OxmlElement("w:t")
            element.text = text
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)
