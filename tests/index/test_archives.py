"""An archive among the files: its members become documents, and follow it when it changes."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest

from index.library import Library
from tests.index.conftest import NOTICE

DAY = date(2026, 11, 22)
pytestmark = pytest.mark.slow


def _notice(title: str, body: str) -> str:
    return NOTICE.format(title=title, body=body, start="2024年1月1日", end="", number="")


def _zip(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def test_an_archive_stands_for_the_files_in_it(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "文件"
    folder.mkdir()
    loans = _notice("中小企业贷款贴息办法", "对中小企业贷款按年利率2%给予贴息，最高100万元。")
    computing = _notice("算力券管理办法", "企业租用智能算力的，按合同额的30%发放算力券。")
    path = _zip(
        folder / "汇编.zip", {"贴息.md": loans, "附件/算力.md": computing, "../外.md": loans, "片.mp4": "x"}
    )

    results = list(library.ingest([folder]))
    assert {(r.status, r.path.name) for r in results} == {
        ("added", "贴息.md"),
        ("added", "算力.md"),
        ("failed", "外.md"),
        ("failed", "片.mp4"),
    }
    failed = {r.path: r.error for r in results if r.status == "failed"}
    assert "以外的位置" in (failed[path / "外.md"] or "") and "暂不支持" in (failed[path / "片.mp4"] or "")
    added = [r for r in results if r.status == "added"]
    assert all("汇编.zip" in r.path.parts and r.path.is_relative_to(library.home) for r in added)
    assert library.search("租用算力可以拿多少补贴", as_of=DAY)[0].title == "算力券管理办法"

    again = list(library.ingest([path]))
    assert [r.status for r in again if r.status != "failed"] == ["unchanged", "unchanged"]

    changed = computing.replace("30%", "40%")
    _zip(path, {"贴息.md": loans, "附件/算力.md": changed})
    assert {(r.status, r.path.name) for r in library.ingest([path])} == {
        ("unchanged", "贴息.md"),
        ("updated", "算力.md"),
    }
    assert "40%" in library.search("租用算力可以拿多少补贴", as_of=DAY)[0].text


def test_a_damaged_archive_fails_alone(library: Library, tmp_path: Path) -> None:
    (tmp_path / "坏.zip").write_bytes(b"PK\x03\x04 broken")
    good = tmp_path / "好.md"
    good.write_text(_notice("算力券管理办法", "按合同额的30%发放算力券。"), "utf-8")
    results = {r.path.name: r for r in library.ingest([tmp_path / "坏.zip", good])}
    assert results["坏.zip"].status == "failed" and "已损坏" in (results["坏.zip"].error or "")
    assert results["好.md"].status == "added"


def test_what_was_unpacked_goes_with_its_documents(library: Library, tmp_path: Path) -> None:
    loans = _notice("中小企业贷款贴息办法", "对中小企业贷款按年利率2%给予贴息，最高100万元。")
    computing = _notice("算力券管理办法", "企业租用智能算力的，按合同额的30%发放算力券。")
    path = _zip(tmp_path / "汇编.zip", {"贴息.md": loans, "附件/算力.md": computing})
    own = tmp_path / "自己的.md"
    own.write_text(_notice("商标奖励办法", "对获得驰名商标的，奖励20万元。"), "utf-8")
    first, second, third = list(library.ingest([path, own]))
    unpacked = library.home / "unpacked"
    assert first.path.exists() and second.path.exists()

    library.remove_file(first.path)
    assert not first.path.exists() and second.path.exists()
    library.remove(second.doc_id or "")
    assert list(unpacked.iterdir()) == []
    library.remove(third.doc_id or "")
    assert own.exists()  # only what the library itself unpacked is deleted

    assert [r.status for r in library.ingest([path])] == ["added", "added"]
    assert set(library.remove_archive(path)) == {first.doc_id, second.doc_id}
    assert list(unpacked.iterdir()) == [] and not library.catalog.snapshot().records
    assert library.remove_archive(path) == [] and path.exists()


def test_a_renamed_archive_takes_its_documents_along(library: Library, tmp_path: Path) -> None:
    loans = _notice("中小企业贷款贴息办法", "对中小企业贷款按年利率2%给予贴息，最高100万元。")
    path = _zip(tmp_path / "汇编.zip", {"贴息.md": loans})
    (before,) = library.ingest([path])
    (after,) = library.ingest([path.rename(tmp_path / "汇编（新）.zip")])
    assert (after.status, after.doc_id) == ("unchanged", before.doc_id)
    assert [o.path for o in library.catalog.originals.of(before.doc_id or "")] == [str(after.path)]
    assert not before.path.exists() and library.verify().findings == []
