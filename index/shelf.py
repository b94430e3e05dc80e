"""The files of the versions, on disk and in the catalog: kept, moved, handed on, forgotten."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from corpus.catalog import Catalog
from corpus.errors import ReadError
from corpus.originals import Original, kept
from corpus.record import Record
from index.archives import forget_file
from index.reading import digest


class Shelf:
    """What ingestion does with originals; the caller holds the ingest lock."""

    def __init__(self, home: Path, catalog: Catalog) -> None:
        self._home = home
        self._catalog = catalog
        self._originals = catalog.originals
        self._originals.complete()

    def live(self, doc_id: str) -> Record | None:
        record = self._catalog.record(doc_id)
        return record if record and record.state == "live" else None

    def here(self, path: str) -> Original | None:
        """What the path held when it was last read, if its version is live."""
        found = self._originals.at(path)
        return found if found and self.live(found.doc_id) else None

    def with_bytes(self, sha256: str) -> Original | None:
        """A file with these bytes whose version is live."""
        return next((found for found in self._originals.by_sha(sha256) if self.live(found.doc_id)), None)

    def same_text(self, file: Original, here: Original | None) -> Record | None:
        """The live version that another file brought in with this text. A file that is the only one
        of its version replaces it, even where no word has changed: its lines may be better."""
        for doc_id in (file.doc_id, *(found.doc_id for found in self._originals.by_text(file.text_key))):
            record = self.live(doc_id)
            if record is None or (here and here.doc_id == doc_id and not self.others(here)):
                continue
            return record
        return None

    def others(self, old: Original) -> list[Original]:
        """The other files of its version."""
        return [other for other in self._originals.of(old.doc_id) if other.path != old.path]

    def last_of(self, left: Iterable[Original], taken: set[str]) -> list[str]:
        """The versions that have no file beyond `left` and the paths `taken` by other texts."""
        return [old.doc_id for old in left if all(other.path in taken for other in self.others(old))]

    def attach(self, file: Original, record: Record) -> None:
        """A renamed or moved file takes its old path's place; any other is one more of the version."""
        self.keep(Path(file.path), file.sha256)
        gone = [o for o in self._originals.of(record.doc_id) if not Path(o.path).exists()]
        moved = next((o for o in gone if o.sha256 == file.sha256), None)
        if moved is not None:
            self._originals.move(moved.path, file.path)
        else:
            self._originals.add(file)
        if record.path == file.path or record.path in [o.path for o in gone]:
            self._catalog.set_original(record.doc_id, file)

    def hand_on(self, left: Iterable[Original]) -> None:
        """Versions that lost a file but keep others answer to one of those."""
        for old in left:
            record, others = self.live(old.doc_id), self.others(old)
            if record is not None and record.path == old.path and others:
                self._catalog.set_original(old.doc_id, others[0])

    def forget(self, left: Iterable[Original]) -> None:
        """Deletes kept bytes that no file of the catalog has any more, and what was unpacked from an
        archive for a path that the catalog no longer has."""
        for old in left:
            if not self._originals.by_sha(old.sha256):
                for file in (self._home / "files").glob(f"{old.sha256}*"):
                    file.unlink(missing_ok=True)
            if self._originals.at(old.path) is None:
                forget_file(Path(old.path), self._home)

    def keep(self, path: Path, sha256: str) -> None:
        """Copies the file as it was read.

        Raises:
            ReadError: it has changed since.
        """
        target = kept(self._home, sha256, path)
        if target.exists():
            return
        target.parent.mkdir(exist_ok=True)
        part = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            shutil.copyfile(path, part)
            if digest(part) != sha256:
                raise ReadError("library.changed", name=path.name)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
