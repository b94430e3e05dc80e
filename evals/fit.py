"""Fits the weights of `agent.scoring` to the tuning questions of the suites.

    python -m evals.fit first second laws laws2      # over the library at ZHIXUN_HOME

For each question that has gold places, the weights should rank a gold span first: the listwise
softmax loss is minimised with a penalty that holds the weights near those in use. Questions are
left out fold by fold to see what the fit is worth on questions it has not seen. Prints the
weights; a person copies them into `agent/scoring.py`. The `report` split is never read.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent import Assistant, Ctx
from agent.graph import steps
from agent.lexis import tokens
from agent.scoring import WEIGHTS, features, telling
from agent.spans import spans_of
from agent.state import State
from corpus.catalog import today
from evals.facts import LibraryFacts
from evals.labels import within
from evals.suite import Case, load_suites

NAMES = tuple(WEIGHTS)
PENALTY = 0.004  # per question: holds the weights near those in use
FOLDS = 8


@dataclass(frozen=True, slots=True)
class Example:
    """A question's candidate spans: features (spans, NAMES) and which of them are gold."""

    case_id: str
    features: NDArray[np.float64]
    gold: NDArray[np.bool_]


def examples(cases: Sequence[Case], assistant: Assistant, day: date) -> list[Example]:
    """Candidates of the questions that are searched for and whose gold is among them."""
    facts = LibraryFacts(assistant.library.catalog)
    run = steps(assistant.library, lambda: day)
    found = []
    for case in cases:
        state: State = {
            "question": case.question,
            "ctx": Ctx(role=case.role, as_of=case.as_of),
            "history": list(case.history),
        }
        for name in ("guard", "understand", "gather"):
            state = {**state, **run[name](state)}
            if "halt" in state:
                break
        if "halt" in state or not case.gold or state["plan"].lang == "en":
            continue
        rows, gold = _candidates(case, state, facts)
        if any(gold) and not all(gold):
            found.append(Example(case.id, np.array(rows), np.array(gold)))
    return found


def _candidates(case: Case, state: State, facts: LibraryFacts) -> tuple[list[list[float]], list[bool]]:
    plan = state["plan"]
    rows, gold = [], []
    for item in state["evidence"]:
        if item.clause_id not in state["units"]:
            continue
        context = tokens(" ".join((item.title, *item.heading_path)))
        coverage = plan.terms.coverage_of(tokens(item.text) | context)
        local = state.get("local", {}).get(item.doc_id)
        meaning = state.get("meanings", {}).get(item.clause_id)
        for span in telling(spans_of(item, state["units"][item.clause_id])):
            values = features(span, plan, local, context, coverage, meaning)
            rows.append([values.get(name, 0.0) for name in NAMES])
            file = facts.file_of(item.doc_id)
            gold.append(any(file == place.doc and within(span.label, place.clause) for place in case.gold))
    return rows, gold


def fit(found: Sequence[Example], start: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weights with the least loss; scores are read at temperature 0.05."""
    from scipy.optimize import minimize

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, gradient = 0.0, np.zeros_like(weights)
        for example in found:
            scores = example.features @ weights * 20
            odds = np.exp(scores - scores.max())
            odds /= odds.sum()
            right = odds[example.gold].sum() + 1e-12
            total -= np.log(right)
            pull = np.where(example.gold, odds / right, 0.0)
            gradient -= 20 * (example.features.T @ (pull - odds))
        away = weights - start
        scale = PENALTY * len(found) * 400
        return total + scale * float(away @ away) / 2, gradient + scale * away

    result: Any = minimize(loss, start, jac=True, method="L-BFGS-B")
    weights: NDArray[np.float64] = result.x
    return weights


def hits(found: Sequence[Example], weights: NDArray[np.float64]) -> int:
    """Questions whose best-scored span is gold."""
    return sum(bool(example.gold[int(np.argmax(example.features @ weights))]) for example in found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("suites", nargs="+")
    names = parser.parse_args().suites
    cases = load_suites(names, "tune")
    with Assistant.open() as assistant:
        found = examples(cases, assistant, today())
    start = np.array([WEIGHTS[name] for name in NAMES])
    held_out = 0
    for fold in range(FOLDS):
        train = [example for n, example in enumerate(found) if n % FOLDS != fold]
        test = [example for n, example in enumerate(found) if n % FOLDS == fold]
        held_out += hits(test, fit(train, start))
    fitted = fit(found, start)
    before, after = hits(found, start), hits(found, fitted)
    print(f"questions {len(found)}: first span gold {before} before, {after} fitted,")
    print(f"{held_out} with each question left out of its own fit ({FOLDS} folds)")
    for name, old, new in zip(NAMES, start, fitted, strict=True):
        print(f'    "{name}": {new:.3f},  # was {old:.3f}')


if __name__ == "__main__":
    main()
