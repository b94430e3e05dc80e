"""Scans pasted into a Word document: its pictures, read where the document has no text of its own."""

from __future__ import annotations

import posixpath
from pathlib import Path

from lxml.etree import _Element as Element

from corpus.errors import ReadError
from corpus.model import Block
from corpus.readers import ocr
from corpus.readers.common import Source
from corpus.readers.docx_package import Package
from corpus.readers.pdf_layout import PageItems, blocks_of
from corpus.readers.scan import Recognised, frames

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_LEAST = 400  # pixels of the shorter side: a page, not a logo or a seal


def recognised_blocks(package: Package, root: Element, path: Path) -> list[Block]:
    """The text of the pictures of page size, in the order in which the document shows them.

    Pages count pictures here. What is to be said of the recognition is added to the package's warnings.
    """
    if not ocr.available():
        return []
    from PIL import UnidentifiedImageError

    relations = package.relations()
    recognised = Recognised()
    pages: list[PageItems] = []
    for blip in root.iter(f"{_A}blip"):
        target = relations.get(blip.get(f"{_R}embed") or "")
        data = package.media(target) if target else None
        if data is None:
            continue
        try:
            image = next(frames(Source(path, data)))
        except (ReadError, UnidentifiedImageError, OSError, ValueError):
            package.skipped(posixpath.basename(target or ""))
            continue
        if min(image.size) >= _LEAST:
            pages.append(recognised.page(image, len(pages) + 1))
    package.warnings += recognised.warnings()
    return blocks_of(pages) if any(page.items for page in pages) else []
