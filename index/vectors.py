"""Vectors in Chroma: one collection for public rows, one for internal, per model fingerprint.

Embedded by default; `ZHIXUN_CHROMA_URL` moves them to a server. Queries carry no metadata filter
(92 ms against 1.9 ms at 50,000 rows): what a query may see is decided by the collection, the rest
by the catalog.

Up to `EXACT` rows every row is compared. Chroma's graph is built anew from its log by each process
that opens a collection of fewer than 1,000 changes, in an order that differs, and after deletions
rows can be cut off from it: the same question then found different rows (decision 0012).

A server may go away, or come back with nothing: then reading and writing raise `VectorsUnusable`, nothing is
made anew on it behind the library's back, and it is asked again every `RETRY_S` seconds.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import numpy as np

from corpus.errors import InputError, StateError
from corpus.model import Visibility
from index.embedder import Vectors

BATCH = 2000  # rows a call; Chroma's own limit is about 5,000
EXACT = 10_000  # rows of an embedded collection up to which no graph is needed: 4 ms and 15 MB
PREFIX = "zhixun"
RETRY_S = 5.0  # a server that is away is not asked more often: a search should not wait for it
_T = TypeVar("_T")


class VectorsUnusable(StateError):
    """The vectors cannot be read or written now; searching by words alone still can."""


class VectorStore:
    """The two collections of one fingerprint. `fault` is why the last use failed, None when it did not.

    Args:
        folder: where the embedded database lives; unused with `url`.
        fingerprint: of the model and of how rows are made; part of the collections' names, so
            vectors of two kinds never meet.
        url: http://host:port of a Chroma server.
        library: names the library on a server, which may hold several.

    Raises:
        StateError: the database cannot be opened. A server that cannot be reached is no error here: it
            is one when it is used.
    """

    def __init__(
        self, folder: Path, fingerprint: str, url: str | None = None, library: str | None = None
    ) -> None:
        self._folder = folder
        self._url = url
        self._where = url or str(folder)
        self._fingerprint = fingerprint
        self._reading = threading.RLock()
        self._whole: dict[Visibility, tuple[list[str], Vectors] | None] = {}
        self._change = object()  # another at the beginning and end of each change of this process
        self._family = f"{PREFIX}-{library}" if library and url else PREFIX
        self._client: Any = None
        self._collections: dict[Visibility, Any] = {}
        self._failed_at = 0.0
        self.fault: VectorsUnusable | None = None
        try:
            self._connect(create=True)
        except VectorsUnusable:
            if url is None:
                raise

    @property
    def remote(self) -> bool:
        """Whether the vectors lie on a server."""
        return self._url is not None

    def refresh(self) -> None:
        """Sees what another process has written: the embedded Chroma reads its files once. A server that
        failed is asked again."""
        with self._reading:
            if self._url is None:
                self.close()
                self._connect(create=True)
            elif self.fault is not None:
                self._connect(create=False)

    def recreate(self, width: int) -> None:
        """Makes the collections on a server that has come back without them; empties them when they hold
        vectors of another width.

        Raises:
            VectorsUnusable: it cannot be reached.
        """
        with self._reading:
            self._connect(create=True)
            if any(self.width(visibility) not in (None, width) for visibility in Visibility):
                self.clear()

    def require(self, width: int) -> None:
        """Raises what keeps vectors of this width from being read or written, if anything does.

        Raises:
            VectorsUnusable: the server cannot be reached, or has lost the collections; what they hold is
                of another width.
        """
        with self._reading:
            if self.fault is not None:
                self._connect(create=False)
            for visibility in Visibility:
                kept = self.width(visibility)
                if kept is not None:
                    self._same_width(kept, width)

    def _connect(self, create: bool) -> None:
        self._whole.clear()
        with self._state_errors():
            self._client = _client(self._folder, self._url)
            get = self._collection if create else self._existing
            self._collections = {visibility: get(visibility) for visibility in Visibility}
        self.fault = None

    def _ready(self) -> None:
        """Connects again to a server that failed, unless it did so a moment ago."""
        if self._url is not None and self.fault is not None:
            if time.monotonic() - self._failed_at < RETRY_S:
                raise self.fault
            self._connect(create=False)

    def _read(self, read: Callable[[Any], _T], visibility: Visibility) -> _T:
        """Reads a collection; once more from the files when another process has just changed it."""
        from chromadb.errors import InternalError

        with self._reading, self._state_errors():
            self._ready()
            try:
                return read(self._collections[visibility])
            except InternalError:
                if self._url is not None:
                    raise
                self.refresh()
                return read(self._collections[visibility])

    def query(self, visibility: Visibility, vector: Vectors, n: int) -> list[tuple[str, float]]:
        """The `n` nearest rows with their cosines, best first."""
        whole = self._matrix(visibility)
        if whole is not None:
            ids, values = whole
            if not ids:
                return []
            self._same_width(values.shape[1], vector.size)
            cosines = _products(values, vector)
            return [(ids[at], float(cosines[at])) for at in _largest(cosines, n)]
        found = self._read(
            lambda collection: collection.query(
                query_embeddings=vector.reshape(1, -1), n_results=n, include=["distances"]
            ),
            visibility,
        )
        return [
            (row, 1.0 - distance)
            for row, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    def _matrix(self, visibility: Visibility) -> tuple[list[str], Vectors] | None:
        """The collection's rows by id and their vectors; None where it is too large or on a server."""
        if self._url is not None:
            return None
        with self._reading:
            if visibility in self._whole:
                return self._whole[visibility]
            before = self._change
            loaded = self._load(visibility) if self.count(visibility) <= EXACT else None
            if before is self._change:  # what was read during a change is not kept
                self._whole[visibility] = loaded
            return loaded

    def _load(self, visibility: Visibility) -> tuple[list[str], Vectors]:
        found: dict[str, Vectors] = {}
        for at in range(0, self.count(visibility), BATCH):
            page = self._read(partial(_page, at=at, include=["embeddings"]), visibility)
            found.update(zip(page["ids"], np.asarray(page["embeddings"], np.float32), strict=True))
        ids = sorted(found)  # by id, so that rows that are alike come in the same order each time
        return ids, np.stack([found[row] for row in ids]) if ids else np.zeros((0, 1), np.float32)

    def cosines(self, visibility: Visibility, vector: Vectors, row_ids: Iterable[str]) -> dict[str, float]:
        """Cosines of these rows; rows that the collection does not hold are left out."""
        wanted = list(row_ids)
        if not wanted:
            return {}
        whole = self._matrix(visibility)
        if whole is not None:  # 0.1 ms, where Chroma takes 4 to read ten rows
            ids, values = whole
            self._same_width(values.shape[1] if ids else vector.size, vector.size)
            places = ((row, bisect_left(ids, row)) for row in wanted)
            at = {row: place for row, place in places if place < len(ids) and ids[place] == row}
            kept = _products(values[list(at.values())], vector) if at else []
            return {row: float(cosine) for row, cosine in zip(at, kept, strict=True)}
        found = self._read(lambda collection: collection.get(ids=wanted, include=["embeddings"]), visibility)
        if not found["ids"]:
            return {}
        embeddings = np.asarray(found["embeddings"], np.float32)
        self._same_width(embeddings.shape[1], vector.size)
        cosines = _products(embeddings, vector)
        return {row: float(value) for row, value in zip(found["ids"], cosines, strict=True)}

    def width(self, visibility: Visibility) -> int | None:
        """How many numbers a vector of the collection has; None while it is empty."""
        found = self._read(lambda collection: collection.get(limit=1, include=["embeddings"]), visibility)
        return len(found["embeddings"][0]) if len(found["ids"]) else None

    def _same_width(self, kept: int, width: int) -> None:
        if kept != width:
            fault = VectorsUnusable("vectors.wrong_width", where=self._where, kept=kept, model=width)
            self._failed(fault)
            raise fault

    def add(self, visibility: Visibility, doc_id: str, row_ids: Sequence[str], vectors: Vectors) -> None:
        """Writes a version's rows; rows that exist are overwritten."""
        with self._changing(visibility), self._state_errors():
            self._ready()
            for at in range(0, len(row_ids), BATCH):
                ids = list(row_ids[at : at + BATCH])
                self._collections[visibility].upsert(
                    ids=ids,
                    embeddings=vectors[at : at + BATCH],
                    metadatas=[{"doc_id": doc_id}] * len(ids),
                )

    def delete(self, visibility: Visibility, doc_id: str) -> None:
        """Deletes a version's rows; nothing happens when there are none."""
        with self._changing(visibility), self._state_errors():
            self._ready()
            self._collections[visibility].delete(where={"doc_id": doc_id})

    def count(self, visibility: Visibility) -> int:
        """Rows in the collection."""
        return self._read(lambda collection: int(collection.count()), visibility)

    def ids(self, visibility: Visibility) -> set[str]:
        """The ids of all rows of the collection."""
        found: set[str] = set()
        for at in range(0, self.count(visibility), BATCH):
            page = self._read(partial(_page, at=at), visibility)
            found.update(page["ids"])
        return found

    def drop_others(self) -> list[str]:
        """Deletes collections of other fingerprints; gives their names."""
        kept = {self._name(visibility) for visibility in Visibility}
        with self._state_errors():
            old = [
                name
                for name in (_collection_name(c) for c in self._client.list_collections())
                if any(name.startswith(f"{self._family}-{place.value}-") for place in Visibility)
                and name not in kept
            ]
            for name in old:
                self._client.delete_collection(name)
        return old

    def clear(self) -> None:
        """Empties both collections."""
        with self._state_errors():
            self._ready()
            self._whole.clear()
            for visibility in Visibility:
                self._client.delete_collection(self._name(visibility))
                self._collections[visibility] = self._collection(visibility)

    def close(self) -> None:
        close = getattr(self._client, "close", None)
        if close is not None:
            close()

    def _name(self, visibility: Visibility) -> str:
        return f"{self._family}-{visibility.value}-{self._fingerprint}"

    def _collection(self, visibility: Visibility) -> Any:
        return self._client.get_or_create_collection(
            self._name(visibility),
            embedding_function=None,
            configuration={
                "hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 200, "max_neighbors": 24}
            },
        )

    def _existing(self, visibility: Visibility) -> Any:
        return self._client.get_collection(self._name(visibility), embedding_function=None)

    @contextmanager
    def _changing(self, visibility: Visibility) -> Iterator[None]:
        """Around a change: what was read before it is read again after it."""
        self._change = object()
        try:
            yield
        finally:
            self._change = object()
            self._whole.pop(visibility, None)

    @contextmanager
    def _state_errors(self) -> Iterator[None]:
        from chromadb.errors import ChromaError, NotFoundError
        from httpx import HTTPError

        try:
            yield
            if self.fault is not None and self.fault.key != "vectors.wrong_width":
                self.fault = None
        except VectorsUnusable as known:
            self._failed(known)
            raise
        except BaseException as error:
            if not isinstance(error, ChromaError | HTTPError | _Unreachable) and not _is_panic(error):
                raise
            key = "index.vectors_damaged"
            if self._url is not None and isinstance(error, NotFoundError):
                key = "vectors.emptied"
            elif self._url is not None and isinstance(error, HTTPError | _Unreachable):
                key = "vectors.away"
            elif "dimension" in str(error):
                key = "vectors.width_refused"
            fault = VectorsUnusable(key, where=self._where, reason=error)
            self._failed(fault)
            raise fault from error

    def _failed(self, fault: VectorsUnusable) -> None:
        if fault is not self.fault:
            self.fault, self._failed_at = fault, time.monotonic()


