"""Token vectors of rows: what a second look at the best candidates compares word by word.

Khattab and Zaharia 2020 (ColBERT): a question fits a text as far as each of its words finds its like
there. The vectors are those of the embedding pass itself, projected (`index/projection.py`) and kept
as int8 in SQLite: about 100 bytes a token.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from corpus.model import Visibility
from index.rows import MARK

FILE = "tokens.db"
_SCALE = 127.0
_ASKED_AT_ONCE = 500  # of SQLite's 999 parameters

Spans: TypeAlias = NDArray[np.int32]  # (n, 2): from and to, in characters of the text


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one text that hold a letter or figure.

    `vectors` int8 (n, d), each a unit vector times 127; `spans` where each token stands: in a row
    counted from its body, so that title and headings have negative places.
    """

    vectors: NDArray[np.int8]
    spans: Spans

    def moved(self, by: int) -> Tokens:
        """The same tokens with places counted from `by`."""
        return Tokens(self.vectors, self.spans - np.int32(by))


def quantised(vectors: NDArray[np.float32]) -> NDArray[np.int8]:
    """(n, d) of any length -> unit vectors as int8; the error of a cosine stays under 0.02."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.int8] = np.round(vectors / np.maximum(length, 1e-9) * _SCALE).astype(np.int8)
    return unit


def similarities(question: Tokens, text: Tokens) -> NDArray[np.float32]:
    """Cosines (question's tokens, text's tokens)."""
    product: NDArray[np.float32] = (
        question.vectors.astype(np.float32) @ text.vectors.astype(np.float32).T / (_SCALE * _SCALE)
    )
    return product


class TokenStore:
    """Tokens by row, public and internal apart. Safe for several threads and processes.

    What is not there is not an error: the caller makes such tokens anew from the text.
    """

    def __init__(self, home: Path, fingerprint: str) -> None:
        self._table = "tokens_" + "".join(char if char.isalnum() else "_" for char in fingerprint)
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(home / FILE, timeout=30, check_same_thread=False)
        with self._lock, self._connection as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute(
                f"CREATE TABLE IF NOT EXISTS {self._table} (visibility TEXT, row_id TEXT, doc_id TEXT, "
                "vectors BLOB, spans BLOB, PRIMARY KEY (visibility, row_id)) WITHOUT ROWID"
            )
            connection.execute(
                f"CREATE INDEX IF NOT EXISTS {self._table}_doc ON {self._table} (visibility, doc_id)"
            )

    def add(
        self, visibility: Visibility, doc_id: str, row_ids: Sequence[str], tokens: Sequence[Tokens]
    ) -> None:
        rows = [
            (visibility.value, row_id, doc_id, found.vectors.tobytes(), found.spans.tobytes())
            for row_id, found in zip(row_ids, tokens, strict=True)
        ]
        with self._lock, self._connection as connection:
            connection.executemany(f"INSERT OR REPLACE INTO {self._table} VALUES (?, ?, ?, ?, ?)", rows)

    def get(self, visibility: Visibility, row_ids: Iterable[str]) -> dict[str, Tokens]:
        """The tokens of those rows that have any here."""
        wanted = list(row_ids)
        found: dict[str, Tokens] = {}
        for at in range(0, len(wanted), _ASKED_AT_ONCE):
            some = wanted[at : at + _ASKED_AT_ONCE]
            marks = ",".join("?" * len(some))
            with self._lock:
                rows = self._connection.execute(
                    f"SELECT row_id, vectors, spans FROM {self._table} "
                    f"WHERE visibility = ? AND row_id IN ({marks})",
                    [visibility.value, *some],
                ).fetchall()
            for row_id, vectors, spans in rows:
                found[row_id] = _tokens(vectors, spans)
        return found

    def of_units(self, visibility: Visibility, units: Iterable[str]) -> dict[str, list[Tokens]]:
        """The tokens of all rows of those units that have any here, in the order of the rows' ids.

        A look-up a unit: asked for in one statement, SQLite reads the whole table from some size on
        (480 ms against 10 for 50 units of 100,000).
        """
        found: dict[str, list[Tokens]] = {}
        select = f"SELECT row_id, vectors, spans FROM {self._table} WHERE visibility = ? AND row_id"
        statement = f"{select} = ? UNION ALL {select} > ? AND row_id < ?"
        place = visibility.value
        for unit in units:
            bounds = (place, unit, place, f"{unit}{MARK}", f"{unit}{MARK}~")
            with self._lock:
                rows = self._connection.execute(statement, bounds).fetchall()
            if rows:
                found[unit] = [_tokens(vectors, spans) for _, vectors, spans in sorted(rows)]
        return found

    def delete(self, visibility: Visibility, doc_ids: Iterable[str]) -> None:
        with self._lock, self._connection as connection:
            connection.executemany(
                f"DELETE FROM {self._table} WHERE visibility = ? AND doc_id = ?",
                [(visibility.value, doc_id) for doc_id in doc_ids],
            )

    def count(self, visibility: Visibility) -> int:
        """Rows that have tokens."""
        query = f"SELECT count(*) FROM {self._table} WHERE visibility = ?"
        with self._lock:
            return int(self._connection.execute(query, [visibility.value]).fetchone()[0])

    def ids(self, visibility: Visibility) -> list[str]:
        """The ids of all rows that have tokens."""
        query = f"SELECT row_id FROM {self._table} WHERE visibility = ?"
        with self._lock:
            return [row_id for (row_id,) in self._connection.execute(query, [visibility.value])]

    def clear(self) -> None:
        """Empties the store; what it holds of other models stays."""
        with self._lock, self._connection as connection:
            connection.execute(f"DELETE FROM {self._table}")

    def drop_others(self) -> list[str]:
        """Drops what other models left; the names of the tables that went."""
        with self._lock, self._connection as connection:
            names = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'tokens\\_%' ESCAPE '\\'"
            ).fetchall()
            others = [name for (name,) in names if name != self._table]
            for name in others:
                connection.execute(f"DROP TABLE {name}")
        return others

    def close(self) -> None:
        with self._lock:
            self._connection.close()


def _tokens(vectors: bytes, spans: bytes) -> Tokens:
    places = np.frombuffer(spans, np.int32).reshape(-1, 2)
    shape = (len(places), -1) if len(places) else (0, 0)
    return Tokens(np.frombuffer(vectors, np.int8).reshape(shape), places)
