"""How often a document's own clauses use a word: what tells one clause from its neighbours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from agent.lexis import Terms, tokens
from corpus.catalog import Catalog

DOCUMENTS = 4  # documents for which this is worth its time


def local_terms(terms: Terms, doc_ids: Iterable[str], catalog: Catalog) -> dict[str, Terms]:
    """The question's terms as weighted within each of the first few documents."""
    first = list(dict.fromkeys(doc_ids))[:DOCUMENTS]
    out = {}
    for doc_id in first:
        frequency, units = _frequencies(doc_id, _Reader(catalog))
        out[doc_id] = terms.within(lambda token, counts=frequency: counts[token], units)  # type: ignore[misc]
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
def _frequencies(doc_id: str, reader: _Reader) -> tuple[Counter[str], int]:
    """(units that have the token, units) of a version."""
    units = [clause for clause in reader.catalog.clauses(doc_id) if clause.parent_id is None]
    counts: Counter[str] = Counter()
    for unit in units:
        counts.update(tokens(unit.text))
    return counts, max(1, len(units))
