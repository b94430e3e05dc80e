"""Archives among the files to take in: each stands for the files in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from corpus.errors import ReadError
from corpus.readers.archive import is_archive, kept_unpacked, unpacked_folder
from index.types import IngestResult

FOLDER = "unpacked"
"""In the state folder: the files of each archive, at paths that last, as the library knows them by path."""

SOURCE = ".archive"
"""Beside the folder of each archive's files, a file of this suffix holds the archive's own path."""


def opened(files: Iterable[Path], home: Path) -> tuple[list[Path], list[IngestResult]]:
    """The files with each archive replaced by its members, and a failed result for each member, or
    whole archive, that cannot be taken."""
    _drop_gone(home / FOLDER)
    found: list[Path] = []
    failed: list[IngestResult] = []
    for path in files:
        if not path.is_file() or not is_archive(path):  # opening a pipe would wait for its other end
            found.append(path)
            continue
        try:
            unpacked = kept_unpacked(path, home / FOLDER)
            _folder(path, home).with_suffix(SOURCE).write_bytes(os.fsencode(path.absolute()))
        except ReadError as error:
            failed.append(IngestResult(path, "failed", error=error.message()))
            continue
        found += [member.file for member in unpacked.members]
        failed += [
            IngestResult(refused.shown, "failed", error=refused.error.message())
            for refused in unpacked.refused
        ]
    return found, failed


def members_of(archive: Path, home: Path) -> Path:
    """The folder below which the files of the archive at this path are recorded."""
    return _folder(archive, home)


def forget_file(path: Path, home: Path) -> None:
    """Deletes a file of an archive when no document answers to it any more, with the folders that this
    leaves empty. A file that lies elsewhere is the user's own and stays."""
    root = home / FOLDER
    if not path.is_relative_to(root) or ".." in path.parts:
        return
    path.unlink(missing_ok=True)
    for folder in path.parents:
        if folder == root or not folder.is_dir() or any(folder.iterdir()):
            break
        folder.rmdir()
        if folder.parent == root:
            folder.with_suffix(SOURCE).unlink(missing_ok=True)


def _folder(archive: Path, home: Path) -> Path:
    return unpacked_folder(archive, home / FOLDER)


def _drop_gone(root: Path) -> None:
    """Deletes the files of archives that are no longer where they were: renamed or moved, an archive is
    unpacked under its new path, and its documents follow it there as any moved file's do."""
    for note in root.glob(f"*{SOURCE}"):
        if not os.path.lexists(os.fsdecode(note.read_bytes())):
            shutil.rmtree(note.with_suffix(""), ignore_errors=True)
            note.unlink(missing_ok=True)
