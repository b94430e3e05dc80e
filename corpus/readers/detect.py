"""What a file really is: by its first bytes, then checked against its suffix."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from corpus.errors import ReadError
from corpus.messages import msg
from corpus.model import Format
from corpus.readers import mhtml

_SUFFIX_FORMAT: dict[str, Format] = {
    ".pdf": "pdf",
    ".docx": "docx",
    ".html": "html",
    ".htm": "html",
    ".mht": "html",
    ".mhtml": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".csv": "csv",
    ".tsv": "csv",
    ".ofd": "ofd",
    ".png": "image",
    ".jpg": "image",
    ".jpeg": "image",
    ".tif": "image",
    ".tiff": "image",
    ".bmp": "image",
    ".doc": "doc",
    ".wps": "doc",
    ".rtf": "rtf",
    ".odt": "odt",
    ".xls": "xls",
    ".et": "xls",
    ".ods": "ods",
}
SUPPORTED_SUFFIXES: frozenset[str] = frozenset(_SUFFIX_FORMAT)
ARCHIVE_SUFFIXES: frozenset[str] = frozenset({".zip"})
"""Archives hold documents and are none: `corpus.readers.archive` unpacks them."""

# Magic bytes of what people do upload by mistake -> message key reader.foreign_<kind>.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"GIF8", "image"),
    (b"8BPS", "image"),
    (b"Rar!\x1a\x07", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ\x00", "archive"),
    (b"\x28\xb5\x2f\xfd", "archive"),
    (b"MZ", "executable_mz"),
    (b"\x7fELF", "executable"),
    (b"\xca\xfe\xba\xbe", "executable"),
    (b"\xcf\xfa\xed\xfe", "executable"),
    (b"SQLite format 3\x00", "database"),
    (b"ID3", "media"),
    (b"OggS", "media"),
    (b"fLaC", "media"),
    (b"\x1a\x45\xdf\xa3", "media"),
    (b"%!PS", "postscript"),
)
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML_START = re.compile(
    rb"^\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,4000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.I | re.S,
)
_HTML_TAG = re.compile(
    rb"<(?:html|body|div|p|table|br|span|meta|title|h[1-6]|ul|article|section|td)\b[^>]{0,2000}>", re.I
)
_PLAIN = ("html", "markdown", "text", "csv")
# What Word, Excel and WPS themselves save and open under an old suffix.
_SAVED_AS: dict[Format, frozenset[Format]] = {
    "doc": frozenset({"docx", "rtf", "html", "odt"}),
    "rtf": frozenset({"doc", "docx"}),
    "xls": frozenset({"xlsx", "html", "ods"}),
}
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_CONTROL = frozenset(range(32)) - {9, 10, 12, 13, 27}


@dataclass(frozen=True, slots=True)
class Detected:
    """The format to read as; `mislabelled` when the suffix says otherwise, yet programs save it so."""

    format: Format
    mislabelled: bool


def detect(data: bytes, path: Path) -> Detected:
    """Decide how to read `data`.

    A suffix that contradicts the content is refused: whoever uploaded it may have taken the wrong
    file. Let through are kinds of plain text under each other's suffix, old Office suffixes over
    what Office writes under them, and suffixes that claim nothing.

    Raises:
        ReadError: it is something else (the message names what), or its suffix is unsupported or
            belongs to another format.
    """
    suffix = path.suffix.lower()
    claimed = _SUFFIX_FORMAT.get(suffix)
    foreign = _foreign(data)
    if foreign is not None:
        raise ReadError(f"reader.foreign_{foreign}", name=path.name)
    found = _by_magic(data, path, claimed)
    if found is not None:
        return _checked(found, claimed, path)
    if _is_binary(data):
        key = "reader.foreign_binary" if claimed in (None, *_PLAIN) else "reader.damaged_header"
        raise ReadError(key, name=path.name)
    if claimed is None and suffix:
        raise ReadError("reader.unsupported", name=path.name, suffix=suffix)
    return _checked(_text_like(data, claimed), claimed, path)


def _checked(found: Format, claimed: Format | None, path: Path) -> Detected:
    fits = claimed in (None, found) or (claimed in _PLAIN and found in _PLAIN)
    if not fits and (claimed is None or found not in _SAVED_AS.get(claimed, ())):
        raise ReadError(
            "reader.mislabelled", name=path.name, suffix=path.suffix, format=msg(f"reader.format_{found}")
        )
    return Detected(found, claimed != found)


def _by_magic(data: bytes, path: Path, claimed: Format | None) -> Format | None:
    """The format of a file that its first bytes name; None for one made of text."""
    if mhtml.is_archive(data):
        return "html"
    if _is_pdf(data, claimed):
        return "pdf"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return zip_format(io.BytesIO(data), path)
    if data.startswith(_OLE):
        return _ole_format(data, path)
    # "BM" may begin a text; a bitmap has reserved zero bytes after its size
    if data.startswith(_IMAGES) or (data.startswith(b"BM") and data[6:10] == b"\x00\x00\x00\x00"):
        return "image"
    return "rtf" if data.startswith(b"{\\rtf") else None


def _text_like(data: bytes, claimed: Format | None) -> Format:
    """HTML, Markdown or text: by content where it speaks clearly, else by suffix."""
    head = _ascii_view(data)
    if _HTML_START.match(head):
        return "html"
    if claimed == "html":
        return "html" if _HTML_TAG.search(head) else "text"
    return claimed if claimed in _PLAIN else "text"


def _ascii_view(data: bytes, limit: int = 65536) -> bytes:
    """The first bytes with BOM and UTF-16 padding removed, enough to look for tags."""
    head = data[:limit]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[2:].replace(b"\x00", b"")
    return head.removeprefix(b"\xef\xbb\xbf")


def _is_pdf(data: bytes, claimed: Format | None) -> bool:
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n\x00")
    return head.startswith(b"%PDF-") or (claimed == "pdf" and b"%PDF-" in data[:1024])


def _foreign(data: bytes) -> str | None:
    """The kind of a recognised but unsupported file, None where nothing is recognised."""
    for magic, kind in _MAGIC:
        if not data.startswith(magic):
            continue
        if kind == "executable_mz":
            if b"\x00" in data[:256]:
                return "executable"
            continue
        return kind
    if data[:4] == b"RIFF":
        return "image" if data[8:12] == b"WEBP" else "media"
    if data[4:8] == b"ftyp":
        return "image" if data[8:12] in (b"heic", b"heix", b"mif1", b"avif") else "media"
    if data[257:262] == b"ustar":
        return "archive"
    head = _ascii_view(data, 2048)
    if b"<?mso-application" in head:
        return "word_xml"
    if (
        re.match(rb"\s*(?:From:|MIME-Version:)", head)
        and b"MIME-Version" in head
        and not mhtml.is_archive(data)
    ):
        return "mhtml"
    if re.match(rb"\s*(?:<\?xml[^>]*>\s*)?<svg\b", head):
        return "image"
    return None


def _ole_format(data: bytes, path: Path) -> Format:
    """An OLE container: encrypted OOXML, or an old Word, Excel, PowerPoint file (WPS writes the same).

    The directory's entry names are UTF-16LE; searching for them is enough to tell these apart.
    """
    streams = (
        ("EncryptedPackage", "encrypted_office"),
        ("WordDocument", "doc"),
        ("Workbook", "xls"),
        ("PowerPoint Document", "ppt"),
    )
    kind = next((kind for name, kind in streams if name.encode("utf-16-le") in data), None)
    if kind == "xls":
        return "xls"
    if kind in ("doc", None):
        return "doc"
    raise ReadError(f"reader.foreign_{kind}", name=path.name)


def zip_format(file: IO[bytes] | Path, path: Path) -> Format:
    """The format of a document that is a ZIP; raises, naming what it is, for any other archive."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            mimetype = archive.open("mimetype").read(100) if "mimetype" in names else b""
    except (zipfile.BadZipFile, zlib.error, ValueError, LookupError, OSError, EOFError,
            NotImplementedError, RuntimeError) as error:  # fmt: skip
        damaged = {".ofd": "formats.ofd_damaged", ".zip": "formats.archive_damaged"}
        raise ReadError(damaged.get(path.suffix.lower(), "reader.damaged_zip"), name=path.name) from error
    if any(re.fullmatch(r"word/document\d*\.xml", name) for name in names):
        return "docx"
    if any(name.replace("\\", "/").lstrip("./").lower() == "ofd.xml" for name in names):
        return "ofd"
    if mimetype.startswith(b"application/vnd.oasis.opendocument.text"):
        return "odt"
    if mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return "ods"
    if "xl/workbook.xml" in names:
        return "xlsx"
    kind = "archive"
    if any(name.startswith("xl/") for name in names):
        kind = "xls"
    elif any(name.startswith("ppt/") for name in names):
        kind = "ppt"
    elif b"opendocument" in mimetype or b"epub" in mimetype:
        kind = "odf"
    elif "[Content_Types].xml" in names and path.suffix.lower() == ".docx":
        raise ReadError("reader.damaged_zip", name=path.name)
    raise ReadError(f"reader.foreign_{kind}", name=path.name)


def _is_binary(data: bytes) -> bool:
    """Control bytes in quantity, in a file that no BOM declares to be UTF-16."""
    if data.startswith(_BOMS):
        return False
    sample = data[:65536]
    control = sum(1 for byte in sample if byte in _CONTROL)
    return control > 0 and (sample.count(0) > 0 or control / len(sample) > 0.02)
