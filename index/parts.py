"""Parts of the search that can be left out, to measure what each is worth (`zhixun eval ablate`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.library import Library


@dataclass(frozen=True, slots=True)
class SearchParts:
    """What a search makes use of; everything by default.

    lexical: postings (BM25). dense: sentence vectors. tokens: questions matched word by word.
    versions: what is not in force on the day is left out. early: the second stage looks at few units
    where the first is sure. plan: documents, clauses, places and levels that the query names bear on
    the order. synonyms: what stands for words of the query counts, too. Visibility is no part: it cannot be
    switched off.
    """

    lexical: bool = True
    dense: bool = True
    tokens: bool = True
    versions: bool = True
    early: bool = True
    plan: bool = True
    synonyms: bool = True

    def __post_init__(self) -> None:
        if not (self.lexical or self.dense):
            raise ValueError("a search needs lexical or dense, or both")


ALL = SearchParts()


def with_parts(library: Library, parts: SearchParts) -> Library:
    """The same library, searched with `parts` alone; it shares stores and model, and is not to be closed."""
    from index.library import Library

    return Library(library.home, library.catalog, library._index.with_parts(parts))
