"""From a file to a parsed document: read -> metadata -> structure."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

from corpus.confidence import confidences
from corpus.errors import ReadError
from corpus.metadata import read_metadata
from corpus.model import ParsedDocument, RawDocument, Version
from corpus.readers import read
from corpus.structure import structure, to_clauses, to_tables


def parse_file(path: Path) -> ParsedDocument:
    """Reads a file to the end.

    Raises:
        ReadError: the file cannot be read, or holds no text; the message says why and what to do.
    """
    path = Path(path)
    raw = read(path)
    return parse_raw(raw, sha256=hashlib.sha256(path.read_bytes()).hexdigest())


def parse_raw(raw: RawDocument, sha256: str) -> ParsedDocument:
    """Metadata and clauses of what a reader gave. `doc_id` is made of the text alone, so that the
    same text read again, or from another file, is the same version."""
    text, drafts = structure(raw.blocks)
    if not re.search(r"\w", text):
        raise ReadError("reader.no_text", name=raw.path.name)
    meta = read_metadata(raw, text)
    doc_id = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
    values: dict[str, Any] = {name: value for name, value in meta.values.items() if not name.startswith("_")}
    version = Version(
        doc_id=doc_id, text=text, basis=meta.basis, confidence=confidences(meta.basis), **values
    )
    clauses = to_clauses(doc_id, text, drafts)
    return ParsedDocument(
        version=version,
        clauses=clauses,
        path=raw.path,
        sha256=sha256,
        format=raw.format,
        pages=raw.pages,
        warnings=raw.warnings,
        tables=to_tables(clauses, drafts),
    )
