"""Real Word footnotes: the part of the package that python-docx does not make."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from docx.document import Document
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.paragraph import Paragraph

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
_SEPARATORS = (
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:pPr><w:spacing w:after="0" w:line="240" '
    'w:lineRule="auto"/></w:pPr><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:pPr><w:spacing w:after="0" w:line="240" '
    'w:lineRule="auto"/></w:pPr><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>'
)


class Footnotes:
    """Collects notes while the text is written; `close` puts them into the package."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._notes: list[str] = []
        self._numbers: dict[str, int] = {}

    def add(self, paragraph: Paragraph, text: str) -> int:
        """A note at the end of the paragraph as it is now; gives its number."""
        self._notes.append(text)
        number = len(self._notes)
        run = paragraph.add_run()
        run.style = self._document.styles["footnote reference"]
        mark = OxmlElement("w:footnoteReference")
        mark.set(qn("w:id"), str(number))
        run._r.append(mark)
        return number

    def close(self) -> None:
        """Writes the part, its relation, and the settings that name the separators."""
        if not self._notes:
            return
        notes = "".join(_note(number, text) for number, text in enumerate(self._notes, 1))
        blob = (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            f"<w:footnotes {nsdecls('w')}>{_SEPARATORS}{notes}</w:footnotes>"
        ).encode()
        package = self._document.part.package
        assert package is not None
        part = Part(PackURI("/word/footnotes.xml"), _TYPE, blob, package)
        self._document.part.relate_to(part, _RELATION)
        settings = self._document.settings.element
        named = parse_xml(
            f'<w:footnotePr {nsdecls("w")}><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>'
        )
        _insert(settings, named)


def _note(number: int, text: str) -> str:
    return (
        f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr>'
        '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'
        f'<w:r><w:t xml:space="preserve"> {escape(text)}</w:t></w:r></w:p></w:footnote>'
    )


def _insert(settings: Any, element: Any) -> None:
    """Where the schema wants it: before `compat`, else at the end."""
    before = settings.find(qn("w:compat"))
    if before is None:
        settings.append(element)
    else:
        before.addprevious(element)
