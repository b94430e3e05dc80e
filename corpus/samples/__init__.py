"""The sample library: digests of real policies and reports with invented data, in four formats.

`FILES` holds the finished files, `sources/` the readable texts that they are made from
(`python -m corpus.samples.build`), `manifest()` what each source states: the truth for tests.
"""

from __future__ import annotations

from pathlib import Path

from corpus.samples.source import Sample, load_all

FILES: Path = Path(__file__).parent / "files"


def manifest() -> tuple[Sample, ...]:
    """Every sample, as its source states it, in the order of file names."""
    return load_all()


def __getattr__(name: str) -> frozenset[str]:
    # Computed on first use: importing the package must not read forty files.
    if name == "INTERNAL":
        return frozenset(s.file_name for s in load_all() if s.visibility == "internal")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


INTERNAL: frozenset[str]  # names of the files that are to be ingested as internal

__all__ = ["FILES", "INTERNAL", "Sample", "manifest"]
