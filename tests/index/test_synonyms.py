"""Abbreviations: what is read from files, and what it does to a search by words."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from corpus.model import Visibility
from index.lexical import LexicalIndex, Posting
from index.synonyms import BUILT_IN, Synonyms, folded, load
from index.tokens import tokens

PUBLIC = Visibility.PUBLIC
TEXTS = {
    "a": "高企可以享受优惠。",
    "b": "高新技术企业减按百分之十五的税率征收企业所得税。",
    "c": "企业应当重视技术，高度关注新产品。",
    "d": "小型微利企业减按百分之二十的税率。",
    "e": "首台（套）重大装备认定结果。",
    "f": "本办法由财政部门负责解释。",
}


def _index(folder: Path, synonyms: Synonyms) -> LexicalIndex:
    index = LexicalIndex(folder, synonyms)
    with index.writing(PUBLIC) as writer:
        writer.add(Posting(f"{name}:0", name, text, "", "") for name, text in TEXTS.items())
    return index


def _found(index: LexicalIndex, query: str) -> dict[str, float]:
    return {row[0]: score for row, score in index.search(PUBLIC, query, 10)}


def _load(path: Path) -> Synonyms:
    load.cache_clear()
    return load(str(path))


def test_the_built_in_file_is_sound() -> None:
    load.cache_clear()
    built_in = load()
    assert built_in.problems == ()
    assert {
        "小巨人",
        "三首",
        "智改数转",
        "1650",
        "首台套",
        "贴息",
        "高企",
        "一张网",
    } <= built_in.entries.keys()
    lines = [line for line in BUILT_IN.read_text("utf-8").splitlines() if " = " in line and line[0] == '"']
    assert len(lines) == len(built_in.entries)  # no word twice


def test_a_text_is_found_by_what_stands_for_a_word_after_those_with_the_word(tmp_path: Path) -> None:
    with_them = _found(_index(tmp_path / "with", load()), "高企")
    without = _found(_index(tmp_path / "without", Synonyms({})), "高企")
    assert list(without) == ["a"] and list(with_them) == ["a", "b"]
    assert with_them["a"] == without["a"]


def test_a_form_counts_only_where_a_text_has_all_of_it(tmp_path: Path) -> None:
    assert "c" not in _found(_index(tmp_path / "l", load()), "高企")


@pytest.mark.parametrize("query", ["首台套", "首台（套）", "首臺套", "“首台套”"])
def test_spellings_of_one_word_find_the_same_text(tmp_path: Path, query: str) -> None:
    assert "e" in _found(_index(tmp_path / "l", load()), f"{query}有哪些")


def test_what_is_asked_beside_an_abbreviation_still_counts(tmp_path: Path) -> None:
    index = _index(tmp_path / "l", load())
    assert next(iter(_found(index, "高企的税率"))) == "b"
    assert next(iter(_found(index, "小微企业的税率"))) == "d"
    scores = index.scores(PUBLIC, "高企的税率", [f"{name}:0" for name in TEXTS])
    assert {row[0]: score for row, score in scores.items()} == pytest.approx(_found(index, "高企的税率"))


def test_the_longest_word_counts_and_figures_are_whole_words() -> None:
    synonyms = Synonyms({"小巨人": ("甲乙",), "重点小巨人": ("丙丁",), "1650": ("产业",), "ai": ("人工",)})

    def forms(query: str) -> list[tuple[str, ...]]:
        return [form for said in synonyms.said_in(query) for form in said.forms]

    assert forms("重点小巨人") == [("丙丁",)]
    assert forms("重点小巨人和小巨人") == [("丙丁",)]  # the tokens of one are those of the other
    assert forms("1650是什么") == [("产业",)]
    assert forms("营收1650万元") == forms("11650") == forms("MAIN") == []
    assert forms("AI企业") == [("人工",)]


@pytest.mark.parametrize("query", ["居民企业怎么缴税", "全国企业的数量", "法规上怎么说", "科技改革"])
def test_a_word_that_only_looks_as_if_it_held_an_abbreviation_is_left_alone(query: str) -> None:
    assert load().said_in(query) == []
    assert load().said_in("民企账款")[0].own == {"民企"}


def test_a_file_of_one_s_own_adds_to_the_built_in_one(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[synonyms]\n"绿厂" = ["绿色工厂"]\n"高企" = ["国家高新技术企业"]\n', "utf-8")
    entries = _load(own).entries
    assert entries["绿厂"] == ("绿色工厂",)
    assert entries["高企"] == ("国家高新技术企业",)
    assert "三首" in entries


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_saved_by_excel_is_read(tmp_path: Path, encoding: str) -> None:
    own = tmp_path / "own.csv"
    own.write_bytes(
        "说法,写法,写法\n绿厂,绿色工厂,绿色制造工厂\n\n# 备注\n数专,数字化专项\n".encode(encoding)
    )
    synonyms = _load(own)
    assert synonyms.problems == ()
    assert synonyms.entries["绿厂"] == ("绿色工厂", "绿色制造工厂")
    assert synonyms.entries["数专"] == ("数字化专项",)


BAD_TOML = """[synonyms]
"绿厂" = ["绿色工厂"]
"坏行 = ["没有右引号"]
"单" = ["单项冠军"]
"没有写法" = 1
"类型不对" = "绿色工厂"
"空的" = ["  "]
"多行" = [
  "智能工厂",
  "数字工厂",
]
[other]
"别的表" = ["不算"]
"""


def test_a_bad_line_is_announced_with_file_line_and_field_and_blocks_no_other(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(BAD_TOML, "utf-8")
    with caplog.at_level(logging.WARNING):
        synonyms = _load(own)
    assert synonyms.entries["绿厂"] == ("绿色工厂",)
    assert synonyms.entries["多行"] == ("智能工厂", "数字工厂")
    assert "别的表" not in synonyms.entries
    told = synonyms.problems
    assert [record.message for record in caplog.records] == list(told)
    assert all(str(own) in problem for problem in told)
    for line, word in ((3, "写法不对"), (4, "说法"), (5, "写法"), (6, "写法"), (7, "写法")):
        assert any(f"第 {line} 行" in problem and word in problem for problem in told), line
    assert len(told) == 5


def test_a_bad_line_of_a_table_is_named_too(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("绿厂,绿色工厂\n只有说法\n数专,数字化专项\n", "utf-8")
    synonyms = _load(own)
    assert {"绿厂", "数专"} <= synonyms.entries.keys()
    (problem,) = synonyms.problems
    assert "第 2 行" in problem and "只有说法" in problem


def test_a_file_that_is_not_there_or_no_text_is_announced_and_the_built_in_one_serves(tmp_path: Path) -> None:
    missing = _load(tmp_path / "missing.toml")
    assert len(missing.problems) == 1 and "missing.toml" in missing.problems[0] and "高企" in missing.entries
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"\xff\xfe\x00\x81\x00")
    assert len(_load(binary).problems) == 1
    assert len(_load(tmp_path).problems) == 1  # a folder


def test_words_are_compared_without_width_case_script_and_marks() -> None:
    assert folded("ＡＩ “首臺（套）” ") == "ai首台套"
    assert tokens("首台（套）") == ["首台", "套"]
