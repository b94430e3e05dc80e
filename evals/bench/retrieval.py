"""Retrieval benchmark on a set in BEIR layout, through the product's own index."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evals.bench.beir import Passage, Query, RetrievalSet, load_beir
from evals.bench.budget import Reading
from evals.bench.measure import peak_rss_mb, rounded
from evals.metrics.aggregate import percentile

if TYPE_CHECKING:
    from index.bench import BenchIndex
    from index.embedder import Embedder

DEPTH = 100  # hits a query: what recall@100 needs
_STAGES = ("lexical", "dense", "fused")  # besides the whole search

Progress = Callable[[int, int], None]


def retrieval(
    corpus: str | Path,
    queries: str | Path,
    qrels: str | Path,
    progress: Progress | None = None,
    baselines: bool = False,
) -> dict[str, Any]:
    """Indexes the corpus in a throw-away folder and asks every judged query.

    Returns:
        hit@1, hit@5, mrr@10, ndcg@10, recall@100 (means over queries, by ir-measures);
        docs_per_s of embedding and indexing together, the model already loaded; query_ms_p50
        and query_ms_p95 of whole searches for 100 hits, one at a time; peak_rss_mb of the process;
        recall_by_chars (`evals.bench.budget`) and what a perfect search would reach (ceiling_by_chars);
        stages: the quality of each half, of both joined and after the second stage; stage_ms;
        with `baselines` also those (`evals.bench.baselines`), over the same corpus and embedder.

    Raises:
        InputError: a file that is missing or wrong, with its line; a package of the baselines is missing.
    """
    found = load_beir(Path(corpus), Path(queries), Path(qrels))
    if not baselines:
        return measure(found, progress, stages=True)
    from evals.bench import baselines as others
    from evals.bench.cached import CachedEmbedder
    from index.bench import bench_embedder

    others.require()
    embedder = CachedEmbedder(bench_embedder())
    figures = measure(found, progress, stages=True, embedder=embedder)
    return figures | {"baselines": others.baselines(found, Reading.of(found), embedder, progress)}


def measure(
    found: RetrievalSet,
    progress: Progress | None = None,
    stages: bool = False,
    embedder: Embedder | None = None,
) -> dict[str, Any]:
    """The figures of `retrieval` for a set that is read already; those by stage if `stages` says so."""
    from index.bench import bench_embedder

    embedder = embedder or bench_embedder()
    warm_up(embedder)
    reading = Reading.of(found)
    clock = time.perf_counter()
    with indexed(found.passages, embedder) as index:
        indexing = time.perf_counter() - clock
        times: dict[str, list[float]] = {}
        ranked = _asked(index, found.queries, times, stages, progress)
    figures = {
        **quality(found, ranked["reranked"], reading),
        "docs_per_s": rounded(len(found.passages) / indexing),
        "query_ms_p50": rounded(percentile(times["total"], 50), 2),
        "query_ms_p95": rounded(percentile(times["total"], 95), 2),
        "peak_rss_mb": peak_rss_mb(),
        "passages": len(found.passages),
        "queries": len(found.queries),
        "ceiling_by_chars": reading.ceiling(),
    }
    if stages:
        figures["stages"] = {stage: quality(found, ids, reading) for stage, ids in ranked.items()}
        figures["stage_ms"] = {stage: spread(taken) for stage, taken in times.items() if stage != "total"}
    return figures


def indexed(passages: Sequence[Passage], embedder: Embedder) -> BenchIndex:
    """The product's index over the passages, to be closed."""
    from index import bench_index

    texts, titles, ids = zip(*((p.text, p.title or None, p.id) for p in passages), strict=True)
    headings, tables = zip(*((p.heading, p.table) for p in passages), strict=True)
    return bench_index(texts, titles, ids, embedder, headings, tables)


def warm_up(embedder: Embedder) -> None:
    """Loads, and at first use unpacks, the model; imports what a search needs."""
    from index import bench_index

    with bench_index(["预热"], [None], ["warm"], embedder) as warm:
        warm.search("预热", 1)


def _asked(
    index: BenchIndex,
    queries: Sequence[Query],
    times: dict[str, list[float]],
    stages: bool,
    progress: Progress | None,
) -> dict[str, dict[str, list[str]]]:
    """Passage ids by stage and query, best first; adds milliseconds to `times`."""
    ranked: dict[str, dict[str, list[str]]] = {}
    for number, query in enumerate(queries, start=1):
        if stages:
            for name, taken in index.times(query.text, DEPTH).items():
                times.setdefault(name, []).append(taken)
        clock = time.perf_counter()
        last = index.search(query.text, DEPTH)
        if not stages:
            times.setdefault("total", []).append((time.perf_counter() - clock) * 1000)
        for stage in _STAGES if stages else ():
            hits = index.search(query.text, DEPTH, stage)
            ranked.setdefault(stage, {})[query.id] = [id for id, _ in hits]
        ranked.setdefault("reranked", {})[query.id] = [id for id, _ in last]
        if progress is not None:
            progress(number, len(queries))
    return ranked


def spread(taken: Sequence[float]) -> dict[str, float | None]:
    """Median and 95th percentile of milliseconds."""
    return {"p50": rounded(percentile(taken, 50), 2), "p95": rounded(percentile(taken, 95), 2)}


def quality(found: RetrievalSet, ranked: Mapping[str, list[str]], reading: Reading) -> dict[str, Any]:
    """The five figures of `score` and recall by text budget."""
    return {**score(found, ranked), "recall_by_chars": reading.recall_of_passages(ranked)}


def score(found: RetrievalSet, ranked: Mapping[str, list[str]]) -> dict[str, float]:
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
