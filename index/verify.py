"""Does all that the library holds agree: catalog, originals, vectors, postings? And setting it right."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from corpus.catalog import Catalog
from corpus.model import Visibility
from corpus.originals import Original
from index.hybrid import HybridIndex
from index.journal import Journal
from index.reading import digest
from index.rows import doc_of, rows
from index.shelf import Shelf

ORPHANS = "orphans"  # where originals that no document refers to are put

Kind = Literal[
    "vectors_missing",  # rows that the catalog calls for
    "vectors_extra",  # rows of no live version, or of another visibility
    "postings_missing",
    "postings_extra",
    "tokens_missing",  # token vectors of rows, where the model gives any
    "tokens_extra",
    "original_missing",  # the kept file is gone
    "original_damaged",  # its bytes are not those that were read
    "original_orphan",  # a kept file that no version refers to
    "unfinished",  # a version that a killed run left
]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not agree. `doc_id` None: it belongs to no version; `count`: rows."""

    kind: Kind
    doc_id: str | None
    path: str | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked at, and what was found."""

    versions: int
    originals: int
    rows: int
    findings: list[Finding]


def verify(home: Path, catalog: Catalog, index: HybridIndex) -> Checked:
    """Looks at everything, changes nothing. The caller holds the ingest lock."""
    catalog.originals.complete()
    records = catalog.snapshot().records
    findings = [Finding("unfinished", record.doc_id, record.path) for record in catalog.unfinished()]
    counted = 0
    for visibility in Visibility:
        wanted: Counter[str] = Counter()
        for record in records.values():
            if record.visibility is visibility:
                made = rows(record.doc_id, record.title, catalog.clauses(record.doc_id))
                wanted.update(row.row_id for row in made)
        counted += wanted.total()
        findings += _differ(wanted, Counter(index.vectors.ids(visibility)), "vectors")
        findings += _differ(wanted, Counter(index.lexical.ids(visibility)), "postings")
        if index.gives_tokens:
            findings += _differ(wanted, Counter(index.tokens.ids(visibility)), "tokens")
    originals = catalog.originals.all()
    findings += _originals(home, originals)
    return Checked(len(records), len(originals), counted, findings)


def _differ(wanted: Counter[str], found: Counter[str], where: str) -> Iterator[Finding]:
    missing = Counter(doc_of(row) for row in (wanted - found).elements())
    extra = Counter(doc_of(row) for row in (found - wanted).elements())
    for kind, counts in (("missing", missing), ("extra", extra)):
        for doc_id, count in sorted(counts.items()):
            yield Finding(f"{where}_{kind}", doc_id, None, count)  # type: ignore[arg-type]


def _originals(home: Path, originals: Iterable[Original]) -> Iterator[Finding]:
    folder = home / "files"
    present: dict[str, list[Path]] = {}
    for file in sorted(folder.iterdir()) if folder.is_dir() else []:
        present.setdefault(file.name.partition(".")[0], []).append(file)
    known = set()
    sound = {sha: any(digest(file) == sha for file in found) for sha, found in present.items()}
    for original in originals:
        known.add(original.sha256)
        if original.sha256 not in present:
            yield Finding("original_missing", original.doc_id, original.path)
        elif not sound[original.sha256]:
            yield Finding("original_damaged", original.doc_id, original.path)
    for sha256, found in present.items():
        if sha256 not in known:
            yield from (Finding("original_orphan", None, str(file)) for file in found)


def repair(home: Path, catalog: Catalog, index: HybridIndex, findings: Iterable[Finding]) -> list[Finding]:
    """Sets right what can be; the caller holds the ingest lock.

    Rows are made anew from the catalog. A kept original is copied again from the path it was read
    from, if the same bytes are still there. An original that no version refers to is moved to
    `orphans/` under the home, never deleted: it may be all that is left of a document.

    Returns:
        What could not be set right.
    """
    left = []
    again = {found.doc_id for found in findings if found.kind.startswith(("vectors", "postings", "tokens"))}
    _write_again(home, catalog, index, {doc_id for doc_id in again if doc_id})
    shelf = Shelf(home, catalog)
    for found in findings:
        if found.kind == "original_orphan" and found.path:
            folder = home / ORPHANS
            folder.mkdir(exist_ok=True)
            shutil.move(found.path, folder / Path(found.path).name)
        elif (
            found.kind in ("original_missing", "original_damaged") and not _fetch(home, catalog, shelf, found)
        ) or found.kind == "unfinished":
            left.append(found)
    return left


def _write_again(home: Path, catalog: Catalog, index: HybridIndex, doc_ids: set[str]) -> None:
    journal = Journal(home)
    records = catalog.snapshot().records
    for doc_id in sorted(doc_ids):
        journal.begin([doc_id])
        for visibility in Visibility:
            index.delete(visibility, [doc_id])
        record = records.get(doc_id)
        if record is not None:
            made = rows(doc_id, record.title, catalog.clauses(doc_id))
            index.write(record.visibility, [(doc_id, made, index.embed(made))])
        journal.end()


def _fetch(home: Path, catalog: Catalog, shelf: Shelf, found: Finding) -> bool:
    original = catalog.originals.at(found.path or "")
    if original is None or digest(Path(original.path)) != original.sha256:
        return False
    for damaged in (home / "files").glob(f"{original.sha256}*"):
        damaged.unlink()
    shelf.keep(Path(original.path), original.sha256)
    return True
