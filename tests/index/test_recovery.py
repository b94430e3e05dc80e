"""Kills in the midst of writing, damaged and missing parts of the state, another model."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import tantivy

from corpus.catalog import Catalog
from corpus.errors import StateError
from corpus.model import Role, Visibility
from index.embedder import Embedder, Vectors
from index.hybrid import HybridIndex
from index.library import Library
from index.vectors import VectorStore, VectorsUnusable
from tests.index.conftest import write

DAY = date(2026, 11, 22)
pytestmark = pytest.mark.slow


class _Killed(BaseException):
    """Stands for the end of the process: nothing in the product catches it."""


def _found(library: Library, query: str, role: Role = Role.VISITOR) -> set[str]:
    return {e.text for e in library.search(query, as_of=DAY, role=role)}


def _kill_at(monkeypatch: pytest.MonkeyPatch, owner: type, name: str, after: bool) -> None:
    real = getattr(owner, name)

    def killed(*args: object, **options: object) -> None:
        if after:
            real(*args, **options)
        raise _Killed

    monkeypatch.setattr(owner, name, killed)


POINTS = [
    (Catalog, "stage", False),
    (Catalog, "stage", True),
    (VectorStore, "add", True),
    (HybridIndex, "write", True),
    (Catalog, "make_live", True),
    (Catalog, "remove", True),
    (HybridIndex, "delete", True),
]


@pytest.mark.parametrize(("owner", "name", "after"), POINTS, ids=lambda v: getattr(v, "__name__", str(v)))
def test_a_kill_while_updating_leaves_the_old_text_or_the_new(
    zhixun_home: Path,
    tmp_path: Path,
    embedder: Embedder,
    monkeypatch: pytest.MonkeyPatch,
    owner: type,
    name: str,
    after: bool,
) -> None:
    path = write(tmp_path / "s" / "贴息.md", "贷款贴息办法", "贷款贴息最高100万元。")
    with Library.open(zhixun_home, embedder=embedder) as library:
        list(library.ingest([path]))
        write(path, "贷款贴息办法", "贷款贴息最高300万元。")
        with monkeypatch.context() as patch:
            _kill_at(patch, owner, name, after)
            with pytest.raises(_Killed):
                list(library.ingest([path]))
    with Library.open(zhixun_home, embedder=embedder) as library:
        texts = " ".join(_found(library, "贷款贴息最高多少"))
        assert ("100万元" in texts) != ("300万元" in texts)
        assert library.catalog.unfinished() == []
        assert not (zhixun_home / "ingest.journal").exists()
        units = sum(record.unit_count for record in library.catalog.snapshot().records.values())
        assert library._index.vectors.count(Visibility.PUBLIC) == units
        assert library._index.lexical.count(Visibility.PUBLIC) == units
        (result,) = library.ingest([path])
        assert result.status in ("updated", "unchanged")
        assert "300万元" in " ".join(_found(library, "贷款贴息最高多少"))


@pytest.mark.parametrize("point", [(HybridIndex, "write"), (Catalog, "set_visibility")])
def test_a_kill_while_making_internal_never_shows_the_text_twice(
    zhixun_home: Path,
    tmp_path: Path,
    embedder: Embedder,
    monkeypatch: pytest.MonkeyPatch,
    point: tuple[type, str],
) -> None:
    path = write(tmp_path / "s" / "贴息.md", "贷款贴息办法", "贷款贴息最高100万元。")
    with Library.open(zhixun_home, embedder=embedder) as library:
        list(library.ingest([path]))
        with monkeypatch.context() as patch:
            _kill_at(patch, *point, after=True)
            with pytest.raises(_Killed):
                list(library.ingest([path], visibility=Visibility.INTERNAL))
        (record,) = library.catalog.snapshot().records.values()
        assert bool(_found(library, "贷款贴息")) == (record.visibility is Visibility.PUBLIC)
    with Library.open(zhixun_home, embedder=embedder) as library:
        (record,) = library.catalog.snapshot().records.values()
        other = Visibility.INTERNAL if record.visibility is Visibility.PUBLIC else Visibility.PUBLIC
        assert library._index.vectors.count(other) == library._index.lexical.count(other) == 0
        assert _found(library, "贷款贴息", Role.OFFICIAL)


def test_a_kill_while_the_same_text_is_written_again_does_not_lose_it(
    zhixun_home: Path, tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "s" / "贴息.md", "贷款贴息办法", "贷款贴息最高100万元。")
    with Library.open(zhixun_home, embedder=embedder) as library:
        (before,) = library.ingest([path])
        path.write_text(path.read_text("utf-8").replace("\n\n", "\n\n\n"), "utf-8")  # other bytes, same text
        with monkeypatch.context() as patch:
            _kill_at(patch, Catalog, "stage", after=True)
            with pytest.raises(_Killed):
                list(library.ingest([path]))
    with Library.open(zhixun_home, embedder=embedder) as library:
        assert list(library.catalog.snapshot().records) == [before.doc_id]
        assert _found(library, "贷款贴息")


@pytest.mark.parametrize("part", ["chroma", "lexical", "index.json"])
def test_a_missing_index_is_made_anew_from_the_catalog(
    zhixun_home: Path, source: Path, embedder: Embedder, part: str
) -> None:
    with Library.open(zhixun_home, embedder=embedder) as library:
        list(library.ingest([source]))
        before = library.search("算力券", as_of=DAY)
    (zhixun_home / part).rename(zhixun_home / f"{part}.away")
    with Library.open(zhixun_home, embedder=embedder) as library:
        after = library.search("算力券", as_of=DAY)
    assert [e.clause_id for e in after] == [e.clause_id for e in before]


def test_a_word_index_of_other_tokens_is_made_anew_and_the_vectors_stay(
    zhixun_home: Path, source: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.lexical.VERSION", 1)
    with Library.open(zhixun_home, embedder=embedder) as library:
        list(library.ingest([source]))
    monkeypatch.undo()
    monkeypatch.setattr(HybridIndex, "embed", None)  # nothing is embedded again
    with Library.open(zhixun_home, embedder=embedder) as library:
        assert library._index.lexical.is_current
        assert library._index.lexical.count(Visibility.PUBLIC) == library._index.vectors.count(
            Visibility.PUBLIC
        )
        assert _found(library, "算力券")


@pytest.mark.parametrize("part", ["zhixun.db", "chroma/chroma.sqlite3", "lexical/public/meta.json"])
def test_a_damaged_part_is_said_and_the_rest_is_left_alone(
    zhixun_home: Path, source: Path, embedder: Embedder, part: str
) -> None:
    with Library.open(zhixun_home, embedder=embedder) as library:
        list(library.ingest([source]))
    for left in zhixun_home.glob("zhixun.db-*"):
        left.unlink()
    (zhixun_home / part).write_bytes(b"damaged" * 5000)
    files = {p: p.read_bytes() for p in (zhixun_home / "files").iterdir()}
    with pytest.raises(StateError) as raised:
        Library.open(zhixun_home, embedder=embedder)
    assert part.partition("/")[0] in raised.value.message()
    assert {p: p.read_bytes() for p in (zhixun_home / "files").iterdir()} == files


def test_a_home_whose_parent_is_missing_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="ZHIXUN_HOME"):
        Library.open(tmp_path / "no" / "such")
    assert not (tmp_path / "no").exists()


def test_a_home_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(StateError, match="ZHIXUN_HOME"):
        Library.open(tmp_path / "home")


class _Turned:
    """The bundled model with its axes turned round: another model, as far as vectors go."""

    fingerprint = "turned"

    def __init__(self, inner: Embedder) -> None:
        self.name, self.dim, self._inner = "turned", inner.dim, inner

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._inner.encode_queries(texts)[:, ::-1].copy()

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._inner.encode_passages(texts)[:, ::-1].copy()


def test_another_model_s_vectors_are_made_anew_and_never_mixed(
    zhixun_home: Path, source: Path, embedder: Embedder
) -> None:
    with Library.open(zhixun_home, embedder=embedder) as library:
        list(library.ingest([source]))
        before = library.search("算力券", as_of=DAY)
    with Library.open(zhixun_home, embedder=_Turned(embedder)) as library:
        after = library.search("算力券", as_of=DAY)
        names = {collection.name for collection in library._index.vectors._client.list_collections()}
    assert [e.clause_id for e in after] == [e.clause_id for e in before]
    assert [e.dense for e in after] == pytest.approx([e.dense for e in before], abs=1e-4)
    assert len(names) == 2 and all("turned" in name for name in names)


def test_a_change_of_model_that_is_killed_goes_on_where_it_was_and_the_old_vectors_stay_until_then(
    zhixun_home: Path, source: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Library.open(zhixun_home, embedder=embedder) as library:
        list(library.ingest([source]))
        before = library.search("算力券", as_of=DAY)
        rows = library._index.vectors.count(Visibility.PUBLIC)
    monkeypatch.setattr("index.recovery._ROWS_A_BATCH", 1)
    turned = _Turned(embedder)
    embedded: list[int] = []
    real = _Turned.encode_passages

    def encode(self: _Turned, texts: Sequence[str]) -> Vectors:
        if sum(embedded) and sum(embedded) + len(texts) > rows / 2:
            raise _Killed
        embedded.append(len(texts))
        return real(self, texts)

    with monkeypatch.context() as patch:
        patch.setattr(_Turned, "encode_passages", encode)
        with pytest.raises(_Killed):
            Library.open(zhixun_home, embedder=turned)
    assert 0 < sum(embedded) < rows
    embedded.clear()
    with Library.open(zhixun_home, embedder=embedder) as library:  # back to the model of before
        assert [e.clause_id for e in library.search("算力券", as_of=DAY)] == [e.clause_id for e in before]

    def counted(self: _Turned, texts: Sequence[str]) -> Vectors:
        embedded.append(len(texts))
        return real(self, texts)

    monkeypatch.setattr(_Turned, "encode_passages", counted)
    with Library.open(zhixun_home, embedder=turned) as library:
        assert 0 < sum(embedded) < rows
        assert library.verify().findings == []
        assert [e.clause_id for e in library.search("算力券", as_of=DAY)] == [e.clause_id for e in before]


def test_a_catalog_put_back_from_a_backup_is_seen_until_it_is_repaired(
    zhixun_home: Path, tmp_path: Path, source: Path, embedder: Embedder
) -> None:
    with Library.open(zhixun_home, embedder=embedder) as library:
        list(library.ingest([source]))
        assert library.notices() == []
    backup = (zhixun_home / "zhixun.db").read_bytes()
    with Library.open(zhixun_home, embedder=embedder) as library:
        list(library.ingest([write(tmp_path / "s" / "稳岗.md", "稳岗返还办法", "稳岗返还按六成执行。")]))
    for left in zhixun_home.glob("zhixun.db*"):
        left.unlink()
    (zhixun_home / "zhixun.db").write_bytes(backup)
    with Library.open(zhixun_home, embedder=embedder) as library:
        assert "比文库目录" in library.notices("zh")[0]
        assert not any("稳岗" in text for text in _found(library, "稳岗返还"))
        list(library.ingest([source]))
        assert library.notices()  # nothing is mended by going on
        library.repair()
        assert library.notices() == [] and library.verify().findings == []


def test_a_kill_by_signal_in_a_real_process(zhixun_home: Path, source: Path, embedder: Embedder) -> None:
    import subprocess
    import sys

    code = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom index.library import Library\n"
        "from index.hybrid import HybridIndex\nreal = HybridIndex.write\n"
        "def write(*a, **k):\n    real(*a, **k)\n    os.kill(os.getpid(), signal.SIGKILL)\n"
        "HybridIndex.write = write\n"
        "list(Library.open(Path(sys.argv[1])).ingest([sys.argv[2]]))\n"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code, str(zhixun_home), str(source)], cwd=root)
    assert done.returncode == -9
    with Library.open(zhixun_home, embedder=embedder) as library:
        assert library.catalog.snapshot().records == {}
        assert library._index.vectors.count(Visibility.PUBLIC) == 0
        assert [r.status for r in library.ingest([source])] == ["added"] * 3
        assert _found(library, "算力券")


def test_a_vector_database_with_damaged_pages_is_named(
    zhixun_home: Path, source: Path, embedder: Embedder
) -> None:
    """Chroma's core panics on such a file, with an error that is no Exception."""
    with Library.open(zhixun_home, embedder=embedder) as library:
        list(library.ingest([source]))
    with (zhixun_home / "chroma" / "chroma.sqlite3").open("r+b") as file:
        file.seek(4096)
        file.write(b"\xde\xad" * 4000)
    with pytest.raises(StateError) as caught, Library.open(zhixun_home, embedder=embedder) as library:
        library.verify()
    assert (
        caught.value.key == "index.vectors_damaged" and str(zhixun_home / "chroma") in caught.value.message()
    )


