"""Indexing schemes: what each makes of the same passages, and how they are compared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.errors import InputError
from evals.bench import schemes
from evals.bench.beir import Judgement, Passage, Query, RetrievalSet, spread_queries, write_beir
from evals.bench.budget import Reading
from index.rows import Row, unit_of

LONG = "第三条　经营者应当依法诚信经营。\n" + "消费者有权知悉商品的真实情况。" * 70
LAW = RetrievalSet(
    (
        Passage("a1", "某法", "第一条　注册商标的有效期为十年。", "某法 总则", "law", 0),
        Passage("a2", "某法", "第二条　续展期为六个月。", "某法 总则", "law", 20),
        Passage("a3", "某法", LONG, "第二章", "law", 40),
        Passage("t", "某法", "类型 | 数量\n大型 | 3", "某法 表1 数量", "law", 2000, True),
    ),
    (Query("q1", "注册商标有效期是几年"), Query("q2", "续展期多长")),
    (Judgement("q1", "a1", 1), Judgement("q2", "a2", 1)),
)


def made(name: str) -> list[list[Row]]:
    return schemes.SCHEMES[name](LAW, Reading.of(LAW)).units


@pytest.mark.parametrize("name", sorted(set(schemes.SCHEMES) - {"chunks"}))
def test_each_row_is_found_under_its_unit(name: str) -> None:
    units = made(name)
    assert len(units) == len(LAW.passages)
    for number, rows in enumerate(units):
        assert rows and {unit_of(row.row_id) for row in rows} == {str(number)}
    ids = [row.row_id for rows in units for row in rows]
    assert len(set(ids)) == len(ids)


def test_what_is_embedded_with_a_unit() -> None:
    posted = made("units")[0][0]
    assert posted.passage == "某法\n第一条　注册商标的有效期为十年。" and "总则" in posted.heading
    assert "表1 数量" in made("units")[3][0].passage
    assert made("bare")[0][0].passage == "第一条　注册商标的有效期为十年。"
    assert made("titled")[0][0].heading == ""
    assert made("headed")[0][0].passage == "某法\n某法 总则\n第一条　注册商标的有效期为十年。"


def test_lines_and_siblings() -> None:
    assert [len(rows) for rows in made("lines")] == [1, 1, 3, 1]
    assert len(made("units_and_lines")[2]) == len(made("units")[2]) + 3
    assert "续展期" in made("siblings")[0][0].body and "注册商标" in made("siblings")[1][0].body
    assert "续展期" not in made("siblings")[2][0].body


def test_neighbours_are_read_after_their_unit() -> None:
    reading = Reading.of(LAW)
    spans = reading.documents.spans
    places = schemes.neighbours(LAW, reading).places
    assert places[0] == [spans["a1"], spans["a2"]] and places[2] == [spans["a3"]]


def test_queries_from_all_over_a_set() -> None:
    many = RetrievalSet(LAW.passages, tuple(Query(f"q{n}", "？") for n in range(10)), LAW.judgements)
    assert [query.id for query in spread_queries(many, 4).queries] == ["q0", "q2", "q5", "q7"]
    assert spread_queries(many, 11) is many


@pytest.mark.slow
def test_schemes_are_compared_with_the_first(
    zhixun_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_beir(LAW, tmp_path)
    assert schemes.main([str(tmp_path), "--schemes", "units", "chunks"]) == 0
    own, cut = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert own["hit@1"] == 1.0 and own["recall_by_chars"]["500"] == 1.0
    assert own["won_lost"]["500"] == [0, 0]
    assert cut["hit@1"] is None and cut["recall_by_chars"]["5000"] == 1.0
    assert schemes.main([str(tmp_path), "--schemes", "wishful"]) == 1
    assert "units_and_lines" in capsys.readouterr().err


def test_an_unknown_scheme_is_named() -> None:
    with pytest.raises(InputError) as caught:
        next(schemes.compare(LAW, None, ["wishful"]))  # type: ignore[arg-type]
    assert caught.value.key == "bench.unknown_scheme"
