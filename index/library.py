"""The library: files go in, evidence comes out. The one thing that other packages use of `index`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import chain
from pathlib import Path
from types import TracebackType

import numpy as np

from corpus.catalog import Catalog
from corpus.errors import StateError
from corpus.messages import msg
from corpus.model import Role, Visibility
from corpus.settings import CorpusSettings
from corpus.worker_pool import ReadPool
from index import exchange
from index.archives import members_of, opened
from index.crossencoder import CrossEncoder
from index.embedder import Embedder, open_embedder
from index.exchange import Exported
from index.failures import state_errors
from index.heap import few_heaps
from index.hybrid import HybridIndex
from index.ingest import Ingestion, Progress, closed
from index.locks import hold
from index.mark import library_id
from index.matching import Matched
from index.recovery import LOCK, is_newer, note_writing, rebuild_if_needed, recover
from index.reporting import reported
from index.restate import restate
from index.retriever import Retriever
from index.settings import IndexSettings
from index.synonyms import load
from index.types import Evidence, IngestResult
from index.verify import Checked, Finding, repair, verify
from index.walk import walk


class Library:
    """A state folder opened for ingesting and searching. Safe for several threads.

    >>> with Library.open(Path("/srv/zhixun")) as library:
    ...     for result in library.ingest([Path("laws")]):
    ...         print(result.status, result.title)
    ...     library.search("大型企业拖欠中小企业货款", role=Role.VISITOR)
    """

    def __init__(
        self, home: Path, catalog: Catalog, index: HybridIndex, judge: CrossEncoder | None = None
    ) -> None:
        self.home = home
        self.catalog = catalog
        self._index = index
        self._retriever = Retriever(catalog, index, judge)
        self._newer = is_newer(home, catalog)

    @classmethod
    def open(
        cls,
        home: Path | None = None,
        settings: IndexSettings | None = None,
        embedder: Embedder | None = None,
    ) -> Library:
        """Opens the state folder (`ZHIXUN_HOME` by default), making it when it is missing.

        What a killed run left is put in order; when the vectors were made with another model, they
        are made anew from the catalog, which is logged and may take long. An `embedder` that is
        loaded already may be passed in.

        Raises:
            StateError: the folder, the catalog, an index or the model cannot be used.
        """
        few_heaps()
        corpus_settings = CorpusSettings() if home is None else CorpusSettings(home=home)
        settings = settings or IndexSettings()
        home = corpus_settings.home
        _make_home(home)
        name = settings.reranker
        judge = CrossEncoder(name, settings.reranker_candidates) if name else None
        with state_errors(home):
            catalog = Catalog.open(corpus_settings)
            index = None
            try:
                catalog.snapshot()  # a damaged page shows now
                index = _open_index(home, settings, embedder)
                recover(home, catalog, index)
                rebuild_if_needed(home, catalog, index)
            except BaseException:
                catalog.close()
                if index is not None:
                    index.close()
                raise
        return cls(home, catalog, index, judge)

    def ingest(
        self,
        paths: Iterable[Path | str],
        visibility: Visibility | None = None,
        progress: Progress | None = None,
        workers: int | None = None,
    ) -> Iterator[IngestResult]:
        """Takes files and folders in; a result a file, in order, each when its text is live.

        Files are read in `workers` processes (`ZHIXUN_READ_WORKERS` by default) with limits of time
        and memory. What the run did is kept in the catalog (`corpus/runs.py`).

        An archive (.zip) stands for the files in it, each of them a result.

        A file that cannot be read yields `failed` and the rest goes on. Another process that is
        ingesting is waited for. `progress(done, total, path)` is called after each file is read.

        Without a `visibility` a document keeps what it has; a new one is public, unless its own
        metadata or a mark in its first lines (密级, 内部资料) says that it is internal.

        Raises:
            StateError: the disk is full or the state folder damaged; what was yielded is kept.
        """
        given = [Path(path) for path in paths]
        return self._take_in([(given, visibility)], given, progress, workers)

    def _take_in(
        self,
        groups: Sequence[tuple[Sequence[Path], Visibility | None]],
        given: Sequence[Path],
        progress: Progress | None,
        workers: int | None,
        shown: Callable[[Path], Path] = lambda path: path,
    ) -> Iterator[IngestResult]:
        """One run over groups of paths; `given` and `shown` are what its report names."""
        with self._writing():
            settings = CorpusSettings(home=self.home)
            workers = workers or settings.read_workers
            walks = [(walk(paths), visibility) for paths, visibility in groups]
            found = [(*opened(seen.files, self.home), visibility) for seen, visibility in walks]
            for seen, _ in walks:
                seen.log_skipped()
            failed = [closed(*folder) for seen, _ in walks for folder in seen.closed.items()]
            failed += [result for _, refused, _ in found for result in refused]
            with ReadPool.of(settings, workers) as pool:
                runs = (
                    Ingestion(self.home, self.catalog, self._index, visibility).run(
                        mine, pool, workers, progress
                    )
                    for mine, _, visibility in found
                )
                results = (replace(r, path=shown(r.path)) for r in chain(failed, chain.from_iterable(runs)))
                total = len(failed) + sum(len(mine) for mine, _, _ in found)
                yield from reported(self.catalog.engine, given, total, results)

    def search(
        self,
        query: str,
        *,
        k: int = 10,
        as_of: date | None = None,
        role: Role = Role.VISITOR,
        in_force_only: bool = True,
        doc_ids: Set[str] | None = None,
        rerank: bool = False,
    ) -> list[Evidence]:
        """The `k` best units for the query, best first; fewer when fewer may be seen.

        Args:
            query: any text; never read as query syntax.
            as_of: the day on which validity is judged; by default one that the query states
                (2024年6月时的标准), else today.
            role: a visitor's query touches public collections only.
            in_force_only: leave out what is not in force on that day; `unknown` passes.
            doc_ids: search within these versions alone, every unit of them being scored.
            rerank: judge the best units a second time, word by word (index/rerank.py).
        """
        with state_errors(self.home):
            return self._retriever.search(
                query,
                k=k,
                as_of=as_of,
                role=role,
                in_force_only=in_force_only,
                doc_ids=doc_ids,
                rerank=rerank,
            )

    def match(self, question: str, evidence: Sequence[Evidence]) -> dict[str, Matched]:
        """The question word by word against units that a search returned, by clause id; what has no
        token vectors (a model that gives none) is left out."""
        with state_errors(self.home):
            return self._retriever.match(question, evidence)

    def likeness(self, one: str, other: str) -> float:
        """The cosine of two questions, in [-1, 1]; of unrelated ones it is about 0.8 (the bundled model)."""
        first, second = self._index.embedder.encode_queries([one, other])
        return float(first @ second / max(float(np.linalg.norm(first) * np.linalg.norm(second)), 1e-9))

    def evidence(self, clause_ids: Iterable[str], *, as_of: date, role: Role) -> list[Evidence]:
        """These units as evidence, in the order given and with score 1; what the role may not see,
        or is not live, is left out."""
        with state_errors(self.home):
            return self._retriever.lookup(list(clause_ids), as_of=as_of, role=role)

    def doc_freq(self, token: str) -> int:
        """In how many rows of the public index a token (`index.tokens`) occurs."""
        return self._index.lexical.doc_freq(Visibility.PUBLIC, token)

    @property
    def unit_count(self) -> int:
        """Rows of the public index: what `doc_freq` is a share of."""
        return self._index.lexical.count(Visibility.PUBLIC)

    def remove_file(self, path: Path) -> str | None:
        """Takes a file out; its version goes with it unless other files hold the same text.

        Returns:
            The version's id, None where the library has no such file.
        """
        with self._writing():
            return Ingestion(self.home, self.catalog, self._index, None).remove_file(str(path))

    def remove_archive(self, archive: Path) -> list[str]:
        """Takes out every file that came from the archive at this path.

        Returns:
            Their versions' ids; [] where the library has nothing from it.
        """
        folder = members_of(archive, self.home)
        found = [o for o in self.catalog.originals.all() if Path(o.path).is_relative_to(folder)]
        for original in found:
            self.remove_file(Path(original.path))
        return list(dict.fromkeys(original.doc_id for original in found))

    def remove(self, doc_id: str) -> None:
        """Removes a version, its rows and its original; nothing happens when there is none."""
        with self._writing():
            Ingestion(self.home, self.catalog, self._index, None).retire([doc_id])

    def verify(self) -> Checked:
        """Compares catalog, originals, vectors and postings; changes nothing."""
        with state_errors(self.home), hold(self.home / LOCK):
            self._index.refresh()
            return verify(self.home, self.catalog, self._index)

    def repair(self) -> tuple[Checked, list[Finding]]:
        """Sets right what `verify` finds; what it found, and what could not be set right."""
        with self._writing(mends=True):
            self._index.refresh()
            checked = verify(self.home, self.catalog, self._index)
            return checked, repair(self.home, self.catalog, self._index, checked.findings)

    def export(self, target: Path) -> Exported:
        """Writes documents, visibility and corrections to one ZIP file (`index/exchange.py`).

        Raises:
            InputError: there is a file already, or no such folder.
        """
        with state_errors(self.home), hold(self.home / LOCK):
            return exchange.export(self.home, self.catalog, target)

    def import_archive(
        self, archive: Path, progress: Progress | None = None, workers: int | None = None
    ) -> Iterator[IngestResult]:
        """Takes in what another library exported. Internal documents stay internal; corrections of
        this library go before those of the archive.

        Raises:
            InputError: the file is no such archive.
        """
        with exchange.scratch(self.home) as folder:
            found = exchange.unpack(archive, Path(folder))
            with state_errors(self.home), hold(self.home / LOCK):
                exchange.add_corrections(self.catalog, found.corrections)
                exchange.add_links(self.catalog, found.links)
            paths = {entry.file: Path(entry.path) for entry in found.entries if entry.file}
            for path, reason in found.failed.items():
                yield IngestResult(Path(path), "failed", error=reason)
            groups = [
                ([e.file for e in found.entries if e.file and e.visibility is visibility], wanted)
                for visibility, wanted in (
                    (Visibility.PUBLIC, None),
                    (Visibility.INTERNAL, Visibility.INTERNAL),
                )
            ]
            yield from self._take_in(groups, [archive], progress, workers, lambda path: paths.get(path, path))
            with state_errors(self.home), hold(self.home / LOCK):
                exchange.settle_paths(self.catalog, found.entries, archive)
            for doc_id in sorted({row["doc_id"] for row in found.corrections if row["field"] == "title"}):
                if doc_id in self.catalog.snapshot().records:
                    self.restate(doc_id)

    def restate(self, doc_id: str, visibility: Visibility | None = None) -> None:
        """Makes a corrected title searchable, and moves a version to another visibility.

        Raises:
            KeyError: no such version is live.
        """
        with self._writing():
            restate(self.home, self.catalog, self._index, doc_id, visibility)

    def notices(self, lang: str | None = None) -> list[str]:
        """What a search lacks just now, in the user's language: vectors that cannot be used (the words
        alone decide then), indexes that do not fit the catalog."""
        found = []
        if (fault := self._index.vectors.fault) is not None:
            found.append(msg("vectors.words_alone", lang, reason=fault.message(lang)))
        if self._newer:
            found.append(msg("vectors.newer_than_catalog", lang))
        return found

    @contextmanager
    def _writing(self, mends: bool = False) -> Iterator[None]:
        """Around every change: one process at a time, none where the vectors cannot be written.

        `mends`: the indexes are compared with the catalog and set right.
        """
        with state_errors(self.home), hold(self.home / LOCK), self._retriever.own_writing():
            width = self._index.embedder.dim
            if mends:
                self._index.vectors.recreate(width)
            self._index.vectors.require(width)
            try:
                yield
            except BaseException:
                mends = False
                raise
            finally:
                note_writing(self.home, self.catalog, mends)
                self._newer = is_newer(self.home, self.catalog)

    def close(self) -> None:
        self._index.close()
        self.catalog.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _make_home(home: Path) -> None:
    if not home.parent.is_dir():
        raise StateError("index.no_home_parent", home=home, parent=home.parent)
    try:
        home.mkdir(exist_ok=True)
        probe = home / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise StateError("index.home_unusable", home=home, reason=error.strerror or error) from error


def _open_index(home: Path, settings: IndexSettings, embedder: Embedder | None) -> HybridIndex:
    """Loads model and Chroma side by side: each takes about a second."""
    with ThreadPoolExecutor(1, thread_name_prefix="chroma-import") as pool:
        imported = pool.submit(__import__, "chromadb")
        embedder = embedder or open_embedder(home / "models", settings)
        imported.result()
    url = settings.chroma_url
    library = library_id(home) if url else None
    return HybridIndex(home, embedder, url, library=library, synonyms=load(settings.synonyms))
