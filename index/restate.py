"""Writes a version's rows again after staff corrected its title or who may see it."""

from __future__ import annotations

from pathlib import Path

from corpus.catalog import Catalog
from corpus.model import Visibility
from index.hybrid import HybridIndex
from index.journal import Journal
from index.rows import rows


def restate(
    home: Path, catalog: Catalog, index: HybridIndex, doc_id: str, visibility: Visibility | None = None
) -> None:
    """Rows under the title that the catalog now has, and where `visibility` puts them (None: where
    they are). The caller holds the ingest lock; a kill is mended from the journal.

    Raises:
        KeyError: no such version is live.
    """
    record = catalog.record(doc_id)
    if record is None or record.state != "live":
        raise KeyError(doc_id)
    wanted = visibility or record.visibility
    journal = Journal(home)
    journal.begin([doc_id], [doc_id])
    made = rows(doc_id, record.title, catalog.clauses(doc_id))
    index.write(wanted, [(doc_id, made, index.embed(made))], replace=True)
    if wanted is not record.visibility:
        catalog.set_visibility(doc_id, wanted)
        index.delete(record.visibility, [doc_id])
    journal.end()
