"""Retrieval measures: by hand, against ir-measures, and from the files of a run."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import ir_measures
import pytest

from agent.types import Answer
from evals.facts import LibraryFacts
from evals.metrics import METRICS, Observed, Part
from evals.metrics.retrieval import MEASURES, Place, measured, places, ranking, searched, write_trec
from evals.suite import Case
from tests.evals.metrics.observing import DAY

IDEAL_2 = 1 + 1 / math.log2(3)


def case(**fields: Any) -> Case:
    return Case.model_validate({"id": "q", "question": "贴多少？", "expected_status": "answered"} | fields)


@pytest.mark.parametrize(
    ("found", "wanted", "hit", "recall_5", "mrr", "ndcg"),
    [
        ("a", "a", 1, 1, 1, 1),
        ("xa", "a", 0, 1, 1 / 2, 1 / math.log2(3)),
        ("axb", "ab", 1, 1, 1, (1 + 1 / 2) / IDEAL_2),  # log2(4) = 2
        ("xxxxxa", "a", 0, 0, 1 / 6, 1 / math.log2(7)),
        ("xxxxxxxxxxa", "a", 0, 0, 0, 0),  # rank 11 is below the cut of 10
        ("xyz", "ab", 0, 0, 0, 0),
        ("bx", "ab", 1, 1 / 2, 1, 1 / IDEAL_2),
        ("", "a", 0, 0, 0, 0),
    ],
)
def test_measures_by_hand(
    found: str, wanted: str, hit: float, recall_5: float, mrr: float, ndcg: float
) -> None:
    names = tuple(f"{name}{at}" if name in "xyz" else name for at, name in enumerate(found))
    values = measured(names, tuple(wanted))
    assert values["retrieval_hit_1"] == hit
    assert values["retrieval_recall_5"] == pytest.approx(recall_5)
    assert values["retrieval_mrr_10"] == pytest.approx(mrr)
    assert values["retrieval_ndcg_10"] == pytest.approx(ndcg)


def test_the_files_of_a_run_give_its_figures_again(tmp_path: Path) -> None:
    questions: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = [
        ("first question", ("u1", "a.pdf#第三条", "u2"), ("a.pdf#第三条", "a.pdf#附件1_第二条")),
        ("q2", ("b.md#*",), ("b.md#*",)),
        ("q3", (), ("c.md#一、",)),
        ("not measured", ("u9",), ()),
    ]
    write_trec(tmp_path, questions)
    qrels = list(ir_measures.read_trec_qrels(str(tmp_path / "retrieval.qrels")))
    run = list(ir_measures.read_trec_run(str(tmp_path / "retrieval.run")))
    assert {qrel.query_id for qrel in qrels} == {"first_question", "q2", "q3"}
    totals = ir_measures.calc_aggregate([ir_measures.parse_measure(m) for m in MEASURES.values()], qrels, run)
    for name, measure in MEASURES.items():
        mine = [measured(found, wanted)[name] for _, found, wanted in questions if wanted]
        assert totals[ir_measures.parse_measure(measure)] == pytest.approx(sum(mine) / 3), name


def test_gold_clauses_of_one_unit_are_one_place(facts: LibraryFacts) -> None:
    gold = [
        {"doc": "new.md", "clause": "第一条第一款"},
        {"doc": "new.md", "clause": "第一条第二款"},
        {"doc": "new.md", "clause": "第二条"},
        {"doc": "old.md", "clause": None},
    ]
    found = places(case(gold=gold), facts)
    assert [place.name for place in found] == ["new.md#第一条第一款", "new.md#第二条", "old.md#*"]
    assert [sorted(place.units) for place in found] == [["new:0"], ["new:2"], ["old:0", "old:1"]]


def test_places_that_the_asker_may_not_see_are_not_expected(facts: LibraryFacts) -> None:
    gold = [{"doc": "secret.md", "clause": "第一条"}]
    assert places(case(gold=gold), facts) == []
    assert [place.name for place in places(case(gold=gold, role="official"), facts)] == ["secret.md#第一条"]
    assert places(case(gold=gold, role="official", expected_status="refused"), facts) == []


def test_a_second_unit_of_a_place_takes_a_rank_and_adds_nothing() -> None:
    wanted = [Place("A", frozenset({"u1", "u2"})), Place("B", frozenset({"u3"}))]
    assert ranking(["u9", "u1", "u2", "u3"], wanted) == ("u9", "A", "u2", "B")


class Hit:
    def __init__(self, clause_id: str) -> None:
        self.clause_id = clause_id


def test_the_agents_own_search_is_made_again(facts: LibraryFacts) -> None:
    calls: list[tuple[str, dict[str, Any]]] = []

    def search(query: str, **options: Any) -> list[Hit]:
        calls.append((query, options))
        return [Hit("new:0")]

    def tried(*tools: dict[str, Any]) -> list[str]:
        return searched(case(), Answer("贴多少？", "answered", "", tools=list(tools)), facts, search)

    policies = {"name": "search_policies", "args": {"query": "贷款贴息 额度", "as_of": "2025-01-01"}}
    assert tried(policies) == ["new:0"]
    assert calls.pop() == ("贷款贴息 额度", {"k": 50, "as_of": "2025-01-01"})
    within = {"name": "search_policies", "args": {"query": "x", "as_of": "2025-01-01", "doc_ids": ["old"]}}
    tried(policies, within)
    assert calls.pop()[1] == {"k": 50, "as_of": "2025-01-01", "doc_ids": {"old"}, "in_force_only": False}
    both = {"name": "search_policies", "args": {"query": "x", "as_of": "2025-01-01", "in_force_only": False}}
    tried(both)  # old and new versions are asked about
    assert calls.pop()[1] == {"k": 50, "as_of": "2025-01-01", "in_force_only": False}
    tried()
    assert calls.pop() == ("贴多少？", {"k": 50})
    looked = {"name": "lookup_clause", "args": {"doc_ids": ["new"], "articles": ["第二条"]}}
    assert tried(looked) == ["new:2"] and not calls


def test_each_measure_is_a_metric_of_the_run(facts: LibraryFacts) -> None:
    scores = {metric.name: metric.score for metric in METRICS}
    answer = Answer("贴多少？", "answered", "")
    seen = Observed(case(), answer, facts, DAY, ("x", "a"), ("a",))
    assert scores["retrieval_mrr_10"](seen) == Part(0.5, 1)
    assert scores["retrieval_mrr_10"](Observed(case(), answer, facts, DAY)) == Part(0, 0)
