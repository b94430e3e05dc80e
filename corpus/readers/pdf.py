"""PDF: pypdf first, another library for the pages that come out garbled from it."""

from __future__ import annotations

import io
import logging
import re
import threading
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from corpus.errors import ReadError
from corpus.messages import msg
from corpus.model import RawDocument
from corpus.readers import ocr
from corpus.readers.common import PARSE_ERRORS, Source, clean, library_errors, pairs_in
from corpus.readers.page_items import arranged, is_laid_out
from corpus.readers.pdf_layout import PageItems, blocks_of, characters
from corpus.readers.pdf_lines import Line, drawn_share, pdfium_lines, pdfium_text, placed, plumber_lines
from corpus.readers.pdf_quality import is_garbled, is_incomplete, is_spaced, squeeze
from corpus.readers.pdf_tables import FoundTable, find, has_rules
from corpus.readers.scan import Recognised

if TYPE_CHECKING:
    from pdfplumber.page import Page
    from pypdf import PdfReader
    from pypdfium2 import PdfDocument, PdfPage

T = TypeVar("T")

MAX_PAGES = 5000
_LOCK = threading.Lock()  # pdfium is not thread-safe, across documents too
_MAX_SCALE = 300 / 72  # a small page is not drawn finer than 300 DPI
_STAMPED_MAX = 60  # characters a page up to which a picture that covers the page is what counts
_COVERED = 0.6  # share of the page that such a picture covers
_SCANNED_MAX = 8  # characters a page up to which an imaged page counts as a scan (a stamp, a number)


