"""Words of a question that carry its meaning, and how much of them a text covers.

Chinese without a segmenter: what remains after question words and courtesy are cut out is read
as character bigrams (Latin and figures as words), each weighted by how rare it is in the library.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
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
def sayings() -> dict[str, tuple[str, ...]]:
    """What users say -> what texts say for it: `[synonyms]` and `thesaurus.toml`."""
    with (Path(__file__).parent / "thesaurus.toml").open("rb") as file:
        colloquial = tomllib.load(file)["colloquial"]
    both = {**colloquial, **lexicon()["synonyms"]}
    return {said: tuple(formal) for said, formal in both.items()}


@cache
def _stop() -> re.Pattern[str]:
    """Words that are kept, as group 1, tried before the phrases that are cut out."""
    kept, phrases = (sorted(lexicon()["stop"][name], key=len, reverse=True) for name in ("kept", "phrases"))
    return re.compile(f"({'|'.join(map(re.escape, kept))})|{'|'.join(map(re.escape, phrases))}")


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """Full width to half width, lower case, without blanks between Chinese characters."""
    import unicodedata

    text = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])", "", text)


def content(question: str) -> str:
    """The question without question words, courtesy and particles (replaced by blanks)."""
    return _stop().sub(lambda match: match[1] or " ", normalise(question))


@lru_cache(maxsize=8192)
def tokens(text: str) -> frozenset[str]:
    """The distinct tokens of a text, as the lexical index reads it (`index.tokens`)."""
    return frozenset(index_tokens(text))


@dataclass(frozen=True, slots=True)
class Terms:
    """The weighted tokens of a question. `weights` sum to 1 unless there are none."""

    weights: dict[str, float]
    # tokens as said -> the words that stand for them, each as the set of its tokens
    synonyms: tuple[tuple[frozenset[str], tuple[frozenset[str], ...]], ...] = ()
    known: frozenset[str] = frozenset()  # tokens that the library has somewhere

    def covered(self, text_tokens: frozenset[str]) -> frozenset[str]:
        """The question's tokens that a text has, a synonym counting for the word."""
        hit = {token for token in self.weights if token in text_tokens}
        for said, formal in self.synonyms:
            if any(word <= text_tokens for word in formal):
                hit |= said & self.weights.keys()
        return frozenset(hit)

    def mass(self, hit: Iterable[str]) -> float:
        return sum(self.weights[token] for token in hit)

    def coverage_of(self, text_tokens: frozenset[str]) -> float:
        """Share of the question's weight that these tokens cover, in [0, 1]."""
        return self.mass(self.covered(text_tokens))

    def within(self, counts: Mapping[str, int], units: int) -> Terms:
        """The same tokens, those that a document has, weighted by their rarity in its units too."""
        present = {token: counts[token] for token in self.weights if counts.get(token)}
        for said, formal in self.synonyms:
            # a word of several tokens is at most as frequent as the rarest of them
            if known := [rarest for word in formal if (rarest := min(counts.get(t, 0) for t in word))]:
                present |= {token: max(known) for token in said if token not in present}
        weights = {
            token: weight * math.log(1 + units / present[token])
            for token, weight in self.weights.items()
            if token in present
        }
        total = sum(weights.values())
        scaled = {t: w / total for t, w in weights.items()} if total else {}
        return Terms(scaled, self.synonyms, self.known)

    def unanswered(self, text_tokens: frozenset[str]) -> float:
        """Weight of the tokens that the library knows and this text does not have.

        The sharpest sign of a near miss: the library has the word, but not where it was found.
        """
        return self.mass((self.weights.keys() & self.known) - self.covered(text_tokens))

    def __bool__(self) -> bool:
        return bool(self.weights)


