"""Which project or indicator a wording means: by the characters that they have in common."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from agent.lexis import normalise
from agent.projects.vocabulary import IndicatorName, ProjectName

ENOUGH = 0.6  # share of a project's name that must be said
_COMMON = re.compile(r"(?:工程|建设|重点)?项目$")
# The end of an indicator's name that only says that it is a quantity.
_QUANTITY = re.compile(r"(?:人数|总数|数量|数|总额|额|总量|量)$")
_SAME = {"规上": "规模以上", "营收": "营业收入"}
_CAPTION_NOISE = re.compile(
    r"^[附续]?表\s*[\d一二三四五六七八九十]+|[（(【\[][^（()）】\]]*[)）】\]]|[\d年月季度—\-.、，：:]"
)


def key(text: str) -> str:
    return re.sub(r"[\s（）()“”\"·]", "", normalise(text))


def in_pieces(text: str) -> str:
    """As `key`, but what was struck out in between stays a gap."""
    return key(re.sub(r"\s+", "|", text))


def canonical(text: str) -> str:
    """A question with short forms written out: 规上 -> 规模以上."""
    for short, full in _SAME.items():
        text = text.replace(short, full)
    return text


def common(text: str, name: str, least: int = 2) -> list[str]:
    """The longest pieces that `text` and `name` share, longest first, none inside another."""
    pieces: list[str] = []
    found = {
        name[start:end]
        for start in range(len(name))
        for end in range(start + least, len(name) + 1)
        if name[start:end] in text
    }
    for piece in sorted(found, key=lambda piece: (-len(piece), name.find(piece))):
        if not any(piece in longer for longer in pieces):
            pieces.append(piece)
    return pieces


def covered(text: str, name: str, least: int = 2) -> float:
    """The share of `name` that its pieces in `text` cover."""
    marked = bytearray(len(name))
    for piece in common(text, name, least):
        start = name.find(piece)
        while start >= 0:
            marked[start : start + len(piece)] = b"\x01" * len(piece)
            start = name.find(piece, start + 1)
    return sum(marked) / len(name) if name else 0.0


def core_of(name: str) -> str:
    """A project's name as it is compared: without 项目 at its end."""
    return _COMMON.sub("", key(name)) or key(name)


class NameIndex:
    """Which of many names may be said in a text: by the pairs of characters that they share."""

    def __init__(self, names: Sequence[ProjectName]) -> None:
        self._names = names
        self._sizes: list[int] = []
        self._by_pair: dict[str, list[int]] = {}
        for at, project in enumerate(names):
            core = core_of(project.name)
            self._sizes.append(len(core))
            for pair in _pairs(core):
                self._by_pair.setdefault(pair, []).append(at)

    def near(self, text: str) -> list[ProjectName]:
        """Those of which pieces of at least two characters may cover enough."""
        hits = Counter(at for pair in _pairs(text) for at in self._by_pair.get(pair, ()))
        return [self._names[at] for at, count in hits.items() if 2 * count >= ENOUGH * self._sizes[at] - 2]


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def projects_named(text: str, names: Sequence[ProjectName]) -> list[ProjectName]:
    """The projects whose name `text` says, wholly or for the most part; the best ones where they differ."""
    scored = []
    for project in names:
        name = core_of(project.name)
        share = covered(text, name)
        pieces = common(text, name)
        if name in text:
            scored.append((1.0 + len(name) / 100, project))  # a whole name beats a shorter one in it
        elif share >= ENOUGH and pieces and len(pieces[0]) >= min(4, len(name)):
            scored.append((share, project))
    if not scored:
        return []
    best = max(score for score, _ in scored)
    return [project for score, project in scored if score >= best - 0.001]


def indicator_words(indicator: IndicatorName) -> list[str]:
    """Its name and the captions of its tables, without numbers, periods and notes."""
    captions = {_CAPTION_NOISE.sub("", key(caption)) for caption in indicator.captions}
    return [key(indicator.name), *sorted(caption for caption in captions if caption)]


def _telling(pieces: Sequence[str], kinds: Sequence[str]) -> bool:
    return any(len(piece) >= 4 and not any(piece in kind for kind in kinds) for piece in pieces)


def indicators_named(
    text: str,
    names: Sequence[IndicatorName],
    groups: Sequence[str],
    regions: Sequence[str],
    kinds: Sequence[str] = (),
) -> list[tuple[IndicatorName, list[str]]]:
    """(indicator, pieces of `text` that name it), best first; [] where two fit equally well.

    The head noun of the name has to be said, or four characters of it in a row that are no kind of
    project (增资扩产); an indicator that has no figures of a group or region that is named gives way to
    one that has.
    """
    fitting = []
    for one in names:
        name = key(one.name)
        core = _QUANTITY.sub("", name)
        own = common(text, name)
        said = len(core) >= 2 and core[-2:] in text
        if (groups and not set(groups) <= one.groups) or not (said or _telling(own, kinds)):
            continue
        words = indicator_words(one)
        pieces = sorted({piece for word in words for piece in common(text, word)}, key=lambda p: (-len(p), p))
        captions = max((covered(text, word) for word in words[1:]), default=0.0)
        elsewhere = bool(regions) and not set(regions) <= one.regions
        fitting.append((not elsewhere, covered(text, name) + 0.5 * captions, one, pieces))
    fitting.sort(key=lambda found: (not found[0], -found[1], found[2].name))
    if len(fitting) > 1 and fitting[0][0] == fitting[1][0] and fitting[0][3] == fitting[1][3]:
        return []
    return [(one, pieces) for _, _, one, pieces in fitting]
