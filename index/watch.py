"""Watches folders by looking at them: works on network shares, where no system reports changes."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from index.walk import files

log = logging.getLogger(__name__)

Seen = tuple[int, int]  # bytes, time of the last change in ns


def changes(
    paths: Sequence[Path],
    interval: float = 2.0,
    settle: float = 3.0,
    wait: Callable[[float], object] = time.sleep,
) -> Iterator[list[Path]]:
    """Files that are new or changed, each time some are; first all that are there. Ends when `wait` says so.

    A file that is still being copied is waited for: it comes when its size and time have stood
    still for `settle` seconds. `wait` is called between two looks, `interval` seconds apart; what it
    gives back says whether to stop.
    """
    taken: dict[Path, Seen] = {}
    moving: dict[Path, tuple[Seen, float]] = {}  # what was seen last, since when
    while True:
        now = time.monotonic()
        present = {path: seen for path in files(paths) if (seen := _look(path)) is not None}
        ready = []
        for path, seen in present.items():
            if taken.get(path) == seen:
                continue
            before, since = moving.get(path, (None, now))
            if before != seen:
                moving[path] = (seen, now)
            elif now - since >= settle:
                taken[path] = seen
                ready.append(path)
        moving = {path: entry for path, entry in moving.items() if path in present and path not in ready}
        taken = {path: seen for path, seen in taken.items() if path in present}
        if ready:
            yield ready
        if wait(min(interval, settle) if moving else interval):
            return


def _look(path: Path) -> Seen | None:
    try:
        status = path.stat()
    except OSError:
        return None  # gone between the walk and this look
    return status.st_size, status.st_mtime_ns
