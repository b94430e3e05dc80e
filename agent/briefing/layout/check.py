"""Reads a DOCX back and holds every parameter of its layout against GB/T 9704-2012."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.shared import Length

from agent.briefing.layout import standard as gb
from corpus.errors import InputError

_MM = 0.6  # how far a length may be off: Word keeps twentieths of a point, 天头 may be 37 ± 1


@dataclass(frozen=True, slots=True)
class Check:
    """One parameter: its name, the clause that asks for it, what was wanted and what was found."""

    name: str
    clause: str
    wanted: str
    found: str
    passed: bool


def check_docx(source: Path | bytes) -> list[Check]:
    """Every parameter of the document, passed or not; those of parts that it does not have are left out.

    Raises:
        InputError: no DOCX.
    """
    try:
        data = source.read_bytes() if isinstance(source, Path) else source
        document = docx.Document(io.BytesIO(data))
    except (OSError, KeyError, ValueError, PackageNotFoundError, zipfile.BadZipFile) as error:
        raise InputError("briefing.not_docx", path=source if isinstance(source, Path) else "") from error
    reader = _Reader(document)
    return [*_page(reader), *_styles(reader), *_text(reader), *_footers(reader), *_rest(reader, data)]


def deviations(source: Path | bytes) -> list[Check]:
    """The parameters that are not kept."""
    return [check for check in check_docx(source) if not check.passed]


class _Reader:
    """The document with the look-ups that the checks share."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.section = document.sections[0]
        self.paragraphs = document.paragraphs

    def style(self, name: str) -> Any:
        return next((style for style in self.document.styles if style.name == name), None)

    def of(self, name: str) -> list[Any]:
        return [one for one in self.paragraphs if one.style is not None and one.style.name == name]


def _is(name: str, clause: str, wanted: object, found: object) -> Check:
    return Check(name, clause, str(wanted), str(found), wanted == found)


def _near(name: str, clause: str, wanted: float, found: float | None, by: float = _MM) -> Check:
    passed = found is not None and abs(found - wanted) <= by
    return Check(name, clause, f"{wanted:g}", "—" if found is None else f"{found:.2f}", passed)


def _page(reader: _Reader) -> Iterator[Check]:
    page = reader.section
    for name, clause, wanted, found in (
        ("纸宽 mm", "5.1", gb.PAGE[0], page.page_width),
        ("纸高 mm", "5.1", gb.PAGE[1], page.page_height),
        ("天头 mm", "5.2.1", gb.TOP, page.top_margin),
        ("订口 mm", "5.2.1", gb.LEFT, page.left_margin),
        ("下边 mm", "5.2.1", gb.BOTTOM, page.bottom_margin),
        ("右边 mm", "5.2.1", gb.RIGHT, page.right_margin),
    ):
        yield _near(name, clause, wanted, found.mm if found is not None else None)
    width = (page.page_width or 0) - (page.left_margin or 0) - (page.right_margin or 0)
    height = (page.page_height or 0) - (page.top_margin or 0) - (page.bottom_margin or 0)
    yield _near("版心宽 mm", "5.2.1", gb.TYPE_AREA[0], width / gb.MM)
    yield _near("版心高 mm", "5.2.1", gb.TYPE_AREA[1], height / gb.MM)
    grid = page._sectPr.find(qn("w:docGrid"))
    pitch = int(grid.get(qn("w:linePitch"), "0")) if grid is not None else 0
    lines = int(height / 635 / pitch) if pitch else 0
    yield _is("每面行数", "5.2.3", gb.LINES, lines)
    yield _is("装订线不另占", "5.2.1", 0, int(page.gutter or 0))
    footer = (page.footer_distance or 0) / gb.MM
    yield _near("页码距版心 mm", "7.5", gb.NUMBER_GAP, gb.BOTTOM - footer - 16 / 72 * 25.4, 1.0)