def read(source: Source) -> RawDocument:
    """Read a PDF page by page; paragraphs are rebuilt over line and page breaks.

    Raises:
        ReadError: encrypted with a password, without a text layer, garbled throughout, or more
            than `MAX_PAGES` pages.
    """
    # both libraries log every oddity of a file; what matters is said in the document's warnings
    for name in ("pypdf", "pdfminer", "pdfplumber"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with _LOCK:
        return _Document(source).read()


class _Document:
    """A PDF opened in pypdf and pdfium, and in pdfplumber once a page needs it."""

    def __init__(self, source: Source) -> None:
        self._name = source.path.name
        self._source = source
        self._warnings: list[str] = []
        # what a library raises over one bad page: the next library is asked then
        self._failures = (*PARSE_ERRORS, *library_errors("pdf"))
        self._pypdf = self._open_pypdf()
        self._pdfium = self._open_pdfium()
        self._plumber: Any = None
        self._recognised = Recognised()
        self._scanned: list[int] = []  # and not recognised, for want of rapidocr
        self._garbled: list[int] = []

    def read(self) -> RawDocument:
        try:
            count = self._count()
            if count > MAX_PAGES:
                raise ReadError("reader.too_many_pages", name=self._name, pages=count, limit=MAX_PAGES)
            pages = [self._page(index) for index in range(count)]
        finally:
            if self._plumber is not None:
                self._plumber.close()
            if self._pdfium is not None:
                self._pdfium.close()
        if not any(page.items for page in pages):
            raise ReadError(self._why_empty(), name=self._name)
        self._warnings += self._recognised.warnings()
        self._warnings += [msg("reader.page_scanned", page=number) for number in self._scanned]
        self._warnings += [msg("reader.page_garbled", page=number) for number in self._garbled]
        return RawDocument(
            path=self._source.path,
            format="pdf",
            blocks=tuple(blocks_of(pages)),
            pages=count,
            declared=self._declared(),
            warnings=tuple(self._warnings),
        )

    def _why_empty(self) -> str:
        """The key of the error for a document without any text."""
        if self._garbled:
            return "reader.garbled"
        if self._scanned:
            return "formats.ocr_missing"
        return "formats.ocr_failed" if self._recognised.empty else "reader.no_text"

    def _open_pypdf(self) -> PdfReader | None:
        from pypdf import PasswordType, PdfReader
        from pypdf.errors import DependencyError

        try:
            reader = PdfReader(io.BytesIO(self._source.data), strict=False)
            if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
                raise ReadError("reader.encrypted", name=self._name)
            len(reader.pages)
        except DependencyError:
            return None
        except self._failures:
            return None
        return reader

    def _open_pdfium(self) -> PdfDocument | None:
        from pypdfium2 import PdfDocument, PdfiumError

        try:
            return PdfDocument(self._source.data)
        except PdfiumError as error:
            if "password" in str(error).lower():
                raise ReadError("reader.encrypted", name=self._name) from error
            if self._pypdf is None:
                raise
            return None

    def _declared(self) -> dict[str, str]:
        """Keywords and subject of the info dictionary, and the key=value pairs in them.

        Its title and author are whatever the program that printed the file put there: left out.
        """
        none: dict[str, Any] = {}
        info = self._try(lambda: dict(self._pypdf.metadata or {}) if self._pypdf is not None else none, none)
        declared: dict[str, str] = {}
        for key, name in (("/Subject", "subject"), ("/Keywords", "keywords")):
            if value := clean(str(info.get(key) or "")):
                declared[name] = value
                pairs = pairs_in(value)
                pairs.pop("title", None)
                declared |= pairs
        return declared

    def _count(self) -> int:
        """Pages; where the two libraries differ the file is damaged, and the larger count is tried."""
        counts = []
        if self._pypdf is not None:
            counts.append(len(self._pypdf.pages))
        if self._pdfium is not None:
            counts.append(len(self._pdfium))
        if len(counts) < 2 or counts[0] != counts[1]:
            self._warnings.append(msg("reader.repaired"))
        return max(counts)

    def _try(self, step: Callable[[], T], otherwise: T) -> T:
        """One library's view of one page; `otherwise` where it fails on the page."""
        try:
            return step()
        except self._failures:
            return otherwise

    def _page(self, index: int) -> PageItems:
        number = index + 1
        page = self._try(lambda: self._pdfium[index] if self._pdfium is not None else None, None)
        text = self._try(
            lambda: self._pypdf.pages[index].extract_text() if self._pypdf is not None else "", ""
        )
        height = page.get_height() if page is not None else 842.0
        width = page.get_width() if page is not None else 595.0
        rotated = page is not None and page.get_rotation() != 0
        if rotated and page is not None and not self._upright(index):
            # the text lies on its side as the page is shown: read it as if the page were not turned
            rotated = False
            left, bottom, right, top = page.get_bbox()
            height, width = top - bottom, right - left
        other = self._try(lambda: pdfium_text(page), "") if page is not None else ""
        seen = max(len(squeeze(text)), len(squeeze(other)))
        share = (
            self._try(lambda: drawn_share(page), 0.0) if page is not None and seen <= _STAMPED_MAX else 0.0
        )
        if seen <= _SCANNED_MAX and share > 0:
            recognised = self._recognise(page, number)
            if recognised is None:
                self._scanned.append(number)
            return recognised or PageItems(number, height, ())
        if share >= _COVERED:
            # a scan over which a program has put its name, a number or a watermark
            recognised = self._recognise(page, number)
            if recognised is not None and characters(recognised) > 2 * seen:
                return recognised
            self._recognised.forget(number)
        tables: list[FoundTable] = []
        turned = page is not None and page.get_rotation() != 0
        if page is not None and turned == rotated and self._try(lambda: has_rules(page), False):
            tables = self._tables(index)
        lines = self._lines(index, page, text, other, tables, rotated)
        if number in self._garbled:
            recognised = self._recognise(page, number)
            if recognised is not None and self._recognised.sure(number):
                self._garbled.remove(number)
                return recognised
        return PageItems(number, height, tuple(arranged(lines, tables)), width)

    def _recognise(self, page: PdfPage | None, number: int) -> PageItems | None:
        """The page by its image; None where rapidocr is not installed or the page cannot be drawn."""
        if page is None or not ocr.available():
            return None
        width, height = page.get_width(), page.get_height()
        scale = ocr.MAX_SIDE / max(width, height, 1.0)
        image = self._try(lambda: page.render(scale=min(scale, _MAX_SCALE)).to_pil(), None)
        return self._recognised.page(image, number, height, width) if image is not None else None

    def _upright(self, index: int) -> bool:
        """Whether most characters of a rotated page stand upright as it is shown."""
        none: list[Any] = []
        chars = self._try(lambda: self._plumber_page(index).chars, none)
        return 2 * sum(char["upright"] and char["matrix"][0] > 0 for char in chars) > len(chars)

    def _tables(self, index: int) -> list[FoundTable]:
        try:
            tables = find(self._plumber_page(index), index + 1)
        except self._failures:
            self._warnings.append(msg("reader.page_table_failed", page=index + 1))
            return []
        if any(is_garbled("".join(text for _, text in table.cells)) for table in tables):
            self._warnings.append(msg("reader.page_table_failed", page=index + 1))
            return []
        return tables

    def _lines(
        self, index: int, page: PdfPage | None, text: str, other: str, tables: list[FoundTable], rotated: bool
    ) -> list[Line]:
        """The page's lines from the first library whose text is sound; none if all are garbled."""
        number = index + 1
        none: list[Line] = []
        sound = not (is_garbled(text) or is_spaced(text))
        if not is_garbled(other) and is_incomplete(text, other):
            sound = False
        if sound and (tables or rotated):
            # places of lines and tables must be in one system of coordinates: pdfplumber's
            boxes = [table.box for table in tables]
            lines = self._try(lambda: plumber_lines(self._plumber_page(index), number, boxes), none)
            if lines or tables:
                return lines
        if sound:
            seen = none
            if page is not None and not rotated:
                seen = self._try(lambda: pdfium_lines(page, number), none)
            if _same_characters(text, seen) and is_laid_out(seen):
                return seen  # pypdf mixes columns and cells: only the places tell them apart
            return placed(text, seen, number)
        if (
            other.strip()
            and not is_garbled(other)
            and not is_spaced(other)
            and not tables
            and page is not None
        ):
            self._announce(number, "pypdfium2", text)
            return pdfium_lines(page, number)
        boxes = [table.box for table in tables]
        lines = self._try(lambda: plumber_lines(self._plumber_page(index), number, boxes), none)
        if lines and not is_garbled("".join(line.text for line in lines)):
            self._announce(number, "pdfplumber", text)
            return lines
        if not is_garbled(text) and text.strip():  # only spaced out: joined without its spaces
            return [Line(text=_unspaced(line), page=number) for line in text.splitlines() if line.strip()]
        if text.strip() or other.strip():
            self._garbled.append(number)
        return []

    def _announce(self, number: int, reader: str, text: str) -> None:
        self._warnings.append(msg("reader.page_read_by", page=number, first="pypdf", reader=reader))

    def _plumber_page(self, index: int) -> Page:
        import pdfplumber

        if self._plumber is None:
            self._plumber = pdfplumber.open(io.BytesIO(self._source.data))
        page: Page = self._plumber.pages[index]
        return page


def _same_characters(text: str, lines: list[Line]) -> bool:
    """Whether lines hold what a text holds, in whatever order (ligatures and the like may differ)."""
    first, second = Counter(squeeze(text)), Counter(squeeze("".join(line.text for line in lines)))
    return (first & second).total() >= 0.97 * max(first.total(), second.total(), 1)


def _unspaced(line: str) -> str:
    """A line of ideographs set apart by spaces, without them."""
    return re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])", "", line.strip())
