"""A throw-away index over plain passages, for retrieval benchmarks: the product's own path."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from corpus.model import Visibility
from corpus.settings import CorpusSettings
from index.embedder import Embedder, open_embedder
from index.heap import few_heaps
from index.hybrid import HybridIndex
from index.rows import unit_rows

_BATCH = 256  # passages embedded and written together


class BenchIndex:
    """Passages under a temporary home, removed by `close()`; use it as a context manager."""

    def __init__(
        self,
        passages: Sequence[str],
        titles: Sequence[str | None],
        ids: Sequence[str],
        embedder: Embedder | None = None,
    ) -> None:
        if not len(passages) == len(titles) == len(ids):
            raise ValueError("passages, titles and ids must be of one length")
        few_heaps()
        self._temporary = tempfile.TemporaryDirectory(prefix="zhixun-bench-", ignore_cleanup_errors=True)
        models = CorpusSettings().home / "models"
        self._index = HybridIndex(Path(self._temporary.name), embedder or open_embedder(models))
        self._ids = list(ids)
        for at in range(0, len(passages), _BATCH):
            self._write(at, passages[at : at + _BATCH], titles[at : at + _BATCH])

    def search(self, query: str, k: int = 10) -> list[tuple[str, float]]:
        """The ids of the `k` best passages with their scores, best first."""
        hits = self._index.search(query, [Visibility.PUBLIC], k, rerank=True)
        return [(self._ids[int(hit.unit_id)], hit.score) for hit in hits]

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

    def _write(self, start: int, passages: Sequence[str], titles: Sequence[str | None]) -> None:
        doc_id = f"batch{start}"
        rows = [
            row
            for number, (passage, title) in enumerate(zip(passages, titles, strict=True), start)
            for row in unit_rows(str(number), doc_id, title or "", "", passage)
        ]
        self._index.write(Visibility.PUBLIC, [(doc_id, rows, self._index.embed(rows))])


def bench_index(
    passages: Sequence[str],
    titles: Sequence[str | None],
    ids: Sequence[str],
    embedder: Embedder | None = None,
) -> BenchIndex:
    """Indexes the passages with the product's embedder, lexical tokens, stores and fusion."""
    return BenchIndex(passages, titles, ids, embedder)
