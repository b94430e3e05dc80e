"""Is a question that the library can answer told from one that it cannot, by what search gives it?

    python -m evals.bench.answerable DIR [DIR ...]      # folders in BEIR layout
    python -m evals.bench.answerable DIR [DIR ...] --fit

Each query of a set is asked twice: of the whole set, and of the set without the documents that answer
it. The probability of the best hit (`index/calibration.py`) should be higher the first time. Printed are
the area under the ROC curve (Fawcett 2006), the expected calibration error over ten bins of the first
ten hits (Naeini et al. 2015), and what a line of 0.1 to 0.3 would refuse of either kind. `--fit` fits
the calibration anew to the sets given: a person copies the weights.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.bench.beir import Query, RetrievalSet, load_beir
from evals.bench.retrieval import indexed
from index.bench import BenchIndex, Likely, bench_embedder
from index.calibration import WEIGHTS, Signs

HITS = 10  # of a query, on which the calibration is judged
_SEARCHED = 100
LINES = (0.1, 0.15, 0.2, 0.3)


@dataclass(frozen=True, slots=True)
class Asked:
    """One query as asked once: its first hits, which of them are relevant, whether it can be answered."""

    hits: tuple[Likely, ...]
    relevant: tuple[bool, ...]
    answerable: bool


def ask_twice(found: RetrievalSet, index: BenchIndex) -> list[Asked]:
    """Every query with relevant passages, asked of the whole set and of what is left without them."""
    documents = {passage.id: passage.doc or passage.id for passage in found.passages}
    gold: dict[str, set[str]] = {}
    for query_id, passage, relevance in found.judgements:
        if relevance > 0:
            gold.setdefault(query_id, set()).add(passage)
    asked = []
    for query in found.queries:
        if answers := gold.get(query.id):
            asked += _twice(query, answers, documents, index)
    return asked


def _twice(query: Query, answers: set[str], documents: dict[str, str], index: BenchIndex) -> list[Asked]:
    hits = index.likely(query.text, _SEARCHED)
    gone = {documents[passage] for passage in answers}
    whole = tuple(hits[:HITS])
    left = tuple(hit for hit in hits if documents[hit.id] not in gone)[:HITS]
    found = [Asked(whole, tuple(hit.id in answers for hit in whole), True)]
    return found + ([Asked(left, (False,) * len(left), False)] if left else [])


def figures(asked: Sequence[Asked]) -> dict[str, float]:
    """auc, calibration_error and, for each of `LINES`, the share refused of either kind."""
    from sklearn.metrics import roc_auc_score

    truth = [one.answerable for one in asked]
    best = [one.hits[0].probability for one in asked]
    found = {
        "queries": float(sum(truth)),
        "auc": float(roc_auc_score(truth, best)),
        "calibration_error": calibration_error(
            np.array([hit.probability for one in asked for hit in one.hits]),
            np.array([relevant for one in asked for relevant in one.relevant]),
        ),
    }
    for line in LINES:
        for kind, wanted in (("answerable", True), ("unanswerable", False)):
            values = [
                value < line for value, answerable in zip(best, truth, strict=True) if answerable is wanted
            ]
            found[f"refused_{kind}_{line}"] = sum(values) / max(1, len(values))
    return {name: round(value, 4) for name, value in found.items()}


def calibration_error(said: NDArray[np.float64], true: NDArray[np.bool_], bins: int = 10) -> float:
    """The mean distance, over bins of equal width weighed by size, of what was said from what was true.

    >>> calibration_error(np.array([0.9, 0.9, 0.1]), np.array([True, False, False]))
    0.3
    """
    place = np.clip((said * bins).astype(int), 0, bins - 1)
    total = 0.0
    for number in range(bins):
        inside = place == number
        if inside.any():
            total += float(abs(said[inside].mean() - true[inside].mean()) * inside.mean())
    return round(total, 6)


def fitted(asked: Sequence[Asked]) -> dict[str, float]:
    """The calibration's weights by name, and `intercept`, by logistic regression over all hits."""
    from sklearn.linear_model import LogisticRegression

    signs = np.array([_values(hit.signs) for one in asked for hit in one.hits])
    true = np.array([relevant for one in asked for relevant in one.relevant])
    model: Any = LogisticRegression(C=100, max_iter=2000).fit(signs, true)
    weights = dict(zip(WEIGHTS, (round(float(value), 2) for value in model.coef_[0]), strict=True))
    return weights | {"intercept": round(float(model.intercept_[0]), 2)}


def _values(signs: Signs) -> list[float]:
    return [getattr(signs, name) for name in WEIGHTS]


def main() -> None:
    parser = argparse.ArgumentParser(description="How well the probability of the best hit tells answerable.")
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--fit", action="store_true")
    options = parser.parse_args()
    every: list[Asked] = []
    embedder = bench_embedder()
    for folder in options.folders:
        found = load_beir(folder / "corpus.jsonl", folder / "queries.jsonl", folder / "qrels.tsv")
        with indexed(found.passages, embedder) as index:
            asked = ask_twice(found, index)
        every += asked
        print(folder.name, figures(asked), flush=True)
    if options.fit:
        print("fitted", fitted(every))


if __name__ == "__main__":
    main()
