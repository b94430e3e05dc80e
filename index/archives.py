"""Archives among the files to take in: each stands for the files in it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from corpus.errors import ReadError
from corpus.readers.archive import is_archive, kept_unpacked
from index.types import IngestResult

FOLDER = "unpacked"
"""In the state folder: the files of each archive, at paths that last, as the library knows them by path."""


def opened(files: Iterable[Path], home: Path) -> tuple[list[Path], list[IngestResult]]:
    """The files with each archive replaced by its members, and a failed result for each member, or
    whole archive, that cannot be taken."""
    found: list[Path] = []
    failed: list[IngestResult] = []
    for path in files:
        if not is_archive(path):
            found.append(path)
            continue
        try:
            unpacked = kept_unpacked(path, home / FOLDER)
        except ReadError as error:
            failed.append(IngestResult(path, "failed", error=error.message()))
            continue
        found += [member.file for member in unpacked.members]
        failed += [
            IngestResult(refused.shown, "failed", error=refused.error.message())
            for refused in unpacked.refused
        ]
    return found, failed
