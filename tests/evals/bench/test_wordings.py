"""The set of spellings and names, and what the parts of a search are worth on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.errors import InputError
from evals.bench.wordings import FOLDERS, VARIANTS, figures, gold, load, measure
from index import Library
from index.embedder import open_embedder

LAW = """# 数据交易管理办法

第一条　为规范数据交易，制定本办法。

第二条　高新技术企业减半收取交易费用。

第三条　违反本办法的，处二万元以上二十万元以下的罚款。
"""
LINE = '{{"question": "{}", "library": "laws", "doc": "数据.md", "clause": "{}", "kind": "{}"}}\n'


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[Library]:
    home = tmp_path_factory.mktemp("wordings")
    source = home / "source"
    source.mkdir()
    (source / "数据.md").write_text(LAW, "utf-8")
    (source / "别的.md").write_text("# 罚款缴纳规定\n\n第一条　罚款应当按期缴纳。\n\n第三条　略。\n", "utf-8")
    with Library.open(home / "state", embedder=open_embedder(models_dir)) as library:
        list(library.ingest([source]))
        yield library


def test_the_set_is_whole_and_names_the_documents_that_are_here() -> None:
    wordings = load()
    assert len(wordings) >= 60
    assert len({wording.question for wording in wordings}) == len(wordings)
    assert min(Counter(wording.kind for wording in wordings).values()) >= 2
    for wording in wordings:
        folder = FOLDERS[wording.library]
        if folder.is_dir():  # the statutes are not part of the repository
            assert (folder / wording.doc).is_file(), wording


def test_each_part_is_measured_by_leaving_it_out(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "queries.jsonl"
    path.write_text(
        LINE.format("《数据交易管理办法》第3条", "第三条", "article")
        + LINE.format("罚20000元至0.002亿元", "第三条", "amount"),
        "utf-8",
    )
    found = measure({"laws": library}, load(path))
    assert found.keys() == VARIANTS.keys()
    assert found["all"]["article"] == {"queries": 1, "hit@1": 1.0, "hit@5": 1.0, "mrr@10": 1.0}
    assert found["all"]["all"]["queries"] == 2
    words = measure({"laws": library}, load(path), "lexical")
    assert words["all"]["amount"]["hit@1"] == 1.0


def test_figures_count_what_is_not_found_as_nothing() -> None:
    assert figures({"a": [1, 2, 0, 6]})["a"] == {
        "queries": 4,
        "hit@1": 0.25,
        "hit@5": 0.5,
        "mrr@10": 0.417,
    }


def test_a_wrong_line_or_unit_is_named(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "queries.jsonl"
    path.write_text(LINE.format("问", "第九条", "article"), "utf-8")
    with pytest.raises(InputError, match="第九条"):
        gold(library, load(path)[0])
    path.write_text(LINE.format("问", "第一条", "article") + '{"question": "问"}\n', "utf-8")
    with pytest.raises(InputError, match="第 2 行"):
        load(path)
