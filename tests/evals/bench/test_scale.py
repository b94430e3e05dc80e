"""The scale benchmark: its made-up library, and a real run of it at the smallest sizes."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import InputError
from corpus.model import Visibility
from evals.bench import scale_corpus
from evals.bench.scale import flat, read_sizes, scale


def test_documents_are_the_same_each_time_and_marked_as_made_up() -> None:
    first = list(scale_corpus.documents(40))
    assert first[25:] == list(scale_corpus.documents(15, first=25))
    assert {parsed.version.sample for parsed, _ in first} == {"虚构数据"}
    assert {seen for _, seen in first} == set(Visibility)
    assert len({parsed.version.doc_id for parsed, _ in first}) == 40
    for parsed, _ in first:
        assert len(parsed.clauses) == scale_corpus.CLAUSES
        assert all(parsed.version.text[c.start : c.end] == c.text for c in parsed.clauses)


def test_titles_come_in_chains_of_versions_with_their_own_dates() -> None:
    begins: dict[str, list[object]] = {}
    for parsed, _ in scale_corpus.documents(80):
        begins.setdefault(parsed.version.title, []).append(parsed.version.effective_from)
    assert sorted({len(days) for days in begins.values()}) == [1, 2, 3]
    assert all(len(set(days)) == len(days) for days in begins.values())


def test_questions_differ() -> None:
    assert len(set(scale_corpus.questions(40))) == 40


@pytest.mark.parametrize("text", ["", "many", "1000,", "39", "1e4", "-1000"])
def test_sizes_that_are_none_are_said(text: str) -> None:
    with pytest.raises(InputError, match="--sizes"):
        read_sizes(text)


@pytest.mark.slow
def test_a_library_grows_from_size_to_size(tmp_path: Path) -> None:
    small, large = scale([80, 800], tmp_path / "library", vectors=400, tokens=200, asked=4)
    assert (small["clauses"], large["clauses"]) == (80, 800)
    assert large["added_rows"] == 720, "what is there already is not written again"
    assert small["with_tokens"] == 80
    # Not made anew on opening, as they would be if one of the collections had none.
    assert 100 < large["with_tokens"] < 300 and 200 < large["with_vectors"] <= 400
    assert large["disk_mb"]["vectors"] > 0 and large["disk_mb"]["catalog"] > small["disk_mb"]["catalog"] / 2
    for figures in (small, large):
        stages = {"embed", "dense", "lexical", "check"}
        assert set(figures["ms_p50"]) == {"first", "first_cpu", "reranked", "reranked_cpu", *stages}
        assert figures["search_rss_mb"] > 0
    assert "ms_p50.first" in flat(large)
