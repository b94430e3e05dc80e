"""Mends what a killed run left, and makes the indexes anew when they are missing or of another model."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from corpus.catalog import Catalog
from corpus.model import Visibility
from corpus.record import Record
from index import mark
from index.hybrid import HybridIndex
from index.journal import Journal
from index.locks import hold, hold_if_free
from index.rows import Row, rows
from index.vectors import VectorsUnusable

log = logging.getLogger(__name__)

LOCK = ".ingest.lock"
_ROWS_A_BATCH = 512


def recover(home: Path, catalog: Catalog, index: HybridIndex) -> None:
    """Finishes or undoes what a killed run left, unless a run is at work now."""
    journal = Journal(home)
    if journal.read() is None and not catalog.unfinished():
        return
    with hold_if_free(home / LOCK) as held:
        if not held:
            return  # not a killed run but one at work
        entries = journal.read()
        changed = set(entries.changed if entries else ())
        changed |= {record.doc_id for record in catalog.unfinished()}
        log.warning("An ingestion was cut short: putting %d documents in order.", len(changed))
        if not index.lexical.is_current:  # of an older release: nothing can be added to it
            _postings_anew(catalog, index, list(catalog.snapshot().records.values()))
        try:
            for doc_id in sorted(changed):
                _settle(catalog, index, doc_id, finish=entries is not None and doc_id in entries.restaged)
        except VectorsUnusable as fault:
            if not index.vectors.remote:
                raise
            log.warning("Left for the next start, the vectors being out of reach: %s", fault)
            return  # staged versions are not searched, and the journal stays
        journal.end()


def _settle(catalog: Catalog, index: HybridIndex, doc_id: str, finish: bool) -> None:
    """The old state (a version never live is removed) or the new one (rows written again)."""
    record = catalog.record(doc_id)
    for visibility in Visibility:
        if record is None or record.visibility is not visibility or record.state != "live":
            index.delete(visibility, [doc_id])
    if record is None:
        return
    if record.state == "live" or (record.state == "staged" and finish):
        found = rows(doc_id, record.title, catalog.clauses(doc_id))
        index.write(record.visibility, [(doc_id, found, index.embed(found))])
        if record.state != "live":
            catalog.make_live(doc_id)
    else:
        catalog.remove(doc_id)


def rebuild_if_needed(
    home: Path, catalog: Catalog, index: HybridIndex, progress: Callable[[int, int], None] | None = None
) -> None:
    """Writes an index anew from the catalog when it is empty or was made with another model."""
    if _sound(home, catalog, index):
        return
    with hold(home / LOCK):
        if _sound(home, catalog, index):  # another process did it meanwhile
            return
        records = list(catalog.snapshot().records.values())
        if records and not _vectors_fit(home, records, index):
            _vectors_anew(home, catalog, index, records, progress)
        if not _postings_fit(records, index):
            _postings_anew(catalog, index, records)
        if index.vectors.fault is not None:
            return  # a server that is away: its vectors are looked at next time
        dropped = index.vectors.drop_others() + index.tokens.drop_others()
        if dropped:
            log.info("Removed the vectors of another model: %s", ", ".join(dropped))
        mark.write(home, replace(mark.read(home), fingerprint=index.fingerprint, building=None))


def note_writing(home: Path, catalog: Catalog, mended: bool = False) -> None:
    """Notes that the indexes now hold what the catalog holds; `mended`: all of it, as compared."""
    known = mark.read(home)
    newer = False if mended else known.newer or known.generation > catalog.generation()
    mark.write(home, replace(known, generation=catalog.generation(), newer=newer))


def is_newer(home: Path, catalog: Catalog) -> bool:
    """Whether the indexes were written for a later state than the catalog's, put back from a backup."""
    known = mark.read(home)
    return known.newer or known.generation > catalog.generation()


def _sound(home: Path, catalog: Catalog, index: HybridIndex) -> bool:
    records = list(catalog.snapshot().records.values())
    return _vectors_fit(home, records, index) and _postings_fit(records, index)


def _vectors_fit(home: Path, records: list[Record], index: HybridIndex) -> bool:
    """Whether they are those of this model; a server that is away is taken to hold them."""
    if index.vectors.remote:
        try:
            index.vectors.require(index.embedder.dim)
        except VectorsUnusable as fault:
            log.warning("The vectors could not be looked at: %s", fault)
            return True
    return mark.read(home).fingerprint == index.fingerprint and all(
        index.vectors.count(visibility) > 0 and (index.tokens.count(visibility) > 0 or not index.gives_tokens)
        for visibility in _inhabited(records)
    )


def _postings_fit(records: list[Record], index: HybridIndex) -> bool:
    # of an older release, it cannot even be opened, be the library as empty as it may
    return index.lexical.is_current and all(
        index.lexical.count(visibility) > 0 for visibility in _inhabited(records)
    )


def _inhabited(records: list[Record]) -> set[Visibility]:
    return {record.visibility for record in records if record.unit_count}


def _vectors_anew(
    home: Path,
    catalog: Catalog,
    index: HybridIndex,
    records: Sequence[Record],
    progress: Callable[[int, int], None] | None,
) -> None:
    """Makes the collections of this model, beside those of another, which stay in use until the end.
    What a run that was killed has made is kept, if the catalog is the same."""
    log.warning("Making vectors anew for %d documents (another model, or missing).", len(records))
    known, generation = mark.read(home), catalog.generation()
    if (known.building, known.building_at) != (index.fingerprint, generation):
        index.vectors.clear()
        index.tokens.clear()
        mark.write(home, replace(known, building=index.fingerprint, building_at=generation))
    done = 0
    for visibility in Visibility:
        mine = [record for record in records if record.visibility is visibility]
        present = set(index.vectors.ids(visibility))
        if index.gives_tokens:
            present &= set(index.tokens.ids(visibility))
        batch: list[tuple[str, list[Row]]] = []
        for number, record in enumerate(mine, 1):
            made = rows(record.doc_id, record.title, catalog.clauses(record.doc_id))
            if not present.issuperset(row.row_id for row in made):
                batch.append((record.doc_id, made))
            if number == len(mine) or sum(len(r) for _, r in batch) >= _ROWS_A_BATCH:
                index.write_vectors(visibility, batch)
                batch = []
                log.info("%d of %d documents done", done + number, len(records))
                if progress:
                    progress(done + number, len(records))
        done += len(mine)


def _postings_anew(catalog: Catalog, index: HybridIndex, records: Sequence[Record]) -> None:
    """The word index, in one go: a kill leaves it empty, and it is made again."""
    log.warning("Making the word index anew for %d documents.", len(records))
    index.lexical.clear()
    for visibility in Visibility:
        mine = [record for record in records if record.visibility is visibility]
        index.write_postings(
            visibility,
            (row for r in mine for row in rows(r.doc_id, r.title, catalog.clauses(r.doc_id))),
        )
