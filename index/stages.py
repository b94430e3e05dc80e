"""Where the time of an ingestion goes, for benchmarks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from index.library import Library


@contextmanager
def timed(library: Library) -> Iterator[dict[str, float]]:
    """While it is open, seconds in `embed` and `write` (both indexes and the catalog) add up in the
    dictionary it gives. Files are read in other processes at the same time: see `parse_seconds`."""
    seconds = {"embed": 0.0, "write": 0.0}
    index, catalog = library._index, library.catalog
    places: list[tuple[Any, str, str]] = [
        (index, "embed", "embed"),
        *((index, name, "write") for name in ("write", "delete")),
        *((catalog, name, "write") for name in ("stage", "make_live", "remove")),
    ]
    for owner, name, stage in places:
        setattr(owner, name, _clocked(getattr(owner, name), seconds, stage))
    try:
        yield seconds
    finally:
        for owner, name, _ in places:
            delattr(owner, name)  # the class's own shows again


def _clocked(work: Callable[..., Any], seconds: dict[str, float], stage: str) -> Callable[..., Any]:
    def clocked(*args: Any, **options: Any) -> Any:
        start = time.perf_counter()
        try:
            return work(*args, **options)
        finally:
            seconds[stage] += time.perf_counter() - start

    return clocked
