"""Vectors in Chroma: one collection for public rows, one for internal, per model fingerprint.

Embedded by default; `ZHIXUN_CHROMA_URL` moves them to a server. Queries carry no metadata filter
(92 ms against 1.9 ms at 50,000 rows): what a query may see is decided by the collection, the rest
by the catalog.

Up to `EXACT` rows every row is compared. Chroma's graph is built anew from its log by each process
that opens a collection of fewer than 1,000 changes, in an order that differs, and after deletions
rows can be cut off from it: the same question then found different rows (decision 0012).
"""

from __future__ import annotations

import threading
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
_T = TypeVar("_T")


class VectorStore:
    """The two collections of one fingerprint.

    Args:
        folder: where the embedded database lives; unused with `url`.
        fingerprint: of the model and of how rows are made; part of the collections' names, so
            vectors of two kinds never meet.
        url: http://host:port of a Chroma server.

    Raises:
        StateError: the database cannot be opened or reached.
    """

    def __init__(self, folder: Path, fingerprint: str, url: str | None = None) -> None:
        self._folder = folder
        self._url = url
        self._where = url or str(folder)
        self._fingerprint = fingerprint
        self._reading = threading.RLock()
        self._whole: dict[Visibility, tuple[list[str], Vectors] | None] = {}
        self._change = object()  # another at the beginning and end of each change of this process
        self._connect()

    def refresh(self) -> None:
        """Sees what another process has written: the embedded Chroma reads its files once."""
        if self._url is None:
            with self._reading:
                self.close()
                self._connect()

    def _connect(self) -> None:
        self._whole.clear()
        self._client = _client(self._folder, self._url)
        with self._state_errors():
            self._collections = {visibility: self._collection(visibility) for visibility in Visibility}

    def _read(self, read: Callable[[Any], _T], visibility: Visibility) -> _T:
        """Reads a collection; once more from the files when another process has just changed it."""
        from chromadb.errors import InternalError

        with self._reading, self._state_errors():
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
            cosines = values @ vector.reshape(-1)
            nearest = np.argsort(-cosines, kind="stable")[:n]
            return [(ids[at], float(cosines[at])) for at in nearest]
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
        found = self._read(lambda collection: collection.get(ids=wanted, include=["embeddings"]), visibility)
        if not found["ids"]:
            return {}
        values = np.asarray(found["embeddings"], np.float32) @ vector.reshape(-1)
        return {row: float(value) for row, value in zip(found["ids"], values, strict=True)}

    def add(self, visibility: Visibility, doc_id: str, row_ids: Sequence[str], vectors: Vectors) -> None:
        """Writes a version's rows; rows that exist are overwritten."""
        with self._changing(visibility), self._state_errors():
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
                if name.startswith(PREFIX + "-") and name not in kept
            ]
            for name in old:
                self._client.delete_collection(name)
        return old

    def clear(self) -> None:
        """Empties both collections."""
        with self._state_errors():
            self._whole.clear()
            for visibility in Visibility:
                self._client.delete_collection(self._name(visibility))
                self._collections[visibility] = self._collection(visibility)

    def close(self) -> None:
        close = getattr(self._client, "close", None)
        if close is not None:
            close()

    def _name(self, visibility: Visibility) -> str:
        return f"{PREFIX}-{visibility.value}-{self._fingerprint}"

    def _collection(self, visibility: Visibility) -> Any:
        return self._client.get_or_create_collection(
            self._name(visibility),
            embedding_function=None,
            configuration={
                "hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 200, "max_neighbors": 24}
            },
        )

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
        from chromadb.errors import ChromaError
        from httpx import TransportError

        try:
            yield
        except BaseException as error:
            if not isinstance(error, ChromaError | TransportError) and not _is_panic(error):
                raise
            raise StateError("index.vectors_damaged", where=self._where, reason=error) from error


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
        raise StateError("index.vectors_damaged", where=url or folder, reason=error) from error
