"""How memory goes while a library grows: the process and its workers, looked at from a thread beside them."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from corpus.worker import rss_mb
from corpus.worker_pool import process_tree

_EVERY_S = 0.1
_PARTS = (0.1, 0.25, 0.5, 0.75, 1.0)

_TEXT = """# {subject}贴息管理办法（第{number}号）

第一条 为支持{subject}领域第{number}类企业发展，对符合条件的企业给予贷款贴息，单户最高{amount}万元。

第二条 申报企业应当在本市注册，上年度营业收入不低于{floor}万元。

第三条 本办法自2024年1月{day}日起施行。
"""
_SUBJECTS = ("算力", "商标", "专利", "设备", "研发", "出口", "物流", "能耗", "园区", "人才")


def small_files(folder: Path, count: int) -> Path:
    """Writes `count` made-up documents of three articles, no two alike, into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        text = _TEXT.format(
            subject=_SUBJECTS[number % len(_SUBJECTS)],
            number=number,
            amount=100 + number,
            floor=200 + number,
            day=1 + number % 28,
        )
        (folder / f"{number:06d}.md").write_text(text, "utf-8")
    return folder


def marks(total: int) -> list[int]:
    """The numbers of files at which memory is stated: a tenth, a quarter, a half, three quarters, all."""
    return sorted({max(1, round(total * part)) for part in _PARTS}) if total else []


@dataclass
class MemoryWatch:
    """While it is open, keeps the most that this process and its children hold together.

    `peaks`: for each mark reached, (files done, MiB of this process, MiB of its children), the most since
    the mark before.
    """

    peaks: list[tuple[int, float, float]] = field(default_factory=list)
    _most: tuple[float, float] = (0.0, 0.0)
    _stop: threading.Event = field(default_factory=threading.Event)

    def reached(self, files: int) -> None:
        """So many files are done."""
        self._look()
        self.peaks.append((files, *self._most))
        self._most = (0.0, 0.0)

    def __enter__(self) -> MemoryWatch:
        self._thread = threading.Thread(target=self._run, name="memory-watch", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(_EVERY_S):
            self._look()

    def _look(self) -> None:
        own, *children = process_tree(os.getpid())
        seen = rss_mb(own), sum(map(rss_mb, children))
        self._most = (max(self._most[0], seen[0]), max(self._most[1], seen[1]))
