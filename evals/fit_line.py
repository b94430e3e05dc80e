"""Fits the line between answering and refusing (`agent.relevance`) to the tuning questions.

    python -m evals.fit_line first second laws laws2      # over the library at ZHIXUN_HOME

Each question that has gold places is asked twice: of the whole library, and of the library without
the documents that answer it, where the right thing is to refuse. Questions that expect a refusal
count as the second kind. A logistic regression on the best span's score, its cosine and the weight
of the words it leaves unanswered tells the two apart. Prints the coefficients, and for several
lines how many questions keep their answer and how many near misses would be answered.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent import Assistant, Ctx
from agent.graph import steps
from agent.relevance import DENSE_CENTRE, missing
from agent.scoring import Scored
from agent.state import State
from agent.writers.extractive import rank
from corpus.catalog import today
from evals.facts import LibraryFacts
from evals.suite import Case, load_suites
from index import Evidence, Library

LINES = (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5)


class Without:
    """A library whose search leaves some documents out; everything else is the library's own."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.hidden: frozenset[str] = frozenset()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._library, name)

    def search(self, query: str, *, k: int = 10, doc_ids: Any = None, **options: Any) -> list[Evidence]:
        if doc_ids is not None:
            left = set(doc_ids) - self.hidden
            return self._library.search(query, k=k, doc_ids=left, **options) if left else []
        found = self._library.search(query, k=k + 30, **options)
        return [item for item in found if item.doc_id not in self.hidden][:k]


def best(case: Case, library: Without, day: date) -> Scored | None:
    """The best unit for a question; None where the rules decide without looking at it."""
    run = steps(library, lambda: day)  # type: ignore[arg-type]
    state: State = {
        "question": case.question,
        "ctx": Ctx(role=case.role, as_of=case.as_of),
        "history": list(case.history),
    }
    for name in ("guard", "understand", "gather"):
        state = {**state, **run[name](state)}
        if "halt" in state:
            return None
    plan = state["plan"]
    if plan.articles or plan.unknown_titles or plan.lang == "en" or plan.intent in ("validity", "compare"):
        return None
    scored = rank(state["evidence"], state["units"], plan, state.get("local"), state.get("meanings"))
    if not scored or missing(scored[0].spans[:1], plan) is not None:
        return None
    return scored[0]


def samples(cases: Sequence[Case], library: Library, day: date) -> Iterator[tuple[list[float], bool]]:
    """(score, cosine, unanswered) of the best unit, and whether it should be answered from."""
    facts = LibraryFacts(library.catalog)
    partial = Without(library)
    for case in cases:
        files = {place.doc for place in case.gold}
        hidden = {doc_id for doc_id in library.catalog.snapshot().records if facts.file_of(doc_id) in files}
        partial.hidden = frozenset()
        found = best(case, partial, day)
        if found is not None and (not case.wants_answer or found.evidence.doc_id in hidden):
            yield _values(found), case.wants_answer
        if case.wants_answer and hidden:
            partial.hidden = frozenset(hidden)
            if (found := best(case, partial, day)) is not None:
                yield _values(found), False


def _values(found: Scored) -> list[float]:
    return [found.score, found.evidence.dense - DENSE_CENTRE, found.unanswered]


def main() -> None:
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict

    parser = argparse.ArgumentParser(description="Fit the line between answering and refusing.")
    parser.add_argument("suites", nargs="+")
    cases = load_suites(parser.parse_args().suites, "tune")
    with Assistant.open() as assistant:
        pairs = list(samples(cases, assistant.library, today()))
    values: NDArray[np.float64] = np.array([pair[0] for pair in pairs])
    wanted: NDArray[np.bool_] = np.array([pair[1] for pair in pairs])
    scaled = values * [1, 10, 1]  # cosines move in hundredths
    model = LogisticRegression(C=5).fit(scaled, wanted)
    score, dense, unanswered = model.coef_[0]
    print(f"{len(wanted)} samples, {int(wanted.sum())} to be answered")
    print(f"INTERCEPT {model.intercept_[0]:.2f} SCORE {score:.2f}")
    print(f"DENSE {10 * dense:.1f} UNANSWERED {unanswered:.2f}")
    odds = cross_val_predict(LogisticRegression(C=5), scaled, wanted, cv=10, method="predict_proba")[:, 1]
    for line in LINES:
        kept, slipped = (odds[wanted] >= line).mean(), (odds[~wanted] >= line).mean()
        print(f"line {line:.2f}: answers kept {kept:.3f}, near misses answered {slipped:.3f}")


if __name__ == "__main__":
    main()
