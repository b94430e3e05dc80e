"""Whether the search found the places that bear an answer out, before anything was written.

Judged are *places*: the gold clauses of a case. Gold clauses that lie in one unit of the library
(第三条第一款 and 第三条第二款) are one place, since a search returns whole units. A ranking keeps the
ranks that the agent saw: the first unit in a place carries the place's name, a further unit in the
same place takes up a rank and adds nothing, any other unit has its clause id. So a ranking and its
places are a TREC run and its qrels, and `ir_measures retrieval.qrels retrieval.run nDCG@10` gives
the figures of a run again.

The measures are those of ir-measures (MacAvaney et al. 2022), i.e. of trec_eval: recall@k; RR, the
reciprocal rank of the first hit (Voorhees 1999, the mean over questions is MRR); nDCG with gains of
0 and 1 (Järvelin and Kekäläinen 2002). A question without hits counts 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from agent.types import Answer
from evals.facts import LibraryFacts
from evals.labels import within
from evals.metrics.base import NOT_APPLICABLE, Observed, Part
from evals.suite import Case

DEPTH = 50  # units of a ranking
MEASURES = {
    "retrieval_hit_1": "Success@1",
    "retrieval_recall_5": "R@5",
    "retrieval_recall_20": "R@20",
    "retrieval_mrr_10": "RR@10",
    "retrieval_ndcg_10": "nDCG@10",
}
RUN, QRELS = "retrieval.run", "retrieval.qrels"


class Place(NamedTuple):
    """A gold place: its name in the TREC files and the units of the library that it lies in."""

    name: str
    units: frozenset[str]


def places(case: Case, facts: LibraryFacts) -> list[Place]:
    """The places of a case that its asker may see; [] where it has none or wants no answer."""
    found: list[Place] = []
    if not case.wants_answer:
        return found
    for gold in case.gold:
        units = frozenset(
            unit.clause_id
            for unit in facts.units_of(gold.doc)
            if overlap(unit.label, gold.clause) and facts.visibility(unit.doc_id) in case.role.visibilities
        )
        if not units:
            continue
        name = re.sub(r"\s+", "_", f"{gold.doc}#{gold.clause or '*'}")
        for at, other in enumerate(found):
            if other.units & units:
                found[at] = Place(other.name, other.units | units)
                break
        else:
            found.append(Place(name, units))
    return found


def overlap(label: str | None, gold: str | None) -> bool:
    """A hit is a whole unit: it is right where it lies in the gold place, or the gold place in it."""
    return within(label, gold) or (label is not None and within(gold, label))


def ranking(units: Iterable[str], wanted: Sequence[Place]) -> tuple[str, ...]:
    """Names of places and clause ids in the order of `units` (clause ids, best first)."""
    found: list[str] = []
    for unit in units:
        place = next((place.name for place in wanted if unit in place.units), None)
        found.append(place if place is not None and place not in found else unit)
    return tuple(found)


def searched(
    case: Case, answer: Answer, facts: LibraryFacts, search: Callable[..., Sequence[Any]]
) -> list[str]:
    """The clause ids that the agent's search found for a question, best first, `DEPTH` at most.

    The last search that the answer names is made again, deeper, in the agent's own words and for its
    day; articles that were looked up by number are what was found. A turn that searched for nothing
    (it was turned away before) is judged by a search for the question as asked.

    Args:
        search: `Library.search` with role, and the day of the question, bound.
    """
    calls = [call for call in answer.tools if call.get("name") in ("search_policies", "lookup_clause")]
    if not calls:
        return [hit.clause_id for hit in search(case.question, k=DEPTH)]
    last, args = calls[-1], calls[-1].get("args", {})
    if last["name"] == "lookup_clause":
        return _looked_up(args, facts)
    options: dict[str, Any] = {}
    if args.get("doc_ids"):
        options = {"doc_ids": set(args["doc_ids"]), "in_force_only": False}
    elif args.get("in_force_only") is False:
        options = {"in_force_only": False}
    if args.get("as_of"):
        options["as_of"] = args["as_of"]
    return [hit.clause_id for hit in search(args.get("query") or case.question, k=DEPTH, **options)]


def _looked_up(args: Mapping[str, Any], facts: LibraryFacts) -> list[str]:
    wanted = set(args.get("articles", ()))
    return [
        clause.clause_id
        for doc_id in args.get("doc_ids", ())
        for clause in facts.clauses(doc_id)
        if clause.parent_id is None and (clause.label or "").split(" ")[-1] in wanted
    ]


@lru_cache(maxsize=4096)
def measured(found: tuple[str, ...], wanted: tuple[str, ...]) -> dict[str, float]:
    """The measures of one question by their names here; `wanted` must not be empty.

    >>> measured(("a", "x", "b"), ("a", "b"))["retrieval_mrr_10"]
    1.0
    """
    import ir_measures

    parsed = {name: ir_measures.parse_measure(measure) for name, measure in MEASURES.items()}
    if not found:  # trec_eval leaves out questions without hits
        return dict.fromkeys(parsed, 0.0)
    qrels = [ir_measures.Qrel("q", name, 1) for name in wanted]
    run = [ir_measures.ScoredDoc("q", name, float(-rank)) for rank, name in enumerate(found)]
    values = ir_measures.calc_aggregate(list(parsed.values()), qrels, run)
    return {name: float(values[measure]) for name, measure in parsed.items()}


def measure(name: str) -> Callable[[Observed], Part]:
    """The metric of one of `MEASURES`: its value as a part of one question."""

    def score(seen: Observed) -> Part:
        if not seen.places:
            return NOT_APPLICABLE
        return Part(measured(seen.ranking, seen.places)[name], 1)

    return score


def write_trec(folder: Path, questions: Iterable[tuple[str, Sequence[str], Sequence[str]]]) -> None:
    """Writes `retrieval.run` and `retrieval.qrels` for (question id, ranking, places).

    The TREC formats: `qid Q0 docno rank score tag` and `qid 0 docno relevance`, separated by blanks;
    blanks in ids become `_`. Scores are minus the rank, so that equal scores cannot change the order.
    A question without hits has one line that names no document (`-`), for trec_eval passes over
    questions that a run does not hold.
    """
    run, qrels = [], []
    for id, found, wanted in questions:
        if not wanted:
            continue
        qid = re.sub(r"\s+", "_", id)
        qrels += [f"{qid} 0 {name} 1" for name in wanted]
        run += [f"{qid} Q0 {name} {rank} {-rank} zhixun" for rank, name in enumerate(found or ("-",), 1)]
    for name, lines in ((RUN, run), (QRELS, qrels)):
        (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
