"""Reads files ahead in worker processes, while what was read before is embedded and written."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from corpus.model import ParsedDocument
from corpus.readers import MAX_BYTES
from corpus.worker_pool import ReadPool

AHEAD = 3  # files a worker that may be read or waiting: bounds what is in memory


@dataclass(slots=True)
class Reading:
    """A file, its bytes' sha256 (None: not a readable file; reading says why), and its text when it
    is being read already."""

    path: Path
    sha256: str | None
    pool: ReadPool
    future: Future[ParsedDocument] | None = None

    def parsed(self) -> ParsedDocument:
        """Waits for the text. Raises what `ReadPool.submit` says."""
        if self.future is None:
            self.future = self.pool.submit(self.path)
        return self.future.result()


def ahead(
    paths: Iterable[Path], pool: ReadPool, workers: int, is_known: Callable[[Path, str], bool]
) -> Iterator[Reading]:
    """The files in order; those that are not known are read while the ones before are dealt with."""
    waiting: deque[Reading] = deque()
    for path in paths:
        reading = Reading(path, digest(path), pool)
        if reading.sha256 is None or not is_known(path, reading.sha256):
            reading.future = pool.submit(path)
        waiting.append(reading)
        while len(waiting) > AHEAD * workers:
            yield waiting.popleft()
    yield from waiting


def digest(path: Path) -> str | None:
    """The sha256 of a file's bytes; None for what is no file, is too large or cannot be read."""
    try:
        if not path.is_file() or path.stat().st_size > MAX_BYTES:
            return None
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        return None  # the reader says what is wrong with it, in the user's words
