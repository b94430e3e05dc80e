"""How fast files become searchable clauses, in a throw-away library."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from corpus.errors import InputError, ReadError
from corpus.settings import CorpusSettings
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


def ingest(paths: Sequence[str | Path], with_baseline: bool = False) -> dict[str, Any]:
    """Ingests files and folders into a library of its own and throws that away.

    The model of the usual state folder is used (unpacked there at first use) and loaded before
    the clock starts.

    Returns:
        files, failed, clauses, mb of originals, seconds, and files, clauses and mb a second;
        peak_rss_mb of this process (the readers have their own limit); seconds by stage:
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

    with bench_index(["预热"], [None], ["warm"]) as warm:
        warm.search("预热", 1)
    with tempfile.TemporaryDirectory(prefix="zhixun-bench-", ignore_cleanup_errors=True) as home:
        models = CorpusSettings().home / "models"
        if models.is_dir():
            (Path(home) / "models").symlink_to(models.resolve(), target_is_directory=True)
        with Library.open(Path(home)) as library:
            from index.stages import timed

            with timed(library) as stages:
                figures = measure(given, library)
            figures |= _reading(_files(given))
            figures |= {f"{stage}_s": rounded(seconds, 2) for stage, seconds in stages.items()}
            if with_baseline:
                from evals.bench.baseline import baseline

                figures |= baseline(sorted(_files(given)), open_embedder(Path(home) / "models"))
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
    clock = time.perf_counter()
    results = list(library.ingest(paths))
    seconds = time.perf_counter() - clock
    clauses = sum(result.clauses for result in results)
    return {
        "files": len(results),
        "failed": sum(result.status == "failed" for result in results),
        "clauses": clauses,
        "mb": rounded(megabytes, 2),
        "seconds": rounded(seconds, 2),
        "files_per_s": rounded(len(results) / seconds, 2),
        "clauses_per_s": rounded(clauses / seconds),
        "mb_per_s": rounded(megabytes / seconds, 3),
        "peak_rss_mb": peak_rss_mb(),
    }


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        yield from (file for file in path.rglob("*") if file.is_file()) if path.is_dir() else (path,)
