"""How fast files become searchable clauses, in a throw-away library."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from corpus.errors import InputError, ReadError
from corpus.settings import CorpusSettings
from evals.bench.ingest_memory import MemoryWatch, marks, small_files
from evals.bench.measure import peak_rss_mb, rounded


class Ingested(Protocol):
    """What is needed of `index.IngestResult`."""

    @property
    def status(self) -> str: ...
    @property
    def clauses(self) -> int: ...


class Ingester(Protocol):
    """What is needed of `index.Library`."""

    def ingest(self, paths: Sequence[Path]) -> Iterable[Ingested]: ...


def ingest(paths: Sequence[str | Path], with_baseline: bool = False, made: int = 0) -> dict[str, Any]:
    """Ingests files and folders into a library of its own and throws that away.

    The model of the usual state folder is used (unpacked there at first use) and loaded before
    the clock starts. `made`: so many small made-up documents are written and ingested besides.

    Returns:
        files, failed, clauses, mb of originals, seconds, and files, clauses and mb a second;
        peak_rss_mb of this process, its readers not counted; rss_at_files: the most that this process
        and its readers held up to a tenth, a quarter, ... of the files; seconds by stage:
        read_s and structure_s as one process takes them (they run beside the others), embed_s, write_s;
        with `with_baseline` the same of a plain LangChain loop (`evals/bench/baseline.py`).

    Raises:
        InputError: a path that does not exist.
    """
    given = [Path(path) for path in paths]
    for path in given:
        if not path.exists():
            raise InputError("evals.no_path", path=path)
    from index import Library, bench_index
    from index.embedder import open_embedder
    from index.stages import timed

    embedder = open_embedder(CorpusSettings().home / "models")
    with bench_index(["预热"], [None], ["warm"], embedder) as warm:
        warm.search("预热", 1)
    with tempfile.TemporaryDirectory(prefix="zhixun-bench-", ignore_cleanup_errors=True) as folder:
        if made:
            given.append(small_files(Path(folder) / "made", made))
        home = Path(folder) / "home"
        with Library.open(home, embedder=embedder) as library, timed(library) as stages:
            figures = measure(given, library)
        figures |= _reading(_files(given))
        figures |= {f"{stage}_s": rounded(seconds, 2) for stage, seconds in stages.items()}
        if with_baseline:
            from evals.bench.baseline import baseline

            figures |= baseline(sorted(_files(given)), embedder)
        return figures


def _reading(paths: Iterable[Path]) -> dict[str, float | None]:
    """Seconds of reading and of structure and metadata over the files, one after the other."""
    from corpus.parse import parse_raw
    from corpus.readers import read

    reading = structure = 0.0
    for path in paths:
        start = time.perf_counter()
        try:
            raw = read(path)
            reading += (middle := time.perf_counter()) - start
            parse_raw(raw, "")
        except ReadError:
            continue  # counted as failed by the run itself
        structure += time.perf_counter() - middle
    return {"read_s": rounded(reading, 2), "structure_s": rounded(structure, 2)}


def measure(paths: Sequence[Path], library: Ingester) -> dict[str, Any]:
    """Times one ingestion of `paths` into `library`."""
    megabytes = sum(file.stat().st_size for file in _files(paths)) / 1e6
    total = sum(1 for _ in _files(paths))
    waited = marks(total)
    counts: Counter[str] = Counter()
    clock = time.perf_counter()
    with MemoryWatch() as memory:
        for number, result in enumerate(library.ingest(paths), 1):
            counts.update({"files": 1, "failed": result.status == "failed", "clauses": result.clauses})
            if waited and number == waited[0]:
                memory.reached(waited.pop(0))
        if waited:  # files of formats that are not read give no result
            memory.reached(counts["files"])
    seconds = time.perf_counter() - clock
    files, clauses = counts["files"], counts["clauses"]
    return {
        "files": files,
        "failed": counts["failed"],
        "clauses": clauses,
        "mb": rounded(megabytes, 2),
        "seconds": rounded(seconds, 2),
        "files_per_s": rounded(files / seconds, 2),
        "clauses_per_s": rounded(clauses / seconds),
        "mb_per_s": rounded(megabytes / seconds, 3),
        "peak_rss_mb": peak_rss_mb(),
        "rss_at_files": [
            {"files": done, "main_mb": round(main), "readers_mb": round(readers)}
            for done, main, readers in memory.peaks
        ],
    }


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        yield from (file for file in path.rglob("*") if file.is_file()) if path.is_dir() else (path,)
