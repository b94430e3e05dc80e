from __future__ import annotations

import errno
import logging
import os
import shutil
import threading
from datetime import date
from pathlib import Path

import pytest

from corpus.errors import StateError
from corpus.model import Role, Validity, Visibility
from index.embedder import Embedder
from index.library import Library
from index.locks import hold
from index.recovery import LOCK
from tests.index.conftest import write

DAY = date(2026, 11, 22)
pytestmark = pytest.mark.slow


def _titles(library: Library, query: str, **options: object) -> list[str]:
    return [e.title for e in library.search(query, as_of=DAY, **options)]  # type: ignore[arg-type]


def test_a_folder_is_taken_in_and_found(library: Library, source: Path) -> None:
    results = list(library.ingest([source]))
    assert [(r.status, r.path.name, r.title) for r in results] == [
        ("added", "商标.md", "商标品牌奖励办法"),
        ("added", "算力.md", "算力券管理办法"),
        ("added", "贴息.md", "中小企业贷款贴息办法"),
    ]
    assert all(r.clauses > 0 and r.error is None for r in results)
    best = library.search("租用算力可以拿多少补贴", as_of=DAY)[0]
    assert best.title == "算力券管理办法" and "30%" in best.text
    assert best.text in library.catalog.text(best.doc_id)
    assert best.dense > 0.8 and best.lexical > 0 and 0 < best.score <= 1
    assert best.validity is Validity.IN_FORCE


def test_the_original_is_kept(library: Library, source: Path) -> None:
    (result,) = library.ingest([source / "贴息.md"])
    record = library.catalog.record(result.doc_id or "")
    assert record is not None
    kept = library.home / "files" / f"{record.sha256}.md"
    assert kept.read_bytes() == (source / "贴息.md").read_bytes()


def test_what_is_known_is_unchanged_here_and_in_a_copy(
    library: Library, source: Path, tmp_path: Path
) -> None:
    first = {r.path.name: r.doc_id for r in library.ingest([source])}
    again = list(library.ingest([source, str(source / "商标.md")]))
    assert [r.status for r in again] == ["unchanged"] * 3
    copy = Path(shutil.copy(source / "商标.md", tmp_path / "副本.md"))
    (result,) = library.ingest([copy])
    assert (result.status, result.doc_id) == ("unchanged", first["商标.md"])


def test_two_files_of_one_text_in_one_run_are_one_version(library: Library, tmp_path: Path) -> None:
    one = write(tmp_path / "twins" / "甲.md", "孪生办法", "内容相同。")
    shutil.copy(one, one.with_name("乙.md"))
    assert [r.status for r in library.ingest([one.parent])] == ["added", "unchanged"]
    assert len(library.catalog.snapshot().records) == 1


def test_an_edited_file_replaces_its_older_text(library: Library, source: Path) -> None:
    (old,) = library.ingest([source / "贴息.md"])
    write(source / "贴息.md", "中小企业贷款贴息办法", "对小微企业贷款按年利率3%给予贴息，最高300万元。")
    (new,) = library.ingest([source / "贴息.md"])
    assert new.status == "updated" and new.doc_id != old.doc_id
    texts = [e.text for e in library.search("贷款贴息最高多少", as_of=DAY, in_force_only=False)]
    assert any("300万元" in text for text in texts) and not any("最高100万元" in text for text in texts)
    assert library.catalog.record(old.doc_id or "") is None
    assert len(list((library.home / "files").iterdir())) == 1


def test_a_bad_file_fails_alone_and_says_why(library: Library, source: Path) -> None:
    (source / "坏.pdf").write_bytes(b"%PDF-1.7\nnot a pdf")
    (source / "空.txt").write_bytes(b"")
    results = {r.path.name: r for r in library.ingest([source, source / "没有.md", source / "图.gif"])}
    assert [name for name, r in results.items() if r.status == "added"] == ["商标.md", "算力.md", "贴息.md"]
    for name in ("坏.pdf", "空.txt", "没有.md", "图.gif"):
        assert results[name].status == "failed" and name.split(".")[0] in (results[name].error or "")


def test_what_is_skipped_in_a_folder_is_counted(
    library: Library, source: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "index"):
        list(library.ingest([source]))
    assert "Skipped 2 files" in caplog.text and ".gif 1" in caplog.text and "(hidden) 1" in caplog.text


def test_a_visitor_never_sees_an_internal_document(library: Library, source: Path) -> None:
    list(library.ingest([source / "商标.md", source / "贴息.md"]))
    list(library.ingest([source / "子目录"], visibility=Visibility.INTERNAL))
    assert "算力券管理办法" not in _titles(library, "算力券", in_force_only=False)
    assert _titles(library, "算力券", role=Role.OFFICIAL)[0] == "算力券管理办法"
    internal = next(
        r.doc_id for r in library.catalog.snapshot().records.values() if r.title == "算力券管理办法"
    )
    assert library.search("算力券", as_of=DAY, doc_ids={internal}) == []
    assert library.search("算力券", as_of=DAY, doc_ids={internal}, role=Role.STAFF)[0].doc_id == internal


