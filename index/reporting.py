"""Keeps in the catalog what a run does, while it does it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import Engine

from corpus import runs
from corpus.errors import ZhixunError
from index.types import IngestResult


def reported(
    engine: Engine, paths: Sequence[Path], total: int, results: Iterator[IngestResult]
) -> Iterator[IngestResult]:
    """The results as they come, each recorded. A run that is stopped (Ctrl-C, or nobody takes its
    results any more) is `interrupted`; one that the state folder ended is `failed` with the reason."""
    report = runs.begin(engine, [str(path) for path in paths], total)
    status: runs.RunStatus = "interrupted"
    reason = None
    try:
        for result in results:
            report.add(_file(result))
            yield result
        status = "done"
    except ZhixunError as error:
        status, reason = "failed", error.message()
        raise
    except Exception as error:
        status, reason = "failed", f"{type(error).__name__}: {error}"
        raise
    finally:
        report.end(status, reason)


def _file(result: IngestResult) -> runs.RunFile:
    title = result.title
    return runs.RunFile(str(result.path), result.status, result.doc_id, title, result.clauses, result.error)