class _Unreachable(Exception):
    """No client could be made: what Chroma raises then is a bare error of one of several kinds."""


def _products(rows: Vectors, vector: Vectors) -> Vectors:
    """The product of each row with the vector, the same whatever rows are beside it.

    BLAS spreads this over the cores and then spins on them: no faster, at twice the processor time.
    """
    return np.einsum("ij,j->i", rows, vector.reshape(-1))


def _largest(values: Vectors, n: int) -> Any:
    """Places of the `n` largest, largest first; of those alike the first in order."""
    if n < len(values):
        least = np.partition(values, len(values) - n)[len(values) - n]
        chosen = np.flatnonzero(values >= least)
    else:
        chosen = np.arange(len(values))
    return chosen[np.argsort(-values[chosen], kind="stable")][:n]


def _page(collection: Any, at: int, include: Sequence[str] = ()) -> Any:
    return collection.get(limit=BATCH, offset=at, include=list(include))


def _collection_name(collection: Any) -> str:
    return collection if isinstance(collection, str) else str(collection.name)


def _is_panic(error: BaseException) -> bool:
    """Whether Chroma's Rust core gave up, as it does on a damaged database: an error of PyO3 that is no
    `Exception` and has no name to import."""
    return type(error).__name__ == "PanicException"


def _client(folder: Path, url: str | None) -> Any:
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    try:
        if url is None:
            return chromadb.PersistentClient(str(folder), settings=settings)
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InputError("index.bad_chroma_url", url=url)
        secure = parts.scheme == "https"
        port = parts.port or (443 if secure else 8000)
        return chromadb.HttpClient(parts.hostname, port, ssl=secure, settings=settings)
    except InputError:
        raise
    except BaseException as error:  # its Rust core raises bare errors of several kinds
        if not isinstance(error, Exception) and not _is_panic(error):
            raise
        raise _Unreachable(str(error)) from error
