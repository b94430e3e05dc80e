"""Which documents and clauses no question of the suites touches.

>>> report = coverage(load_suites(["core"]), LibraryFacts(catalog))
>>> [one.file for one in report if not one.cases]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from corpus.head import is_head_matter
from corpus.model import Clause
from evals.facts import LibraryFacts
from evals.labels import within
from evals.suite import Case, Gold


@dataclass(frozen=True, slots=True)
class Covered:
    """One version of the library against the gold places of the suites.

    `cases` are the questions with gold in it, `units` its citable units (an article, a numbered
    paragraph, a table), `untouched` the labels of those that no gold place names.
    """

    doc_id: str
    file: str
    title: str
    cases: tuple[str, ...]
    units: int
    untouched: tuple[str, ...]

    @property
    def touched(self) -> int:
        return self.units - len(self.untouched)

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "touched": self.touched}


def coverage(cases: Sequence[Case], facts: LibraryFacts) -> list[Covered]:
    """Every live version, those that no question touches first, then by their share of units touched.

    Gold without a clause touches the document and none of its clauses: nobody has said where the
    answer stands.
    """
    by_file: dict[str, list[tuple[str, Gold]]] = {}
    for case in cases:
        for gold in case.gold:
            by_file.setdefault(gold.doc, []).append((case.id, gold))
    found = []
    for doc_id, file, title in facts.live():
        places = by_file.get(file, [])
        labels = [clause.label for clause in facts.clauses(doc_id) if clause.label and _citable(clause)]
        named = [gold.clause for _, gold in places if gold.clause]
        untouched = [label for label in labels if not any(_touches(label, gold) for gold in named)]
        ids = tuple(dict.fromkeys(case_id for case_id, _ in places))
        found.append(Covered(doc_id, file, title, ids, len(labels), tuple(untouched)))
    return sorted(found, key=lambda one: (bool(one.cases), one.touched / max(1, one.units), one.file))


def _citable(clause: Clause) -> bool:
    return clause.parent_id is None and not is_head_matter(clause.text)


def _touches(label: str, gold: str) -> bool:
    """Gold may name a part of the unit (its 款) or what the unit lies in (its 章)."""
    return within(label, gold) or within(gold, label)
