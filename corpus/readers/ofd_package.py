"""An OFD as a ZIP of XML parts: what its pages show, as placed text, rules and images.

`ofdkit` opens the container: it finds parts whose paths are written wrongly, decodes their names,
repairs XML, refuses document types and paths that leave the archive. What it lacks for a hostile
file stands here: limits on unpacked size, and on what composite objects unfold to.
"""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus.errors import ReadError
from corpus.messages import msg
from corpus.readers.common import Source

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from ofdkit.package import Package

MAX_XML = 24 * 1024 * 1024
"""Unpacked size at which an XML part is refused; a page has some 20 KB to 1 MB of it."""
MAX_TOTAL = 400 * 1024 * 1024
"""Unpacked size of all XML parts together."""
MAX_RATIO = 200
_RATIO_FROM = 2 * 1024 * 1024
MAX_OBJECTS = 200_000
"""Objects of one page, composite ones unfolded; a dense page has some thousands."""
MAX_NESTING = 32

POINTS = 72 / 25.4
"""OFD counts in millimetres, the layout in points."""
_A4 = (0.0, 0.0, 210.0, 297.0)

Affine = tuple[float, float, float, float, float, float]
"""a b c d e f: x' = a*x + c*y + e, y' = b*x + d*y + f."""
_IDENTITY: Affine = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class PlacedObject:
    """A text, path or image object of a page, with the transform to the page (millimetres)."""

    kind: str  # TextObject | PathObject | ImageObject
    element: Element
    transform: Affine


@dataclass(slots=True)
class PageContent:
    """A page's objects from back to front, and its box (x, y, width, height in millimetres)."""

    number: int
    box: tuple[float, float, float, float]
    objects: list[PlacedObject] = field(default_factory=list)
    media: dict[str, str] = field(default_factory=dict)  # ID -> entry in the package


@dataclass(slots=True)
class _Document:
    """One DocBody: where its pages, templates and resources stand in the package."""

    path: str
    box: tuple[float, float, float, float]
    templates: dict[str, tuple[str, str]]  # ID -> entry, ZOrder
    resources: list[str]
    pages: list[str | None]
    units: dict[str, Element] = field(default_factory=dict)
    media: dict[str, str] = field(default_factory=dict)


