"""Retrieval benchmark on a set in BEIR layout, through the product's own index."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from evals.bench.beir import RetrievalSet, load_beir
from evals.bench.measure import peak_rss_mb, rounded
from evals.metrics.aggregate import percentile

DEPTH = 100  # hits a query: what recall@100 needs

Progress = Callable[[int, int], None]


def retrieval(
    corpus: str | Path, queries: str | Path, qrels: str | Path, progress: Progress | None = None
) -> dict[str, Any]:
    """Indexes the corpus in a throw-away folder and asks every judged query.

    Returns:
        hit@1, hit@5, mrr@10, ndcg@10, recall@100 (means over queries, by ir-measures);
        docs_per_s of embedding and indexing together, the model already loaded; query_ms_p50
        and query_ms_p95 of whole searches for 100 hits, one at a time; peak_rss_mb of the process.

    Raises:
        InputError: a file that is missing or wrong, with its line.
    """
    return measure(load_beir(Path(corpus), Path(queries), Path(qrels)), progress)


def measure(found: RetrievalSet, progress: Progress | None = None) -> dict[str, Any]:
    """The figures of `retrieval` for a set that is read already."""
    from index import bench_index

    with bench_index(["预热"], [None], ["warm"]) as warm:  # loads, and at first use unpacks, the model
        warm.search("预热", 1)
    clock = time.perf_counter()
    passages, titles, ids = zip(*((p.text, p.title or None, p.id) for p in found.passages), strict=True)
    with bench_index(passages, titles, ids) as index:
        indexing = time.perf_counter() - clock
        ranked: dict[str, list[str]] = {}
        times = []
        for number, query in enumerate(found.queries, start=1):
            clock = time.perf_counter()
            hits = index.search(query.text, DEPTH)
            times.append((time.perf_counter() - clock) * 1000)
            ranked[query.id] = [id for id, _ in hits]
            if progress is not None:
                progress(number, len(found.queries))
    return {
        **score(found, ranked),
        "docs_per_s": rounded(len(found.passages) / indexing),
        "query_ms_p50": rounded(percentile(times, 50), 2),
        "query_ms_p95": rounded(percentile(times, 95), 2),
        "peak_rss_mb": peak_rss_mb(),
    }


def score(found: RetrievalSet, ranked: dict[str, list[str]]) -> dict[str, float]:
    """The five quality figures of ranked passage ids by query, best first.

    Ranks are handed over as scores, so that hits with equal scores keep the order in which the
    user would see them. A query without hits counts as zero.
    """
    import ir_measures
    from ir_measures import RR, R, Success, nDCG

    measures = {
        "hit@1": Success @ 1,
        "hit@5": Success @ 5,
        "mrr@10": RR @ 10,
        "ndcg@10": nDCG @ 10,
        "recall@100": R @ 100,
    }
    qrels = [ir_measures.Qrel(*judgement) for judgement in found.judgements]
    run = [
        ir_measures.ScoredDoc(query_id, id, float(-rank))
        for query_id, ids in ranked.items()
        for rank, id in enumerate(ids)
    ]
    values = ir_measures.calc_aggregate(list(measures.values()), qrels, run)
    return {name: round(float(values[measure]), 4) for name, measure in measures.items()}
