from __future__ import annotations

import os
from pathlib import Path

import pytest

from index.walk import HIDDEN, LINKED, NO_FILE, files, walk


def test_paths_are_shown_without_detours(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    (folder / "文件.md").write_text("甲。", "utf-8")
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    found = files([tmp_path / "a" / ".." / "a" / "b", folder / ".." / "b" / "文件.md"])
    assert found == [folder / "文件.md"]
    assert files([tmp_path / "link"]) == [tmp_path / "link" / "文件.md"]  # links stay as they are


def test_a_relative_path_becomes_absolute(tmp_path: Path, monkeypatch: object) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "甲.md").write_text("甲。", "utf-8")
    before = Path.cwd()
    os.chdir(tmp_path / "x")
    try:
        assert files([Path("../甲.md")]) == [tmp_path / "甲.md"]
    finally:
        os.chdir(before)


def test_what_is_left_out_is_counted_and_nothing_loops(tmp_path: Path) -> None:
    folder = tmp_path / "文件"
    (folder / "内").mkdir(parents=True)
    (folder / "内" / "甲.md").write_text("甲。", "utf-8")
    (folder / "内" / "回").symlink_to(folder, target_is_directory=True)
    (folder / "片.mp4").write_bytes(b"x")
    (folder / ".隐.md").write_text("乙。", "utf-8")
    (folder / "无后缀").write_text("丙。", "utf-8")
    (folder / "断.md").symlink_to(tmp_path / "没有")
    os.mkfifo(folder / "管道.md")
    found = walk([folder, folder / "内" / "甲.md"])
    assert list(found.files) == [folder / "内" / "甲.md", folder / "断.md"]  # each once
    assert found.skipped == {LINKED: 1, HIDDEN: 1, ".mp4": 1, NO_FILE: 2} and found.closed == {}


@pytest.mark.skipif(os.geteuid() == 0, reason="root opens every folder")
def test_a_folder_that_may_not_be_opened_is_named(tmp_path: Path) -> None:
    closed = tmp_path / "保密"
    closed.mkdir()
    (closed / "甲.md").write_text("甲。", "utf-8")
    closed.chmod(0)
    try:
        assert list(walk([tmp_path]).closed) == [closed]
    finally:
        closed.chmod(0o755)


def test_a_folder_that_cannot_be_listed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("坏盘"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    (tmp_path / "坏盘").mkdir()
    (tmp_path / "甲.md").write_text("甲。", "utf-8")
    monkeypatch.setattr(os, "scandir", scandir)
    found = walk([tmp_path])
    assert found.closed == {tmp_path / "坏盘": "Permission denied"} and len(found.files) == 1
