"""Watching a folder: what is new comes once, what is still being copied is waited for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index import watch
from tests.index.conftest import write


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that have passed; each wait adds its own."""
    now = [0.0]
    monkeypatch.setattr(watch.time, "monotonic", lambda: now[0])
    return now


def _watch(folder: Path, clock: list[float], during: dict[int, object]) -> Iterator[list[Path]]:
    """Changes of a folder in which `during[n]()` happens in the n-th wait; ends after 30 waits."""
    waits = 0

    def wait(seconds: float) -> None:
        nonlocal waits
        waits += 1
        clock[0] += seconds
        if waits in during:
            during[waits]()  # type: ignore[operator]
        if waits > 30:
            raise TimeoutError

    try:
        yield from watch.changes([folder], 2, 3, wait)
    except TimeoutError:
        return


def test_files_come_once_and_again_when_they_change(tmp_path: Path, clock: list[float]) -> None:
    path = write(tmp_path / "甲.md", "甲办法", "对企业给予贴息。")
    later = {10: lambda: write(path, "甲办法", "对企业给予贴息，最高一百万元。")}
    assert list(_watch(tmp_path, clock, later)) == [[path], [path]]


def test_a_file_that_grows_is_waited_for(tmp_path: Path, clock: list[float]) -> None:
    path = tmp_path / "甲.md"

    def grow() -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write("对企业给予贴息。")

    path.write_text("# 甲办法\n", "utf-8")
    sizes = []
    for ready in _watch(tmp_path, clock, dict.fromkeys(range(1, 9), grow)):
        sizes.append((ready, len(path.read_text("utf-8"))))
    assert sizes == [([path], len("# 甲办法\n") + 8 * len("对企业给予贴息。"))]


def test_a_file_that_went_away_and_came_back_comes_again(tmp_path: Path, clock: list[float]) -> None:
    path = write(tmp_path / "甲.md", "甲办法", "对企业给予贴息。")
    text = path.read_text("utf-8")
    later = {6: path.unlink, 10: lambda: path.write_text(text, "utf-8")}
    assert list(_watch(tmp_path, clock, later)) == [[path], [path]]
