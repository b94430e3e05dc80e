"""A sample as OFD (GB/T 33190): text objects and ruled tables on A4 pages, lengths in millimetres."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from corpus.samples.archives import STAMP, packed
from corpus.samples.source import Sample, SourceBlock

_NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 210.0, 297.0, 28.0, 37.0, 35.0
_TEXT = _WIDTH - _LEFT - 26.0
_BODY, _TITLE, _CELL = 5.5, 7.0, 4.0
_LEADING, _ROW = 9.5, 8.0


@dataclass(slots=True)
class _Pages:
    """Objects page by page; `y` is where the next line goes."""

    pages: list[list[str]] = field(default_factory=lambda: [[]])
    y: float = _TOP
    _ids: int = 100

    def room(self, height: float) -> None:
        if self.y + height > _HEIGHT - _BOTTOM:
            self.pages.append([])
            self.y = _TOP

    def text(self, x: float, y: float, content: str, size: float) -> None:
        self._ids += 1
        steps = " ".join(f"{size * _em(char):g}" for char in content[:-1])
        width = size * sum(map(_em, content))
        self.pages[-1].append(
            f'<ofd:TextObject ID="{self._ids}" Boundary="{x:g} {y:g} {width:g} {size * 1.3:g}" Font="1"'
            f' Size="{size:g}"><ofd:TextCode X="0" Y="{size:g}" DeltaX="{steps}">{escape(content)}'
            f"</ofd:TextCode></ofd:TextObject>"
        )

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self._ids += 1
        self.pages[-1].append(
            f'<ofd:PathObject ID="{self._ids}" Boundary="{x0:g} {y0:g} {x1 - x0 + 0.2:g} {y1 - y0 + 0.2:g}"'
            f' LineWidth="0.2"><ofd:AbbreviatedData>M 0 0 L {x1 - x0:g} {y1 - y0:g}'
            "</ofd:AbbreviatedData></ofd:PathObject>"
        )


def render(sample: Sample) -> bytes:
    """The finished file; the same bytes for the same source."""
    pages = _Pages()
    _paragraph(pages, sample.label, _CELL)
    _centred(pages, sample.title, _TITLE)
    _centred(pages, sample.number_line, _BODY)
    for line in sample.head:
        _paragraph(pages, line, _BODY)
    for block in sample.blocks:
        if block.kind == "table":
            _table(pages, block)
        elif block.kind == "caption":
            pages.room(_LEADING + 3 * _ROW)  # a caption stays with its table
            _centred(pages, block.text, 4.5)
        else:
            _paragraph(pages, block.text, _BODY, indent=2)
    if sample.issued_on:
        for text in (sample.issuer, sample.issued_line):
            _paragraph(pages, text, _BODY, indent=14)
    return packed(_members(sample, pages))


def _members(sample: Sample, pages: _Pages) -> dict[str, bytes]:
    listed = "".join(
        f'<ofd:Page ID="{at + 10}" BaseLoc="Pages/Page_{at}/Content.xml"/>' for at in range(len(pages.pages))
    )
    stated = "".join(
        f'<ofd:CustomData Name="{escape(key)}">{escape(value)}</ofd:CustomData>'
        for key, value in sample.metadata().items()
        if key != "title"
    )
    info = (
        f"<ofd:DocID>{_document_id(sample.name)}</ofd:DocID><ofd:Title>{escape(sample.title)}</ofd:Title>"
        f"<ofd:Author>{escape(sample.issuer)}</ofd:Author><ofd:Subject>{escape(sample.subject)}</ofd:Subject>"
        f"<ofd:CreationDate>{STAMP:%Y-%m-%d}</ofd:CreationDate>"
        f"<ofd:Keywords><ofd:Keyword>{escape(sample.sample)}</ofd:Keyword></ofd:Keywords>"
        f"<ofd:CustomDatas>{stated}</ofd:CustomDatas>"
    )
    area = f"<ofd:PhysicalBox>0 0 {_WIDTH:g} {_HEIGHT:g}</ofd:PhysicalBox>"
    fonts = '<ofd:Fonts><ofd:Font ID="1" FontName="宋体" FamilyName="宋体"/></ofd:Fonts>'
    parts = {
        "OFD.xml": f'<ofd:OFD {_NS} Version="1.0" DocType="OFD"><ofd:DocBody>'
        f"<ofd:DocInfo>{info}</ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {_NS}><ofd:CommonData><ofd:MaxUnitID>9999</ofd:MaxUnitID>"
        f"<ofd:PageArea>{area}</ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        "Doc_0/PublicRes.xml": f'<ofd:Res {_NS} BaseLoc="Res">{fonts}</ofd:Res>',
    }
    for at, objects in enumerate(pages.pages):
        parts[f"Doc_0/Pages/Page_{at}/Content.xml"] = (
            f"<ofd:Page {_NS}><ofd:Area>{area}</ofd:Area><ofd:Content>"
            f'<ofd:Layer ID="{at + 50}" Type="Body">{"".join(objects)}</ofd:Layer></ofd:Content></ofd:Page>'
        )
    return {name: (_HEAD + content).encode("utf-8") for name, content in parts.items()}


def _document_id(name: str) -> str:
    """A document id from a name: 32 hexadecimal digits, the same every time."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def _paragraph(pages: _Pages, text: str, size: float, indent: int = 0) -> None:
    x = _LEFT + indent * size
    for line in _wrapped(text, size, _TEXT - indent * size):
        pages.room(_LEADING)
        pages.text(x, pages.y, line, size)
        pages.y += _LEADING
        x = _LEFT if indent == 2 else x


def _centred(pages: _Pages, text: str, size: float) -> None:
    for line in _wrapped(text, size, _TEXT):
        pages.room(_LEADING)
        width = size * sum(map(_em, line))
        pages.text(_LEFT + (_TEXT - width) / 2, pages.y, line, size)
        pages.y += _LEADING


def _table(pages: _Pages, block: SourceBlock) -> None:
    """Ruled rows; a table that does not fit goes on over the page with its header again."""
    header, *rows = block.rows
    column = _TEXT / len(header)
    pages.room(2 * _ROW)
    _row(pages, header, column)
    for row in rows:
        if pages.y + _ROW > _HEIGHT - _BOTTOM:
            pages.room(2 * _ROW)
            _row(pages, header, column)
        _row(pages, row, column)
    pages.y += _ROW


def _row(pages: _Pages, cells: Sequence[str], column: float) -> None:
    top, bottom, right = pages.y, pages.y + _ROW, _LEFT + column * len(cells)
    pages.line(_LEFT, top, right, top)
    pages.line(_LEFT, bottom, right, bottom)
    for at, cell in enumerate(cells):
        pages.line(_LEFT + at * column, top, _LEFT + at * column, bottom)
        pages.text(_LEFT + at * column + 1.5, top + 1.5, cell, min(_CELL, (column - 3) / _ems(cell)))
    pages.line(right, top, right, bottom)
    pages.y = bottom


def _wrapped(text: str, size: float, width: float) -> list[str]:
    lines, current = [], ""
    for char in text:
        if size * _ems(current + char) > width:
            lines.append(current)
            current = ""
        current += char
    return [*lines, current]


def _ems(text: str) -> float:
    return sum(map(_em, text)) or 1.0


def _em(char: str) -> float:
    return 0.5 if ord(char) < 0x2000 else 1.0
