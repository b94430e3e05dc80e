"""A sample as a PDF laid out like an official document (GB/T 9704: margins, sizes, page numbers)."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from corpus.samples.fonts import subset_truetype
from corpus.samples.source import Sample, SourceBlock

# GB/T 9704: text area 156 x 225 mm, 22 lines of 28 characters, body in size 3 (16 pt).
_TOP, _RIGHT, _BOTTOM, _LEFT = 37.0, 26.0, 35.0, 28.0
_BODY, _LEADING, _TITLE, _SMALL = 15.75, 28.8, 22.0, 10.5
_TINY, _WIDE, _PADDING = 8.5, 8, 3.0  # cells of a table of so many columns or more; points
_PAGE_NUMBER_SIZE, _PAGE_NUMBER_DROP = 14.0, 7.0


def render(sample: Sample) -> bytes:
    """The finished file: fonts subset and embedded, the same bytes for the same source."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

    characters = "".join(sorted(set(_all_text(sample) + " —0123456789")))
    for face in ("serif", "sans"):
        pdfmetrics.registerFont(TTFont(f"{face}-{sample.name}", subset_truetype(face, characters)))
    styles = _styles(f"serif-{sample.name}", f"sans-{sample.name}")
    out = BytesIO()
    document = BaseDocTemplate(
        out,
        pagesize=A4,
        title=sample.title,
        author=sample.issuer,
        subject=f"{sample.sample}：{sample.source}",
        keywords="；".join(f"{key}={value}" for key, value in sample.metadata().items()),
        creator="zhixun samples",
        invariant=1,
    )
    width, height = A4
    frame = Frame(
        _LEFT * mm,
        _BOTTOM * mm,
        width - (_LEFT + _RIGHT) * mm,
        height - (_TOP + _BOTTOM) * mm,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    document.addPageTemplates(PageTemplate(frames=[frame], onPage=_page_number(f"serif-{sample.name}")))
    document.build(_story(sample, styles, width - (_LEFT + _RIGHT) * mm))
    return out.getvalue()


def _all_text(sample: Sample) -> str:
    cells = (cell for block in sample.blocks for row in block.rows for cell in row)
    lines = (sample.label, sample.title, sample.number_line, *sample.head, sample.issuer, sample.issued_line)
    return "".join((*lines, *(block.text for block in sample.blocks), *cells))


def _page_number(font: str) -> Any:
    from reportlab.lib.units import mm

    def draw(canvas: Any, document: Any) -> None:
        text = f"— {document.page} —"
        width, _ = document.pagesize
        bottom = (_BOTTOM - _PAGE_NUMBER_DROP) * mm - _PAGE_NUMBER_SIZE / 2
        canvas.setFont(font, _PAGE_NUMBER_SIZE)
        if document.page % 2:
            canvas.drawRightString(width - _RIGHT * mm - _BODY, bottom, text)
        else:
            canvas.drawString(_LEFT * mm + _BODY, bottom, text)

    return draw


def _styles(serif: str, sans: str) -> dict[str, Any]:
    from reportlab.lib.enums import TA_CENTER, TA_RIGHT
    from reportlab.lib.styles import ParagraphStyle

    body = ParagraphStyle(
        "body", fontName=serif, fontSize=_BODY, leading=_LEADING, firstLineIndent=2 * _BODY, wordWrap="CJK"
    )
    flush: dict[str, Any] = {"firstLineIndent": 0}
    centred = {"alignment": TA_CENTER, **flush}
    return {
        "paragraph": body,
        "label": ParagraphStyle(
            "label", body, fontName=sans, fontSize=_SMALL, leading=16, spaceAfter=18, **flush
        ),
        "title": ParagraphStyle(
            "title", body, fontName=sans, fontSize=_TITLE, leading=33, spaceAfter=10, **centred
        ),
        "number": ParagraphStyle("number", body, spaceAfter=10, **centred),
        "head": ParagraphStyle("head", body, fontSize=12, leading=20, **flush),
        "chapter": ParagraphStyle(
            "chapter", body, fontName=sans, spaceBefore=8, spaceAfter=4, keepWithNext=1, **centred
        ),
        "heading": ParagraphStyle("heading", body, fontName=sans, keepWithNext=1),
        "subheading": ParagraphStyle("subheading", body, keepWithNext=1),
        "caption": ParagraphStyle(
            "caption", body, fontName=sans, fontSize=12, leading=22, keepWithNext=1, **centred
        ),
        "cell": ParagraphStyle("cell", body, **flush),
        "header": ParagraphStyle("header", body, fontName=sans, **flush),
        "signature": ParagraphStyle("signature", body, alignment=TA_RIGHT, rightIndent=2 * _BODY, **flush),
    }


def _story(sample: Sample, styles: dict[str, Any], width: float) -> list[Any]:
    from reportlab.platypus import Paragraph, Spacer

    def put(text: str, style: str) -> Any:
        return Paragraph(escape(text), styles[style])

    story = [put(sample.label, "label"), put(sample.title, "title"), put(sample.number_line, "number")]
    story += [put(line, "head") for line in sample.head]
    story.append(Spacer(1, 12))
    for block in sample.blocks:
        if block.kind == "table":
            story += [_table(block, styles, width), Spacer(1, 10)]
        elif block.kind == "heading" and block.text.startswith("第"):
            story.append(put(block.text, "chapter"))
        else:
            story.append(put(block.text, block.kind))
    if sample.issued_on:
        story += [Spacer(1, 24), put(sample.issuer, "signature"), put(sample.issued_line, "signature")]
    return story


def _table(block: SourceBlock, styles: dict[str, Any], width: float) -> Any:
    from reportlab.lib import colors
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import LongTable, Paragraph, TableStyle

    header, *rows = block.rows
    size = _SMALL if len(header) < _WIDE else _TINY
    widths = _column_widths(block, size, width)
    header_style, cell_style = (
        ParagraphStyle(name, styles[name], fontSize=size, leading=size * 1.35) for name in ("header", "cell")
    )
    data = [[Paragraph(escape(cell), header_style) for cell in header]]
    data += [[Paragraph(escape(cell), cell_style) for cell in row] for row in rows]
    table = LongTable(data, colWidths=widths, repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.6, colors.black),
                ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("LEFTPADDING", (0, 0), (-1, -1), _PADDING),
                ("RIGHTPADDING", (0, 0), (-1, -1), _PADDING),
            ]
        )
    )
    return table


def _column_widths(block: SourceBlock, size: float, width: float) -> list[float]:
    """Narrow columns get what their longest cell needs, so that no number wraps; the rest share."""

    def ems(text: str) -> float:
        return sum(0.6 if ord(char) < 0x2000 else 1.0 for char in text)

    needs = [max(ems(row[i]) for row in block.rows) for i in range(len(block.rows[0]))]
    fixed = {i: need * size + 2 * _PADDING + 1 for i, need in enumerate(needs) if need <= 5.5}
    shared = {i: min(need, 18.0) for i, need in enumerate(needs) if i not in fixed}
    if not shared:
        return [width / len(needs)] * len(needs)
    left = width - sum(fixed.values())
    return [fixed[i] if i in fixed else left * shared[i] / sum(shared.values()) for i in range(len(needs))]
