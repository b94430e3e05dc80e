"""OFD (GB/T 33190): text by its place on the page, ruled tables, paragraphs rebuilt as for PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.errors import ReadError
from corpus.messages import msg
from corpus.model import RawDocument
from corpus.readers import ocr
from corpus.readers.common import Source, clean
from corpus.readers.ofd_package import POINTS, OfdFile, PageContent
from corpus.readers.ofd_text import rules, runs
from corpus.readers.page_items import page_of
from corpus.readers.pdf_layout import PageItems, blocks_of
from corpus.readers.scan import Recognised, frames

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PAGES = 5000
_LITTLE = 30  # characters up to which a whole document is worth a word


def read(source: Source) -> RawDocument:
    """Read an OFD page by page. A signature or seal over the text changes nothing in the reading.

    Raises:
        ReadError: damaged, encrypted, hostile, without text, or more than `MAX_PAGES` pages.
    """
    from ofdkit import OFDFormatError, OFDLimitError

    try:
        file = OfdFile(source)
        if file.page_count > MAX_PAGES:
            raise ReadError(
                "reader.too_many_pages", name=source.path.name, pages=file.page_count, limit=MAX_PAGES
            )
        recognised = Recognised()
        pages = [_page(file, content, recognised) for content in file.pages()]
    except OFDLimitError as error:
        raise ReadError("formats.ofd_unsafe", name=source.path.name) from error
    except OFDFormatError as error:
        raise ReadError("formats.ofd_damaged", name=source.path.name) from error
    blocks = blocks_of(pages)
    count = sum(len(block.text) for block in blocks)
    file.warnings += recognised.warnings()
    if not count:
        raise ReadError("formats.ofd_no_text", name=source.path.name)
    if count <= _LITTLE:
        file.warnings.append(msg("formats.ofd_little_text", count=count))
    return RawDocument(
        path=source.path,
        format="ofd",
        blocks=tuple(blocks),
        pages=file.page_count,
        declared={name: clean(value) for name, value in file.declared.items()},
        warnings=tuple(dict.fromkeys(file.warnings)),
    )


def _page(file: OfdFile, content: PageContent, recognised: Recognised) -> PageItems:
    height, width = content.box[3] * POINTS, content.box[2] * POINTS
    shown = [item.element.get("ResourceID") or "" for item in content.objects if item.kind == "ImageObject"]
    if any(resource not in content.media for resource in shown):
        file.warnings.append(msg("formats.ofd_image_missing", page=content.number))
    found = runs(content)
    if not found and (image := _scan(file, content, shown)) is not None:
        return recognised.page(image, content.number, height, width)
    return page_of(content.number, height, width, found, rules(content))


def _scan(file: OfdFile, content: PageContent, shown: list[str]) -> Image | None:
    """The largest image of a page without text; None where there is none, or no way to read it."""
    largest: Image | None = None
    for resource in shown if ocr.available() else ():
        data = file.read_media(content, resource) if resource in content.media else None
        image = _decoded(file, content, data) if data else None
        if image is not None and (largest is None or image.width > largest.width):
            largest = image
    return largest


def _decoded(file: OfdFile, content: PageContent, data: bytes) -> Image | None:
    """An image of the package; None, with a warning, in a format that Pillow does not read (JBIG2)."""
    from PIL import UnidentifiedImageError

    try:
        return next(frames(Source(file.path, data)), None)
    except (UnidentifiedImageError, ReadError, OSError, ValueError):
        file.warnings.append(msg("formats.ofd_image_unread", page=content.number))
        return None
