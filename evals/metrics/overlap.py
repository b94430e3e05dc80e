"""How much an answer shares with a reference answer, character by character.

For answers in running text that have no key of facts (CRUD-RAG). Characters and not words, so that
no segmenter is needed; punctuation, blanks and [n] are left out, Latin words and figures are one
token each.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import NamedTuple

_TOKEN = re.compile(r"[a-z]+|\d+(?:\.\d+)?%?|[\u3400-\u9fff]")
_MARK = re.compile(r"\[\d{1,3}\]")


class Overlap(NamedTuple):
    """Shares in [0, 1]; `f1` is the harmonic mean. All 0 where either text is empty."""

    precision: float
    recall: float
    f1: float


def characters(text: str) -> list[str]:
    """The tokens of a text: a Chinese character, a Latin word, a figure.

    >>> characters("贴息１.5%，见GDP[1]")
    ['贴', '息', '1.5%', '见', 'gdp']
    """
    return _TOKEN.findall(unicodedata.normalize("NFKC", _MARK.sub("", text)).lower())


def rouge_l(answer: str, reference: str) -> Overlap:
    """ROUGE-L (Lin 2004): the longest common subsequence, as a share of answer and of reference."""
    one, other = characters(answer), characters(reference)
    return _overlap(_common_subsequence(one, other), len(one), len(other))


def bag_f1(answer: str, reference: str) -> Overlap:
    """Tokens in common regardless of order, as SQuAD and CMRC 2018 score answers (Cui et al. 2019)."""
    one, other = Counter(characters(answer)), Counter(characters(reference))
    return _overlap(sum((one & other).values()), sum(one.values()), sum(other.values()))


def _overlap(common: int, answer: int, reference: int) -> Overlap:
    if not common:
        return Overlap(0.0, 0.0, 0.0)
    precision, recall = common / answer, common / reference
    return Overlap(precision, recall, 2 * precision * recall / (precision + recall))


def _common_subsequence(one: list[str], other: list[str]) -> int:
    """Length of the longest common subsequence, a row of the table at a time."""
    row = [0] * (len(other) + 1)
    for token in one:
        before = 0
        for at, against in enumerate(other, 1):
            above = row[at]
            row[at] = before + 1 if token == against else max(above, row[at - 1])
            before = above
    return row[-1]
