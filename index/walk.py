"""From the paths a user names to the files to take in."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from corpus.readers import ARCHIVE_SUFFIXES, SUPPORTED_SUFFIXES

log = logging.getLogger(__name__)

TAKEN_SUFFIXES = SUPPORTED_SUFFIXES | ARCHIVE_SUFFIXES
"""What is taken in from a folder."""
HIDDEN, LINKED, NO_FILE = "(hidden)", "(link to a folder)", "(no file)"


@dataclass(slots=True)
class Walk:
    """What lies at some paths: `files` to take in, in order, each once; `closed` folders that may not be
    opened, with the reason; how many entries were `skipped`, by suffix or kind."""

    files: dict[Path, None] = field(default_factory=dict)
    closed: dict[Path, str] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)

    def log_skipped(self) -> None:
        if self.skipped:
            listed = ", ".join(f"{kind} {count}" for kind, count in sorted(self.skipped.items()))
            log.info("Skipped %d files of other formats or hidden: %s", self.skipped.total(), listed)


def walk(paths: Iterable[Path]) -> Walk:
    """Folders are walked for supported formats and archives, not through links to other folders; a file
    that is named is taken whatever it is (reading says what is wrong with it)."""
    found = Walk()
    for path in paths:
        path = Path(os.path.normpath(path.absolute()))  # without .. but with its links as they are
        if path.is_dir():
            _folder(path, found)
        else:
            found.files[path] = None
    return found


def files(paths: Iterable[Path]) -> list[Path]:
    """The files to take in."""
    return list(walk(paths).files)


def _folder(top: Path, found: Walk) -> None:
    def closed(error: OSError) -> None:
        found.closed[Path(os.fsdecode(error.filename))] = error.strerror or str(error)

    here: list[Path] = []
    for place, folders, names in os.walk(top, onerror=closed):
        folder = Path(place)
        linked = [name for name in folders if (folder / name).is_symlink()]
        found.skipped[LINKED] += len(linked)
        found.skipped[HIDDEN] += sum(map(_is_hidden, folders))
        folders[:] = [name for name in folders if not _is_hidden(name) and name not in linked]
        for name in names:
            kind = _skipped_as(folder / name)
            if kind:
                found.skipped[kind] += 1
            else:
                here.append(folder / name)
    found.files |= dict.fromkeys(sorted(here))
    found.skipped = +found.skipped


def _skipped_as(file: Path) -> str | None:
    """The kind of what is not taken in; None for what is."""
    if _is_hidden(file.name):
        return HIDDEN
    suffix = file.suffix.lower()
    if suffix not in TAKEN_SUFFIXES:
        return suffix or NO_FILE
    # a pipe or a device is no file; a broken link is taken, so that reading says what is wrong with it
    return NO_FILE if file.exists() and not file.is_file() else None


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "~$"))
