"""OFD files made for the tests: text objects and drawn lines at given places (millimetres)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def text(
    x: float, y: float, content: str, size: float = 5.0, deltas: str | None = None, more: str = ""
) -> str:
    """A text object with its baseline's start at (x, y)."""
    steps = deltas or " ".join(str(size if ord(char) > 255 else size / 2) for char in content[:-1])
    return (
        f'<ofd:TextObject ID="9" Boundary="{x} {y - size} 180 {size * 1.2}" Font="1" Size="{size}" {more}>'
        f'<ofd:TextCode X="0" Y="{size}" DeltaX="{steps}">{content}</ofd:TextCode></ofd:TextObject>'
    )


def line(x0: float, y0: float, x1: float, y1: float) -> str:
    box = f"{min(x0, x1)} {min(y0, y1)} {abs(x1 - x0) + 0.1} {abs(y1 - y0) + 0.1}"
    path = f"M {x0 - min(x0, x1)} {y0 - min(y0, y1)} L {x1 - min(x0, x1)} {y1 - min(y0, y1)}"
    return f'<ofd:PathObject ID="8" Boundary="{box}" LineWidth="0.2"><ofd:AbbreviatedData>{path}</ofd:AbbreviatedData></ofd:PathObject>'  # noqa: E501


def ruled(x: float, y: float, widths: Sequence[float], rows: Sequence[Sequence[str]]) -> str:
    """A ruled table with rows of 10 mm."""
    right, bottom = x + sum(widths), y + 10 * len(rows)
    parts = [line(x, y + 10 * index, right, y + 10 * index) for index in range(len(rows) + 1)]
    edges = [x + sum(widths[:index]) for index in range(len(widths) + 1)]
    parts += [line(edge, y, edge, bottom) for edge in edges]
    for index, row in enumerate(rows):
        parts += [
            text(edge + 2, y + 10 * index + 7, cell, 4)
            for edge, cell in zip(edges, row, strict=False)
            if cell
        ]
    return "".join(parts)


def page(*objects: str) -> str:
    """A page's Content.xml."""
    body = "".join(objects)
    return f'<ofd:Page {NS}><ofd:Content><ofd:Layer ID="1">{body}</ofd:Layer></ofd:Content></ofd:Page>'


def ofd(
    *pages: str,
    info: str = "",
    common: str = "",
    more: dict[str, str | bytes] | None = None,
    signed: bool = False,
) -> bytes:
    """An OFD of these pages; `more` adds or replaces entries."""
    listed = "".join(
        f'<ofd:Page ID="{number}" BaseLoc="Pages/Page_{number}/Content.xml"/>' for number in range(len(pages))
    )
    signatures = "<ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures>" if signed else ""
    entries: dict[str, str | bytes] = {
        "OFD.xml": f"<ofd:OFD {NS}><ofd:DocBody><ofd:DocInfo>{info}</ofd:DocInfo>"
        f"<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>{signatures}</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {NS}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
        f"</ofd:PhysicalBox></ofd:PageArea>{common}</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
    }
    entries |= {f"Doc_0/Pages/Page_{number}/Content.xml": content for number, content in enumerate(pages)}
    entries |= more or {}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return buffer.getvalue()