def _styles(reader: _Reader) -> Iterator[Check]:
    wanted = [
        ("正文", "5.2.2", gb.STYLE_BODY, gb.BODY_FONT, gb.BODY_PT),
        ("标题", "7.3.1", gb.STYLE_TITLE, gb.TITLE_FONT, gb.TITLE_PT),
        ("主送机关", "7.3.2", gb.STYLE_ADDRESSEE, gb.BODY_FONT, gb.BODY_PT),
        ("附件说明", "7.3.4", gb.STYLE_ATTACHMENT, gb.BODY_FONT, gb.BODY_PT),
        ("成文日期", "7.3.5.4", gb.STYLE_DATE, gb.BODY_FONT, gb.BODY_PT),
        ("附件标识", "7.3.7", gb.STYLE_ANNEX, "黑体", gb.BODY_PT),
        *(
            (f"{level}级标题", "7.3.3", gb.HEADINGS[level - 1], gb.HEADING_FONTS[level - 1], gb.BODY_PT)
            for level in (1, 2, 3, 4)
        ),
    ]
    for name, clause, style_name, font, size in wanted:
        style = reader.style(style_name)
        yield _is(f"{name}字体", clause, font, _east_asian(style))
        yield _is(
            f"{name}字号", clause, float(size), style.font.size.pt if style and style.font.size else 0.0
        )
    body = reader.style(gb.STYLE_BODY)
    yield _near("正文行距 磅", "5.2.3", gb.LINE_TWIPS / 20, _line(body), 0.3)
    yield _is("正文首行缩进 字", "7.3.3", 2.0, _chars(body, "firstLineChars"))
    yield _is("每行字数", "5.2.3", gb.CHARACTERS, _per_line(reader, body))
    yield _is("标题居中", "7.3.1", 1, _aligned(reader.style(gb.STYLE_TITLE)))
    yield _is("主送机关顶格", "7.3.2", 0.0, _chars(reader.style(gb.STYLE_ADDRESSEE), "firstLineChars"))
    yield _is("成文日期右空四字", "7.3.5.4", 4.0, _chars(reader.style(gb.STYLE_DATE), "rightChars"))
    yield _is("附件说明左空二字", "7.3.4", 2.0, _chars(reader.style(gb.STYLE_ATTACHMENT), "firstLineChars"))
    levels = [_outline(reader.style(name)) for name in gb.HEADINGS]
    yield _is("标题有大纲级别", "7.3.3", [0, 1, 2, 3], levels)


def _text(reader: _Reader) -> Iterator[Check]:
    titles = reader.of(gb.STYLE_TITLE)
    yield Check("有标题", "7.3.1", "1", str(len(titles)), bool(titles and titles[0].text.strip()))
    yield from _each(
        "标题无书名号外的标点结尾", "7.3.1", titles, lambda text: not re.search(r"[。；，：]$", text)
    )
    marks = {1: r"[一二三四五六七八九十]+、", 2: r"（[一二三四五六七八九十]+）", 3: r"\d+\.", 4: r"（\d+）"}
    for level, pattern in marks.items():
        found = reader.of(gb.HEADINGS[level - 1])
        yield from _each(f"{level}级标题序号", "7.3.3", found, re.compile(pattern).match)
    addressees = reader.of(gb.STYLE_ADDRESSEE)
    yield from _each("主送机关后标全角冒号", "7.3.2", addressees, lambda text: text.endswith("："))
    dates = reader.of(gb.STYLE_DATE)
    yield Check("有成文日期", "7.3.5.4", "1", str(len(dates)), len(dates) == 1)
    plain = re.compile(r"\d{4}年([1-9]|1[0-2])月([1-9]|[12]\d|3[01])日").fullmatch
    yield from _each("成文日期不编虚位", "7.3.5.4", dates, plain)
    listed = reader.of(gb.STYLE_ATTACHMENT)
    yield from _each("附件名称后无标点", "7.3.4", listed, lambda text: not re.search(r"[。；，、]$", text))
    wrong = re.compile(r"[\[\]【】()（）]|〔\d{4}〕(?:0|第)")
    numbers = reader.of(gb.STYLE_NUMBER)
    yield from _each("发文字号六角括号", "7.2.5", numbers, lambda text: not wrong.search(text))


def _each(name: str, clause: str, found: list[Any], holds: Callable[[str], object]) -> Iterator[Check]:
    """A check of every paragraph of a kind; none where there is no such paragraph."""
    if found:
        wrong = [one.text for one in found if not holds(one.text)]
        yield Check(name, clause, "—", "；".join(wrong)[:80] or "—", not wrong)


