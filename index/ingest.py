"""Takes files in: read -> stage -> embed and post -> live, a batch of files at a time.

A kill at any point leaves the old state or the new one: what is staged is not searchable, one
transaction makes it live and retires the text it replaces, and a journal names the versions whose
rows were being changed, so that the next start (`index/recovery.py`) mends them.

A version may have several files (`corpus/originals.py`); it is retired when the last of them holds
another text.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from corpus.catalog import Catalog
from corpus.errors import ZhixunError
from corpus.messages import msg
from corpus.model import ParsedDocument, Visibility
from corpus.originals import Original, text_key
from corpus.record import Record
from corpus.worker_pool import ReadFault, ReadPool
from index.embedder import Encoded
from index.failures import is_full, state_errors
from index.heap import give_back
from index.hybrid import HybridIndex
from index.journal import Journal
from index.reading import Reading, ahead
from index.rows import Row, rows
from index.shelf import Shelf
from index.types import IngestResult, Status

log = logging.getLogger(__name__)

Embedded = tuple[str, list[Row], Encoded]  # a version, its rows, their vectors and tokens
Progress = Callable[[int, int, Path], None]  # files done, files in all, the file just read
ROWS_A_BATCH = 128  # about 3 seconds of embedding: results keep coming, batches stay efficient
FILES_A_BATCH = 200  # copies of one text bring no rows: they must not wait for ever


@dataclass(slots=True)
class _Pending:
    """A file read, waiting for its batch. `files` are the originals of its version (this file, and
    others of the run that hold the same text); `left` what those paths held before."""

    path: Path
    parsed: ParsedDocument
    rows: list[Row]
    restaged: bool
    replaces: bool
    visibility: Visibility
    files: list[Original]
    left: list[Original]
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
        self._originals = catalog.originals
        self._shelf = Shelf(home, catalog)
        self._index = index
        self._visibility = visibility
        self._journal = Journal(home)
        self._waiting: list[_Pending | IngestResult] = []  # in the order of the files

    def run(
        self, found: Sequence[Path], pool: ReadPool, workers: int, progress: Progress | None = None
    ) -> Iterator[IngestResult]:
        """A result a file, in order, each when its text is live.

        Raises:
            StateError: the state folder is full, damaged or read-only; what was yielded is kept.
        """
        for done, reading in enumerate(ahead(found, pool, workers, self._is_known), 1):
            with state_errors(self._home):
                self._waiting.append(self._read(reading))
            if progress:
                progress(done, len(found), reading.path)
            if self._is_full():
                yield from self._flush()
        yield from self._flush()

    def _is_full(self) -> bool:
        """Whether what waits is to be written, or nothing waits to be."""
        pending = self._pending()
        rows_waiting = sum(len(entry.rows) for entry in pending)
        return not pending or rows_waiting >= ROWS_A_BATCH or len(self._waiting) >= FILES_A_BATCH

    def _pending(self) -> list[_Pending]:
        return [entry for entry in self._waiting if isinstance(entry, _Pending)]

    def _is_known(self, path: Path, sha256: str) -> bool:
        try:
            return self._shelf.with_bytes(sha256) is not None
        except ValueError:
            return False  # a file name that is not UTF-8: refused when its turn comes

    def _read(self, reading: Reading) -> _Pending | IngestResult:
        path = reading.path
        if not _is_text(str(path)):
            return _failed(path, "library.bad_name", "UTF-8")
        try:
            return self._examine(reading)
        except ReadFault as error:
            log.warning("%s could not be processed\n%s", path, error.trace)
            return _failed(path, "index.file_unexpected", str(error))
        except ZhixunError as error:
            return IngestResult(path, "failed", error=error.message())
        except OSError as error:
            if is_full(error):
                raise
            return _failed(path, "index.file_unreadable", error.strerror or str(error))
        except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError) as error:
            # A bug of ours must not stop the other files; it is reported, and logged in full.
            log.warning("%s could not be processed", path, exc_info=True)
            return _failed(path, "index.file_unexpected", f"{type(error).__name__}: {error}")

    def _examine(self, reading: Reading) -> _Pending | IngestResult:
        path, sha256 = reading.path, reading.sha256
        here = self._shelf.here(str(path))
        if sha256 is not None:
            same = here if here and here.sha256 == sha256 else self._shelf.with_bytes(sha256)
            if same:
                return self._known(replace(same, path=str(path)), here)
        parsed = reading.parsed()
        version = parsed.version
        file = Original(str(path), version.doc_id, parsed.sha256, parsed.format, text_key(version.text))
        twin = self._twin(file)
        if twin is not None:
            self._shelf.keep(path, parsed.sha256)
            declared = version.visibility
            twin.visibility = self._visibility_of(declared, twin.visibility, path, twin.doc_id)
            return self._joins(twin, file, here)
        live = self._shelf.same_text(file, here)
        if live is not None:
            return self._known(replace(file, doc_id=live.doc_id), here, version.visibility)
        self._shelf.keep(path, parsed.sha256)
        current = self._shelf.live(here.doc_id) if here else None
        title = self._catalog.corrected_title(version.doc_id, str(path), version.title)
        return _Pending(
            path,
            parsed,
            rows(version.doc_id, title, parsed.clauses),
            restaged=here is not None and here.doc_id == version.doc_id,
            replaces=here is not None,
            visibility=self._visibility_of(
                version.visibility, current.visibility if current else None, path, version.doc_id
            ),
            files=[file],
            left=[here] if here else [],
        )

    def _twin(self, file: Original) -> _Pending | None:
        """The file of this batch that brings in the same text."""
        for entry in self._pending():
            if entry.doc_id == file.doc_id or entry.files[0].text_key == file.text_key:
                return entry
        return None

    @staticmethod
    def _joins(twin: _Pending, file: Original, here: Original | None) -> IngestResult:
        twin.files.append(replace(file, doc_id=twin.doc_id))
        if here is not None:
            twin.left.append(here)
        return replace(twin.result, path=Path(file.path), status="updated" if here else "unchanged")

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
        self, file: Original, here: Original | None, declared: Visibility | None = None
    ) -> IngestResult:
        """The text is live already: at most the version gets a file more, or moves to another path
        or visibility."""
        status: Status = "unchanged"
        record = self._catalog.record(file.doc_id)
        if record is None:
            raise RuntimeError(f"{file.doc_id} has gone while its lock was held")
        if here is None or (here.doc_id, here.sha256) != (file.doc_id, file.sha256):
            self._shelf.attach(file, record)
        if here is not None and here.doc_id != record.doc_id:
            self._release([here])  # the file now holds a text that is live from elsewhere
            status = "updated"
        elif here is not None:
            self._shelf.forget([here])
        wanted = self._visibility_of(declared, record.visibility, Path(file.path), record.doc_id)
        if record.visibility is not wanted:
            self._move(record, wanted)
            status = "updated"
        number, units = record.doc_number, record.unit_count
        return IngestResult(Path(file.path), status, record.doc_id, record.title, number, units)

    def _flush(self) -> Iterator[IngestResult]:
        """Makes the waiting files live and gives all results so far."""
        pending = self._pending()
        with state_errors(self._home):
            if pending:
                self._write(pending)
                give_back()
        entries, self._waiting = self._waiting, []
        for entry in entries:
            yield entry.result if isinstance(entry, _Pending) else entry

    def _write(self, pending: list[_Pending]) -> None:
        every_row = [row for entry in pending for row in entry.rows]
        vectors = self._index.embed(every_row)
        staged = {entry.doc_id for entry in pending}
        taken = {file.path for entry in pending for file in entry.files}
        retired = {
            entry.doc_id: [old for old in self._shelf.last_of(entry.left, taken) if old not in staged]
            for entry in pending
        }
        restaged = [entry.doc_id for entry in pending if entry.restaged]
        every_retired = list(dict.fromkeys(doc_id for found in retired.values() for doc_id in found))
        self._journal.begin([entry.doc_id for entry in pending] + every_retired, restaged)
        documents: dict[Visibility, list[Embedded]] = {visibility: [] for visibility in Visibility}
        at = 0
        for entry in pending:
            self._catalog.stage(entry.parsed, entry.visibility)
            documents[entry.visibility].append((entry.doc_id, entry.rows, vectors[at : at + len(entry.rows)]))
            at += len(entry.rows)
        for visibility, group in documents.items():
            if group:
                self._index.write(visibility, group, replace=bool(restaged))
        for entry in pending:
            self._catalog.make_live(entry.doc_id, retired[entry.doc_id], entry.files)
        self._clean(every_retired)
        for entry in pending:
            self._shelf.hand_on(entry.left)
            self._shelf.forget(entry.left)
            if entry.restaged:  # a text written again may have stood under the other visibility
                self._index.delete(_other(entry.visibility), [entry.doc_id])
        self._journal.end()

    def _release(self, left: list[Original]) -> None:
        """These paths hold other texts now (or none): versions without another file go."""
        last = self._shelf.last_of(left, set())
        self._shelf.hand_on(left)
        if last:
            self.retire(last)
        self._shelf.forget(left)

    def remove_file(self, path: str) -> str | None:
        """Takes the file at a path out; its version goes with it unless it has other files.

        Returns:
            The version, None where the catalog has no such file.
        """
        old = self._originals.at(path)
        if old is None:
            return None
        if self._shelf.others(old):
            self._shelf.hand_on([old])
            self._originals.drop(path)
            self._shelf.forget([old])
        else:
            self.retire([old.doc_id])
        return old.doc_id

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
        held = [original for doc_id in doc_ids for original in self._originals.of(doc_id)]
        for doc_id in doc_ids:
            self._catalog.remove(doc_id)
        if doc_ids:
            for visibility in Visibility:
                self._index.delete(visibility, doc_ids)
        self._shelf.forget(held)


def closed(folder: Path, reason: str) -> IngestResult:
    """A folder that may not be opened: what is in it is not taken in, and that is said."""
    return _failed(folder, "library.folder_closed", reason)


def _failed(path: Path, key: str, reason: str) -> IngestResult:
    return IngestResult(path, "failed", error=msg(key, name=path.name, reason=reason))


def _is_text(name: str) -> bool:
    """Whether a path is UTF-8: names that Windows wrote in GBK often come over as they are."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _other(visibility: Visibility) -> Visibility:
    return next(other for other in Visibility if other is not visibility)
