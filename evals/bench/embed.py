"""Embedding measured: the bundled model in each precision against sentence-transformers in float32.

    python -m evals.bench.embed                # over the sample library; `zhixun bench embed` is the same
    python -m evals.bench.embed --beir DIR | --cmrc2018 DIR        # and what is found with each

All engines take the same passages in turn, round after round, so that what else the machine does
falls on all of them; ratios are medians over rounds. `cpu` counts processor seconds instead of the
clock, which on a busy machine says more.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from corpus.errors import InputError, ZhixunError
from evals.bench.beir import RetrievalSet, first_queries, load_beir_folder
from evals.bench.cmrc import load_cmrc_folder
from evals.bench.measure import rounded
from evals.bench.retrieval import DEPTH, score
from evals.metrics.aggregate import percentile
from index.embedder import Embedder, OnnxEmbedder, Vectors

BASELINE = "sentence-transformers fp32"
PASSAGE_CHARS = 190
_SAMPLES = Path(__file__).parents[2] / "corpus" / "samples" / "sources"


class Round(NamedTuple):
    """Passages a second, by the clock and by processor time."""

    clock: float
    cpu: float


def embed(passages: Sequence[str], queries: Sequence[str], rounds: int = 5) -> dict[str, Any]:
    """Speed of every engine, and how well its vectors agree with the baseline's.

    Returns:
        by engine: passages_per_s, passages_per_cpu_s (medians), ratio and cpu_ratio to
        sentence-transformers (medians of the rounds' own ratios), query_ms_p50 of single queries,
        cosine_mean and cosine_worst of the passages' vectors to the baseline's.

    Raises:
        StateError: the model cannot be loaded.
    """
    if not passages or not queries:
        raise ValueError("passages and queries must not be empty")
    engines = engines_here()
    for engine in engines.values():
        engine.encode_passages(passages[:8])
        engine.encode_queries(queries[:1])
    timed: dict[str, list[Round]] = {name: [] for name in engines}
    vectors: dict[str, Vectors] = {}
    for _ in range(rounds):
        for name, engine in engines.items():
            gc.collect()
            clock, cpu = time.perf_counter(), time.process_time()
            vectors[name] = engine.encode_passages(passages)
            count = len(passages)
            timed[name].append(
                Round(count / (time.perf_counter() - clock), count / (time.process_time() - cpu))
            )
    return {
        "passages": len(passages),
        "mean_chars": rounded(statistics.mean(map(len, passages))),
        "rounds": rounds,
        "engines": {
            name: {
                **_speed(timed[name], timed[BASELINE]),
                "query_ms_p50": rounded(percentile(_query_times(engine, queries), 50), 2),
                **_agreement(vectors[name], vectors[BASELINE]),
            }
            for name, engine in engines.items()
        },
    }


def embed_samples(passages: int, rounds: int) -> dict[str, Any]:
    """`embed` over passages from all over the sample library.

    Raises:
        InputError: more passages than the sample library has.
        StateError: as `embed`.
    """
    chosen = _spread(sample_passages(), passages)
    return embed(chosen, [passage[:20] for passage in chosen[:50]], rounds)


def flat(figures: dict[str, Any]) -> dict[str, Any]:
    """The figures with those of each engine under `engine: name`, for a table of two columns."""
    plain = {name: value for name, value in figures.items() if name != "engines"}
    return plain | {
        f"{engine}: {name}": value
        for engine, own in figures["engines"].items()
        for name, value in own.items()
    }


def engines_here() -> dict[str, Embedder]:
    """The baseline, ONNX Runtime in fp32, and int8 where the processor can."""
    from corpus.settings import CorpusSettings
    from index.bundled_model import bundled_model
    from index.embedder import SentenceTransformerEmbedder
    from index.onnx_engine import int8_is_sound

    folder = bundled_model(CorpusSettings().home / "models")
    found: dict[str, Embedder] = {
        BASELINE: SentenceTransformerEmbedder(str(folder)),
        "onnx fp32": OnnxEmbedder(folder, "fp32"),
    }
    if int8_is_sound(folder):
        found["onnx int8"] = OnnxEmbedder(folder, "int8")
    return found


def quality(found: RetrievalSet, engines: dict[str, Embedder], hybrid: bool = True) -> dict[str, Any]:
    """What is found with each engine's vectors, alone and in the whole hybrid; and with queries of
    one engine over passages of another, as when a library meets another machine. For the baseline
    stands ONNX Runtime in fp32, whose vectors are the same (`cosine_worst`)."""
    engines = {name: engine for name, engine in engines.items() if name != BASELINE}
    texts = ["\n".join(part for part in (p.title, p.text) if part) for p in found.passages]
    asked = [query.text for query in found.queries]
    passages = {name: engine.encode_passages(texts) for name, engine in engines.items()}
    queries = {name: engine.encode_queries(asked) for name, engine in engines.items()}
    figures: dict[str, Any] = {"passages": len(texts), "questions": len(asked), "dense": {}}
    for asking in engines:
        for holding in engines:
            name = asking if asking == holding else f"{asking} -> {holding}"
            figures["dense"][name] = _top(_dense(found, queries[asking], passages[holding]))
    if hybrid:
        figures["hybrid"] = {name: _top(_hybrid(found, engine)) for name, engine in engines.items()}
    return figures


def _dense(found: RetrievalSet, queries: Vectors, passages: Vectors) -> dict[str, float]:
    ranked = {}
    for query, vector in zip(found.queries, queries, strict=True):
        order = np.argsort(-(passages @ vector), kind="stable")[:DEPTH]
        ranked[query.id] = [found.passages[i].id for i in order]
    return score(found, ranked)


def _hybrid(found: RetrievalSet, engine: Embedder) -> dict[str, float]:
    from index import bench_index

    passages, titles, ids = zip(*((p.text, p.title or None, p.id) for p in found.passages), strict=True)
    with bench_index(passages, titles, ids, engine) as index:
        ranked = {query.id: [id for id, _ in index.search(query.text, DEPTH)] for query in found.queries}
    return score(found, ranked)


def _top(figures: dict[str, float]) -> dict[str, float]:
    return {name: figures[name] for name in ("hit@1", "mrr@10")}


def _speed(mine: Sequence[Round], baseline: Sequence[Round]) -> dict[str, float | None]:
    def median(values: Iterable[float], digits: int = 1) -> float | None:
        return rounded(statistics.median(values), digits)

    pairs = list(zip(mine, baseline, strict=True))
    return {
        "passages_per_s": median(done.clock for done in mine),
        "passages_per_cpu_s": median(done.cpu for done in mine),
        "ratio": median((a.clock / b.clock for a, b in pairs), 2),
        "cpu_ratio": median((a.cpu / b.cpu for a, b in pairs), 2),
    }


def _query_times(engine: Embedder, queries: Sequence[str]) -> list[float]:
    """Milliseconds of each query, one at a time."""
    times = []
    for query in queries:
        clock = time.perf_counter()
        engine.encode_queries([query])
        times.append((time.perf_counter() - clock) * 1000)
    return times


def _agreement(mine: Vectors, baseline: Vectors) -> dict[str, float]:
    cosines = (mine * baseline).sum(axis=1)
    return {
        "cosine_mean": round(float(cosines.mean()), 6),
        "cosine_worst": round(float(cosines.min()), 6),
    }


def sample_passages(folder: Path = _SAMPLES) -> list[str]:
    """The sample library's texts in passages of about 190 characters."""
    texts = (path.read_text("utf-8") for path in sorted(folder.glob("*.md")))
    pieces = [text[at : at + PASSAGE_CHARS] for text in texts for at in range(0, len(text), PASSAGE_CHARS)]
    return [piece for piece in pieces if len(piece) > PASSAGE_CHARS // 2]


def main(arguments: list[str] | None = None) -> int:
    """`python -m evals.bench.embed`: prints JSON; 1 and a message on bad input."""
    parser = argparse.ArgumentParser(
        prog="python -m evals.bench.embed", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--passages", type=int, default=128, help="passages a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--beir", type=Path, metavar="DIR", help="a set in BEIR layout")
    parser.add_argument("--cmrc2018", type=Path, metavar="DIR", help="folder with cmrc2018_dev.json")
    parser.add_argument("--limit", type=int, help="the first questions only")
    parser.add_argument("--dense-only", action="store_true", help="leave the hybrid out")
    options = parser.parse_args(arguments)
    loaders: list[tuple[Path | None, Callable[[Path], RetrievalSet]]] = [
        (options.beir, load_beir_folder),
        (options.cmrc2018, load_cmrc_folder),
    ]
    try:
        figures = embed_samples(options.passages, options.rounds)
        for folder, load in loaders:
            if folder is not None:
                found = first_queries(load(folder), options.limit)
                figures[folder.name] = quality(found, engines_here(), not options.dense_only)
    except ZhixunError as error:
        print(error.message(), file=sys.stderr)
        return 1
    print(json.dumps(figures, ensure_ascii=False, indent=1))
    return 0


def _spread(passages: Sequence[str], count: int) -> list[str]:
    """`count` passages from all over the list."""
    if not 0 < count <= len(passages):
        raise InputError("bench.bad_limit", name="passages")
    return [passages[i * len(passages) // count] for i in range(count)]


if __name__ == "__main__":
    sys.exit(main())
