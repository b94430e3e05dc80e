"""How often a document's own clauses use a word: what tells one clause from its neighbours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from agent.lexis import Terms, tokens
from corpus.catalog import Catalog

DOCUMENTS = 8  # documents for which this is worth its time


@dataclass(frozen=True, slots=True)
class Local:
    """A question seen from within one document."""

    terms: Terms  # weighted by rarity in the document's own clauses
    coverage: float  # share of the question's weight that the document has anywhere
    numbered: bool  # whether its clauses have numbers, so that what has none is its head


def local_terms(terms: Terms, doc_ids: Iterable[str], catalog: Catalog) -> dict[str, Local]:
    """The question as seen from within each of the first few documents."""
    out = {}
    for doc_id in list(dict.fromkeys(doc_ids))[:DOCUMENTS]:
        counts, units, numbered = _frequencies(doc_id, _Reader(catalog))
        coverage = terms.coverage_of(frozenset(counts))
        out[doc_id] = Local(terms.within(counts, units), coverage, numbered)
    return out


class _Reader:
    """A catalog that does not take part in the cache's key: a doc_id names one text for ever."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Reader)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=256)
def _frequencies(doc_id: str, reader: _Reader) -> tuple[Counter[str], int, bool]:
    """(units that have each token, units, whether any is numbered) of a version."""
    units = [clause for clause in reader.catalog.clauses(doc_id) if clause.parent_id is None]
    counts: Counter[str] = Counter()
    for unit in units:
        counts.update(tokens(unit.text))
    record = reader.catalog.record(doc_id)
    counts.update(tokens(record.title) if record else ())
    return counts, max(1, len(units)), any(unit.label and unit.kind != "table" for unit in units)