def terms(question: str, doc_freq: Callable[[str], int], units: int, thesaurus: bool = True) -> Terms:
    """The question's tokens weighted by rarity in the library of `units` rows; `thesaurus` False:
    without the words that stand for what it says colloquially.

    Bigrams that only bridge two words are noise: one that the library does not have is dropped
    when it holds a function character or stands between two that the library has. Any other
    unknown token is kept, for it is the best sign that the library does not speak of what is
    asked, but weighs less than a rare known one, since owners use words that documents do not.
    """
    text = content(question)
    weights: dict[str, float] = {}
    found: set[str] = set()
    for run in index_token_runs(text):
        known = [min(doc_freq(token), units) for token in run]
        for at, (token, frequency) in enumerate(zip(run, known, strict=True)):
            if len(token) == 1 and not token.isascii():
                continue
            functional = any(char in _FUNCTION for char in token)
            bridge = 0 < at < len(run) - 1 and known[at - 1] > 0 and known[at + 1] > 0
            if frequency == 0 and not token.isascii() and (functional or bridge):
                continue
            weight = math.log(1 + units / (1 + frequency))
            if re.fullmatch(r"[\d.]+%?", token):
                weight *= FIGURE
            if frequency:
                found.add(token)
            weights[token] = weight * (UNKNOWN if frequency == 0 else 0.5 if functional else 1.0)
    asked = normalise(question)
    pairs = []
    for said, words in said_in(asked) if thesaurus else []:
        formal = tuple(frozenset(grams) for word in words if (grams := index_tokens(word)))
        ours = tokens(said) & weights.keys()
        if not ours and formal:  # a question word (几年) stands for what answers it (有效期)
            ours = frozenset({f"?{said}"})
            weights[f"?{said}"] = QUESTION_WORD * math.log(1 + units)
        pairs.append((frozenset(ours), formal))
    total = sum(weights.values())
    if total:
        weights = {token: weight / total for token, weight in weights.items()}
    return Terms(weights, tuple(pairs), frozenset(found))


def emphasised(whole: Terms, own: frozenset[str], factor: float) -> Terms:
    """A follow-up's terms, its own words weighing `factor` times those of the turns before."""
    weights = {
        t: weight * (factor if t in own or t[0] == "?" else 1.0) for t, weight in whole.weights.items()
    }
    total = sum(weights.values())
    scaled = {t: w / total for t, w in weights.items()} if total else {}
    return Terms(scaled, whole.synonyms, whole.known)


def index_token_runs(text: str) -> list[list[str]]:
    """The tokens of each unbroken run of characters, in order."""
    return [found for piece in re.split(r"[^\w%.]+", text) if (found := index_tokens(piece))]


UNKNOWN = 0.4  # weight of a token that the library does not have, relative to one it has once
QUESTION_WORD = 0.25  # weight of what a question word stands for, relative to the rarest token
FIGURE = 0.5  # weight of a bare figure: it is the user's own as often as the document's
_FUNCTION = frozenset("是有在和与及或把被给对从到由为以就都也又要会该应能可个于等之中里上下时这那其不没还")


def focus(question: str) -> str:
    """The words next to the question word: 资金缺口(有多大), (哪几家)银行办理. "" where there is none."""
    text = normalise(question).rstrip("?？。!！ ")
    asked = list(_asking().finditer(text))
    if not asked:
        return ""
    match = asked[-1]
    after = re.split(r"[，,。；;？?]", text[match.end() :])[0]
    before = re.split(r"[，,。；;？?]", text[: match.start()])[-1]
    near_after = [piece for piece in content(after).split() if len(piece) > 1]
    near_before = [piece for piece in content(before).split() if len(piece) > 1]
    if near_after:
        return near_after[0]
    return near_before[-1] if near_before else ""


def asks(text: str) -> bool:
    """Whether a part of a question holds a question word."""
    return bool(_asking().search(text))


@cache
def _asking() -> re.Pattern[str]:
    phrases = sorted(lexicon()["ask"]["phrases"], key=len, reverse=True)
    return re.compile("|".join(map(re.escape, phrases)))


def said_in(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """What a normalised question says that texts say otherwise, with the words that stand for it."""
    found: list[tuple[str, tuple[str, ...]]] = []
    left = text
    for said in _longest_first():
        if said in left:
            left = left.replace(said, "\0" * len(said))  # 打官司时效 is not 打官司 too
            found.append((said, sayings()[said]))
    return found


@cache
def _longest_first() -> tuple[str, ...]:
    return tuple(sorted((said for said, formal in sayings().items() if formal), key=len, reverse=True))


def expansion(question: str) -> str:
    """The formal words for what the question says colloquially, to be added to its search."""
    words = [word for _, formal in said_in(normalise(question)) for word in formal]
    return " ".join(dict.fromkeys(words))
