"""Small measures that the benchmarks share."""

from __future__ import annotations

import sys


def peak_rss_mb() -> float | None:
    """The largest resident memory of this process so far, in MiB; None where it cannot be asked (Windows)."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)


def rounded(value: float | None, digits: int = 1) -> float | None:
    return None if value is None else round(value, digits)
