"""A sample as DOCX: real heading styles, tables, and automatic numbers where the source asks for them.

`autonumber: sections` numbers 一、（一）1. and `autonumber: articles` numbers 第X条 and （一）
through `numbering.xml`, as word processors do: the numbers are then not in the text of the file.
"""

from __future__ import annotations

import re
import zipfile
from datetime import datetime
from io import BytesIO
from typing import Any

from corpus.samples.source import Sample, SourceBlock

_STAMP = datetime(2026, 11, 22)
_ZIP_STAMP = (2026, 11, 22, 0, 0, 0)
_CJK = "[一二三四五六七八九十百零]+"
# For each scheme: (pattern in the source, number format, level text) of levels 0, 1, 2.
_SCHEMES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "sections": (
        (rf"{_CJK}、", "chineseCountingThousand", "%1、"),
        (rf"（{_CJK}）", "chineseCountingThousand", "（%2）"),
        (r"\d+\.", "decimal", "%3."),
    ),
    "articles": (
        (rf"第{_CJK}条　", "chineseCountingThousand", "第%1条"),
        (rf"（{_CJK}）", "chineseCountingThousand", "（%2）"),
    ),
}
_FONT = "宋体"
_PROPERTY_LIMIT = 255  # characters, by the format


def render(sample: Sample) -> bytes:
    """The finished file; times inside it are fixed, so the same source gives the same bytes."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    document = Document()
    _properties(document, sample)
    _page_and_fonts(document)
    number_id = _numbering(document, _SCHEMES[sample.autonumber]) if sample.autonumber else None
    document.add_paragraph(sample.label)
    document.add_paragraph(sample.title, style="Title").alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph(sample.number_line).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for line in sample.head:
        document.add_paragraph(line)
    for block in sample.blocks:
        _add(document, sample, block, number_id)
    if sample.issued_on:
        document.add_paragraph(sample.issuer).alignment = WD_ALIGN_PARAGRAPH.RIGHT
        document.add_paragraph(sample.issued_line).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    out = BytesIO()
    document.save(out)
    return _same_bytes(out.getvalue())


def _properties(document: Any, sample: Sample) -> None:
    core = document.core_properties
    core.title = sample.title
    core.author = sample.issuer
    core.category = sample.sample
    core.subject = sample.subject
    stated = {key: value for key, value in sample.metadata().items() if key not in ("title", "source")}
    core.keywords = "；".join(f"{key}={value}" for key, value in stated.items())
    core.comments = f"source={sample.source}"[:_PROPERTY_LIMIT]
    core.last_modified_by = "zhixun samples"
    core.created = core.modified = _STAMP
    core.revision = 1


def _page_and_fonts(document: Any) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    for name, size in (("Normal", 14), ("Title", 22), ("Heading 1", 16), ("Heading 2", 15)):
        style = document.styles[name]
        style.font.name, style.font.size = _FONT, Pt(size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)


def _add(document: Any, sample: Sample, block: SourceBlock, number_id: int | None) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    if block.kind == "table":
        _add_table(document, block)
        return
    text, level = block.text, None
    if sample.autonumber:
        text, level = _strip_number(text, _SCHEMES[sample.autonumber])
    style = {"heading": "Heading 1", "subheading": "Heading 2"}.get(block.kind, "Normal")
    paragraph = document.add_paragraph(text, style=style)
    if level is not None:
        _number(paragraph, number_id, level)
    elif block.kind == "paragraph":
        paragraph.paragraph_format.first_line_indent = Pt(28)
    elif block.kind == "caption" or text.startswith("第"):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _add_table(document: Any, block: SourceBlock) -> None:
    table = document.add_table(rows=len(block.rows), cols=len(block.rows[0]), style="Table Grid")
    for row, cells in zip(table.rows, block.rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.add_paragraph()


def _strip_number(text: str, scheme: tuple[tuple[str, str, str], ...]) -> tuple[str, int | None]:
    for level, (pattern, _, _) in enumerate(scheme):
        if match := re.match(pattern, text):
            return text[match.end() :], level
    return text, None


def _number(paragraph: Any, number_id: int | None, level: int) -> None:
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = level
    properties.get_or_add_numId().val = number_id


def _numbering(document: Any, scheme: tuple[tuple[str, str, str], ...]) -> int:
    """Define a multi-level list in numbering.xml and return its numId."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn

    levels = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{fmt}"/><w:suff w:val="{_suffix(text)}"/>'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/></w:lvl>'
        for i, (_, fmt, text) in enumerate(scheme)
    )
    root = document.part.numbering_part.element
    used = (int(e.get(qn("w:abstractNumId"))) for e in root.findall(qn("w:abstractNum")))
    abstract_id = 1 + max(used, default=0)
    root.insert(
        0,
        parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{abstract_id}">'
            f'<w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
        ),
    )
    return int(root.add_num(abstract_id).numId)


def _suffix(level_text: str) -> str:
    """第一条 stands off from its text by a space, （一） and 一、 do not."""
    return "space" if level_text.endswith("条") else "nothing"


def _same_bytes(content: bytes) -> bytes:
    """The same archive with a fixed time on every member."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            member = zipfile.ZipInfo(info.filename, _ZIP_STAMP)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3
            new.writestr(member, old.read(info.filename))
    return out.getvalue()
