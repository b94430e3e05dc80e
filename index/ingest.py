"""Takes files in: read -> stage -> embed and post -> live, a batch of files at a time.

A kill at any point leaves the old state or the new one: what is staged is not searchable, one
transaction makes it live and retires the text it replaces, and a journal names the versions whose
rows were being changed, so that the next start (`index/recovery.py`) mends them.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from corpus.catalog import Catalog
from corpus.errors import ZhixunError
from corpus.messages import msg
from corpus.model import ParsedDocument, Visibility
from corpus.snapshot import Record
from index.embedder import Vectors
from index.failures import is_full, state_errors
from index.hybrid import HybridIndex
from index.journal import Journal
from index.rows import Row, rows
from index.types import IngestResult, Status
from index.walk import files

log = logging.getLogger(__name__)

Embedded = tuple[str, list[Row], Vectors]  # a version, its rows, their vectors
Progress = Callable[[int, int, Path], None]  # files done, files in all, the file just read
ROWS_A_BATCH = 128  # about 3 seconds of embedding: results keep coming, batches stay efficient


@dataclass(slots=True)
class _Pending:
    """A file read, waiting for its batch."""

    path: Path
    parsed: ParsedDocument
    rows: list[Row]
    retire: list[str]
    restaged: bool
    replaces: bool
    visibility: Visibility
    result: IngestResult = field(init=False)

    def __post_init__(self) -> None:
        version = self.parsed.version
        units = self.parsed.unit_count
        status: Status = "updated" if self.replaces else "added"
        self.result = IngestResult(
            self.path, status, version.doc_id, version.title, version.doc_number, units
        )

    @property
    def doc_id(self) -> str:
        return self.parsed.version.doc_id


class Ingestion:
    """One run over some files; the caller holds the ingest lock.

    With a `visibility`, every document gets it. With None a document keeps what it has, a new one
    is public, and one that states of itself that it is internal is never made public.
    """

    def __init__(
        self, home: Path, catalog: Catalog, index: HybridIndex, visibility: Visibility | None
    ) -> None:
        self._home = home
        self._catalog = catalog
        self._index = index
        self._visibility = visibility
        self._journal = Journal(home)
        self._waiting: list[_Pending | IngestResult] = []  # in the order of the files

    def run(self, paths: Iterable[Path], progress: Progress | None = None) -> Iterator[IngestResult]:
        """A result a file, in order, each when its text is live.

        Raises:
            StateError: the state folder is full, damaged or read-only; what was yielded is kept.
        """
        found = files(paths)
        for done, path in enumerate(found, 1):
            with state_errors(self._home):
                self._waiting.append(self._read(path))
            if progress:
                progress(done, len(found), path)
            if not self._pending() or sum(len(p.rows) for p in self._pending()) >= ROWS_A_BATCH:
                yield from self._flush()
        yield from self._flush()

    def _pending(self) -> list[_Pending]:
        return [entry for entry in self._waiting if isinstance(entry, _Pending)]

    def _read(self, path: Path) -> _Pending | IngestResult:
        try:
            return self._examine(path)
        except ZhixunError as error:
            return IngestResult(path, "failed", error=error.message())
        except OSError as error:
            if is_full(error):
                raise
            reason = error.strerror or str(error)
            return IngestResult(
                path, "failed", error=msg("index.file_unreadable", name=path.name, reason=reason)
            )
        except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError) as error:
            # A reader's bug must not stop the other files; it is reported, and logged in full.
            log.warning("%s could not be processed", path, exc_info=True)
            reason = f"{type(error).__name__}: {error}"
            return IngestResult(
                path, "failed", error=msg("index.file_unexpected", name=path.name, reason=reason)
            )

    def _examine(self, path: Path) -> _Pending | IngestResult:
        from corpus.parse import parse_file

        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        here = self._catalog.by_path(str(path))
        same = here if here and here.sha256 == sha256 else self._catalog.by_sha(sha256)
        if same:
            return self._known(path, same, here)
        parsed = parse_file(path)
        doc_id = parsed.version.doc_id
        declared = parsed.version.visibility
        live = self._catalog.record(doc_id)
        if live and live.state == "live" and (here is None or here.doc_id != doc_id):
            return self._known(path, live, here, declared)  # the same text in another file
        twin = next((entry for entry in self._pending() if entry.doc_id == doc_id), None)
        if twin is not None:
            twin.visibility = self._visibility_of(declared, twin.visibility, path, doc_id)
            return self._twin(path, parsed)
        return _Pending(
            path,
            parsed,
            rows(doc_id, parsed.version.title, parsed.clauses),
            retire=[here.doc_id] if here and here.doc_id != doc_id else [],
            restaged=here is not None and here.doc_id == doc_id,
            replaces=here is not None,
            visibility=self._visibility_of(declared, here.visibility if here else None, path, doc_id),
        )

    def _visibility_of(
        self, declared: Visibility | None, current: Visibility | None, path: Path, doc_id: str
    ) -> Visibility:
        """What staff set for this document (docs set); else what the run asks for; else internal
        where either the text or the catalog says so."""
        if (corrected := self._catalog.corrected_visibility(doc_id, str(path))) is not None:
            return corrected
        if self._visibility is not None:
            return self._visibility
        internal = Visibility.INTERNAL in (declared, current)
        return Visibility.INTERNAL if internal else Visibility.PUBLIC

    def _known(
        self, path: Path, record: Record, here: Record | None, declared: Visibility | None = None
    ) -> IngestResult:
        """The text is live already: at most it moves, to another path or visibility."""
        status: Status = "unchanged"
        if record.path != str(path) and not Path(record.path).exists():
            self._catalog.set_path(record.doc_id, str(path))
        if here is not None and here.doc_id != record.doc_id:
            self.retire([here.doc_id])  # the file now holds a text that is live from elsewhere
            status = "updated"
        wanted = self._visibility_of(declared, record.visibility, path, record.doc_id)
        if record.visibility is not wanted:
            self._move(record, wanted)
            status = "updated"
        number, units = record.doc_number, record.unit_count
        return IngestResult(path, status, record.doc_id, record.title, number, units)

    @staticmethod
    def _twin(path: Path, parsed: ParsedDocument) -> IngestResult:
        """A file whose text another file of this batch brings in already."""
        version = parsed.version
        units = parsed.unit_count
        return IngestResult(path, "unchanged", version.doc_id, version.title, version.doc_number, units)

    def _flush(self) -> Iterator[IngestResult]:
        """Makes the waiting files live and gives all results so far."""
        pending = self._pending()
        with state_errors(self._home):
            if pending:
                self._write(pending)
        entries, self._waiting = self._waiting, []
        for entry in entries:
            yield entry.result if isinstance(entry, _Pending) else entry

    def _write(self, pending: list[_Pending]) -> None:
        every_row = [row for entry in pending for row in entry.rows]
        vectors = self._index.embed(every_row)
        retired = [doc_id for entry in pending for doc_id in entry.retire]
        restaged = [entry.doc_id for entry in pending if entry.restaged]
        self._journal.begin([entry.doc_id for entry in pending] + retired, restaged)
        documents: dict[Visibility, list[Embedded]] = {visibility: [] for visibility in Visibility}
        at = 0
        for entry in pending:
            self._keep_original(entry.path, entry.parsed.sha256)
            self._catalog.stage(entry.parsed, entry.visibility)
            documents[entry.visibility].append((entry.doc_id, entry.rows, vectors[at : at + len(entry.rows)]))
            at += len(entry.rows)
        for visibility, group in documents.items():
            if group:
                self._index.write(visibility, group, replace=bool(restaged))
        for entry in pending:
            self._catalog.make_live(entry.doc_id, retire=entry.retire)
        self._clean(retired)
        for entry in pending:  # a text written again may have stood under the other visibility
            if entry.restaged:
                self._index.delete(_other(entry.visibility), [entry.doc_id])
        self._journal.end()

    def _move(self, record: Record, visibility: Visibility) -> None:
        """To the other visibility: rows written there, the catalog told, the old rows removed."""
        self._journal.begin([record.doc_id])
        moved = rows(record.doc_id, record.title, self._catalog.clauses(record.doc_id))
        self._index.write(visibility, [(record.doc_id, moved, self._index.embed(moved))])
        self._catalog.set_visibility(record.doc_id, visibility)
        self._index.delete(record.visibility, [record.doc_id])
        self._journal.end()

    def retire(self, doc_ids: list[str]) -> None:
        """Removes versions, their rows and their originals."""
        self._journal.begin(doc_ids)
        self._clean(doc_ids)
        self._journal.end()

    def _clean(self, doc_ids: list[str]) -> None:
        """Removes versions that are no longer live: first the record, so that no search sees half."""
        originals = [record for doc_id in doc_ids if (record := self._catalog.record(doc_id))]
        for doc_id in doc_ids:
            self._catalog.remove(doc_id)
        if doc_ids:
            for visibility in Visibility:
                self._index.delete(visibility, doc_ids)
        for record in originals:
            if self._catalog.by_sha(record.sha256) is None:
                original(self._home, record.sha256, Path(record.path)).unlink(missing_ok=True)

    def _keep_original(self, path: Path, sha256: str) -> None:
        target = original(self._home, sha256, path)
        if target.exists():
            return
        target.parent.mkdir(exist_ok=True)
        part = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            shutil.copyfile(path, part)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)


def _other(visibility: Visibility) -> Visibility:
    return next(other for other in Visibility if other is not visibility)


def original(home: Path, sha256: str, path: Path) -> Path:
    """Where the original of a file is kept."""
    return home / "files" / f"{sha256}{path.suffix.lower()}"
