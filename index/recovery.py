"""Mends what a killed run left, and makes the indexes anew when they are missing or of another model."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path

from corpus.catalog import Catalog
from corpus.model import Visibility
from corpus.snapshot import Record
from index.hybrid import HybridIndex
from index.journal import Journal
from index.locks import hold, hold_if_free
from index.rows import Row, rows

log = logging.getLogger(__name__)

LOCK = ".ingest.lock"
STATE = "index.json"  # {"fingerprint": what the vectors were made with}
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
        for doc_id in sorted(changed):
            _settle(catalog, index, doc_id, finish=entries is not None and doc_id in entries.restaged)
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
        if records:
            _rebuild(catalog, index, records, _vectors_fit(home, records, index), progress)
        dropped = index.vectors.drop_others()
        if dropped:
            log.info("Removed the vectors of another model: %s", ", ".join(dropped))
        part = home / f"{STATE}.part"
        part.write_text(json.dumps({"fingerprint": index.fingerprint}), "utf-8")
        part.replace(home / STATE)


def _sound(home: Path, catalog: Catalog, index: HybridIndex) -> bool:
    records = list(catalog.snapshot().records.values())
    return _vectors_fit(home, records, index) and _postings_fit(records, index)


def _vectors_fit(home: Path, records: list[Record], index: HybridIndex) -> bool:
    try:
        state = json.loads((home / STATE).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    return state.get("fingerprint") == index.fingerprint and all(
        index.vectors.count(visibility) > 0 and (index.tokens.count(visibility) > 0 or not index.gives_tokens)
        for visibility in _inhabited(records)
    )


def _postings_fit(records: list[Record], index: HybridIndex) -> bool:
    places = _inhabited(records)
    return not places or (
        index.lexical.is_current and all(index.lexical.count(visibility) > 0 for visibility in places)
    )


def _inhabited(records: list[Record]) -> set[Visibility]:
    return {record.visibility for record in records if record.unit_count}


def _rebuild(
    catalog: Catalog,
    index: HybridIndex,
    records: list[Record],
    vectors_fit: bool,
    progress: Callable[[int, int], None] | None,
) -> None:
    what = "word index" if vectors_fit else "vectors (another model, or missing) and word index"
    log.warning("Making the %s anew for %d documents; this takes a while.", what, len(records))
    if not vectors_fit:
        index.vectors.clear()
        index.tokens.clear()
    index.lexical.clear()
    done = 0
    for visibility in Visibility:
        batch: list[tuple[str, list[Row]]] = []
        mine = [record for record in records if record.visibility is visibility]
        for number, record in enumerate(mine, 1):
            batch.append((record.doc_id, rows(record.doc_id, record.title, catalog.clauses(record.doc_id))))
            if number == len(mine) or sum(len(r) for _, r in batch) >= _ROWS_A_BATCH:
                index.write_again(visibility, batch, with_vectors=not vectors_fit)
                done += len(batch)
                batch = []
                log.info("%d of %d documents done", done, len(records))
                if progress:
                    progress(done, len(records))
