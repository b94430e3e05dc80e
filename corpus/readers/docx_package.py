"""A DOCX as a ZIP of XML parts: opened with limits on size, parsed without entities.

The parts are read here rather than by python-docx, which loads and parses every part before any
limit can apply, and gives up on a file of which only an image is missing.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib

from lxml import etree
from lxml.etree import _Element as Element

from corpus.errors import ReadError
from corpus.messages import msg
from corpus.readers.common import Source

MAX_PART = 100 * 1024 * 1024
"""Unpacked size at which a part is refused; the text of a thousand pages has some 20 MB of XML."""
MAX_RATIO = 200
"""Unpacked to packed size beyond which a part over `_RATIO_FROM` is refused; Word's XML has 10 to 40."""
_RATIO_FROM = 20 * 1024 * 1024
_CHUNK = 1024 * 1024
_STRICT = b"http://purl.oclc.org/ooxml/"
_TRANSITIONAL = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
)
_OFFICE_DOCUMENT = "/officeDocument"
_PACKAGE_ERRORS = (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError, etree.LxmlError)


class Package:
    """The parts of a DOCX that hold text."""

    def __init__(self, source: Source) -> None:
        self._name = source.path.name
        self.warnings: list[str] = []
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(source.data))
        except zipfile.BadZipFile as error:
            raise ReadError("reader.damaged_zip", name=self._name) from error
        self._main = self._find_main()

    def document(self) -> Element:
        """The main part's root.

        Raises:
            ReadError: it is missing, damaged, hostile or encrypted.
        """
        try:
            root = self._parse(self._main)
        except _PACKAGE_ERRORS as error:
            raise ReadError("reader.damaged_zip", name=self._name) from error
        return root

    def part(self, name: str) -> Element | None:
        """Another part beside the main one (styles, numbering, footnotes); None where absent.

        A damaged one is left out with a warning: the text itself does not stand in it.
        """
        path = posixpath.join(posixpath.dirname(self._main), f"{name}.xml")
        return self._optional(path, name)

    def core(self) -> Element | None:
        """The core properties (docProps/core.xml)."""
        return self._optional("docProps/core.xml", "core")

    def custom(self) -> Element | None:
        """The properties that users add themselves (docProps/custom.xml)."""
        return self._optional("docProps/custom.xml", "custom")

    def relations(self) -> dict[str, str]:
        """The parts that the main one refers to, by relationship id."""
        folder, name = posixpath.split(self._main)
        root = self._optional(posixpath.join(folder, "_rels", f"{name}.rels"), "rels")
        found: dict[str, str] = {}
        for relation in root if root is not None else ():
            identity, target = relation.get("Id"), relation.get("Target") or ""
            if identity and relation.get("TargetMode") != "External":
                path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                found[str(identity)] = posixpath.normpath(path)
        return found

    def media(self, path: str) -> bytes | None:
        """An image's bytes; None, with a warning, where it is missing or damaged."""
        try:
            return self._unpack(path)
        except _PACKAGE_ERRORS:
            self.skipped(posixpath.basename(path))
            return None

    def skipped(self, part: str) -> None:
        """Note a part that was left out."""
        self.warnings.append(msg("reader.part_skipped", part=part))

    def _optional(self, path: str, name: str) -> Element | None:
        if path not in self._zip.namelist():
            return None
        try:
            return self._parse(path)
        except _PACKAGE_ERRORS:
            self.skipped(name)
            return None

    def _find_main(self) -> str:
        names = self._zip.namelist()
        if "_rels/.rels" in names:
            try:
                relations = self._parse("_rels/.rels")
            except _PACKAGE_ERRORS:
                relations = None
            for relation in relations if relations is not None else ():
                if (relation.get("Type") or "").endswith(_OFFICE_DOCUMENT):
                    target = (relation.get("Target") or "").lstrip("/")
                    if target in names:
                        return target
        return next(
            (name for name in names if re.fullmatch(r"word/document\d*\.xml", name)), "word/document.xml"
        )

    def _parse(self, path: str) -> Element:
        data = self._unpack(path)
        if _STRICT in data:
            for strict, transitional in _TRANSITIONAL:
                data = data.replace(strict, transitional)
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
        )
        root = etree.fromstring(data, parser)
        # OOXML forbids a document type; only an attack has one
        if root.getroottree().docinfo.internalDTD is not None:
            raise ReadError("reader.unsafe_xml", name=self._name)
        return root

    def _unpack(self, path: str) -> bytes:
        info = self._zip.getinfo(path)
        if info.flag_bits & 0x1:
            raise ReadError("reader.encrypted", name=self._name)
        ratio = info.file_size / max(1, info.compress_size)
        if info.file_size > MAX_PART or (info.file_size > _RATIO_FROM and ratio > MAX_RATIO):
            raise ReadError("reader.zip_bomb", name=self._name)
        chunks: list[bytes] = []
        size = 0
        # the declared size may lie: count what really comes out
        with self._zip.open(info) as part:
            while chunk := part.read(_CHUNK):
                size += len(chunk)
                if size > MAX_PART or (size > _RATIO_FROM and size / max(1, info.compress_size) > MAX_RATIO):
                    raise ReadError("reader.zip_bomb", name=self._name)
                chunks.append(chunk)
        return b"".join(chunks)