def test_vectors_of_another_width_leave_the_words_and_repair_makes_them_anew(
    zhixun_home: Path, tmp_path: Path, source: Path, embedder: Embedder
) -> None:
    with Library.open(zhixun_home, embedder=embedder) as library:
        list(library.ingest([source]))
        before = library.search("算力券", as_of=DAY)
        store = library._index.vectors
        rows = sorted(store.ids(Visibility.PUBLIC))
        store.clear()
        store.add(Visibility.PUBLIC, "exchanged", rows, np.eye(len(rows), 8, dtype=np.float32))
    new = write(tmp_path / "s" / "稳岗.md", "稳岗返还办法", "稳岗返还按六成执行。")
    with Library.open(zhixun_home, embedder=embedder) as library:
        hits = library.search("算力券", as_of=DAY)
        assert hits and all(hit.dense == 0.0 for hit in hits)
        assert "8 维" in library.notices("zh")[0] and "library repair" in library.notices("zh")[0]
        with pytest.raises(VectorsUnusable):
            list(library.ingest([new]))
        titles = {record.title for record in library.catalog.snapshot().records.values()}
        assert "稳岗返还办法" not in titles and library.catalog.unfinished() == []
        assert sorted(library._index.vectors.ids(Visibility.PUBLIC)) == rows
        library.repair()
        assert library.notices() == [] and library.verify().findings == []
        after = library.search("算力券", as_of=DAY)
        assert [e.clause_id for e in after] == [e.clause_id for e in before]
        assert [e.dense for e in after] == pytest.approx([e.dense for e in before], abs=1e-4)
        assert [result.status for result in library.ingest([new])] == ["added"]


