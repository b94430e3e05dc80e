"""The sample library: digests of real policies and reports with invented data.

`FILES` holds the finished files, `sources/` the readable texts that most are made from and
`monitoring.py` the code behind a year of reports (`python -m corpus.samples.build`); `manifest()` is
what each states: the truth for tests.
"""

from __future__ import annotations

from pathlib import Path

from corpus.samples.source import Sample, load_all

FILES: Path = Path(__file__).parent / "files"


def manifest() -> tuple[Sample, ...]:
    """Every sample, as its source states it, in the order of file names."""
    from corpus.samples import monitoring

    return tuple(sorted([*load_all(), *monitoring.samples()], key=lambda sample: sample.file_name))


def __getattr__(name: str) -> frozenset[str]:
    # Computed on first use: importing the package must not read forty files.
    if name == "INTERNAL":
        return frozenset(s.file_name for s in manifest() if s.visibility == "internal")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


INTERNAL: frozenset[str]  # names of the files that are to be ingested as internal

__all__ = ["FILES", "INTERNAL", "Sample", "manifest"]
