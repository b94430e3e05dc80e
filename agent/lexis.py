"""Words of a question that carry its meaning, and how much of them a text covers.

Chinese without a segmenter: what remains after question words and courtesy are cut out is read
as character bigrams (Latin and figures as words), each weighted by how rare it is in the library.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from index.tokens import tokens as index_tokens



@cache
def lexicon() -> dict[str, Any]:
    """`lexicon.toml`: question words, wants, synonyms; staff can extend it without code."""
    with (Path(__file__).parent / "lexicon.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def _stop() -> re.Pattern[str]:
    phrases = sorted(lexicon()["stop"]["phrases"], key=len, reverse=True)
    return re.compile("|".join(map(re.escape, phrases)))


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """Full width to half width, lower case, without blanks between Chinese characters."""
    import unicodedata

    text = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])", "", text)


def content(question: str) -> str:
    """The question without question words, courtesy and particles (replaced by blanks)."""
    return _stop().sub(" ", normalise(question))


@lru_cache(maxsize=8192)
def tokens(text: str) -> frozenset[str]:
    """The distinct tokens of a text, as the lexical index reads it (`index.tokens`)."""
    return frozenset(index_tokens(text))


@dataclass(frozen=True, slots=True)
class Terms:
    """The weighted tokens of a question. `weights` sum to 1 unless there are none."""

    weights: dict[str, float]
    synonyms: tuple[tuple[frozenset[str], frozenset[str]], ...] = ()

    def covered(self, text_tokens: frozenset[str]) -> frozenset[str]:
        """The question's tokens that a text has, a synonym counting for the word."""
        hit = {token for token in self.weights if token in text_tokens}
        for said, formal in self.synonyms:
            if formal & text_tokens:
                hit |= said & self.weights.keys()
        return frozenset(hit)

    def mass(self, hit: Iterable[str]) -> float:
        return sum(self.weights[token] for token in hit)

    def coverage(self, text: str) -> float:
        """Share of the question's weight that `text` covers, in [0, 1]."""
        return self.mass(self.covered(tokens(text)))

    def __bool__(self) -> bool:
        return bool(self.weights)


def terms(question: str, doc_freq: Callable[[str], int], units: int) -> Terms:
    """The question's tokens weighted by rarity in the library of `units` units.

    A token that the library does not have at all weighs as much as one that it has once: it is
    the best sign that the library does not speak of what is asked.
    """
    text = content(question)
    weights = {
        token: math.log(1 + units / (1 + min(doc_freq(token), units)))
        for token in tokens(text)
        if len(token) > 1 or token.isascii()
    }
    total = sum(weights.values())
    if total:
        weights = {token: weight / total for token, weight in weights.items()}
    pairs = []
    for said, formal in _synonyms():
        if said in text or said in normalise(question):
            ours = tokens(said) & weights.keys()
            if ours:
                pairs.append((frozenset(ours), formal))
    return Terms(weights, tuple(pairs))


@cache
def _synonyms() -> tuple[tuple[str, frozenset[str]], ...]:
    out = []
    for said, formal in lexicon()["synonyms"].items():
        grams: set[str] = set()
        for word in formal:
            grams |= tokens(word) if len(word) <= 2 else {word[:2]}
        out.append((said, frozenset(grams)))
    return tuple(out)


def expansion(question: str) -> str:
    """The formal words for what the question says colloquially, to be added to its search."""
    text = normalise(question)
    words = [word for said, formal in lexicon()["synonyms"].items() if said in text for word in formal]
    return " ".join(dict.fromkeys(words))