def _footers(reader: _Reader) -> Iterator[Check]:
    page = reader.section
    yield _is("单双页不同", "7.5", True, bool(reader.document.settings.odd_and_even_pages_header_footer))
    for name, footer, side, where in (
        ("单页码", page.footer, "right", 2),
        ("双页码", page.even_page_footer, "left", 0),
    ):
        paragraph = footer.paragraphs[0]
        text = "".join(
            "N" if "PAGE" in "".join(code.text or "" for code in run._r.iter(qn("w:instrText"))) else run.text
            for run in paragraph.runs
        )
        yield _is(f"{name}形式", "7.5", "— N —", text)
        yield _is(f"{name}位置", "7.5", where, paragraph.alignment)
        indent = paragraph._p.pPr.find(qn("w:ind")) if paragraph._p.pPr is not None else None
        shift = indent.get(qn(f"w:{side}Chars")) if indent is not None else None
        yield _is(f"{name}空一字", "7.5", "100", shift)
        run = paragraph.runs[0] if paragraph.runs else None
        size = run.font.size.pt if run is not None and run.font.size else 0.0
        yield _is(f"{name}字号", "7.5", float(gb.SMALL_PT), size)
        fonts = run._r.rPr.find(qn("w:rFonts")) if run is not None and run._r.rPr is not None else None
        face = fonts.get(qn("w:eastAsia")) if fonts is not None else None
        yield _is(f"{name}字体", "7.5", gb.NUMBER_FONT, face)


def _rest(reader: _Reader, data: bytes) -> Iterator[Check]:
    """版头, 版记, and what our own documents have beside the standard: notes, labels, pictures with words."""
    for paragraph in reader.of(gb.STYLE_MAST):
        colour = paragraph.style.font.color.rgb
        yield _is("发文机关标志红色", "7.2.4", gb.RED, str(colour))
        yield _is("发文机关标志字体", "7.2.4", gb.TITLE_FONT, _east_asian(paragraph.style))
        rules = [one for one in reader.of(gb.STYLE_NUMBER) if _rule(one) == gb.RED]
        yield _is("红色分隔线", "7.2.7", 1, len(rules))
    for table in reader.document.tables:
        place = table._tbl.tblPr.find(qn("w:tblpPr"))
        if place is not None:
            yield _is("版记在末面底部", "7.4", "bottom", place.get(qn("w:tblpYSpec")))
            yield _is("版记与版心等宽", "7.4.1", gb.TYPE_AREA[0], round(table.columns[0].width / gb.MM))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = set(package.namelist())
        body = package.read("word/document.xml").decode()
        notes = package.read("word/footnotes.xml").decode() if "word/footnotes.xml" in names else ""
        label = package.read("docProps/custom.xml").decode() if "docProps/custom.xml" in names else ""
    referred = sorted(map(int, re.findall(r'<w:footnoteReference w:id="(\d+)"', body)))
    given = sorted(map(int, re.findall(r'<w:footnote w:id="(\d+)"', notes)))
    yield _is("脚注一一对应", "自定", referred, given)
    yield _is("生成内容标识", "标识办法", True, "AIGC" in label and "Label" in label)
    pictures = re.findall(r"<wp:docPr [^>]*>", body)
    yield _is("图有替代文字", "自定", [], [one for one in pictures if 'descr="' not in one])


def _east_asian(style: Any) -> str:
    fonts = style.element.find(f".//{qn('w:rFonts')}") if style is not None else None
    return str(fonts.get(qn("w:eastAsia"))) if fonts is not None else ""


def _line(style: Any) -> float | None:
    spacing = style.paragraph_format.line_spacing if style is not None else None
    return spacing.pt if isinstance(spacing, Length) else None


def _chars(style: Any, name: str) -> float:
    indent = style.element.find(f".//{qn('w:ind')}") if style is not None else None
    return int(indent.get(qn(f"w:{name}"), "0")) / 100 if indent is not None else 0.0


def _per_line(reader: _Reader, style: Any) -> int:
    """How many characters of the body stand in a line, from size, spacing and the width of the type area."""
    if style is None or style.font.size is None:
        return 0
    spacing = style.element.find(f"{qn('w:rPr')}/{qn('w:spacing')}")
    closer = int(spacing.get(qn("w:val"), "0")) / 20 if spacing is not None else 0.0
    page = reader.section
    width = (page.page_width or 0) - (page.left_margin or 0) - (page.right_margin or 0)
    return int(width / 12700 / (style.font.size.pt + closer))


def _aligned(style: Any) -> int | None:
    found = style.paragraph_format.alignment if style is not None else None
    return None if found is None else int(found)


def _outline(style: Any) -> int | None:
    level = style.element.find(f".//{qn('w:outlineLvl')}") if style is not None else None
    return int(level.get(qn("w:val"))) if level is not None else None


def _rule(paragraph: Any) -> str | None:
    found = paragraph._p.find(f".//{qn('w:pBdr')}/{qn('w:bottom')}")
    return found.get(qn("w:color")) if found is not None else None
