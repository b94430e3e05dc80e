"""Readers: one module a format behind one protocol, `read(path) -> RawDocument`.

The format is judged by content (magic bytes) and checked against the suffix: a file that claims to
be another format is refused; one saved so by Office itself is read with a warning. Whatever goes
wrong inside a library comes out as `ReadError` with a reason for the user: `read` is the one
boundary, and nothing else escapes it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import cast

from corpus.errors import ReadError
from corpus.messages import msg
from corpus.model import RawDocument
from corpus.readers.common import PARSE_ERRORS, Source, library_errors
from corpus.readers.detect import ARCHIVE_SUFFIXES, SUPPORTED_SUFFIXES, detect

__all__ = ["ARCHIVE_SUFFIXES", "MAX_BYTES", "SUPPORTED_SUFFIXES", "read"]

MAX_BYTES = 200 * 1024 * 1024
"""Larger files are refused by default: no policy document comes near it."""

_MODULES = {"image": "scan", **dict.fromkeys(("doc", "rtf", "odt", "xls", "ods"), "legacy")}
"""Formats whose module has another name than they."""


def read(path: Path, *, max_bytes: int = MAX_BYTES) -> RawDocument:
    """Read the file at `path`, whatever its format, into blocks in reading order.

    Args:
        path: A file (not a folder).
        max_bytes: Refuse a file larger than this.

    Raises:
        ReadError: the file is missing, a folder, unreadable, too large, empty, of an unsupported
            format, encrypted, scanned without a text layer, or damaged. The library's own
            exception is its `__cause__`.
    """
    path = Path(path)
    data = _load(path, max_bytes)
    found = detect(data, path)
    module = import_module(f"corpus.readers.{_MODULES.get(found.format, found.format)}")
    reader = cast("Callable[[Source], RawDocument]", module.read)
    try:
        document = reader(Source(path=path, data=data))
    except ReadError:
        raise
    except (*PARSE_ERRORS, *library_errors(found.format)) as error:
        raise ReadError("reader.damaged", name=path.name, format=_format_name(found.format)) from error
    if not any(block.text.strip() for block in document.blocks):
        raise ReadError("reader.no_text", name=path.name)
    if found.mislabelled:
        warning = msg("reader.saved_as", name=path.name, format=_format_name(found.format))
        document = replace(document, warnings=(warning, *document.warnings))
    return document


def _load(path: Path, max_bytes: int) -> bytes:
    """The file's bytes; every way in which a path can fail has its own reason."""
    try:
        if path.is_dir():
            raise ReadError("reader.folder", name=path.name)
        if not path.exists():
            raise ReadError("reader.not_found", name=str(path))
        if not path.is_file():
            raise ReadError("reader.not_a_file", name=path.name)
        size = path.stat().st_size
        if size > max_bytes:
            raise ReadError(
                "reader.too_large", name=path.name, size=_megabytes(size), limit=_megabytes(max_bytes)
            )
        data = path.read_bytes()
    except PermissionError as error:
        raise ReadError("reader.no_permission", name=path.name) from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise ReadError("reader.io", name=path.name, reason=str(error)) from error
    if not data:
        raise ReadError("reader.empty", name=path.name)
    return data


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.1f}"


def _format_name(format: str) -> str:
    return msg(f"reader.format_{format}")
