"""Keeps the process's memory close to what is in use.

glibc gives each thread that allocates a heap of its own (8 a core) and rarely gives back what was freed
in one. Chroma and Tantivy start threads all the time (Tantivy some at each commit), so that an ingestion of
2,000 small files held 250 MB of freed memory beside 24 MB of growth that was due. Two heaps are enough:
what runs in parallel here computes more than it allocates.
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache

HEAPS = 2
_M_ARENA_MAX = -8  # malloc.h


@cache
def few_heaps() -> bool:
    """Limits the heaps of this process; to be called before threads start. False where the C library has
    no such limit (macOS, Windows, musl), or refused."""
    mallopt = _function("mallopt")
    return mallopt is not None and mallopt(_M_ARENA_MAX, HEAPS) == 1


def give_back() -> bool:
    """Gives freed memory back to the system: a millisecond or two. False where that cannot be asked."""
    trim = _function("malloc_trim")
    return trim is not None and trim(0) == 1


@cache
def _function(name: str) -> ctypes._NamedFuncPointer | None:
    if sys.platform != "linux":
        return None
    return getattr(ctypes.CDLL(None), name, None)
