"""Recall by text budget: counted by hand on documents of a few letters."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from corpus.errors import InputError
from evals.bench.beir import Judgement, Passage, Query, RetrievalSet, load_beir, write_beir
from evals.bench.budget import Documents, Reading, Span, alternatives, to_read

LAW = (
    Passage("a2", "商标法", "乙" * 40, "第一章", "law", 50),
    Passage("a1", "商标法", "甲" * 20, "第一章", "law", 5),
    Passage("a3", "商标法", "丙" * 600, "第二章", "law", 100),
    Passage("law", "", "一篇独立的短文"),  # alone, though it bears the document's name
)


def set_of(queries: tuple[Query, ...], *judgements: Judgement) -> RetrievalSet:
    return RetrievalSet(LAW, queries, judgements)


def test_documents_are_put_together_in_their_order_with_title_and_headings() -> None:
    documents = Documents.of(LAW)
    lines = documents.texts["doc:law"].split("\n")
    assert [line[:3] for line in lines] == ["商标法", "第一章", "甲甲甲", "乙乙乙", "第二章", "丙丙丙"]
    for passage in LAW:
        doc, start, end = documents.spans[passage.id]
        assert documents.texts[doc][start:end] == passage.text
    assert documents.spans["law"].doc == "passage:law"


def test_what_has_to_be_read_is_counted_to_the_last_letter_of_the_gold() -> None:
    documents = Documents({"d": "零一二三 \n四五六七八九"}, {})
    gold = [Span("d", 2, 8)]  # 二三, two blanks, 四五
    assert to_read(documents, [Span("d", 6, 12), Span("d", 0, 4)], gold) == 6 + 4  # to the end of 三
    assert to_read(documents, [Span("d", 0, 4)], gold) == math.inf
    assert to_read(documents, [Span("x", 0, 12), Span("d", 0, 12)], gold) == 12 + 8
    overlapping = [Span("d", 0, 7), Span("d", 5, 12)]  # a chunk's overlap is read twice, and counts twice
    assert to_read(documents, overlapping, gold) == 7 + 3
    both = [Span("d", 2, 3), Span("d", 11, 12)]
    assert to_read(documents, [Span("d", 0, 3), Span("d", 10, 12)], both) == 5


def test_recall_by_budget_cuts_the_last_text_at_the_budget() -> None:
    asked = (Query("q1", "甲？"), Query("q2", "丙？"))
    reading = Reading.of(set_of(asked, Judgement("q1", "a1", 1), Judgement("q2", "a3", 1)))
    found = reading.recall_of_passages({"q1": ["a3", "a1"], "q2": ["a3"]})
    assert found == {"500": 0.0, "1500": 1.0, "3000": 1.0, "5000": 1.0}
    assert reading.recall_of_passages({"q1": ["a1"]}) == {"500": 0.5, "1500": 0.5, "3000": 0.5, "5000": 0.5}
    assert reading.ceiling()["500"] == 0.5  # 600 letters do not stand in the first 500
    whole = reading.documents.spans["a1"]
    chunk = Span(whole.doc, whole.start - 3, whole.end - 1)  # lacks the last letter
    rest = Span(whole.doc, whole.end - 1, whole.end + 10)
    assert reading.recall({"q1": [chunk]})["5000"] == 0.0
    assert reading.recall({"q1": [chunk, rest]})["500"] == 0.5


def test_an_answer_in_two_passages_needs_both_and_either_alternative_will_do() -> None:
    query = Query("q", "？", (("a1", "a2"), ("a3",)))
    reading = Reading.of(set_of((query,), Judgement("q", "a1", 2), Judgement("q", "a3", 2)))
    assert reading.recall_of_passages({"q": ["a1"]})["5000"] == 0.0
    assert reading.recall_of_passages({"q": ["a1", "a2"]})["500"] == 1.0
    assert reading.recall_of_passages({"q": ["a3"]})["1500"] == 1.0


def test_without_alternatives_one_passage_of_the_highest_grade_is_enough() -> None:
    found = set_of(
        (Query("q", "？"),), *(Judgement("q", f"a{n}", grade) for n, grade in ((1, 1), (2, 2), (3, 0)))
    )
    assert alternatives(found) == {"q": (("a2",),)}


def test_places_and_alternatives_are_read_as_written(tmp_path: Path) -> None:
    table = Passage("t", "附件", "表 | 值", "附件1", "law", 900, True)
    written = RetrievalSet((*LAW, table), (Query("q", "？", (("a1", "a2"),)),), (Judgement("q", "a1", 2),))
    write_beir(written, tmp_path)
    assert load_beir(*(tmp_path / name for name in ("corpus.jsonl", "queries.jsonl", "qrels.tsv"))) == written


@pytest.mark.parametrize(
    ("file", "metadata", "key", "named"),
    [
        ("corpus.jsonl", 5, "bench.bad_record", "metadata"),
        ("corpus.jsonl", {"doc": "law", "start": -1}, "bench.bad_record", "metadata.start"),
        ("corpus.jsonl", {"doc": "law", "start": "7"}, "bench.bad_record", "metadata.start"),
        ("corpus.jsonl", {"doc": 7}, "evals.bad_field", "doc"),
        ("queries.jsonl", {"alternatives": ["a1"]}, "bench.bad_record", "metadata.alternatives"),
        ("queries.jsonl", {"alternatives": [["a9"]]}, "evals.unknown_id", "a9"),
    ],
)
def test_wrong_metadata_are_named(tmp_path: Path, file: str, metadata: object, key: str, named: str) -> None:
    write_beir(set_of((Query("q", "？"),), Judgement("q", "a1", 1)), tmp_path)
    with (tmp_path / file).open("a", encoding="utf-8") as opened:
        opened.write(json.dumps({"_id": "new", "text": "新", "metadata": metadata}) + "\n")
    with pytest.raises(InputError) as caught:
        load_beir(*(tmp_path / name for name in ("corpus.jsonl", "queries.jsonl", "qrels.tsv")))
    assert caught.value.key == key
    assert named in caught.value.message()
