"""Verify and repair, export and import, reports of runs."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from pathlib import Path

import pytest

from corpus import runs
from corpus.errors import InputError
from corpus.hand_links import made
from corpus.model import Role, Visibility
from index.embedder import Embedder
from index.library import Library
from tests.index.conftest import write

DAY = date(2026, 11, 22)
pytestmark = pytest.mark.slow


def _kinds(library: Library) -> dict[str, int]:
    return {finding.kind: finding.count for finding in library.verify().findings}


@pytest.fixture
def second(tmp_path: Path, models_dir: Path, embedder: Embedder) -> Library:
    home = tmp_path / "second"
    home.mkdir()
    (home / "models").symlink_to(models_dir, target_is_directory=True)
    return Library.open(home, embedder=embedder)


def test_lost_and_left_over_rows_are_found_and_set_right(library: Library, source: Path) -> None:
    results = list(library.ingest([source]))
    a, b = (result.doc_id or "" for result in results[:2])
    rows = len(library.catalog.clauses(b))
    library._index.vectors.delete(Visibility.PUBLIC, a)
    library.catalog.remove(b)
    kinds = _kinds(library)
    assert kinds["vectors_missing"] > 0 and 0 < kinds["postings_extra"] <= rows
    extra = {"vectors_extra", "postings_extra", "tokens_extra"}
    assert kinds.keys() == {"vectors_missing", *extra, "original_orphan"}
    _, left = library.repair()
    assert left == [] and _kinds(library) == {}
    assert len(list((library.home / "orphans").iterdir())) == 1  # kept: it may be all that is left
    found = [e.doc_id for e in library.search("地理标志证明商标奖励", as_of=DAY)]
    assert b not in found and a in {e.doc_id for e in library.search("商标 算力", as_of=DAY)} | {a}


def test_a_damaged_original_is_found_and_fetched_again(library: Library, source: Path) -> None:
    list(library.ingest([source]))
    kept = sorted((library.home / "files").iterdir())
    kept[0].write_bytes(b"damaged")
    kept[1].unlink()
    kinds = [finding.kind for finding in library.verify().findings]
    assert sorted(kinds) == ["original_damaged", "original_missing"]
    for file in source.rglob("*.md"):
        if file.name == "贴息.md":
            file.write_text("已改", "utf-8")
    _, left = library.repair()
    assert {Path(finding.path or "").name for finding in left} <= {"贴息.md"}
    assert [f.kind for f in library.verify().findings] == [f.kind for f in left]


def test_a_library_travels_in_one_archive(
    library: Library, second: Library, source: Path, tmp_path: Path
) -> None:
    secret = write(tmp_path / "内部" / "情况.md", "重点项目情况", "星河项目进度滞后两个月。")
    list(library.ingest([source]))
    (hidden,) = library.ingest([secret], visibility=Visibility.INTERNAL)
    (public,) = library.ingest([source / "贴息.md"])
    library.catalog.correct(public.doc_id or "", {"title": "贷款贴息新办法"}, "张某")
    here = library.catalog.snapshot().records[public.doc_id or ""]
    library.catalog.link(made(here, (None, "苏工信规〔2020〕9号"), "张某", "repeals"))
    done = library.export(tmp_path / "库.zip")
    assert (done.documents, done.originals, done.internal, done.corrections) == (4, 4, 1, 1)
    assert {r.status for r in second.import_archive(tmp_path / "库.zip")} == {"added"}
    ours, theirs = library.catalog.snapshot().records, second.catalog.snapshot().records
    assert theirs.keys() == ours.keys()
    for doc_id, record in theirs.items():
        assert (record.title, record.visibility) == (ours[doc_id].title, ours[doc_id].visibility)
        assert (record.path, record.sha256) == (ours[doc_id].path, ours[doc_id].sha256)
    assert theirs[hidden.doc_id or ""].visibility is Visibility.INTERNAL
    assert hidden.doc_id not in {e.doc_id for e in second.search("星河项目进度", as_of=DAY)}
    assert hidden.doc_id in {e.doc_id for e in second.search("星河项目进度", as_of=DAY, role=Role.OFFICIAL)}
    assert second.verify().findings == []
    assert {r.status for r in second.import_archive(tmp_path / "库.zip")} == {"unchanged"}
    assert len(second.catalog.originals.all()) == 4
    assert not list(second.home.glob("import-*"))
    second.close()
    (link,) = second.catalog.links_by_hand(public.doc_id or "")
    assert (link.kind, link.target_number, link.by) == ("repeals", "苏工信规〔2020〕9号", "张某")


def _archive(path: Path, content: object, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zhixun.json", content if isinstance(content, str) else json.dumps(content))
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def _content(path: str, sha256: str) -> dict[str, object]:
    original = {"path": path, "sha256": sha256, "file": "../../evil"}
    document = {"visibility": "public", "title": "t", "originals": [original]}
    return {"format": 1, "documents": [document], "corrections": []}


@pytest.mark.parametrize(
    "path", ["../../../tmp/外.md", "/etc/cron.d/外.md", "C:\\windows\\外.md", "..", "a/\n/b:*"]
)
def test_an_archive_writes_nowhere_else(library: Library, tmp_path: Path, path: str) -> None:
    import hashlib

    data = "# 外来办法\n\n第一条 对企业给予贴息。\n".encode()
    sha = hashlib.sha256(data).hexdigest()
    suffix = Path(path).suffix if Path(path).suffix == ".md" else ""
    hostile = _archive(
        tmp_path / "x.zip", _content(path, sha), {f"files/{sha}{suffix}": data, "../evil": b"x"}
    )
    before = {p for p in tmp_path.rglob("*") if library.home not in (p, *p.parents)}
    list(library.import_archive(hostile))
    assert {p for p in tmp_path.rglob("*") if library.home not in (p, *p.parents)} == before
    assert not list(library.home.glob("import-*"))


def test_bytes_that_are_not_what_the_list_says_are_refused(library: Library, tmp_path: Path) -> None:
    name = f"files/{'0' * 64}.md"
    hostile = _archive(tmp_path / "x.zip", _content("甲.md", "0" * 64), {name: b"other"})
    (result,) = library.import_archive(hostile)
    assert result.status == "failed" and "甲.md" in (result.error or "")
    (result,) = library.import_archive(_archive(tmp_path / "y.zip", _content("甲.md", "1" * 64), {}))
    assert result.status == "failed"


@pytest.mark.parametrize(
    "content",
    ["{", "[" * 100_000, "{}", '{"format": 2, "documents": [], "corrections": []}', "null"],
    ids=["cut", "deep", "empty", "future", "null"],
)
def test_what_is_no_export_is_said(library: Library, tmp_path: Path, content: str) -> None:
    with pytest.raises(InputError) as raised:
        list(library.import_archive(_archive(tmp_path / "x.zip", content, {})))
    assert raised.value.key == "library.archive_foreign"
    (tmp_path / "y.zip").write_bytes(b"no zip")
    with pytest.raises(InputError) as raised:
        list(library.import_archive(tmp_path / "y.zip"))
    assert raised.value.key == "library.archive_unreadable"


def test_a_run_is_reported(library: Library, source: Path) -> None:
    (source / "坏.pdf").write_bytes(b"%PDF-1.7 broken")
    results = list(library.ingest([source]))
    (run,) = runs.load(library.catalog.engine)
    assert (run.status, run.total, run.added, run.failed, run.seen) == ("done", 4, 3, 1, 4)
    kept = runs.load_files(library.catalog.engine, run.id)
    assert [(file.path, file.error) for file in kept] == [(str(r.path), r.error) for r in results]


def test_a_run_that_is_stopped_says_how_far_it_got(library: Library, source: Path) -> None:
    run = library.ingest([source])
    next(run)
    run.close()  # type: ignore[attr-defined]
    (stopped,) = runs.load(library.catalog.engine)
    assert (stopped.status, stopped.seen, stopped.total) == ("interrupted", 1, 3)
    list(library.ingest([source]))
    latest = runs.load(library.catalog.engine)[0]
    assert (latest.status, latest.seen) == ("done", 3)


def test_a_killed_run_is_found_by_the_next(library: Library, source: Path) -> None:
    runs.begin(library.catalog.engine, [str(source)], 3)
    list(library.ingest([source]))
    assert [run.status for run in runs.load(library.catalog.engine)] == ["done", "interrupted"]
