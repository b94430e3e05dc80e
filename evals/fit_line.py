"""Fits the line between answering and refusing (`agent.relevance`) to the tuning questions.

    python -m evals.fit_line first second laws laws2      # over the library at ZHIXUN_HOME

Each question that has gold places is asked twice: of the whole library, and of the library without
the documents that answer it, where the right thing is to refuse. Questions that expect a refusal
count as the second kind. A logistic regression on what `agent.relevance.signs` sees tells the two
apart. Prints the coefficients, and for several
lines how many questions keep their answer and how many near misses would be answered.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent import Assistant, Ctx
from agent.graph import steps
from agent.relevance import LOGIT, missing, signs
from agent.scoring import Scored
from agent.state import State, Understanding
from agent.writers.extractive import rank
from corpus.catalog import today
from evals.facts import LibraryFacts
from evals.suite import Case, load_suites
from index import Evidence, Library

LINES = (0.25, 0.3, 0.35, 0.4, 0.45, 0.5)
OF_WRITTEN, OF_MADE = 3.0, 0.5  # weights: few near misses were written, and they are the harder ones


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


@dataclass(frozen=True, slots=True)
class Sample:
    """One question as asked of one library: what was seen, and whether it should be answered."""

    signs: dict[str, float]
    wanted: bool
    written: bool  # as written in a suite; False: the documents that answer it were left out


def best(case: Case, library: Without, day: date) -> dict[str, float] | None:
    """The signs of the best unit, `doc_id` left out; None where rules decide without looking at it."""
    found = _best(case, library, day)
    return signs(*found) if found else None


def _best(case: Case, library: Without, day: date) -> tuple[Scored, Understanding] | None:
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
    return scored[0], plan


def samples(cases: Sequence[Case], library: Library, day: date) -> Iterator[Sample]:
    """Each question of the whole library, and of the library without what answers it.

    A question that is answered from another document than the gold ones says nothing of the line.
    """
    facts = LibraryFacts(library.catalog)
    partial = Without(library)
    for case in cases:
        files = {place.doc for place in case.gold}
        hidden = {doc_id for doc_id in library.catalog.snapshot().records if facts.file_of(doc_id) in files}
        partial.hidden = frozenset()
        found = _best(case, partial, day)
        if found is not None and (not case.wants_answer or found[0].evidence.doc_id in hidden):
            yield Sample(signs(*found), case.wants_answer, True)
        if case.wants_answer and hidden:
            partial.hidden = frozenset(hidden)
            if (seen := best(case, partial, day)) is not None:
                yield Sample(seen, False, False)


def report(found: Sequence[Sample]) -> None:
    """Prints the coefficients, the areas under the curve and what each line would do."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import cross_val_predict

    values: NDArray[np.float64] = np.array([[sample.signs[name] for name in LOGIT] for sample in found])
    wanted: NDArray[np.bool_] = np.array([sample.wanted for sample in found])
    written: NDArray[np.bool_] = np.array([sample.written for sample in found])
    weights = np.where(wanted, 1.0, np.where(written, OF_WRITTEN, OF_MADE))
    spread = values.std(axis=0) + 1e-9
    model = LogisticRegression(C=1, max_iter=5000).fit(values / spread, wanted, sample_weight=weights)
    odds = cross_val_predict(
        LogisticRegression(C=1, max_iter=5000),
        values / spread,
        wanted,
        cv=10,
        method="predict_proba",
        params={"sample_weight": weights},
    )[:, 1]
    counts = f"{int(wanted.sum())} to be answered, {int((~wanted & written).sum())} written near misses"
    print(f"{len(found)} samples: {counts}")
    print(f"INTERCEPT = {model.intercept_[0]:.2f}")
    for name, value in zip(LOGIT, model.coef_[0] / spread, strict=True):
        print(f'    "{name}": {value:.2f},  # was {LOGIT[name]:.2f}')
    area, strict = roc_auc_score(wanted, odds), roc_auc_score(wanted[written], odds[written])
    print(f"area under the curve {area:.3f}, against written near misses alone {strict:.3f} (10 folds)")
    for line in LINES:
        kept = (odds[wanted] >= line).mean()
        near, made = (odds[~wanted & written] >= line).mean(), (odds[~wanted & ~written] >= line).mean()
        print(f"line {line:.2f}: answers kept {kept:.3f}, near misses answered {near:.3f}, others {made:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the line between answering and refusing.")
    parser.add_argument("suites", nargs="+")
    parser.add_argument("--home", action="append", help="further libraries to ask, besides ZHIXUN_HOME")
    options = parser.parse_args()
    found: list[Sample] = []
    for home in [None, *(options.home or ())]:
        with Assistant.open(Library.open(Path(home)) if home else None) as assistant:
            held = {
                record.path.rpartition("/")[2]
                for record in assistant.library.catalog.snapshot().records.values()
            }
            cases = [
                case
                for case in load_suites(options.suites, "tune")
                if not case.gold or held & {place.doc for place in case.gold}
            ]
            found += samples(cases, assistant.library, today())
    report(found)


if __name__ == "__main__":
    main()