class OfdFile:
    """The documents of an OFD; `warnings` says what could not be found or read."""

    def __init__(self, source: Source) -> None:
        from ofdkit.package import Package

        self.path = source.path
        self._name = source.path.name
        _check_sizes(source)
        self._package: Package = Package(source.data)
        self.warnings: list[str] = []
        self.declared: dict[str, str] = {}
        self.signed = False
        self._documents = self._open()

    @property
    def page_count(self) -> int:
        return sum(len(document.pages) for document in self._documents)

    def pages(self) -> Iterator[PageContent]:
        """The pages in order; one that cannot be found or read is empty, with a warning."""
        number = 0
        for document in self._documents:
            for location in document.pages:
                number += 1
                yield self._page(document, location, number)

    def read_media(self, page: PageContent, resource: str) -> bytes | None:
        """An image's bytes; None, with a warning, where the package does not hold it."""
        from ofdkit import OFDError

        entry = page.media.get(resource)
        try:
            data = self._package.read(entry) if entry else None
        except OFDError:
            data = None
        if data is None:
            self.warnings.append(msg("formats.ofd_image_missing", page=page.number))
        return data

    def _open(self) -> list[_Document]:
        entry = self._package.find("OFD.xml")
        if entry is None:
            raise ReadError("formats.ofd_damaged", name=self._name)
        root = self._package.read_xml(entry)
        documents: list[_Document] = []
        for body in _named(root, "DocBody"):
            self.signed = self.signed or bool(_text(body, "Signatures"))
            self._declare(_child(body, "DocInfo"))
            path = self._package.resolve(entry, _text(body, "DocRoot"))
            if path is None:
                self.warnings.append(
                    msg("formats.ofd_part_missing", part=_text(body, "DocRoot") or "DocRoot")
                )
                continue
            documents.append(self._document(path))
        if not documents:
            raise ReadError("formats.ofd_damaged", name=self._name)
        return documents

    def _missing(self, part: str) -> None:
        self.warnings.append(msg("formats.ofd_part_missing", part=part))

    def _declare(self, info: Element | None) -> None:
        """Keywords, subject and the producer's own pairs; title and author are whatever the program
        that printed the file put there: left out, as a PDF's are."""
        for name in ("Subject", "Abstract"):
            if value := _text(info, name):
                self.declared.setdefault(name.lower(), value)
        keywords = [(word.text or "").strip() for word in _named(_child(info, "Keywords"), "Keyword")]
        if any(keywords):
            self.declared.setdefault("keywords", "；".join(filter(None, keywords)))
        for pair in _named(_child(info, "CustomDatas"), "CustomData"):
            name, value = (pair.get("Name") or "").strip().lower(), (pair.text or "").strip()
            if name and value:
                self.declared.setdefault(name, value)

    def _document(self, path: str) -> _Document:
        root = self._package.read_xml(path)
        common = _child(root, "CommonData")
        document = _Document(path, _box(_text(_child(common, "PageArea"), "PhysicalBox")) or _A4, {}, [], [])
        for template in _named(common, "TemplatePage"):
            entry = self._package.resolve(path, template.get("BaseLoc"))
            identity = (template.get("ID") or "").strip()
            if entry is None:
                self.warnings.append(
                    msg("formats.ofd_part_missing", part=template.get("BaseLoc") or "Template")
                )
            elif identity:
                document.templates[identity] = (entry, template.get("ZOrder") or "Background")
        for name in ("PublicRes", "DocumentRes"):
            for resource in _named(common, name):
                if entry := self._package.resolve(path, resource.text):
                    document.resources.append(entry)
        self._resources(document.resources, document.units, document.media)
        for page in _named(_child(root, "Pages"), "Page"):
            document.pages.append(self._package.resolve(path, page.get("BaseLoc")))
        return document

    def _resources(self, entries: list[str], units: dict[str, Element], media: dict[str, str]) -> None:
        for entry in entries:
            root = self._read(entry)
            if root is None:
                continue
            for unit in _named(_child(root, "CompositeGraphicUnits"), "CompositeGraphicUnit"):
                units.setdefault((unit.get("ID") or "").strip(), unit)
            base = (root.get("BaseLoc") or "").strip("/")
            for item in _named(_child(root, "MultiMedias"), "MultiMedia"):
                location = _text(item, "MediaFile") or ""
                found = self._package.resolve(entry, f"{base}/{location}" if base else location)
                found = found or self._package.resolve(entry, location) or self._by_name(location)
                if found:
                    media.setdefault((item.get("ID") or "").strip(), found)

    def _by_name(self, location: str) -> str | None:
        """The one part of that file name, wherever it stands: producers get folders wrong."""
        name = location.replace("\\", "/").rpartition("/")[2].casefold()
        found = [entry for entry in self._package.names if entry.rpartition("/")[2].casefold() == name]
        return found[0] if name and len(found) == 1 else None

    def _read(self, entry: str) -> Element | None:
        """A part's root; None, with a warning, where it is damaged.

        Raises:
            ReadError: it holds a document type or is too large.
        """
        from ofdkit import OFDFormatError

        try:
            return self._package.read_xml(entry)
        except OFDFormatError:
            self.warnings.append(msg("formats.ofd_part_damaged", part=entry))
            return None

    def _page(self, document: _Document, location: str | None, number: int) -> PageContent:
        page = PageContent(number, document.box, media=document.media)
        root = self._read(location) if location is not None else None
        if location is None:
            self.warnings.append(msg("formats.ofd_page_missing", page=number))
        if root is None or location is None:
            return page
        page.box = _box(_text(_child(root, "Area"), "PhysicalBox")) or document.box
        units = document.units
        own = [
            found for res in _named(root, "PageRes") if (found := self._package.resolve(location, res.text))
        ]
        if own:
            units, page.media = dict(units), dict(page.media)
            self._resources(own, units, page.media)
        behind: list[Element] = []
        above: list[Element] = []
        for reference in _named(root, "Template"):
            entry, order = document.templates.get((reference.get("TemplateID") or "").strip(), ("", ""))
            template = self._read(entry) if entry else None
            if template is not None:
                order = reference.get("ZOrder") or order
                (above if order == "Foreground" else behind).append(template)
        for layer_root in (*behind, root, *above):
            self._collect(layer_root, units, page.objects)
        return page

    def _collect(self, root: Element, units: dict[str, Element], objects: list[PlacedObject]) -> None:
        """The objects of a page's or template's layers, blocks and composite objects unfolded."""
        content = _child(root, "Content")
        stack: list[tuple[Element, Affine, int]] = [
            (layer, _IDENTITY, 0) for layer in reversed(list(_named(content, "Layer")))
        ]
        seen = 0
        while stack:
            element, transform, depth = stack.pop()
            seen += 1
            if seen > MAX_OBJECTS:
                raise ReadError("reader.zip_bomb", name=self._name)
            kind = _local(element)
            if (element.get("Visible") or "").strip().lower() == "false":
                continue
            if kind in ("TextObject", "PathObject", "ImageObject"):
                objects.append(PlacedObject(kind, element, compose(transform, own_transform(element))))
            elif depth >= MAX_NESTING:
                continue
            elif kind in ("Layer", "PageBlock"):
                stack += [(inner, transform, depth + 1) for inner in reversed(element)]
            elif kind == "CompositeObject":
                unit = _child(units.get((element.get("ResourceID") or "").strip()), "Content")
                inside = compose(transform, own_transform(element))
                stack += [(inner, inside, depth + 1) for inner in reversed(unit if unit is not None else [])]


