"""Postings: BM25 over character bigrams in Tantivy, one index for public rows, one for internal.

Rows are pre-tokenised by `index.tokens`; a query is built from its tokens term by term, so nothing
a user types is ever read as query syntax.
"""

from __future__ import annotations

import copy
import logging
import math
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus.errors import StateError
from corpus.model import Visibility
from index.synonyms import Said, Synonyms, load
from index.tokens import tokens

log = logging.getLogger(__name__)

# Fields and their weights in the score. One field of all that is said of a row: told apart, each field
# counts a word anew, and what the title says twice over outvotes what the text says once. Some weight of
# the title by itself tells documents apart. Measured: docs/retrieval.md.
FIELDS = {"text": 1.0, "title": 0.3}
VERSION = 3  # raised when `index.tokens` reads a text otherwise: the word index is then made anew
SYNONYM = 0.8  # weight of what stands for a word, the word itself weighing 1
MAX_QUERY_TERMS = 400  # distinct tokens; a question has 10 to 60
_VERSION_FILE = "version.txt"
_QUERIES_KEPT = 256
_HEAP = 30_000_000  # bytes a writer may use before it flushes


@dataclass(frozen=True, slots=True)
class Posting:
    """One row of the lexical index."""

    row_id: str
    doc_id: str
    body: str
    title: str
    heading: str

    @property
    def text(self) -> str:
        """All of it, line by line."""
        return "\n".join(part for part in (self.title, self.heading, self.body) if part)


class LexicalIndex:
    """The two Tantivy indexes under `folder`.

    Args:
        synonyms: what stands for words of a query; by default what comes with the package.

    Raises:
        StateError: an index on disk cannot be opened.
    """

    def __init__(self, folder: Path, synonyms: Synonyms | None = None) -> None:
        self._folder = folder
        self._given = synonyms or load()
        self._synonyms = self._given
        self._read = _reader(self._synonyms)
        self._indexes: dict[Visibility, Any] = {}

    @property
    def synonyms(self) -> Synonyms:
        """What stands for words of a query."""
        return self._synonyms

    def with_synonyms(self, used: bool) -> LexicalIndex:
        """The same indexes, searched with or without what stands for words."""
        view = copy.copy(self)
        view._synonyms = self._given if used else Synonyms({})
        view._read = self._read if view._synonyms is self._synonyms else _reader(view._synonyms)
        return view

    def search(self, visibility: Visibility, query: str, n: int) -> list[tuple[str, float]]:
        """The `n` best rows with their BM25 scores, best first; [] when no token matches."""
        index = self._index(visibility)
        searcher = index.searcher()
        built = _query(index.schema, searcher, self._read(query))
        if built is None:
            return []
        hits = searcher.search(built, n, count=False).hits
        return [(searcher.doc(address)["row_id"][0], float(score)) for score, address in hits]

    def scores(self, visibility: Visibility, query: str, row_ids: Iterable[str]) -> dict[str, float]:
        """BM25 scores of these rows; a row without a token of the query is left out."""
        import tantivy

        wanted = list(row_ids)
        index = self._index(visibility)
        searcher = index.searcher()
        built = _query(index.schema, searcher, self._read(query))
        if built is None or not wanted:
            return {}
        only = tantivy.Query.const_score_query(
            tantivy.Query.term_set_query(index.schema, "row_id", wanted), 0.0
        )
        both = tantivy.Query.boolean_query([(tantivy.Occur.Must, built), (tantivy.Occur.Must, only)])
        hits = searcher.search(both, len(wanted), count=False).hits
        return {searcher.doc(address)["row_id"][0]: float(score) for score, address in hits}

    def doc_freq(self, visibility: Visibility, token: str) -> int:
        """In how many rows, with their titles and headings, a token occurs."""
        return int(self._index(visibility).searcher().doc_freq("text", token))

    def count(self, visibility: Visibility) -> int:
        """Rows in the index."""
        return int(self._index(visibility).searcher().num_docs)

    def ids(self, visibility: Visibility) -> list[str]:
        """The ids of all rows of the index, as often as they are there."""
        import tantivy

        searcher = self._index(visibility).searcher()
        if not searcher.num_docs:
            return []
        hits = searcher.search(tantivy.Query.all_query(), searcher.num_docs, count=False).hits
        return [searcher.doc(address)["row_id"][0] for _, address in hits]

    @property
    def is_current(self) -> bool:
        """Whether what is on disk was made from tokens as they are read now; an empty folder is."""
        if not any((self._folder / place.value).exists() for place in Visibility):
            return True
        try:
            return (self._folder / _VERSION_FILE).read_text("utf-8").strip() == str(VERSION)
        except (FileNotFoundError, ValueError):
            return False  # of a time when no version was noted

    def refresh(self) -> None:
        """Sees what another process has written."""
        for index in self._indexes.values():
            index.reload()

    @contextmanager
    def writing(self, visibility: Visibility) -> Iterator[_Writer]:
        """One commit: all of it is on disk at the end, or none of it after an error."""
        index = self._index(visibility)
        writer = index.writer(_HEAP, 1)
        try:
            yield _Writer(writer, index.schema)
            writer.commit()
        except BaseException:
            writer.rollback()
            raise
        finally:
            writer.wait_merging_threads()  # also gives back the lock
        index.reload()

    def clear(self) -> None:
        """Removes both indexes from the disk."""
        self._indexes.clear()
        if self._folder.exists():
            shutil.rmtree(self._folder)

    def close(self) -> None:
        self._indexes.clear()

    def _index(self, visibility: Visibility) -> Any:
        if visibility not in self._indexes:
            self._indexes[visibility] = self._open(self._folder / visibility.value)
        return self._indexes[visibility]

    def _open(self, folder: Path) -> Any:
        import tantivy

        try:
            if not self._folder.exists() or not any(self._folder.iterdir()):
                self._folder.mkdir(parents=True, exist_ok=True)
                (self._folder / _VERSION_FILE).write_text(f"{VERSION}\n", "utf-8")
            folder.mkdir(parents=True, exist_ok=True)
            index = tantivy.Index(_schema(), path=str(folder), reuse=True)
            index.reload()
            return index
        except (ValueError, OSError) as error:  # what Tantivy raises for a damaged folder
            raise StateError("index.lexical_damaged", folder=folder, reason=error) from error


