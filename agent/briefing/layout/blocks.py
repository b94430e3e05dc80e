"""Tables and pictures of a document, with title, unit and source line."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from docx.document import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm
from docx.table import _Cell

from agent.briefing.layout import standard as gb
from agent.briefing.model import Exhibit
from agent.briefing.sources import by_document, spans_of_block
from agent.charts import Chart, describe, draw
from corpus.messages import msg

_WIDTH = gb.TYPE_AREA[0]  # mm


def add_table(document: Document, number: int, exhibit: Exhibit) -> None:
    """表N with its unit above, ruled above and below, and the line of its sources."""
    document.add_paragraph(msg("briefing.table_n", n=number, title=exhibit.title), gb.STYLE_TABLE_TITLE)
    if exhibit.unit:
        document.add_paragraph(msg("briefing.unit_is", unit=exhibit.unit), gb.STYLE_TABLE_UNIT)
    rows = [exhibit.table.columns, *(row.cells for row in exhibit.table.rows)]
    make_table(document, rows, _widths(rows))
    add_source(document, exhibit)


def make_table(document: Document, rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
    """A table as wide as `widths` (mm), ruled above and below; its first row is repeated on each page."""
    table = document.add_table(len(rows), len(widths))
    table.autofit = False
    table._tbl.tblPr.append(
        parse_xml(
            f'<w:tblBorders {nsdecls("w")}><w:top w:val="single" w:sz="12" w:space="0" w:color="000000"/>'
            '<w:bottom w:val="single" w:sz="12" w:space="0" w:color="000000"/>'
            '<w:insideH w:val="single" w:sz="4" w:space="0" w:color="808080"/></w:tblBorders>'
        )
    )
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for at, cells in enumerate(rows):
        row = table.rows[at]
        _row_property(row, "w:cantSplit")
        if at == 0:
            _row_property(row, "w:tblHeader")
        for column, text in enumerate(cells):
            row.cells[column].width = Mm(widths[column])
            number = at > 0 and column > 0 and _is_number(text)
            _fill(row.cells[column], text, head=at == 0, number=number)


def _widths(rows: Sequence[Sequence[str]]) -> list[float]:
    """Millimetres a column, by its longest text, none very narrow."""
    lengths = [max(4, *(len(row[column]) for row in rows)) for column in range(len(rows[0]))]
    capped = [min(length, 24) for length in lengths]
    return [_WIDTH * length / sum(capped) for length in capped]


def _row_property(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _is_number(text: str) -> bool:
    return bool(text) and all(char.isdigit() or char in "−-.,%()（）个百分点 " for char in text)


def _fill(cell: _Cell, text: str, *, head: bool, number: bool) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.style = gb.STYLE_TABLE_CELL
    run = paragraph.add_run(text)
    run.bold = head or None
    if number:
        paragraph.alignment = 2  # right: figures stand under each other
    elif not head and len(text) > 12:
        paragraph.alignment = 0


def add_source(document: Document, exhibit: Exhibit) -> None:
    """来源：title, places of each document."""
    sources = by_document(spans_of_block(exhibit))
    said = "；".join(f"{source.title}{source.places}" for source in sources)
    document.add_paragraph(msg("briefing.source_is", sources=said), gb.STYLE_SOURCE)


def add_chart(document: Document, number: int, chart: Chart, table: int) -> None:
    """图N as a picture as wide as the type area allows, with words for those who do not see it."""
    paragraph = document.add_paragraph(style=gb.STYLE_PICTURE)
    picture = paragraph.add_run().add_picture(io.BytesIO(draw(chart, titled=False)), width=Mm(146))
    shown = picture._inline.docPr
    shown.set("descr", describe(chart))
    shown.set("title", chart.title)
    document.add_paragraph(msg("briefing.figure_n", n=number, title=chart.title), gb.STYLE_TABLE_TITLE)
    document.paragraphs[-1].paragraph_format.keep_with_next = False
    document.add_paragraph(msg("briefing.figure_source", n=table), gb.STYLE_SOURCE)


def rule(paragraph: Any, side: str, eighths: int, colour: str) -> None:
    """A line over or under a paragraph: `eighths` of a point thick."""
    borders = OxmlElement("w:pBdr")
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(eighths)), ("space", "1"), ("color", colour)):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap", "w:overflowPunct",
        "w:topLinePunct", "w:autoSpaceDE", "w:autoSpaceDN", "w:bidi", "w:adjustRightInd", "w:snapToGrid",
        "w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents", "w:suppressOverlap", "w:jc",
        "w:textDirection", "w:textAlignment", "w:textboxTightWrap", "w:outlineLvl", "w:divId", "w:cnfStyle",
        "w:rPr", "w:sectPr", "w:pPrChange",
    )  # fmt: skip
