"""The benchmarks: bad input is named, figures are right on sets small enough to count by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.errors import InputError
from evals.bench.answers import answers
from evals.bench.beir import Judgement, Passage, Query, RetrievalSet, load_beir, write_beir
from evals.bench.cmrc import convert, main
from evals.bench.retrieval import retrieval, score
from tests.evals.conftest import Clerk

SMALL = RetrievalSet(
    (
        Passage("p1", "中小企业促进法", "机关、事业单位和大型企业应当及时支付中小企业款项。"),
        Passage("p2", "", "水果店今日供应苹果、香蕉和葡萄。"),
        Passage("p3", "商标法", "注册商标的有效期为十年，自核准注册之日起计算。"),
    ),
    (Query("q1", "大企业拖欠货款怎么办"), Query("q2", "注册商标有效期是几年")),
    (Judgement("q1", "p1", 1), Judgement("q2", "p3", 1)),
)


def paths(folder: Path) -> tuple[Path, Path, Path]:
    write_beir(SMALL, folder)
    return folder / "corpus.jsonl", folder / "queries.jsonl", folder / "qrels.tsv"


def test_a_set_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert load_beir(*paths(tmp_path)) == SMALL


def test_queries_without_judgements_are_left_out(tmp_path: Path) -> None:
    corpus, queries, qrels = paths(tmp_path)
    with queries.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"_id": "q9", "text": "没有标注"}) + "\r\n\n")
    assert [query.id for query in load_beir(corpus, queries, qrels).queries] == ["q1", "q2"]


@pytest.mark.parametrize(
    ("file", "line", "key"),
    [
        ("corpus.jsonl", "{broken", "evals.bad_json"),
        ("corpus.jsonl", '{"_id": "p1", "text": "又一次"}', "evals.same_id"),
        ("corpus.jsonl", '{"text": "无编号"}', "evals.bad_field"),
        ("corpus.jsonl", '{"_id": "p9", "text": 5}', "evals.bad_field"),
        ("queries.jsonl", '{"_id": "q9", "text": " "}', "evals.bad_field"),
        ("queries.jsonl", '"q9"', "evals.not_object"),
        ("qrels.tsv", "q1 p1 1", "evals.bad_qrels"),
        ("qrels.tsv", "q1\tp1\tyes", "evals.bad_qrels"),
        ("qrels.tsv", "q7\tp1\t1", "evals.unknown_id"),
        ("qrels.tsv", "q1\tp7\t1", "evals.unknown_id"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, file: str, line: str, key: str) -> None:
    given = paths(tmp_path)
    path = tmp_path / file
    count = len(path.read_text(encoding="utf-8").splitlines())
    with path.open("a", encoding="utf-8") as opened:
        opened.write(line + "\n")
    with pytest.raises(InputError) as caught:
        load_beir(*given)
    assert (caught.value.key, caught.value.params["line"]) == (key, count + 1)
    assert file in caught.value.message()


@pytest.mark.parametrize("file", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_missing_and_empty_files_are_named(tmp_path: Path, file: str) -> None:
    given = paths(tmp_path)
    (tmp_path / file).write_text("")
    with pytest.raises(InputError) as caught:
        retrieval(*given)
    assert caught.value.key == "evals.empty_file"
    (tmp_path / file).unlink()
    with pytest.raises(InputError) as caught:
        retrieval(*given)
    assert file in caught.value.message()


def test_scores_by_hand() -> None:
    found = score(SMALL, {"q1": ["p2", "p1"], "q2": ["p3"]})
    assert found["hit@1"] == 0.5
    assert found["hit@5"] == 1.0
    assert found["mrr@10"] == 0.75
    assert found["ndcg@10"] == pytest.approx((1 + 0.6309) / 2, abs=1e-3)
    assert score(SMALL, {"q1": ["p1"], "q2": []})["recall@100"] == 0.5


@pytest.mark.slow
def test_retrieval_through_the_products_index(tmp_path: Path, zhixun_home: Path) -> None:
    seen: list[int] = []
    found = retrieval(*paths(tmp_path), progress=lambda done, _: seen.append(done))
    assert found["hit@1"] == 1.0
    assert found["recall@100"] == 1.0
    assert found["docs_per_s"] > 0 and found["query_ms_p95"] >= found["query_ms_p50"]
    assert seen == [1, 2]


def test_cmrc_becomes_a_retrieval_set(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "cmrc2018" / "cmrc2018_dev.json"
    assert main([str(source), str(tmp_path / "out")]) == 0
    found = load_beir(*(tmp_path / "out" / name for name in ("corpus.jsonl", "queries.jsonl", "qrels.tsv")))
    assert (len(found.passages), len(found.queries), len(found.judgements)) == (848, 3219, 3219)
    assert not any(passage.title for passage in found.passages)
    assert sum(bool(passage.title) for passage in convert(source, titles=True).passages) > 800


def test_a_file_that_is_no_cmrc(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("{", '[{"a": 1}]', "5"):
        (tmp_path / "x.json").write_text(text)
        assert main([str(tmp_path / "x.json"), str(tmp_path / "out")]) == 1
        assert "x.json" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_answers_are_timed_and_counted(clerk: Clerk, tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    lines = [
        {"id": "a", "question": "贴息单个项目每年不超过多少万元？", "expected_status": "answered"},
        {"id": "b", "question": " ", "expected_status": "refused"},
    ]
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    figures = answers([path], clerk, rounds=2)
    assert (figures["questions"], figures["answered"]) == (4, 2)
    assert figures["p95_ms"] >= figures["p50_ms"]
