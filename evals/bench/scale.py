"""`zhixun bench scale`: what a search costs in libraries of growing size.

One library grows from size to size under one folder; after each growth a process of its own opens it and
searches it, so that its memory is that of searching alone. Dense vectors are synthetic
(`index/bench_scale.py`), everything else is the product's own path: `Library.search` with role and day.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from corpus.errors import InputError, StateError
from corpus.messages import msg
from corpus.model import Role
from evals.bench import scale_corpus
from evals.bench.measure import peak_rss_mb

DAY = date(2026, 6, 30)
EARLIER = date(2020, 6, 30)  # half of the questions are asked for this day
QUESTIONS = 40
TOKENS = 100_000  # rows with token vectors by default: 9 kB each
_REAL = 8  # documents whose passages are embedded for real


def scale(
    sizes: Sequence[int],
    home: Path | None = None,
    vectors: int | None = None,
    tokens: int = TOKENS,
    asked: int = QUESTIONS,
) -> Iterator[dict[str, Any]]:
    """Figures of each size (clauses), smallest first, each when it is done.

    Args:
        home: a folder that keeps the library; a later run goes on from it. A temporary one by default.
        vectors: rows up to which vectors are written (None: all); the rest is found by its words alone.
        tokens: rows up to which token vectors are kept, which the second stage looks at.
    """
    limits = (str(sys.maxsize if vectors is None else vectors), str(tokens))
    if home is not None:
        home.mkdir(parents=True, exist_ok=True)
        yield from (_size(home, size, limits, asked) for size in sorted(sizes))
        return
    with tempfile.TemporaryDirectory(prefix="zhixun-scale-", ignore_cleanup_errors=True) as folder:
        yield from (_size(Path(folder), size, limits, asked) for size in sorted(sizes))


def read_sizes(text: str) -> list[int]:
    """Sizes as given on the command line.

    Raises:
        InputError: not whole numbers of at least one document.
    """
    try:
        sizes = [int(part) for part in text.split(",")]
    except ValueError:
        sizes = []
    if not sizes or not all(scale_corpus.CLAUSES <= size <= 10_000_000 for size in sizes):
        raise InputError("scale.bad_sizes", sizes=text)
    return sizes


def flat(figures: dict[str, Any]) -> dict[str, Any]:
    """The figures one below the other, for a table."""
    found: dict[str, Any] = {}
    for name, value in figures.items():
        if isinstance(value, dict):
            found |= {f"{name}.{part}": figure for part, figure in value.items()}
        else:
            found[name] = value
    return found


def _size(home: Path, size: int, limits: tuple[str, str], asked: int) -> dict[str, Any]:
    from index.bench_scale import disk_mb

    count = max(1, size // scale_corpus.CLAUSES)
    build = _child("build", str(home), str(count), *limits)
    found = _child("search", str(home), str(asked))
    return {
        "clauses": found["rows"],
        "documents": count,
        "with_vectors": found["vectors"],
        "with_tokens": found["tokens"],
        "build_s": build["build_s"],
        "added_rows": build["added_rows"],
        "build_parts_s": build["parts_s"],
        "build_rss_mb": build["rss_mb"],
        "disk_mb": disk_mb(home),
        "open_s": found["open_s"],
        "search_rss_mb": found["rss_mb"],
        "ms_p50": found["ms_p50"],
        "ms_p95": found["ms_p95"],
        "note": msg("scale.note"),
    }


def _child(*args: str) -> dict[str, Any]:
    """One step in a process of its own; its last line of output is JSON, its log goes to stderr."""
    command = [sys.executable, "-m", "evals.bench.scale", *args]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False, text=True, encoding="utf-8")
    if done.returncode:
        raise StateError("scale.step_failed", step=args[0], code=done.returncode)
    figures: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return figures


def build(home: Path, count: int, vectors: int, tokens: int) -> dict[str, Any]:
    """Grows the library to `count` documents."""
    from index.bench_scale import Limits, SyntheticVectors, grow
    from index.library import Library
    from index.rows import rows

    with Library.open(home) as library:
        real = [parsed for parsed, _ in scale_corpus.documents(_REAL)]
        passages = [row for doc in real for row in rows(doc.version.doc_id, doc.version.title, doc.clauses)]
        source = SyntheticVectors(library._index, passages)
        began = time.perf_counter()

        def progress(added: int) -> None:
            print(f"{added} rows, {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)

        parts = grow(library, scale_corpus.documents(count), source, Limits(vectors, tokens), progress)
        took = time.perf_counter() - began
    added = int(parts.pop("rows", 0))
    seconds = {name: round(value, 1) for name, value in parts.items()}
    return {"build_s": round(took, 1), "added_rows": added, "parts_s": seconds, "rss_mb": peak_rss_mb()}


def search(home: Path, asked: int) -> dict[str, Any]:
    """Opens the library and asks it `asked` questions: by turns as visitor and official, for two days."""
    from corpus.model import Visibility
    from index.bench_scale import times
    from index.library import Library

    began = time.perf_counter()
    library = Library.open(home)
    opened = time.perf_counter() - began
    warm, *questions = scale_corpus.questions(asked + 1)
    turns = [(role, day) for role in (Role.VISITOR, Role.OFFICIAL) for day in (DAY, EARLIER)]
    found: dict[str, list[float]] = {}
    with library:
        for role, day in turns:  # what is loaded once is not counted
            library.search(warm, as_of=day, role=role, rerank=True)
        for at, (role, day) in enumerate(turns):
            for name, values in times(library, questions[at :: len(turns)], role, day).items():
                found.setdefault(name, []).extend(values)
        index = library._index
        rows, vectors, tokens = (
            sum(part.count(visibility) for visibility in Visibility)
            for part in (index.lexical, index.vectors, index.tokens)
        )
    return {
        "rows": rows,
        "vectors": vectors,
        "tokens": tokens,
        "open_s": round(opened, 2),
        "rss_mb": peak_rss_mb(),
        "ms_p50": {name: round(float(np.percentile(values, 50)), 2) for name, values in found.items()},
        "ms_p95": {name: round(float(np.percentile(values, 95)), 2) for name, values in found.items()},
    }


def main(args: Sequence[str]) -> dict[str, Any]:
    """A step in a process of its own: `build HOME DOCUMENTS VECTORS TOKENS` or `search HOME QUESTIONS`."""
    step, home, *numbers = args
    return build(Path(home), *map(int, numbers)) if step == "build" else search(Path(home), int(numbers[0]))


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))
