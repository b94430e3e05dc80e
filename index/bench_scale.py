"""A library of made-up documents, built and searched through the product's own stores, with a clock.

A passage's vectors are not made from its text: embedding a million passages takes hours here. They are
vectors of some hundred passages, mixed with seeded noise, as near to each other as passages of one field
are. The questions are embedded for real.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from corpus.model import ParsedDocument, Role, Visibility
from index.embedder import Encoded, Vectors
from index.hybrid import HybridIndex
from index.library import Library
from index.rows import Row, rows

NOISE = 0.45  # length of the noise beside a vector of length 1: siblings' cosine is about 0.83
_ROWS_A_COMMIT = 20_000
_Documents = list[tuple[str, Sequence[Row], Encoded]]
_Times = dict[str, list[float]]
STAGES = ("embed", "dense", "lexical")


class SyntheticVectors:
    """Vectors and tokens for any row, from those of a few real passages.

    Args:
        passages: embedded when the object is made; some hundred.
    """

    def __init__(self, index: HybridIndex, passages: Sequence[Row]) -> None:
        made = index.embed(passages)
        self._sentences, self._tokens = made.sentences, made.tokens

    def of(self, made: Sequence[Row], seed: int) -> Encoded:
        """Vectors of a document's rows, the same for the same `seed`."""
        chance = np.random.default_rng(seed)
        base = chance.integers(0, len(self._sentences), len(made))
        noise = chance.standard_normal((len(made), self._sentences.shape[1]), np.float32)
        noise *= NOISE / np.linalg.norm(noise, axis=1, keepdims=True)
        mixed: Vectors = self._sentences[base] + noise
        mixed /= np.linalg.norm(mixed, axis=1, keepdims=True)
        tokens = None if self._tokens is None else [self._tokens[at] for at in base]
        return Encoded(mixed, tokens)


@dataclass(frozen=True, slots=True)
class Limits:
    """Up to how many rows vectors and tokens are kept, half of them for each collection: a graph of a million
    takes the better part of an hour, tokens take 9 kB a row."""

    vectors: int
    tokens: int


def grow(
    library: Library,
    documents: Iterable[tuple[ParsedDocument, Visibility]],
    source: SyntheticVectors,
    limits: Limits,
    progress: Callable[[int], None] | None = None,
) -> dict[str, float]:
    """Adds documents to catalog and indexes; those the catalog has already are left out.

    `progress` is told how many rows have been added so far. A killed run goes on where its last commit
    of some 20,000 rows ended: the catalog calls a document live only after its rows are written.

    Returns:
        Seconds by part (catalog, vectors and tokens, lexical) and the number of rows added.
    """
    catalog, index = library.catalog, library._index
    took: dict[str, float] = defaultdict(float)
    known = set(catalog.snapshot().records)
    waiting: dict[Visibility, _Documents] = {visibility: [] for visibility in Visibility}
    # A library of which one collection has no vectors or tokens would be taken for damaged when it is opened.
    share = Limits(max(1, limits.vectors // len(Visibility)), max(1, limits.tokens // len(Visibility)))
    filled = {visibility: index.vectors.count(visibility) for visibility in Visibility}

    def write(visibility: Visibility) -> None:
        began = time.perf_counter()
        for doc_id, made, encoded in waiting[visibility]:
            if filled[visibility] < share.vectors:
                tokens = encoded.tokens if filled[visibility] < share.tokens else None
                index._add(visibility, doc_id, made, Encoded(encoded.sentences, tokens))
                filled[visibility] += len(made)
        took["vectors"] += time.perf_counter() - began
        began = time.perf_counter()
        index.write_postings(visibility, (row for _, made, _ in waiting[visibility] for row in made))
        took["lexical"] += time.perf_counter() - began
        began = time.perf_counter()
        for doc_id, _, _ in waiting[visibility]:
            catalog.make_live(doc_id)
        took["catalog"] += time.perf_counter() - began
        waiting[visibility].clear()
        if progress:
            progress(int(took["rows"]))

    for parsed, visibility in documents:
        version = parsed.version
        if version.doc_id in known:
            continue
        made = rows(version.doc_id, version.title, parsed.clauses)
        began = time.perf_counter()
        catalog.stage(parsed, visibility)
        took["catalog"] += time.perf_counter() - began
        waiting[visibility].append((version.doc_id, made, source.of(made, int(version.doc_id, 16))))
        took["rows"] += len(made)
        if sum(len(entry[1]) for entry in waiting[visibility]) >= _ROWS_A_COMMIT:
            write(visibility)
    for visibility in Visibility:
        if waiting[visibility]:
            write(visibility)
    return dict(took)


class _Clock:
    """Milliseconds spent in calls of some methods of an object, from the outside."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)

    def watch(self, owner: Any, names: Sequence[str], stage: str) -> None:
        for name in names:
            setattr(owner, name, self._timed(getattr(owner, name), stage))

    def _timed(self, call: Callable[..., Any], stage: str) -> Callable[..., Any]:
        def timed(*args: Any, **options: Any) -> Any:
            began = time.perf_counter()
            try:
                return call(*args, **options)
            finally:
                self.spent[stage] += (time.perf_counter() - began) * 1000

        return timed


def times(library: Library, questions: Sequence[str], role: Role, day: date, k: int = 10) -> _Times:
    """Milliseconds of `Library.search` for each question: without and with the second stage.

    `first` is a search without the second stage: `embed`, `dense`, `lexical` and `check` (validity,
    visibility, fusing, reading the clauses); `lexical` runs beside the first two. `reranked` is the whole
    search with it, made anew.
    `first_cpu` and `reranked_cpu` are processor time, which other work on the machine does not lengthen.
    The library serves for measuring alone afterwards: its methods carry clocks.
    """
    index, clock = library._index, _Clock()
    clock.watch(index, ("_query_vector",), "embed")
    clock.watch(index.vectors, ("query", "cosines"), "dense")
    clock.watch(index.lexical, ("search", "scores"), "lexical")
    found: _Times = defaultdict(list)
    for number, question in enumerate(questions):
        for rerank in (False, True):
            fresh = f"{question}（{number}{rerank:d}）"  # never asked before: nothing is kept of it
            clock.spent.clear()
            began, used = time.perf_counter(), time.process_time()
            library.search(fresh, k=k, as_of=day, role=role, rerank=rerank)
            total = (time.perf_counter() - began) * 1000
            kind = "reranked" if rerank else "first"
            found[kind].append(total)
            found[f"{kind}_cpu"].append((time.process_time() - used) * 1000)
            if rerank:
                continue
            for stage in STAGES:
                found[stage].append(clock.spent[stage])
            # words are looked for while the model reads the question and the vectors are compared
            halves = max(clock.spent["embed"] + clock.spent["dense"], clock.spent["lexical"])
            found["check"].append(max(0.0, total - halves))
    return found


def disk_mb(home: Path) -> dict[str, float]:
    """Megabytes on disk by part of a state folder."""
    parts = {
        "catalog": "zhixun.db*",
        "vectors": "chroma/**/*",
        "lexical": "lexical/**/*",
        "tokens": "tokens.db*",
    }
    return {
        part: round(sum(file.stat().st_size for file in home.glob(pattern) if file.is_file()) / 1e6, 1)
        for part, pattern in parts.items()
    }
