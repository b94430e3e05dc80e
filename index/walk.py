"""From the paths a user names to the files to take in."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from corpus.readers import ARCHIVE_SUFFIXES, SUPPORTED_SUFFIXES

log = logging.getLogger(__name__)

TAKEN_SUFFIXES = SUPPORTED_SUFFIXES | ARCHIVE_SUFFIXES
"""What is taken in from a folder."""


def files(paths: Iterable[Path]) -> list[Path]:
    """The files in order, each once: folders are walked for supported formats and archives, a file that
    is named is taken whatever it is (reading says what is wrong with it). What is skipped is logged."""
    skipped: Counter[str] = Counter()
    found = dict.fromkeys(file for path in paths for file in _files(path, skipped))
    if skipped:
        listed = ", ".join(f"{suffix} {count}" for suffix, count in sorted(skipped.items()))
        log.info("Skipped %d files of other formats or hidden: %s", sum(skipped.values()), listed)
    return list(found)


def _files(path: Path, skipped: Counter[str]) -> Iterator[Path]:
    path = Path(os.path.normpath(path.absolute()))  # without .. but with its links as they are
    if not path.is_dir():
        yield path
        return
    for file in sorted(path.rglob("*")):
        if not file.is_file():
            continue
        hidden = any(part.startswith((".", "~$")) for part in file.relative_to(path).parts)
        if hidden:
            skipped["(hidden)"] += 1
        elif file.suffix.lower() not in TAKEN_SUFFIXES:
            skipped[file.suffix.lower() or "(no suffix)"] += 1
        else:
            yield file
