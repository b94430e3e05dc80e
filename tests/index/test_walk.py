from pathlib import Path

from index.walk import files


def test_paths_are_shown_without_detours(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    (folder / "文件.md").write_text("甲。", "utf-8")
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    found = files([tmp_path / "a" / ".." / "a" / "b", folder / ".." / "b" / "文件.md"])
    assert found == [folder / "文件.md"]
    assert files([tmp_path / "link"]) == [tmp_path / "link" / "文件.md"]  # links stay as they are


def test_a_relative_path_becomes_absolute(tmp_path: Path, monkeypatch: object) -> None:
    import os

    (tmp_path / "x").mkdir()
    (tmp_path / "甲.md").write_text("甲。", "utf-8")
    before = Path.cwd()
    os.chdir(tmp_path / "x")
    try:
        assert files([Path("../甲.md")]) == [tmp_path / "甲.md"]
    finally:
        os.chdir(before)
