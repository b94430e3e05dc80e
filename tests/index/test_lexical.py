from pathlib import Path

import pytest

from corpus.errors import StateError
from corpus.model import Visibility
from index.lexical import LexicalIndex, Posting

PUBLIC, INTERNAL = Visibility.PUBLIC, Visibility.INTERNAL


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    index = LexicalIndex(tmp_path / "lexical")
    with index.writing(PUBLIC) as writer:
        writer.add(
            [
                Posting("a:0", "a", "中小企业可以申请贷款贴息。", "中小企业促进办法", ""),
                Posting("a:1", "a", "本办法自2025年1月1日起施行。", "中小企业促进办法", ""),
                Posting("b:0", "b", "注册商标的有效期为十年。", "商标管理规定", "第一章"),
            ]
        )
    return index


def test_the_row_with_the_query_s_words_comes_first(index: LexicalIndex) -> None:
    hits = index.search(PUBLIC, "商标有效期几年", 10)
    assert hits[0][0] == "b:0" and hits[0][1] > 0


def test_titles_count_less_than_bodies_but_do_count(index: LexicalIndex) -> None:
    assert [row for row, _ in index.search(PUBLIC, "中小企业", 10)] == ["a:0", "a:1"]


def test_public_and_internal_are_apart(index: LexicalIndex) -> None:
    with index.writing(INTERNAL) as writer:
        writer.add([Posting("s:0", "s", "内部商标事项", "", "")])
    assert "s:0" not in [row for row, _ in index.search(PUBLIC, "内部商标事项", 10)]
    assert [row for row, _ in index.search(INTERNAL, "商标", 10)] == ["s:0"]


@pytest.mark.parametrize("query", ["", "？！", '"', "title:(", "a AND (b OR", "商标^99999 +*~:\\", "\x00"])
def test_nothing_a_user_types_is_query_syntax(index: LexicalIndex, query: str) -> None:
    index.search(PUBLIC, query, 10)
    assert index.scores(PUBLIC, query, ["b:0"]).keys() <= {"b:0"}


def test_scores_of_given_rows_equal_those_of_a_search(index: LexicalIndex) -> None:
    found = dict(index.search(PUBLIC, "商标有效期与贷款", 10))
    assert index.scores(PUBLIC, "商标有效期与贷款", ["a:0", "a:1", "b:0"]) == pytest.approx(found)


def test_deleting_a_version_removes_its_rows_alone(index: LexicalIndex) -> None:
    with index.writing(PUBLIC) as writer:
        writer.delete("a")
    assert index.count(PUBLIC) == 1
    assert [row for row, _ in index.search(PUBLIC, "中小企业 商标", 10)] == ["b:0"]


def test_an_error_while_writing_leaves_the_index_as_it_was(index: LexicalIndex) -> None:
    with pytest.raises(RuntimeError), index.writing(PUBLIC) as writer:
        writer.delete("a")
        raise RuntimeError
    assert index.count(PUBLIC) == 3
    with index.writing(PUBLIC) as writer:  # and the lock is free
        writer.delete("b")
    assert index.count(PUBLIC) == 2


def test_a_damaged_index_is_a_state_error_that_names_the_folder(index: LexicalIndex, tmp_path: Path) -> None:
    index.close()
    (tmp_path / "lexical" / "public" / "meta.json").write_text("{not json")
    with pytest.raises(StateError, match="lexical"):
        LexicalIndex(tmp_path / "lexical").search(PUBLIC, "商标", 1)