def _check_sizes(source: Source) -> None:
    """Refuse by the directory what would unpack too large (ofdkit reads no more than it declares)."""
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            parts = [info for info in archive.infolist() if info.filename.lower().endswith(".xml")]
    except (zipfile.BadZipFile, ValueError, EOFError, OSError) as error:
        raise ReadError("formats.ofd_damaged", name=source.path.name) from error
    if any(info.flag_bits & 0x1 for info in parts):
        raise ReadError("reader.encrypted", name=source.path.name)
    for info in parts:
        ratio = info.file_size / max(1, info.compress_size)
        if info.file_size > MAX_XML or (info.file_size > _RATIO_FROM and ratio > MAX_RATIO):
            raise ReadError("reader.zip_bomb", name=source.path.name)
    if sum(info.file_size for info in parts) > MAX_TOTAL:
        raise ReadError("reader.zip_bomb", name=source.path.name)


def own_transform(element: Element) -> Affine:
    """Object space to its parent's: the CTM, then a move to the boundary's origin."""
    box = _box(element.get("Boundary")) or (0.0, 0.0, 0.0, 0.0)
    a, b, c, d, e, f = numbers(element.get("CTM"), 6) or _IDENTITY
    return (a, b, c, d, e + box[0], f + box[1])


def compose(outer: Affine, inner: Affine) -> Affine:
    """The transform that applies `inner` first."""
    a, b, c, d, e, f = inner
    x, y = apply(outer, e, f)
    p, q, r, s, _, _ = outer
    return (p * a + r * b, q * a + s * b, p * c + r * d, q * c + s * d, x, y)


def apply(transform: Affine, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = transform
    return a * x + c * y + e, b * x + d * y + f


def numbers(text: str | None, count: int) -> tuple[float, ...] | None:
    """The first `count` numbers of a list, None where there are fewer or one is no number."""
    try:
        found = tuple(float(part) for part in (text or "").replace(",", " ").split()[:count])
    except ValueError:
        return None
    return found if len(found) == count and all(map(math.isfinite, found)) else None


def _box(text: str | None) -> tuple[float, float, float, float] | None:
    found = numbers(text, 4)
    return (found[0], found[1], found[2], found[3]) if found else None


def _local(element: Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _named(parent: Element | None, name: str) -> Iterator[Element]:
    for element in parent if parent is not None else ():
        if _local(element) == name:
            yield element


def _child(parent: Element | None, name: str) -> Element | None:
    return next(_named(parent, name), None)


def _text(parent: Element | None, name: str) -> str | None:
    element = _child(parent, name)
    return (element.text or "").strip() or None if element is not None else None