def test_a_killed_run_of_an_older_release_is_put_in_order(
    zhixun_home: Path, tmp_path: Path, source: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Library.open(zhixun_home, embedder=embedder) as library:
        list(library.ingest([source]))
        before = {e.clause_id for e in library.search("算力券", as_of=DAY)}
        with monkeypatch.context() as patch:
            _kill_at(patch, HybridIndex, "write", after=True)
            with pytest.raises(_Killed):
                list(library.ingest([write(tmp_path / "s" / "稳岗.md", "稳岗返还办法", "按六成执行。")]))
    for place in ("public", "internal"):  # postings with fields that this release does not know
        shutil.rmtree(zhixun_home / "lexical" / place, ignore_errors=True)
        (zhixun_home / "lexical" / place).mkdir()
        schema = tantivy.SchemaBuilder().add_text_field("body").build()
        tantivy.Index(schema, path=str(zhixun_home / "lexical" / place))
    (zhixun_home / "lexical" / "version.txt").write_text("1\n", "utf-8")
    with Library.open(zhixun_home, embedder=embedder) as library:
        assert library.catalog.unfinished() == []
        assert {finding.kind for finding in library.verify().findings} == {"original_orphan"}
        assert before <= {e.clause_id for e in library.search("算力券", as_of=DAY)}


def test_an_empty_library_of_an_older_release_is_opened(zhixun_home: Path, embedder: Embedder) -> None:
    """Its word index has other fields and cannot be opened; there is nothing in it to lose."""
    folder = zhixun_home / "lexical" / "public"
    folder.mkdir(parents=True)
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("body", stored=True)
    tantivy.Index(builder.build(), path=str(folder))
    with Library.open(zhixun_home, embedder=embedder) as library:
        assert library.search("贴息") == []
        assert library.search("贴息", rerank=True) == []
