"""A throw-away index over plain passages, for retrieval benchmarks: the product's own path."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, TypeVar

from corpus.model import Visibility
from corpus.settings import CorpusSettings
from index.calibration import Known, Signs, probability
from index.embedder import Embedder, open_embedder
from index.fusion import DEPTH
from index.heap import few_heaps
from index.hybrid import HybridIndex
from index.parts import SearchParts
from index.rows import Row, unit_rows

_BATCH = 256  # passages embedded and written together
STAGES = ("lexical", "dense", "fused", "reranked")
_PARTS = {"lexical": SearchParts(dense=False), "dense": SearchParts(lexical=False)}
_T = TypeVar("_T")
TIMED = ("embed", "dense", "lexical", "fusion", "second_stage")


class Likely(NamedTuple):
    """A passage found, what speaks for it, and how probable it is that it is relevant."""

    id: str
    signs: Signs
    probability: float


class BenchIndex:
    """Passages under a temporary home, removed by `close()`; use it as a context manager.

    Args:
        ids: of the passages.
        units: the rows of each passage, whose ids begin with its number (from 0).
    """

    def __init__(
        self, ids: Sequence[str], units: Sequence[Sequence[Row]], embedder: Embedder | None = None
    ) -> None:
        few_heaps()
        self._temporary = tempfile.TemporaryDirectory(prefix="zhixun-bench-", ignore_cleanup_errors=True)
        self._index = HybridIndex(Path(self._temporary.name), embedder or bench_embedder())
        self._views = {stage: self._index.with_parts(parts) for stage, parts in _PARTS.items()}
        self._ids = list(ids)
        self._texts = [tuple(f"{row.title}\n{row.heading}\n{row.body}" for row in unit) for unit in units]
        for at in range(0, len(units), _BATCH):
            rows = [row for unit in units[at : at + _BATCH] for row in unit]
            self._index.write(Visibility.PUBLIC, [(f"batch{at}", rows, self._index.embed(rows))])

    def search(self, query: str, k: int = 10, stage: str = "reranked") -> list[tuple[str, float]]:
        """The ids of the `k` best passages with their scores, best first, as one of `STAGES` has them."""
        index = self._views.get(stage, self._index)
        hits = index.search(query, [Visibility.PUBLIC], k, rerank=stage == "reranked")
        return [(self._ids[int(hit.unit_id)], hit.score) for hit in hits]

    def likely(self, query: str, k: int) -> list[Likely]:
        """The `k` best passages after the second stage with their probabilities, best first; those
        without tokens are left out."""
        lexical, public = self._index.lexical, Visibility.PUBLIC
        known = Known(query, lambda token: lexical.doc_freq(public, token), lexical.count(public))
        found = []
        every = self._index.with_parts(SearchParts(early=False))
        for hit in every.search(query, [public], k, rerank=True):
            if hit.fit is not None:
                number = int(hit.unit_id)
                signs = Signs(hit.fit.near, hit.dense, known.share(*self._texts[number]), hit.above)
                found.append(Likely(self._ids[number], signs, probability(signs)))
        return found

    def times(self, query: str, k: int) -> dict[str, float]:
        """Milliseconds of a search for a query that was not asked before: `total`, and by stage.

        Stages are run again by themselves. `fusion` is what a search without a second stage takes
        beyond its two rankings (joining, scaling, checking), `second_stage` what the rest takes.
        """
        total, _ = _clocked(lambda: self.search(query, k))
        embed, vector = _clocked(lambda: self._index.embedder.encode_queries([query])[0])
        depth = 2 * max(k, DEPTH)  # as a search asks for
        dense, _ = _clocked(lambda: self._index.vectors.query(Visibility.PUBLIC, vector, depth))
        lexical, _ = _clocked(lambda: self._index.lexical.search(Visibility.PUBLIC, query, depth))
        first, _ = _clocked(lambda: self.search(query, k, "fused"))
        fusion = max(0.0, first - dense - lexical)
        second = max(0.0, total - embed - first)
        return dict(zip(("total", *TIMED), (total, embed, dense, lexical, fusion, second), strict=True))

    def close(self) -> None:
        self._index.close()
        self._temporary.cleanup()

    def __enter__(self) -> BenchIndex:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _clocked(work: Callable[[], _T]) -> tuple[float, _T]:
    start = time.perf_counter()
    done = work()
    return (time.perf_counter() - start) * 1000, done


def bench_embedder() -> Embedder:
    """The product's embedder, with the models of this state folder."""
    return open_embedder(CorpusSettings().home / "models")


def batch_of(number: int) -> str:
    """The version that a passage's rows are written under."""
    return f"batch{number - number % _BATCH}"


def bench_index(
    passages: Sequence[str],
    titles: Sequence[str | None],
    ids: Sequence[str],
    embedder: Embedder | None = None,
    headings: Sequence[str] | None = None,
    tables: Sequence[bool] | None = None,
) -> BenchIndex:
    """Indexes the passages with the product's embedder, lexical tokens, stores, fusion and second stage.

    Args:
        headings: the headings above each passage; none where left out.
        tables: which passages are tables, whose first row stands again before each piece of a long one.
    """
    headings = [""] * len(passages) if headings is None else headings
    tables = [False] * len(passages) if tables is None else tables
    if len({len(given) for given in (passages, titles, ids, headings, tables)}) > 1:
        raise ValueError("passages, titles, ids, headings and tables must be of one length")
    every = enumerate(zip(passages, titles, headings, tables, strict=True))
    units = [
        unit_rows(str(number), batch_of(number), title or "", heading, passage, table)
        for number, (passage, title, heading, table) in every
    ]
    return BenchIndex(ids, units, embedder)
