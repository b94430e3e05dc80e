"""The baselines: real packages over a set small enough to know what each must find."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from corpus.errors import InputError
from evals.bench import baselines
from evals.bench.beir import Judgement, Passage, Query, RetrievalSet, write_beir
from evals.bench.budget import BUDGETS, Documents
from evals.bench.cached import CachedEmbedder
from evals.bench.retrieval_table import tables
from index.embedder import Embedder
from ui.cli.main import build

ARTICLES = (
    "注册商标的有效期为十年，自核准注册之日起计算。",
    "食品经营应当依法取得许可。" * 60,
    "专利权人应当缴纳年费。",
)
SMALL = RetrievalSet(
    (
        *(Passage(f"a{n}", "某法", text, "第一章", "law", n * 1000) for n, text in enumerate(ARTICLES)),
        Passage("b", "水果", "水果店今日供应苹果、香蕉和葡萄。"),
    ),
    (Query("q1", "注册商标有效期是几年"), Query("q2", "苹果香蕉葡萄")),
    (Judgement("q1", "a0", 1), Judgement("q2", "b", 1)),
)
WAYS = {"bm25_jieba", "bm25_bigram", "dense", "langchain_dense", "langchain_hybrid"}


def arguments(folder: Path) -> list[str]:
    write_beir(SMALL, folder)
    files = {"corpus": "corpus.jsonl", "queries": "queries.jsonl", "qrels": "qrels.tsv"}
    return [
        "bench",
        "retrieval",
        *(part for name, file in files.items() for part in (f"--{name}", str(folder / file))),
    ]


def test_chunks_know_their_place_in_the_whole_document() -> None:
    texts = Documents.of(SMALL.passages).texts
    made = baselines.chunks(texts)
    assert len(made) == 5  # the law's first lines, its long article in two, its last; and the fruit
    for chunk in made:
        start = chunk.metadata["start_index"]
        whole = texts[chunk.metadata["doc"]]
        assert whole[start : start + len(chunk.page_content)] == chunk.page_content
        assert len(chunk.page_content) <= baselines.CHUNK


def test_a_missing_package_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "rank_bm25" else real(name))
    with pytest.raises(InputError) as caught:
        baselines.require()
    assert "pip install rank-bm25" in caught.value.message() and "jieba" not in caught.value.message()


@pytest.mark.slow
def test_every_way_in_one_run(tmp_path: Path, zhixun_home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    done = CliRunner().invoke(build(), [*arguments(tmp_path), "--baselines", "--json"])
    assert done.exit_code == 0, done.output
    (line,) = capfd.readouterr().out.splitlines()
    figures = json.loads(line)
    assert {"hit@1", "hit@5", "mrr@10", "ndcg@10", "recall@100"} < set(figures)
    assert {"docs_per_s", "query_ms_p50", "query_ms_p95", "peak_rss_mb"} < set(figures)
    assert set(figures["baselines"]) == WAYS
    assert figures["recall_by_chars"] == figures["stages"]["reranked"]["recall_by_chars"]
    for way in WAYS:
        own = figures["baselines"][way]
        assert list(own["recall_by_chars"]) == [str(budget) for budget in BUDGETS]
        assert own["recall_by_chars"]["5000"] == 1.0  # all of the set is read
        assert own["query_ms"]["p95"] >= own["query_ms"]["p50"] > 0
        assert ("hit@1" in own) == ("langchain" not in way)
    assert figures["baselines"]["bm25_bigram"]["hit@1"] == 1.0
    taken = figures["stage_ms"]
    assert set(taken) == {"embed", "dense", "lexical", "fusion", "second_stage"}
    quality, _, rest = tables(figures)
    assert len(quality.rows) == 4 + len(WAYS) + 1
    assert all(len(row) == len(quality.columns) for row in quality.rows)
    assert ["passages", 4] in rest.rows


@pytest.mark.slow
def test_the_table_for_people(tmp_path: Path, zhixun_home: Path) -> None:
    done = CliRunner().invoke(build(), arguments(tmp_path))
    assert done.exit_code == 0, done.output
    assert "前1500字" in done.stdout and "精排" in done.stdout and "LangChain" not in done.stdout


class Counting:
    """The model, which tells how many passages it was given."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.given: list[str] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._embedder, name)

    def encode_passages(self, texts: list[str]) -> object:
        self.given += texts
        return self._embedder.encode_passages(texts)


@pytest.mark.slow
def test_each_passage_is_embedded_once(zhixun_home: Path) -> None:
    from index.bench import bench_embedder

    model = bench_embedder()
    counting = Counting(model)
    cached = CachedEmbedder(counting)  # type: ignore[arg-type]
    first = cached.encode_passages(["甲公司", "乙公司", "甲公司"])
    again = cached.encode_passages(["乙公司", "丙公司"])
    assert counting.given == ["甲公司", "乙公司", "丙公司"]
    assert (first[0] == first[2]).all() and (first[1] == again[0]).all()
    whole = CachedEmbedder(model)
    tokens = whole.passage_tokens(["甲公司", "乙公司"])
    assert tokens.tokens is not None and len(tokens.tokens) == 2
    assert abs(whole.encode_passages(["乙公司"])[0] - model.encode_passages(["乙公司"])[0]).max() < 0.02
