"""Both indexes behind one door: rows in, fused hits out. Knows nothing of the catalog."""

from __future__ import annotations

import copy
import logging
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import itemgetter
from pathlib import Path

from corpus.model import Visibility
from index.asked import Asked
from index.embedder import Embedder, Encoded, TokenEmbedder, Vectors
from index.fusion import DENSE_WEIGHT, DEPTH, fuse
from index.lexical import LexicalIndex, Posting
from index.parts import ALL, SearchParts
from index.rerank import CANDIDATES, Fit, Judged, fits_of, judged
from index.rows import VERSION, Row, unit_of
from index.synonyms import Synonyms
from index.token_vectors import Tokens, TokenStore
from index.vectors import VectorStore, VectorsUnusable

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hit:
    """A unit found: its fused score in [0, 1], its best row's cosine and BM25 score.

    After a second stage: its `fit` (index/rerank.py), and how far its best stretch fits `above` the median
    candidate's.
    """

    unit_id: str
    visibility: Visibility
    score: float
    dense: float
    lexical: float
    fit: Fit | None = None
    above: float = 0.0


Allowed = Callable[[str, Visibility], bool]  # may this row, found in this collection, be seen?
_Found = list[tuple[str, float]]
_QUERIES_KEPT = 256
_SPARE = 2  # rows fetched for each unit wanted: some units have several, some rows are turned away
_SPARE_OF_PASSING = 1.4  # of those expected to be allowed: how many are is chance
_GROWTH = 4
_LEAST_PASSING = 0.125  # however few are expected to be allowed, no more is fetched at first
_THREADS = 4  # that look words up, for all who search at a time


