"""Recall by text budget: does the whole gold stand in the first so many characters that are read?

Chunks, clauses and whole sections are compared by what a reader (a person, a model) has to read, never
by how many of them there are: texts are read in the order of the ranking, and a query is answered once
all passages of one of its alternatives have been read to their last letter. Blanks do not count as
letters, since splitters strip them; they do count as read.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from evals.bench.beir import Passage, RetrievalSet

BUDGETS = (500, 1500, 3000, 5000)  # characters


class Span(NamedTuple):
    """A place in a document: from and to, in characters of its text in `Documents`."""

    doc: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents of a set, put together from its passages, and where each passage stands."""

    texts: Mapping[str, str]
    spans: Mapping[str, Span]

    @classmethod
    def of(cls, passages: Sequence[Passage]) -> Documents:
        """Passages of one document in their order, under its title and their headings, a line each."""
        groups: dict[str, list[Passage]] = {}
        for passage in passages:  # the id of a lone passage may be the name of a document
            name = f"doc:{passage.doc}" if passage.doc else f"passage:{passage.id}"
            groups.setdefault(name, []).append(passage)
        spans: dict[str, Span] = {}
        texts = {
            doc: _joined(doc, sorted(group, key=lambda passage: passage.start), spans)
            for doc, group in groups.items()
        }
        return cls(texts, spans)

    def letters(self, span: Span) -> list[int]:
        """The places in a span that hold no blank."""
        text = self.texts[span.doc]
        return [at for at in range(span.start, span.end) if not text[at].isspace()]


def _joined(doc: str, group: Sequence[Passage], spans: dict[str, Span]) -> str:
    """The document's text; notes in `spans` where its passages stand in it."""
    parts: list[str] = []
    at = 0

    def put(line: str) -> None:
        nonlocal at
        parts.append(line)
        at += len(line) + 1

    if group[0].title:
        put(group[0].title)
    heading = ""
    for passage in group:
        if passage.heading and passage.heading != heading:
            put(passage.heading)
        heading = passage.heading
        spans[passage.id] = Span(doc, at, at + len(passage.text))
        put(passage.text)
    return "\n".join(parts)


def to_read(documents: Documents, pieces: Iterable[Span], gold: Sequence[Span]) -> float:
    """How many characters of the pieces, read in order, it takes until all of `gold` has been read.

    Returns:
        The number; infinite where the pieces do not hold all of it.
    """
    letters = [(span, np.array(documents.letters(span))) for span in gold]
    first = [np.full(len(places), math.inf) for _, places in letters]  # when each letter is read
    read = 0
    for piece in pieces:
        for (span, places), seen in zip(letters, first, strict=True):
            if piece.doc == span.doc and piece.start < span.end and span.start < piece.end:
                inside = (places >= piece.start) & (places < piece.end)
                seen[inside] = np.minimum(seen[inside], read + places[inside] - piece.start + 1)
        read += piece.end - piece.start
        if read >= BUDGETS[-1]:
            break
    return max((float(seen.max()) for seen in first if len(seen)), default=math.inf)


def alternatives(found: RetrievalSet) -> dict[str, tuple[tuple[str, ...], ...]]:
    """For each query the passages that together hold its answer; one list of them is enough.

    A query that names none: each passage of its highest grade alone.
    """
    grades: dict[str, dict[str, int]] = {}
    for asked, passage, relevance in found.judgements:
        if relevance > 0:
            grades.setdefault(asked, {})[passage] = relevance
    chosen = {}
    for query in found.queries:
        own = grades.get(query.id, {})
        best = tuple((passage,) for passage, grade in own.items() if grade == max(own.values()))
        chosen[query.id] = query.alternatives or best
    return chosen


@dataclass(frozen=True, slots=True)
class Reading:
    """What has to be found in a set, and the texts that it is found in."""

    documents: Documents
    gold: Mapping[str, tuple[tuple[str, ...], ...]]  # by query

    @classmethod
    def of(cls, found: RetrievalSet) -> Reading:
        return cls(Documents.of(found.passages), alternatives(found))

    def recall(self, pieces: Mapping[str, Sequence[Span]]) -> dict[str, float]:
        """Share of queries whose whole gold stands in the first 500, 1500, ... characters of their
        pieces, which come in rank order. A query without pieces counts as not found."""
        reads = self.reads(pieces)
        return {str(budget): _share(reads, budget) for budget in BUDGETS}

    def reads(self, pieces: Mapping[str, Sequence[Span]]) -> list[float]:
        """For each query, how many characters of its pieces have to be read for its whole gold."""
        return [self._reads(query, pieces.get(query, ())) for query in self.gold]

    def recall_of_passages(self, ranked: Mapping[str, Sequence[str]]) -> dict[str, float]:
        """`recall` where what is read are the set's own passages, by id."""
        spans = self.documents.spans
        return self.recall({query: [spans[id] for id in ids] for query, ids in ranked.items()})

    def ceiling(self) -> dict[str, float]:
        """What a search that knows the gold would reach: some of it is longer than a budget."""
        spans = self.documents.spans
        reads = [
            min((sum(spans[id].end - spans[id].start for id in one) for one in gold), default=math.inf)
            for gold in self.gold.values()
        ]
        return {str(budget): _share(reads, budget) for budget in BUDGETS}

    def _reads(self, query: str, pieces: Sequence[Span]) -> float:
        spans = self.documents.spans
        return min(
            (to_read(self.documents, pieces, [spans[id] for id in one]) for one in self.gold[query]),
            default=math.inf,
        )


def _share(reads: Sequence[float], budget: int) -> float:
    return round(sum(read <= budget for read in reads) / len(reads), 4) if reads else 0.0