class _Writer:
    def __init__(self, writer: Any, schema: Any) -> None:
        self._writer = writer
        self._schema = schema

    def add(self, postings: Iterable[Posting]) -> None:
        import tantivy

        for posting in postings:
            fields = {name: " ".join(tokens(getattr(posting, name))) for name in FIELDS}
            self._writer.add_document(
                tantivy.Document(row_id=posting.row_id, doc_id=posting.doc_id, **fields)
            )

    def delete(self, doc_id: str) -> None:
        """Deletes a version's rows, those added before in the same commit included."""
        self._writer.delete_documents("doc_id", doc_id)


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("row_id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("doc_id", stored=False, tokenizer_name="raw", index_option="basic")
    for name in FIELDS:
        builder.add_text_field(name, stored=False, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


@dataclass(frozen=True, slots=True)
class _Asked:
    """The tokens of a question, as often as they are there, and the words with synonyms among them."""

    counts: Mapping[str, int]
    said: Sequence[Said]


def _reader(synonyms: Synonyms) -> Callable[[str], _Asked]:
    """Reads questions; one search asks the same one of several indexes."""

    @lru_cache(_QUERIES_KEPT)
    def read(text: str) -> _Asked:
        return _Asked(dict(Counter(tokens(text)).most_common(MAX_QUERY_TERMS)), synonyms.said_in(text))

    return read


def _query(schema: Any, searcher: Any, asked: _Asked) -> Any | None:
    """An OR of the question's tokens in each field; None when it has no token.

    Words with synonyms count once: as they are said, or as one of the forms that stand for them,
    whichever scores more (a row with both is no better than with one).
    """
    import tantivy

    counts = dict(asked.counts)
    should = tantivy.Occur.Should
    clauses = []
    for said in asked.said:
        own = {token: counts.pop(token) for token in said.own if token in counts}
        if own:
            forms = [_form(schema, searcher, own, form) for form in said.forms]
            any_of = tantivy.Query.disjunction_max_query([_any_of(schema, own), *forms])
            clauses.append((should, any_of))
    # The terms stand side by side: Tantivy skips rows that cannot be among the best (block-max WAND) only
    # in a union of plain terms.
    clauses += _terms(schema, counts)
    return tantivy.Query.boolean_query(clauses) if clauses else None


def _any_of(schema: Any, counts: Mapping[str, int]) -> Any:
    """The sum of the tokens' scores in all fields, each as often as it is asked for."""
    import tantivy

    return tantivy.Query.boolean_query(_terms(schema, counts))


def _terms(schema: Any, counts: Mapping[str, int]) -> list[tuple[Any, Any]]:
    import tantivy

    return [
        (tantivy.Occur.Should, _term(schema, field, token, weight * count))
        for token, count in counts.items()
        for field, weight in FIELDS.items()
    ]


def _form(schema: Any, searcher: Any, own: Mapping[str, int], form: Sequence[str]) -> Any:
    """All tokens of what stands for the words `own`; it scores `SYNONYM` of what those may at most,
    however many tokens it has, so that a row with the words themselves stays before it."""
    import tantivy

    asked = sum(count * _rarity(searcher, token) for token, count in own.items())
    ours = sum(_rarity(searcher, token) for token in form)
    every = [
        (
            tantivy.Occur.Must,
            tantivy.Query.boolean_query(
                [
                    (tantivy.Occur.Should, _term(schema, field, token, weight))
                    for field, weight in FIELDS.items()
                ]
            ),
        )
        for token in form
    ]
    return tantivy.Query.boost_query(tantivy.Query.boolean_query(every), SYNONYM * min(1.0, asked / ours))


def _rarity(searcher: Any, token: str) -> float:
    """The BM25 weight of a token; never 0."""
    rows = searcher.num_docs
    found = min(rows, searcher.doc_freq("text", token))  # deleted rows are counted until they are merged
    return math.log(1 + (rows - found + 0.5) / (found + 0.5))


def _term(schema: Any, field: str, token: str, weight: float) -> Any:
    import tantivy

    term = tantivy.Query.term_query(schema, field, token, index_option="freq")
    return tantivy.Query.boost_query(term, weight)
