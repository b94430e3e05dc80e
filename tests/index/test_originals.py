"""Versions with several files: one text in several formats, renamed, moved, edited, removed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from docx import Document
from sqlalchemy import text

from corpus.catalog import Catalog
from corpus.originals import text_key
from corpus.settings import CorpusSettings
from index.embedder import Embedder
from index.ingest import FILES_A_BATCH
from index.library import Library
from tests.index.conftest import write

pytestmark = pytest.mark.slow

LINES = ["贷款贴息办法", "第一条 对中小企业贷款按年利率2.5%给予贴息。", "第二条 本办法自2024年1月1日起施行。"]


def _text(path: Path, lines: list[str] = LINES) -> Path:
    path.write_text("\n\n".join(lines), "utf-8")
    return path


def _docx(path: Path) -> Path:
    document = Document()
    for line in LINES:
        document.add_paragraph(line.replace(" ", "　").replace("，", ","))
    document.save(str(path))
    return path


def _paths(library: Library, doc_id: str | None) -> list[str]:
    return sorted(Path(original.path).name for original in library.catalog.originals.of(doc_id or ""))


def test_text_key_ignores_spaces_and_punctuation_and_nothing_else() -> None:
    assert text_key("第一条　奖励 1.5%，最高\n10 万元。") == text_key("第一条 奖励1.5%,最高10万元")
    for other in ("第一条 奖励15%，最高10万元", "第一条 奖励-1.5%，最高10万元", "第一条 奖励1.5，最高10万元"):
        assert text_key("第一条 奖励1.5%，最高10万元") != text_key(other)


def test_one_text_in_two_formats_is_one_version(library: Library, tmp_path: Path) -> None:
    files = [_text(tmp_path / "贴息.txt"), _docx(tmp_path / "贴息.docx")]
    first, second = library.ingest(files)
    assert (first.status, second.status) == ("added", "unchanged")
    assert first.doc_id == second.doc_id and len(library.catalog.snapshot().records) == 1
    assert _paths(library, first.doc_id) == ["贴息.docx", "贴息.txt"]
    assert {path.suffix for path in (library.home / "files").iterdir()} == {".txt", ".docx"}
    assert [r.status for r in library.ingest(files)] == ["unchanged"] * 2
    assert library.verify().findings == []


def test_a_second_format_that_comes_later_joins(library: Library, tmp_path: Path) -> None:
    (first,) = library.ingest([_docx(tmp_path / "贴息.docx")])
    (second,) = library.ingest([_text(tmp_path / "贴息.txt")])
    assert (second.status, second.doc_id) == ("unchanged", first.doc_id)
    assert _paths(library, first.doc_id) == ["贴息.docx", "贴息.txt"]


def test_removing_one_file_of_two_keeps_the_version(library: Library, tmp_path: Path) -> None:
    word, plain = _docx(tmp_path / "贴息.docx"), _text(tmp_path / "贴息.txt")
    (first, _) = library.ingest([word, plain])
    assert library.remove_file(word) == first.doc_id
    record = library.catalog.record(first.doc_id or "")
    assert record is not None and (record.path, record.format) == (str(plain), "text")
    assert [path.suffix for path in (library.home / "files").iterdir()] == [".txt"]
    assert library.verify().findings == []
    assert library.remove_file(plain) == first.doc_id
    assert library.catalog.record(first.doc_id or "") is None
    assert list((library.home / "files").iterdir()) == []
    assert library.remove_file(plain) is None


def test_editing_one_file_of_two_keeps_the_text_of_the_other(library: Library, tmp_path: Path) -> None:
    word, plain = _docx(tmp_path / "贴息.docx"), _text(tmp_path / "贴息.txt")
    (old, _) = library.ingest([word, plain])
    _text(plain, [LINES[0], "第一条 对中小企业贷款按年利率3.5%给予贴息。", LINES[2]])
    (new,) = library.ingest([plain])
    assert new.status == "updated" and new.doc_id != old.doc_id
    assert set(library.catalog.snapshot().records) == {old.doc_id, new.doc_id}
    assert (_paths(library, old.doc_id), _paths(library, new.doc_id)) == (["贴息.docx"], ["贴息.txt"])
    assert library.verify().findings == []


def test_editing_both_files_of_one_text_retires_it(library: Library, tmp_path: Path) -> None:
    files = [_text(tmp_path / "甲.txt"), Path(shutil.copy(tmp_path / "甲.txt", tmp_path / "乙.txt"))]
    (old, _) = library.ingest(files)
    for number, file in enumerate(files):
        _text(file, [LINES[0], f"第一条 对中小企业贷款按年利率{number + 3}%给予贴息。", LINES[2]])
    results = list(library.ingest(files))
    assert [r.status for r in results] == ["updated", "updated"]
    assert set(library.catalog.snapshot().records) == {r.doc_id for r in results}
    assert old.doc_id not in {r.doc_id for r in results}
    assert library.verify().findings == []


def test_a_renamed_file_takes_its_version_along(library: Library, source: Path) -> None:
    before = {r.path.name: r.doc_id for r in library.ingest([source])}
    (source / "归档").mkdir()
    moved = (source / "贴息.md").rename(source / "归档" / "贷款贴息（正式）.md")
    assert {r.status for r in library.ingest([source])} == {"unchanged"}
    record = library.catalog.record(before["贴息.md"] or "")
    assert record is not None and record.path == str(moved)
    assert [o.path for o in library.catalog.originals.of(record.doc_id)] == [str(moved)]
    write(moved, "中小企业贷款贴息办法", "对中小企业贷款按年利率3%给予贴息，最高200万元。")
    assert [r.status for r in library.ingest([moved])] == ["updated"]
    assert len(library.catalog.snapshot().records) == 3


def test_only_changed_files_are_read_again(
    library: Library, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(library.ingest([source]))
    write(source / "贴息.md", "中小企业贷款贴息办法", "对中小企业贷款按年利率3%给予贴息，最高200万元。")
    read: list[str] = []
    from corpus.worker_pool import ReadPool

    submit = ReadPool.submit
    monkeypatch.setattr(ReadPool, "submit", lambda pool, path: read.append(path.name) or submit(pool, path))
    assert sorted(r.status for r in library.ingest([source])) == ["unchanged", "unchanged", "updated"]
    assert read == ["贴息.md"]


def test_a_home_made_before_there_were_originals_is_completed(
    zhixun_home: Path, source: Path, embedder: Embedder
) -> None:
    with Library.open(zhixun_home, embedder=embedder) as library:
        before = {r.path: r.doc_id for r in library.ingest([source])}
    catalog = Catalog.open(CorpusSettings(home=zhixun_home))
    with catalog.engine.begin() as connection:
        connection.execute(text("DROP TABLE originals"))
    catalog.close()
    with Library.open(zhixun_home, embedder=embedder) as library:
        assert [r.status for r in library.ingest([source])] == ["unchanged"] * 3
        assert {Path(o.path): o.doc_id for o in library.catalog.originals.all()} == before
        assert library.verify().findings == []


def test_many_copies_of_a_text_do_not_wait_for_the_last(library: Library, tmp_path: Path) -> None:
    """They bring no rows, which is what a batch is counted by; their number counts as well."""
    folder = tmp_path / "副本"
    folder.mkdir()
    for number in range(FILES_A_BATCH + 30):
        _text(folder / f"{number:04d}.md")
    done: list[int] = []
    results = library.ingest([folder], progress=lambda at, total, path: done.append(at))
    next(results)
    assert done[-1] == FILES_A_BATCH
    assert len(list(results)) == FILES_A_BATCH + 29 and len(library.catalog.snapshot().records) == 1
