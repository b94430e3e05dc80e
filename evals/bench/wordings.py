"""Spellings, abbreviations, numbers, titles and places: does a search find the unit that a query means?

    python -m evals.bench.wordings                    # the samples, and the statutes of ../shared/data/laws
    python -m evals.bench.wordings --stage lexical    # by words alone

The queries are `evals/fitting/wordings.jsonl`, written by us for fitting, never for reporting: `question`,
`library` (samples or laws), `doc` (file name), `clause` (label; "*": any unit of the document; "": the
one that holds `text`), `kind`. Unlike `zhixun bench retrieval` this goes through `Library.search`, so that
what a question says of documents, places and levels is measured, with each part left out in turn.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from corpus.errors import InputError, ZhixunError
from corpus.model import Role
from evals.suite import read_jsonl
from index import Library, SearchParts, with_parts

QUERIES = Path(__file__).parents[1] / "fitting" / "wordings.jsonl"
FOLDERS = {
    "samples": Path(__file__).parents[2] / "corpus" / "samples" / "files",
    "laws": Path(__file__).parents[3] / "shared" / "data" / "laws",
}
STAGES = {"lexical": SearchParts(dense=False), "whole": SearchParts()}
VARIANTS: dict[str, dict[str, bool]] = {
    "all": {},
    "without plan": {"plan": False},
    "without synonyms": {"synonyms": False},
}
_DEPTH = 10


class Wording(NamedTuple):
    """A query, and the unit that it means."""

    question: str
    library: str
    doc: str
    clause: str
    kind: str
    text: str = ""


def load(path: Path = QUERIES) -> list[Wording]:
    """The queries of a file.

    Raises:
        InputError: a missing file, a bad line.
    """
    return [_wording(path, line, record) for line, record in read_jsonl(path)]


def _wording(path: Path, line: int, record: Mapping[str, Any]) -> Wording:
    known = set(Wording._fields)
    whole = known - {"text"} <= record.keys() <= known and all(isinstance(v, str) for v in record.values())
    if not whole or record["library"] not in FOLDERS:
        raise InputError("search.bad_wording", file=path, line=line)
    return Wording(**record)


def gold(library: Library, wording: Wording) -> frozenset[str]:
    """The ids of the units that a query means.

    Raises:
        InputError: the library has no such document or unit.
    """
    docs = [r for r in library.catalog.snapshot().records.values() if Path(r.path).name == wording.doc]
    units = [unit for doc in docs for unit in library.catalog.clauses(doc.doc_id) if unit.parent_id is None]
    found = frozenset(
        unit.clause_id
        for unit in units
        if wording.clause in ("*", unit.label) or (not wording.clause and wording.text in unit.text)
    )
    if not found:
        raise InputError("search.no_such_unit", doc=wording.doc, clause=wording.clause or wording.text)
    return found


def ranks(library: Library, wordings: Sequence[Wording], reranked: bool = True) -> list[int]:
    """The rank of the first unit that is meant, for each query; 0 where none is among the first ten."""
    found = []
    for wording in wordings:
        meant = gold(library, wording)
        hits = library.search(wording.question, k=_DEPTH, role=Role.VISITOR, rerank=reranked)
        found.append(next((at for at, hit in enumerate(hits, 1) if hit.clause_id in meant), 0))
    return found


def figures(ranked: Mapping[str, Sequence[int]]) -> dict[str, dict[str, float]]:
    """By kind and for all: queries, share found first and among five, mean reciprocal rank (of ten)."""
    every = {**ranked, "all": [rank for own in ranked.values() for rank in own]}
    return {
        kind: {
            "queries": len(own),
            "hit@1": round(sum(rank == 1 for rank in own) / len(own), 3),
            "hit@5": round(sum(0 < rank <= 5 for rank in own) / len(own), 3),
            "mrr@10": round(sum(1 / rank for rank in own if rank) / len(own), 3),
        }
        for kind, own in every.items()
        if own
    }


def measure(
    libraries: Mapping[str, Library], wordings: Sequence[Wording], stage: str = "whole"
) -> dict[str, dict[str, dict[str, float]]]:
    """`figures` by variant: everything on, and each part left out."""
    found = {}
    for variant, off in VARIANTS.items():
        ranked: dict[str, list[int]] = {}
        for name, library in libraries.items():
            mine = [wording for wording in wordings if wording.library == name]
            view = with_parts(library, replace(STAGES[stage], **off))
            for wording, rank in zip(mine, ranks(view, mine, stage == "whole"), strict=True):
                ranked.setdefault(wording.kind, []).append(rank)
        found[variant] = figures(dict(sorted(ranked.items())))
    return found


@contextmanager
def _libraries(names: Sequence[str]) -> Iterator[dict[str, Library]]:
    """The libraries, made anew from their folders; those that are not here are left out."""
    with tempfile.TemporaryDirectory(prefix="zhixun-wordings-", ignore_cleanup_errors=True) as scratch:
        opened: dict[str, Library] = {}
        try:
            for name in names:
                if FOLDERS[name].is_dir():
                    opened[name] = Library.open(Path(scratch) / name)
                    for _ in opened[name].ingest([FOLDERS[name]]):
                        pass
            yield opened
        finally:
            for library in opened.values():
                library.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the figures as one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--stage", choices=sorted(STAGES), default="whole")
    parser.add_argument("--queries", type=Path, default=QUERIES)
    options = parser.parse_args(arguments)
    try:
        with _libraries(sorted(FOLDERS)) as libraries:
            print(json.dumps(measure(libraries, load(options.queries), options.stage), ensure_ascii=False))
    except ZhixunError as error:
        print(error.message(), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
