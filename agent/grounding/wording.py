"""The words of the check (`wording.toml`), and a text with every way of saying a thing made one."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from agent.lexis import normalise
from index.tokens import simplified


@cache
def wording() -> dict[str, Any]:
    """`wording.toml`: words that are one, words that exclude each other, modality, negation."""
    with (Path(__file__).parent / "wording.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def _same() -> tuple[re.Pattern[str], dict[str, str]]:
    first = {normalise(word): normalise(group[0]) for group in wording()["same"]["words"] for word in group}
    longest = sorted(first, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest))), first


_MONTHS_SO_FAR = re.compile(
    r"(?:今年|本年|全年)?(?<![满期届止之以日])前(\d{1,2}|[一二三四五六七八九十]{1,2})个月"
)


@lru_cache(maxsize=2048)
def canonical(text: str) -> str:
    """Half width, simplified, lower case, and one word for what is said in several."""
    plain = _MONTHS_SO_FAR.sub(r"1-\1月", normalise(simplified(text)))
    pattern, first = _same()
    return pattern.sub(lambda match: first[match.group()], plain)


@cache
def any_of(room: str, name: str) -> re.Pattern[str]:
    """A pattern of the words under `[room] name`, the longest first."""
    words = sorted(map(normalise, wording()[room][name]), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))


@cache
def families() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Name -> its values, each as the words that say it, in canonical form."""
    return {
        name: tuple(tuple(dict.fromkeys(canonical(word) for word in value)) for value in values)
        for name, values in wording()["families"].items()
    }


def values_in(text: str, family: str) -> frozenset[int]:
    """Which values of a family a canonical text names; a word within a longer one of them is not it."""
    found: set[int] = set()
    left = text
    words = [(word, at) for at, value in enumerate(families()[family]) for word in value]
    for word, at in sorted(words, key=lambda entry: -len(entry[0])):
        if word in left:
            found.add(at)
            left = left.replace(word, "\0")
    return frozenset(found)
