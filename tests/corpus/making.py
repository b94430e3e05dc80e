"""Made documents for the tests of metadata: text, web page, PDF and Word in a few lines."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from corpus.model import Block, ParsedDocument, RawDocument, Version, Visibility
from corpus.parse import parse_file, parse_raw
from corpus.record import Record
from corpus.snapshot import Snapshot


def from_lines(text: str, name: str = "文件.pdf", **declared: str) -> ParsedDocument:
    """As a reader without styles gives it: a paragraph a line, none of them a heading."""
    blocks = tuple(Block(line.strip()) for line in text.strip().split("\n") if line.strip())
    raw = RawDocument(Path("/made") / name, "pdf", blocks, declared=declared)
    return parse_raw(raw, sha256=hashlib.sha256(text.encode()).hexdigest())


def from_file(folder: Path, name: str, text: str) -> ParsedDocument:
    path = folder / name
    path.write_text(text, "utf-8")
    return parse_file(path)


def library(documents: Iterable[ParsedDocument]) -> Snapshot:
    """The snapshot of a catalog that holds these documents."""
    records = {}
    relations = {}
    for parsed in documents:
        version = parsed.version
        records[version.doc_id] = _record(parsed, version)
        relations[version.doc_id] = list(version.relations)
    return Snapshot(1, records, relations)


def _record(parsed: ParsedDocument, version: Version) -> Record:
    names = ("title", "doc_number", "issuer", "issued_on", "published_on", "effective_from", "effective_to")
    more = ("level", "region", "genre", "subject", "sample", "source", "basis")
    return Record(
        doc_id=version.doc_id,
        state="live",
        visibility=version.visibility or Visibility.PUBLIC,
        path=str(parsed.path),
        sha256=parsed.sha256,
        format=parsed.format,
        unit_count=parsed.unit_count,
        added_at=datetime(2026, 11, 22),
        **{name: getattr(version, name) for name in (*names, *more)},
    )
