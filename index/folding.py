"""One text once: reposts are folded into the original, a 解读 stands behind the clause that it retells.

A policy comes back to a search several times: as issued, as reposted by a county, as explained in 解读
and answers to the press. What counts is the clause. So of units that are the same text in reposts of
one document one is left, which names the others as `copies`; and a unit of an explanation gives its
place to the clause that it retells, if the search has found that too, and follows it (`under`).
Which document explains or repeats which is the catalog's to say (`corpus.snapshot`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace

from index.types import Evidence

SPARE = 10  # further hits to look at, where some may be folded
_LETTERS = 5  # of a shingle
_RETOLD = 0.15  # share of a clause's shingles that an explanation repeats: unrelated units share under 0.05


def folded(
    found: Sequence[Evidence], reposts: Mapping[str, str], originals: Mapping[str, str]
) -> list[Evidence]:
    """The evidence, best first, each text once.

    Args:
        found: best first, all of it visible to who asks: nothing else is ever named.
        reposts: by document, the document that it repeats.
        originals: by 解读, the document that it explains.
    """
    return _behind_originals(_without_copies(found, reposts), reposts, originals)


def _without_copies(found: Sequence[Evidence], reposts: Mapping[str, str]) -> list[Evidence]:
    kept: list[Evidence] = []
    for item in found:
        text, core = reposts.get(item.doc_id, item.doc_id), _core(item.text)
        at = next(
            (
                place
                for place, other in enumerate(kept)
                if other.doc_id != item.doc_id
                and reposts.get(other.doc_id, other.doc_id) == text
                and _core(other.text) == core
            ),
            None,
        )
        if at is None:
            kept.append(item)
        elif item.doc_id == text:  # the original itself, found after a repost of it
            first = kept[at]
            kept[at] = replace(item, score=max(first.score, item.score), copies=(*first.copies, first.doc_id))
        else:
            kept[at] = replace(kept[at], copies=(*kept[at].copies, item.doc_id))
    return kept


def _behind_originals(
    found: list[Evidence], reposts: Mapping[str, str], originals: Mapping[str, str]
) -> list[Evidence]:
    order = list(found)
    for telling in found:
        original = originals.get(telling.doc_id)
        if original is None:
            continue
        clauses = [item for item in order if reposts.get(item.doc_id, item.doc_id) == original]
        retold = max(clauses, key=lambda item: _share(item.text, telling.text), default=None)
        if retold is None or _share(retold.text, telling.text) < _RETOLD:
            continue
        at = next(place for place, item in enumerate(order) if item.clause_id == telling.clause_id)
        order[at] = replace(telling, under=retold.clause_id)
        clause = order.index(retold)
        if clause > at:
            order.pop(clause)
            order.insert(at, replace(retold, score=max(retold.score, telling.score)))
    return order


def _core(text: str) -> str:
    """Letters and figures alone. Two units are one text where these are the same: one of another figure
    is another text, however like it is."""
    return re.sub(r"\W+", "", unicodedata.normalize("NFKC", text))


def _shingles(text: str) -> frozenset[str]:
    core = _core(text)
    return frozenset(core[at : at + _LETTERS] for at in range(max(1, len(core) - _LETTERS + 1)))


def _share(clause: str, telling: str) -> float:
    """Of the clause's shingles what the explanation repeats."""
    mine = _shingles(clause)
    return len(mine & _shingles(telling)) / len(mine)