class HybridIndex:
    """The vector store and the lexical index under `home`, written and searched together."""

    def __init__(
        self,
        home: Path,
        embedder: Embedder,
        chroma_url: str | None = None,
        parts: SearchParts = ALL,
        library: str | None = None,
        synonyms: Synonyms | None = None,
    ) -> None:
        self.embedder = embedder
        self.parts = parts
        self.fingerprint = f"{embedder.fingerprint}-r{VERSION}"
        self.vectors = VectorStore(home / "chroma", self.fingerprint, chroma_url, library)
        self._words_alone = False
        self.lexical = LexicalIndex(home / "lexical", synonyms)
        self.tokens = TokenStore(home, self.fingerprint)
        # A turn searches the same question more than once (in other documents, for another day).
        self._beside = ThreadPoolExecutor(_THREADS, "words")
        self._asked = lru_cache(_QUERIES_KEPT)(lambda query: Asked(query, embedder))

    def with_parts(self, parts: SearchParts) -> HybridIndex:
        """The same stores and model, searched with `parts`."""
        view = copy.copy(self)
        view.parts = parts
        view.lexical = self.lexical.with_synonyms(parts.synonyms)
        return view

    def embed(self, rows: Sequence[Row]) -> Encoded:
        """The rows' vectors and, from a model that gives them, their tokens with places in the body."""
        passages = [row.passage for row in rows]
        if not isinstance(self.embedder, TokenEmbedder):
            return Encoded(self.embedder.encode_passages(passages), None)
        found = self.embedder.passage_tokens(passages)
        if found.tokens is None:
            return found
        starts = [len(row.passage) - len(row.body) for row in rows]
        return Encoded(found.sentences, [t.moved(at) for t, at in zip(found.tokens, starts, strict=True)])

    def write(
        self,
        visibility: Visibility,
        documents: Sequence[tuple[str, Sequence[Row], Encoded]],
        replace: bool = True,
    ) -> None:
        """Writes versions (id, rows, vectors of the rows), replacing what the indexes hold of them.

        `replace` False: they are known to hold nothing, which saves Chroma a search by metadata.
        """
        for doc_id, rows, vectors in documents:
            if replace:
                self.vectors.delete(visibility, doc_id)
                self.tokens.delete(visibility, [doc_id])
            self._add(visibility, doc_id, rows, vectors)
        with self.lexical.writing(visibility) as writer:
            for doc_id, rows, _ in documents:
                writer.delete(doc_id)
                writer.add(_posting(row) for row in rows)

    def write_vectors(self, visibility: Visibility, documents: Sequence[tuple[str, Sequence[Row]]]) -> None:
        """Writes the vectors of versions, over what there is of them; the word index is left as it is."""
        vectors = self.embed([row for _, rows in documents for row in rows])
        at = 0
        for doc_id, rows in documents:
            self._add(visibility, doc_id, rows, vectors[at : at + len(rows)])
            at += len(rows)

    def write_postings(self, visibility: Visibility, rows: Iterable[Row]) -> None:
        """Writes rows into the word index alone, which has been emptied."""
        with self.lexical.writing(visibility) as writer:
            writer.add(_posting(row) for row in rows)

    def _add(self, visibility: Visibility, doc_id: str, rows: Sequence[Row], encoded: Encoded) -> None:
        row_ids = [row.row_id for row in rows]
        if encoded.tokens is not None:
            self.tokens.add(visibility, doc_id, row_ids, encoded.tokens)
        self.vectors.add(visibility, doc_id, row_ids, encoded.sentences)

    def delete(self, visibility: Visibility, doc_ids: Sequence[str]) -> None:
        """Removes versions' rows from both indexes; nothing happens when there are none."""
        self.tokens.delete(visibility, doc_ids)
        for doc_id in doc_ids:
            self.vectors.delete(visibility, doc_id)
        with self.lexical.writing(visibility) as writer:
            for doc_id in doc_ids:
                writer.delete(doc_id)

    @property
    def gives_tokens(self) -> bool:
        """Whether the model gives token vectors besides sentence vectors."""
        return isinstance(self.embedder, TokenEmbedder) and self.embedder.has_tokens

    def query_tokens(self, query: str) -> Tokens | None:
        """The tokens of a question; None where the model gives none."""
        return self._asked(query).tokens if self.parts.tokens else None

    def row_tokens(self, rows: Sequence[tuple[Visibility, Row]]) -> dict[str, Tokens]:
        """Tokens by row id: as kept, or made anew where the store has lost them."""
        found: dict[str, Tokens] = {}
        for place in {visibility for visibility, _ in rows}:
            found |= self.tokens.get(place, [row.row_id for visibility, row in rows if visibility is place])
        lost = [row for _, row in rows if row.row_id not in found]
        if lost and (tokens := self.embed(lost).tokens) is not None:
            found |= {row.row_id: made for row, made in zip(lost, tokens, strict=True)}
        return found

    def _query_vector(self, query: str, with_tokens: bool) -> Vectors:
        return self._asked(query).vector(with_tokens and self.parts.tokens)

    def search(
        self,
        query: str,
        visibilities: Iterable[Visibility],
        k: int,
        allowed: Allowed | None = None,
        rerank: bool = False,
        passing: float = 1.0,
    ) -> list[Hit]:
        """The `k` best units whose rows are `allowed`, best first; `rerank`: after a second stage.

        Where the vectors cannot be used, the words alone decide, and `vectors.fault` says why.
        More rows than needed are fetched and checked: as many more as the share of rows that is expected
        to be allowed (`passing`) calls for. When too many are turned away all the same, the fetch grows
        until enough remain or the index is exhausted.
        """
        places = sorted(visibilities)
        expected = max(passing, _LEAST_PASSING)
        return self._or_by_words(lambda index: index._searched(query, places, k, allowed, rerank, expected))

    def _searched(
        self,
        query: str,
        places: Sequence[Visibility],
        k: int,
        allowed: Allowed | None,
        rerank: bool,
        passing: float,
    ) -> list[Hit]:
        wanted = max(k, DEPTH)
        depth = math.ceil(wanted * max(_SPARE, _SPARE_OF_PASSING / passing))
        words = self._by_words(places, query, depth)  # meanwhile, as the model reads the question
        vector = self._query_vector(query, rerank)
        compared = places if self.parts.dense else ()

        def near(rows: int) -> list[_Found]:
            return [self.vectors.query(place, vector, rows) for place in compared]

        dense = self._enough(compared, near(depth), near, depth, wanted, allowed)
        used = places if self.parts.lexical else ()
        lexical = self._enough(
            used,
            words.result(),
            lambda rows: self._by_words(used, query, rows).result(),
            depth,
            wanted,
            allowed,
        )
        return self._hits(query, vector, dense, lexical, k, rerank)

    def _enough(
        self,
        places: Sequence[Visibility],
        found: list[_Found],
        fetch: Callable[[int], list[_Found]],
        depth: int,
        wanted: int,
        allowed: Allowed | None,
    ) -> dict[str, tuple[float, str, Visibility]]:
        """The units of what one index has found, after more of it where too few are allowed."""
        while True:
            ranked, left = self._ranked(list(zip(places, found, strict=True)), depth, allowed)
            if len(ranked) >= wanted or not left:
                return ranked
            depth *= _GROWTH
            found = fetch(depth)

    def _by_words(self, places: Sequence[Visibility], query: str, depth: int) -> Future[list[_Found]]:
        """What the words find in each place, looked for in another thread; nothing without this part."""
        used = places if self.parts.lexical else ()
        return self._beside.submit(lambda: [self.lexical.search(place, query, depth) for place in used])

    def search_rows(
        self, query: str, row_ids: Sequence[tuple[Visibility, str]], k: int, rerank: bool = False
    ) -> list[Hit]:
        """The `k` best units among the given rows: every row is scored, none is missed.

        Where the vectors cannot be used, the words alone decide, as in `search`.
        """
        return self._or_by_words(lambda index: index._searched_rows(query, row_ids, k, rerank))

    def _or_by_words(self, search: Callable[[HybridIndex], list[Hit]]) -> list[Hit]:
        try:
            return search(self)
        except VectorsUnusable as fault:
            if not self.parts.lexical:
                raise
            log.warning("Searching by words alone: %s", fault)
            view = self.with_parts(replace(self.parts, dense=False))
            view._words_alone = True
            return search(view)

    def _cosines(self, place: Visibility, vector: Vectors, rows: Sequence[str]) -> dict[str, float]:
        return {} if self._words_alone else self.vectors.cosines(place, vector, rows)

    def _searched_rows(
        self, query: str, row_ids: Sequence[tuple[Visibility, str]], k: int, rerank: bool
    ) -> list[Hit]:
        vector = self._query_vector(query, rerank)
        dense: list[tuple[Visibility, _Found]] = []
        lexical: list[tuple[Visibility, _Found]] = []
        for place in sorted({visibility for visibility, _ in row_ids}):
            rows = [row for visibility, row in row_ids if visibility is place]
            if self.parts.dense:
                dense.append((place, list(self.vectors.cosines(place, vector, rows).items())))
            if self.parts.lexical:
                lexical.append((place, list(self.lexical.scores(place, query, rows).items())))
        ranked_dense, _ = self._ranked(dense, len(row_ids) + 1, None)
        ranked_lexical, _ = self._ranked(lexical, len(row_ids) + 1, None)
        return self._hits(query, vector, ranked_dense, ranked_lexical, k, rerank)

    def refresh(self) -> None:
        """Sees what another process has written."""
        self.vectors.refresh()
        self.lexical.refresh()

    def close(self) -> None:
        self._beside.shutdown()
        self.vectors.close()
        self.lexical.close()
        self.tokens.close()

    def _ranked(
        self, found: Sequence[tuple[Visibility, _Found]], depth: int, allowed: Allowed | None
    ) -> tuple[dict[str, tuple[float, str, Visibility]], bool]:
        """Units with (best score, its row, collection), best first; whether more rows may exist."""
        best: dict[str, tuple[float, str, Visibility]] = {}
        merged = [(score, row, place) for place, rows in found for row, score in rows]
        merged.sort(key=itemgetter(0), reverse=True)
        for score, row, place in merged:
            unit = unit_of(row)
            if unit not in best and (allowed is None or allowed(row, place)):
                best[unit] = (score, row, place)
        return best, any(len(rows) >= depth for _, rows in found)

    def _hits(
        self,
        query: str,
        vector: Vectors,
        dense: dict[str, tuple[float, str, Visibility]],
        lexical: dict[str, tuple[float, str, Visibility]],
        k: int,
        rerank: bool,
    ) -> list[Hit]:
        fused = fuse(
            [(unit, score) for unit, (score, _, _) in dense.items()],
            [(unit, score) for unit, (score, _, _) in lexical.items()],
            DENSE_WEIGHT if self.parts.dense and self.parts.lexical else float(self.parts.dense),
        )
        second = Judged(fused, {}, 0.0)
        if rerank and (asked := self.query_tokens(query)) is not None:
            places = {unit: (dense.get(unit) or lexical[unit])[2] for unit in list(fused)[:CANDIDATES]}
            second = judged(
                fused,
                lambda units: fits_of(units, asked, self._unit_tokens({u: places[u] for u in units})),
                self.parts.early,
            )
        fused = second.scores
        top = list(fused)[:k]
        cosines = self._missing(
            {unit: lexical[unit] for unit in top if unit not in dense},
            lambda place, rows: self._cosines(place, vector, rows),
        )
        weights = self._missing(
            {unit: dense[unit] for unit in top if unit not in lexical},
            lambda place, rows: self.lexical.scores(place, query, rows),
        )
        return [
            Hit(
                unit,
                (dense.get(unit) or lexical[unit])[2],
                fused[unit],
                dense[unit][0] if unit in dense else cosines.get(unit, 0.0),
                lexical[unit][0] if unit in lexical else weights.get(unit, 0.0),
                second.fits.get(unit),
                second.fits[unit].near - second.usual if unit in second.fits else 0.0,
            )
            for unit in top
        ]

    def _unit_tokens(self, places: Mapping[str, Visibility]) -> dict[str, list[Tokens]]:
        found: dict[str, list[Tokens]] = {}
        for visibility in set(places.values()):
            units = [unit for unit, place in places.items() if place is visibility]
            found |= self.tokens.of_units(visibility, units)
        return found

    @staticmethod
    def _missing(
        units: dict[str, tuple[float, str, Visibility]],
        score: Callable[[Visibility, list[str]], dict[str, float]],
    ) -> dict[str, float]:
        """The other side's raw score for units that only one side returned."""
        found: dict[str, float] = {}
        for place in {visibility for _, _, visibility in units.values()}:
            rows = [row for _, row, visibility in units.values() if visibility is place]
            found |= {unit_of(row): value for row, value in score(place, rows).items()}
        return found


def _posting(row: Row) -> Posting:
    return Posting(row.row_id, row.doc_id, row.body, row.title, row.heading)
