"""The vectors of a collection: every row compared while they are few, the same answer in each process."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpus.model import Visibility
from index import vectors
from index.vectors import VectorStore, VectorsUnusable

PUBLIC = Visibility.PUBLIC
RANDOM = np.random.default_rng(7)


def made(count: int, width: int = 16) -> np.ndarray:
    rows = RANDOM.normal(size=(count, width)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def ids(doc: str, count: int) -> list[str]:
    return [f"{doc}:{number}" for number in range(count)]


def nearest(kept: dict[str, np.ndarray], vector: np.ndarray, n: int) -> list[str]:
    return sorted(kept, key=lambda row: -float(kept[row] @ vector))[:n]


@pytest.fixture
def used(tmp_path: Path) -> dict[str, np.ndarray]:
    """A collection that documents have come to and gone from, as in use; what it holds at the end."""
    store = VectorStore(tmp_path, "print")
    kept: dict[str, np.ndarray] = {}
    for turn in range(6):
        for doc in ("a", "b", "c", "d"):
            store.delete(PUBLIC, doc)
            kept = {row: vector for row, vector in kept.items() if not row.startswith(f"{doc}:")}
            if (turn, doc) != (5, "b"):
                rows = made(40 + turn)
                store.add(PUBLIC, doc, ids(doc, len(rows)), rows)
                kept |= dict(zip(ids(doc, len(rows)), rows, strict=True))
    store.close()
    return kept


def test_every_row_is_compared_however_often_it_was_replaced(
    tmp_path: Path, used: dict[str, np.ndarray]
) -> None:
    store = VectorStore(tmp_path, "print")
    for vector in made(30):
        found = store.query(PUBLIC, vector, 20)
        assert [row for row, _ in found] == nearest(used, vector, 20)
        assert found[0][1] == pytest.approx(float(used[found[0][0]] @ vector), abs=1e-5)
    store.close()


def test_a_change_is_seen_by_the_next_query(tmp_path: Path, used: dict[str, np.ndarray]) -> None:
    store = VectorStore(tmp_path, "print")
    (vector,) = made(1)
    assert store.query(PUBLIC, vector, 1)[0][0] != "new:0"
    store.add(PUBLIC, "new", ["new:0"], vector.reshape(1, -1))
    assert store.query(PUBLIC, vector, 1) == [("new:0", pytest.approx(1.0, abs=1e-5))]
    store.delete(PUBLIC, "new")
    assert store.query(PUBLIC, vector, 1)[0][0] != "new:0"
    store.clear()
    assert store.query(PUBLIC, vector, 5) == []
    store.close()


def test_what_another_writer_did_is_seen_after_a_refresh(tmp_path: Path, used: dict[str, np.ndarray]) -> None:
    reader, writer = VectorStore(tmp_path, "print"), VectorStore(tmp_path, "print")
    (vector,) = made(1)
    reader.query(PUBLIC, vector, 1)
    writer.add(PUBLIC, "new", ["new:0"], vector.reshape(1, -1))
    reader.refresh()
    assert reader.query(PUBLIC, vector, 1)[0][0] == "new:0"
    reader.close()
    writer.close()


def test_alike_rows_come_in_the_same_order(tmp_path: Path) -> None:
    store = VectorStore(tmp_path, "print")
    (vector,) = made(1)
    store.add(PUBLIC, "x", ["x:3", "x:1", "x:2"], np.stack([vector] * 3))
    assert [row for row, _ in store.query(PUBLIC, vector, 3)] == ["x:1", "x:2", "x:3"]
    store.close()


def test_a_large_collection_is_searched_by_its_graph(
    tmp_path: Path, used: dict[str, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "EXACT", 10)
    store = VectorStore(tmp_path, "print")
    hits = 0
    for vector in made(20):
        found = [row for row, _ in store.query(PUBLIC, vector, 10)]
        hits += len(set(found) & set(nearest(used, vector, 10)))
    assert store._whole[PUBLIC] is None  # not loaded
    assert hits >= 0.9 * 200
    store.close()


def test_vectors_of_another_width_are_named_and_nothing_is_mixed(tmp_path: Path) -> None:
    store = VectorStore(tmp_path, "print")
    store.add(PUBLIC, "old", ids("old", 3), made(3, 16))
    (other,) = made(1, 8)
    for use in (
        lambda: store.query(PUBLIC, other, 1),
        lambda: store.cosines(PUBLIC, other, ["old:0"]),
        lambda: store.add(PUBLIC, "new", ["new:0"], other.reshape(1, -1)),
    ):
        with pytest.raises(VectorsUnusable, match="library repair"):
            use()
        assert store.fault is not None
    assert store.ids(PUBLIC) == {"old:0", "old:1", "old:2"} and store.width(PUBLIC) == 16
    store.close()


def test_cosines_of_chosen_rows_are_those_of_a_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = VectorStore(tmp_path, "print")
    (vector,) = made(1)
    assert store.cosines(PUBLIC, vector, ["a:1"]) == {}
    store.add(PUBLIC, "a", ids("a", 300), made(300))
    known = dict(store.query(PUBLIC, vector, 300))
    wanted = ["a:7", "a:299", "none:0", "a:10", "zz"]
    in_memory = store.cosines(PUBLIC, vector, wanted)
    assert list(in_memory) == ["a:7", "a:299", "a:10"]
    assert in_memory == pytest.approx({row: known[row] for row in in_memory}, abs=1e-6)
    monkeypatch.setattr(vectors, "EXACT", 10)  # as a collection too large to be held in memory
    store.refresh()
    assert store.cosines(PUBLIC, vector, wanted) == pytest.approx(in_memory, abs=1e-5)
    store.close()
