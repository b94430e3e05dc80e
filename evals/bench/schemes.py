"""Ways of making index rows, compared on one set by text budget, through the product's own search.

    python -m evals.bench.schemes out/statutes-tune out/samples-tune out/cmrc --limit 600

Each scheme makes rows of the same passages with the same embedder; what is read are the passages (or
chunks) in the order found. Beside each share: questions that the scheme wins against the product's own
rows and those that it loses, since the sets are small. Passages are embedded once a text.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from corpus.errors import InputError, ZhixunError
from evals.bench.beir import Passage, RetrievalSet, load_beir_folder, spread_queries
from evals.bench.budget import BUDGETS, Reading, Span
from evals.bench.cached import CachedEmbedder
from evals.bench.retrieval import DEPTH, score
from index.bench import BenchIndex, batch_of, bench_embedder
from index.embedder import Embedder
from index.rows import Row, unit_rows

SHORT = 120  # characters under which a unit is searched with its siblings
JOINED = 300  # characters of a unit with its siblings


class Built(NamedTuple):
    """The rows of each unit, and the places that are read, in order, where it is found."""

    units: list[list[Row]]
    places: list[list[Span]]


Scheme = Callable[[RetrievalSet, Reading], Built]


@dataclass(frozen=True, slots=True)
class Headed(Row):
    """A row whose headings are embedded too."""

    @property
    def passage(self) -> str:
        return "\n".join(part for part in (self.title, self.heading, self.body) if part)


def units(found: RetrievalSet, reading: Reading) -> Built:
    """The product's own: whole units with title, long ones in pieces; headings posted, those of tables
    embedded."""
    return _of_passages(found, reading, _rows)


def bare(found: RetrievalSet, reading: Reading) -> Built:
    """The same without title and headings."""
    return _of_passages(found, reading, lambda n, p: _rows(n, p._replace(title="", heading="")))


def titled(found: RetrievalSet, reading: Reading) -> Built:
    """The same with the title alone."""
    return _of_passages(found, reading, lambda n, p: _rows(n, p._replace(heading="")))


def headed(found: RetrievalSet, reading: Reading) -> Built:
    """The same, all headings embedded."""
    return _of_passages(found, reading, lambda n, p: [_headed(row) for row in _rows(n, p)])


def lines(found: RetrievalSet, reading: Reading) -> Built:
    """A row for each line (款, 项), a unit being as good as its best."""
    return _of_passages(found, reading, _line_rows)


def units_and_lines(found: RetrievalSet, reading: Reading) -> Built:
    """The whole unit and each of its lines."""

    def both(number: int, passage: Passage) -> list[Row]:
        own = _rows(number, passage)
        own = [replace(own[0], row_id=f"{number}#0"), *own[1:]] if len(own) == 1 else own
        more = _line_rows(number, passage)
        return own if len(more) == 1 else [*own, *(replace(r, row_id=r.row_id + "l") for r in more)]

    return _of_passages(found, reading, both)


def siblings(found: RetrievalSet, reading: Reading) -> Built:
    """Short units with their next siblings under the same headings for search; each read by itself."""
    around = _neighbours(found)

    def joined(number: int, passage: Passage) -> list[Row]:
        if passage.table or len(passage.text) >= SHORT:
            return _rows(number, passage)
        text = passage.text
        for other in around(number):
            if len(text) + len(other.text) <= JOINED:
                text += "\n" + other.text
        return _rows(number, passage._replace(text=text))

    return _of_passages(found, reading, joined)


def neighbours(found: RetrievalSet, reading: Reading) -> Built:
    """The product's own rows; each unit is read with those before and after it under its headings."""
    built, around = units(found, reading), _neighbours(found)
    spans = reading.documents.spans
    places = [
        [*own, *(spans[other.id] for other in around(number))] for number, own in enumerate(built.places)
    ]
    return Built(built.units, places)


def chunks(found: RetrievalSet, reading: Reading) -> Built:
    """500 characters that overlap by 50, whatever they cut through."""
    from evals.bench import baselines

    made = baselines.chunks(reading.documents.texts)
    rows, places = [], []
    for number, chunk in enumerate(made):
        start = chunk.metadata["start_index"]
        rows.append([Row(str(number), batch_of(number), "", "", chunk.page_content)])
        places.append([Span(chunk.metadata["doc"], start, start + len(chunk.page_content))])
    return Built(rows, places)


SCHEMES: dict[str, Scheme] = {
    scheme.__name__: scheme
    for scheme in (
        units, bare, titled, headed, lines, units_and_lines, siblings, neighbours, chunks
    )
}  # fmt: skip