def test_taking_a_file_in_again_under_other_visibility_moves_it(library: Library, source: Path) -> None:
    list(library.ingest([source]))
    (moved,) = library.ingest([source / "商标.md"], visibility=Visibility.INTERNAL)
    assert moved.status == "updated"
    assert "商标品牌奖励办法" not in _titles(library, "地理标志商标奖励")
    assert _titles(library, "地理标志商标奖励", role=Role.OFFICIAL)[0] == "商标品牌奖励办法"
    (same,) = library.ingest([source / "商标.md"])
    assert same.status == "unchanged"  # what is internal stays so until somebody says otherwise
    (back,) = library.ingest([source / "商标.md"], visibility=Visibility.PUBLIC)
    assert back.status == "updated"
    assert _titles(library, "地理标志商标奖励")[0] == "商标品牌奖励办法"


def test_only_what_is_in_force_on_the_day_is_found(library: Library, tmp_path: Path) -> None:
    write(
        tmp_path / "v" / "旧.md",
        "稳岗返还办法",
        "按上年度缴费额的30%返还。",
        "2020年1月1日",
        "，有效期至2022年12月31日",
    )
    write(tmp_path / "v" / "新.md", "稳岗返还实施细则", "按上年度缴费额的60%返还。", "2023年1月1日")
    list(library.ingest([tmp_path / "v"]))

    def found(day: date, **options: bool) -> set[tuple[str, Validity]]:
        return {(e.title, e.validity) for e in library.search("稳岗返还比例", as_of=day, **options)}

    assert found(date(2021, 6, 1)) == {("稳岗返还办法", Validity.IN_FORCE)}
    assert found(date(2024, 6, 1)) == {("稳岗返还实施细则", Validity.IN_FORCE)}
    assert found(date(2024, 6, 1), in_force_only=False) == {
        ("稳岗返还办法", Validity.EXPIRED),
        ("稳岗返还实施细则", Validity.IN_FORCE),
    }


def test_the_fetch_widens_when_most_rows_may_not_be_seen(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.hybrid.DEPTH", 2)
    for n in range(12):
        body = f"对数字化改造项目给予补助，第{n}批。"
        write(
            tmp_path / "w" / f"{n}.md",
            f"数字化改造补助办法{n}",
            body,
            "2020年1月1日",
            "，有效期至2021年12月31日",
        )
    write(tmp_path / "w" / "新.md", "工业设备更新办法", "设备更新也含少量数字化。", "2023年1月1日")
    list(library.ingest([tmp_path / "w"]))
    assert set(_titles(library, "数字化改造项目补助", k=2)) == {"工业设备更新办法"}


@pytest.mark.parametrize(
    "query", ["", "   \n", "？？！！", "a" * 20_000, "税收" * 10_000, "\x00\ud83d" + "税", "How much?"]
)
def test_any_query_is_answered_without_an_error(library: Library, source: Path, query: str) -> None:
    list(library.ingest([source / "贴息.md"]))
    assert len(library.search(query, as_of=DAY, k=3)) <= 3


def test_an_empty_library_finds_nothing(library: Library) -> None:
    assert library.search("贷款贴息", as_of=DAY) == []


def test_another_process_s_changes_are_seen(library: Library, source: Path, embedder: Embedder) -> None:
    """Two stores on one folder read apart from each other, as two processes do."""
    import subprocess
    import sys

    assert _titles(library, "算力券") == []
    code = (
        "import sys\nfrom pathlib import Path\nfrom index.library import Library\n"
        "with Library.open(Path(sys.argv[1])) as library:\n    list(library.ingest([sys.argv[2]]))\n"
    )
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", code, str(library.home), str(source)], check=True, cwd=root)
    assert _titles(library, "算力券")[0] == "算力券管理办法"
    (again,) = library.ingest([source / "商标.md"])
    assert again.status == "unchanged"


def test_a_second_ingestion_waits_and_says_so(
    library: Library, source: Path, caplog: pytest.LogCaptureFixture
) -> None:
    holding, release = threading.Event(), threading.Event()

    def other() -> None:
        with hold(library.home / LOCK):
            holding.set()
            release.wait(30)

    thread = threading.Thread(target=other)
    thread.start()
    holding.wait(30)
    threading.Timer(0.5, release.set).start()
    results = list(library.ingest([source / "商标.md"]))
    thread.join()
    assert [r.status for r in results] == ["added"] and "waiting" in caplog.text


def test_a_full_disk_is_said_and_loses_nothing(
    library: Library, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(library.ingest([source / "贴息.md"]))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("index.shelf.shutil.copyfile", full)
    with pytest.raises(StateError, match="磁盘已满"):
        list(library.ingest([source]))
    monkeypatch.undo()
    assert _titles(library, "贷款贴息")[0] == "中小企业贷款贴息办法"
    assert [r.status for r in library.ingest([source])] == ["added", "added", "unchanged"]


def test_removing_a_version_leaves_no_trace(library: Library, source: Path) -> None:
    (result,) = library.ingest([source / "贴息.md"])
    library.remove(result.doc_id or "")
    assert library.search("贷款贴息", as_of=DAY, in_force_only=False) == []
    assert list((library.home / "files").iterdir()) == []


def test_pipes_and_names_that_are_no_text_fail_alone(library: Library, source: Path) -> None:
    os.mkfifo(source / "管道.md")
    (source / os.fsdecode("办法.md".encode("gbk"))).write_text("第一条 对企业给予贴息。", "utf-8")
    results = list(library.ingest([source, source / "管道.md"]))  # opening a pipe would wait for ever
    failed = [r.error or "" for r in results if r.status == "failed"]
    assert len(failed) == 2 and sum("编码不是 UTF-8" in error for error in failed) == 1
    assert sum(r.status == "added" for r in results) == 3
