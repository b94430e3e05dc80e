"""What a question says of documents, place and level, brought to bear on a ranking. Nothing is left out.

A search scores in units of the fused score (index/fusion.py); what is added here is in the same units, so
after a second stage it is scaled as that scales the rest (index/rerank.py). Weights were chosen on
`evals/fitting` and checked on the sets of docs/benchmarks.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from corpus.places import LEVELS, lies_in
from corpus.record import Record
from index.hybrid import Hit
from index.naming import How
from index.query import QueryPlan
from index.rows import doc_of

# A number names one document and nothing else: its units come first. A title is the words of a question,
# too, and a short one may mean another document: it weighs like half of the range of fused scores.
NAMED: Mapping[How, float] = {"number": 4.0, "title": 0.5, "near": 0.3}
ELSEWHERE = 0.5  # taken off a document of another city or province than the one asked for
IN_PLACE = 0.1  # of the very place asked for, against the province and the country
OF_LEVEL = 0.1  # of the level asked for
HIGHER = 0.02  # a level of authority, among scores that are nearly alike


def ordered(
    hits: Sequence[Hit], records: Mapping[str, Record], plan: QueryPlan, named: Mapping[str, How]
) -> list[Hit]:
    """The hits in their new order, scores in [0, 1].

    Args:
        records: by version, of all hits.
        named: how surely the question names a version.
    """
    scale = _scale(hits)
    moved = []
    for hit in hits:
        record = records[doc_of(hit.unit_id)]
        added = NAMED[named[record.doc_id]] if record.doc_id in named else 0.0
        moved.append((hit.score + scale * (added + _place(record, plan) + _authority(record, plan)), hit))
    moved.sort(key=lambda entry: -entry[0])
    return [replace(hit, score=min(1.0, max(0.0, score))) for score, hit in moved]


def _scale(hits: Sequence[Hit]) -> float:
    """How much of a score one unit of the fused score is: less after a second stage."""
    weights = [hit.fit.weight for hit in hits if hit.fit is not None]
    return 1 / (1 + max(weights) - min(weights)) if weights else 1.0


def _place(record: Record, plan: QueryPlan) -> float:
    region = record.region
    if not plan.regions or region is None or region == "全国":
        return 0.0
    if any(lies_in(region, wanted) for wanted in plan.regions):
        return IN_PLACE
    above = any(lies_in(wanted, region) for wanted in plan.regions)  # the province of the city asked for
    return 0.0 if above else -ELSEWHERE


def _authority(record: Record, plan: QueryPlan) -> float:
    if record.level not in LEVELS:
        return 0.0
    asked = OF_LEVEL if record.level == plan.level else 0.0
    return asked + HIGHER * (len(LEVELS) - 1 - LEVELS.index(record.level))