def compare(
    found: RetrievalSet, embedder: Embedder, names: Iterable[str] = tuple(SCHEMES)
) -> Iterator[dict[str, Any]]:
    """The figures of each scheme, the product's own first: rows; hit@1 and mrr@10 (none for chunks);
    recall_by_chars, and by budget [won, lost] against the first.

    Raises:
        InputError: an unknown scheme.
    """
    reading = Reading.of(found)
    first: list[float] | None = None
    for name in names:
        if name not in SCHEMES:
            raise InputError("bench.unknown_scheme", name=name, known="、".join(SCHEMES))
        built = SCHEMES[name](found, reading)
        ranked = _ranked(found, built, embedder)
        pieces = {query: _read_once(built, hits) for query, hits in ranked.items()}
        reads = reading.reads(pieces)
        first = reads if first is None else first
        yield {
            "scheme": name,
            "rows": sum(map(len, built.units)),
            **_first_hits(found, reading, built, ranked),
            "recall_by_chars": reading.recall(pieces),
            "won_lost": {str(budget): _won_lost(reads, first, budget) for budget in BUDGETS},
        }


def _ranked(found: RetrievalSet, built: Built, embedder: Embedder) -> dict[str, list[int]]:
    """Numbers of units by query, best first."""
    ids = [str(number) for number in range(len(built.units))]
    with BenchIndex(ids, built.units, embedder) as index:
        return {query.id: [int(id) for id, _ in index.search(query.text, DEPTH)] for query in found.queries}


def _read_once(built: Built, hits: Sequence[int]) -> list[Span]:
    """The places of the hits, each read where it first comes up."""
    return list(dict.fromkeys(place for hit in hits for place in built.places[hit]))


def _first_hits(
    found: RetrievalSet, reading: Reading, built: Built, ranked: Mapping[str, Sequence[int]]
) -> dict[str, float | None]:
    """hit@1 and mrr@10 where units are passages of the set."""
    ids = {span: id for id, span in reading.documents.spans.items()}
    if any(own[0] not in ids for own in built.places):
        return {"hit@1": None, "mrr@10": None}
    passages = {query: [ids[built.places[hit][0]] for hit in hits] for query, hits in ranked.items()}
    figures = score(found, passages)
    return {name: figures[name] for name in ("hit@1", "mrr@10")}


def _won_lost(reads: Sequence[float], first: Sequence[float], budget: int) -> list[int]:
    pairs = [(mine <= budget, own <= budget) for mine, own in zip(reads, first, strict=True)]
    return [sum(mine and not own for mine, own in pairs), sum(own and not mine for mine, own in pairs)]


def _of_passages(found: RetrievalSet, reading: Reading, rows: Callable[[int, Passage], list[Row]]) -> Built:
    made = [rows(number, passage) for number, passage in enumerate(found.passages)]
    return Built(made, [[reading.documents.spans[passage.id]] for passage in found.passages])


def _rows(number: int, passage: Passage) -> list[Row]:
    return unit_rows(
        str(number), batch_of(number), passage.title, passage.heading, passage.text, passage.table
    )


def _headed(row: Row) -> Row:
    return Headed(row.row_id, row.doc_id, row.title, row.heading, row.body, row.table)


def _line_rows(number: int, passage: Passage) -> list[Row]:
    parts = [line for line in passage.text.split("\n") if line.strip()]
    if passage.table or len(parts) < 2:
        return _rows(number, passage)
    made = [row for part in parts for row in _rows(number, passage._replace(text=part))]
    return [replace(row, row_id=f"{number}#{k}") for k, row in enumerate(made, 1)]


def _neighbours(found: RetrievalSet) -> Callable[[int], list[Passage]]:
    """For each passage the next and the one before under the same headings of its document."""
    order = sorted(
        (number for number, passage in enumerate(found.passages) if passage.doc),
        key=lambda number: (found.passages[number].doc, found.passages[number].start),
    )
    at = {number: place for place, number in enumerate(order)}

    def around(number: int) -> list[Passage]:
        if number not in at:
            return []
        own = found.passages[number]
        beside = [at[number] + 1, at[number] - 1]
        others = [found.passages[order[place]] for place in beside if 0 <= place < len(order)]
        return [other for other in others if (other.doc, other.heading) == (own.doc, own.heading)]

    return around


def main(arguments: list[str] | None = None) -> int:
    """`python -m evals.bench.schemes FOLDER...`: prints JSON lines; 1 and a message on bad input."""
    parser = argparse.ArgumentParser(
        prog="python -m evals.bench.schemes", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("sets", nargs="+", type=Path, metavar="FOLDER", help="sets in BEIR layout")
    parser.add_argument("--limit", type=int, help="that many questions from all over a set")
    parser.add_argument(
        "--schemes", nargs="+", default=list(SCHEMES), metavar="NAME", help=", ".join(SCHEMES)
    )
    options = parser.parse_args(arguments)
    try:
        embedder = bench_embedder()
        for folder in options.sets:
            found = spread_queries(load_beir_folder(folder), options.limit)
            for figures in compare(found, CachedEmbedder(embedder), options.schemes):
                print(json.dumps({"set": folder.name, **figures}, ensure_ascii=False), flush=True)
    except ZhixunError as error:
        print(error.message(), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
