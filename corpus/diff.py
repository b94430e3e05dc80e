"""Two versions clause by clause: added, deleted, changed, moved (renumbered with the same text).

A pure function of the clauses of both. Units (articles, sections, tables) are compared, their
parts being inside their text. Clauses are paired by their text first, so that a law in which one
article is put in does not look rewritten from there on.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from corpus.head import is_head_matter
from corpus.model import Clause

Op = Literal["added", "deleted", "changed", "moved", "same"]
PieceOp = Literal["equal", "delete", "insert"]

_ALIKE = 0.5  # share of common character pairs from which two clauses are one clause, changed
_ALIKE_UNDER_ONE_LABEL = 0.25  # the same when they also bear one label
_SHORTEST_EQUAL = 2  # a single character that stayed between two changes only makes them hard to read
_MOST_PAIRS = 200  # clauses that share a pair of characters with more others than this tell nothing


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that stayed, went or came."""

    op: PieceOp
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a clause. `old` is None for an added one, `new` for a deleted one.

    `pieces` is the inline difference of a changed clause, without its label; () for all others.
    """

    op: Op
    old: Clause | None
    new: Clause | None
    pieces: tuple[Piece, ...] = ()

    @property
    def renumbered(self) -> bool:
        """Whether both exist under different labels."""
        return self.old is not None and self.new is not None and self.old.label != self.new.label


def diff(old: Sequence[Clause], new: Sequence[Clause]) -> list[Change]:
    """Every unit of both versions once, in the order of the new one; a deleted unit stands where it
    stood, after the unit that preceded it. Head matter (number, labels) is metadata and left out.
    """
    before, after = _units(old), _units(new)
    pairs = _pairs(before, after)
    partner = {there: here for here, there in pairs.items()}
    changes: list[Change] = []
    told = 0  # units of the old version that are behind us
    for at, clause in enumerate(after):
        if at not in partner:
            changes.append(Change("added", None, clause))
            continue
        while told <= partner[at]:
            if told not in pairs:
                changes.append(Change("deleted", before[told], None))
            told += 1
        changes.append(_change(before[partner[at]], clause))
    changes += [Change("deleted", before[at], None) for at in range(told, len(before)) if at not in pairs]
    return changes


def _units(clauses: Sequence[Clause]) -> list[Clause]:
    return [clause for clause in clauses if clause.parent_id is None and not is_head_matter(clause.text)]


def counts(changes: Sequence[Change]) -> dict[str, int]:
    """How many clauses of each kind of change, all kinds named."""
    found = Counter(change.op for change in changes)
    return {op: found[op] for op in ("added", "deleted", "changed", "moved", "same")}


def inline(old: str, new: str) -> tuple[Piece, ...]:
    """The inline difference of two texts: what stayed, went and came, in reading order.

    >>> [(piece.op, piece.text) for piece in inline("最高50万元", "最高100万元")]
    [('equal', '最高'), ('delete', '50'), ('insert', '100'), ('equal', '万元')]
    """
    first, second = _tokens(old), _tokens(new)
    pieces: list[Piece] = []
    gone, come = "", ""

    def flush() -> None:
        nonlocal gone, come
        pieces.extend(Piece(op, text) for op, text in _edits(gone, come))
        gone = come = ""

    blocks = SequenceMatcher(None, first, second, autojunk=False).get_opcodes()
    for number, (op, a, b, c, d) in enumerate(blocks):
        left, right = "".join(first[a:b]), "".join(second[c:d])
        between = 0 < number < len(blocks) - 1
        if op == "equal" and not (between and len(left) < _SHORTEST_EQUAL):
            flush()
            pieces.append(Piece("equal", left))
        else:
            gone += left
            come += right
    flush()
    return tuple(pieces)


def _edits(gone: str, come: str) -> list[tuple[PieceOp, str]]:
    made: list[tuple[PieceOp, str]] = [("delete", gone), ("insert", come)]
    return [edit for edit in made if edit[1]]


def _tokens(text: str) -> list[str]:
    """Characters, but numbers and Latin words whole: 50 -> 100 is one change, not two."""
    return re.findall(r"\d+(?:\.\d+)?%?|[A-Za-z]+|[一二三四五六七八九十百千零〇]+|.", text, re.S)


def _change(old: Clause, new: Clause) -> Change:
    first, second = body(old), body(new)
    if _flat(first) == _flat(second):
        return Change("same" if old.label == new.label else "moved", old, new)
    return Change("changed", old, new, inline(first, second))


def body(clause: Clause) -> str:
    """A clause's text without the label that it begins with."""
    label = (clause.label or "").split(" ")[-1]
    last = re.split(r"(?<=[、])", label)[-1] if "、" in label else label
    text = clause.text.lstrip()
    for prefix in (label, last):
        if prefix and text.startswith(prefix):
            return text[len(prefix) :].lstrip(" 　")
    return text


def _flat(text: str) -> str:
    return re.sub(r"[\s　]", "", text)


def _pairs(before: Sequence[Clause], after: Sequence[Clause]) -> dict[int, int]:
    """Old unit -> new unit: equal texts, then the most alike, then what bears one label."""
    found: dict[int, int] = {}
    _pair_equal(before, after, found)
    free_old = [at for at in range(len(before)) if at not in found]
    free_new = [at for at in range(len(after)) if at not in set(found.values())]
    scored = _alike(before, after, free_old, free_new)
    taken: set[int] = set()
    for score, a, b in sorted(scored, key=lambda entry: (-entry[0], abs(entry[1] - entry[2]), entry)):
        one_label = before[a].label is not None and before[a].label == after[b].label
        if a in found or b in taken or score < (_ALIKE_UNDER_ONE_LABEL if one_label else _ALIKE):
            continue
        found[a] = b
        taken.add(b)
    return found


def _pair_equal(before: Sequence[Clause], after: Sequence[Clause], found: dict[int, int]) -> None:
    """Pairs units of equal text; where several are equal, first those of one label, then in order."""
    waiting: dict[str, list[int]] = {}
    for at, clause in enumerate(after):
        waiting.setdefault(_flat(body(clause)), []).append(at)
    for same_label in (True, False):
        for at, clause in enumerate(before):
            free = waiting.get(_flat(body(clause)), [])
            fit = next((b for b in free if not same_label or after[b].label == clause.label), None)
            if at not in found and fit is not None:
                found[at] = fit
                free.remove(fit)


def _alike(
    before: Sequence[Clause], after: Sequence[Clause], free_old: Sequence[int], free_new: Sequence[int]
) -> list[tuple[float, int, int]]:
    """(share of common character pairs, old, new) for units that have something in common."""
    old_pairs = {at: _bigrams(before[at]) for at in free_old}
    new_pairs = {at: _bigrams(after[at]) for at in free_new}
    holders: dict[str, list[int]] = {}
    for at, pairs in new_pairs.items():
        for pair in pairs:
            holders.setdefault(pair, []).append(at)
    scored = []
    for a, pairs in old_pairs.items():
        near = {
            b for pair in pairs if len(holders.get(pair, ())) <= _MOST_PAIRS for b in holders.get(pair, ())
        }
        for b in near:
            common = sum((pairs & new_pairs[b]).values())
            total = sum(pairs.values()) + sum(new_pairs[b].values())
            bonus = 0.1 if before[a].label and before[a].label == after[b].label else 0.0
            scored.append((2 * common / total + bonus, a, b))
    return scored


def _bigrams(clause: Clause) -> Counter[str]:
    text = _flat(body(clause))
    return Counter(text[at : at + 2] for at in range(max(len(text) - 1, 1)))
