"""What a question names bears on the order of a search: real documents, Tantivy, Chroma and model."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from corpus.model import Role, Visibility
from index.embedder import Embedder
from index.library import Library
from index.parts import SearchParts, with_parts
from index.types import Evidence
from tests.index.conftest import write

DAY = date(2026, 11, 23)

LAW = """# 数据交易管理办法

第一条　为规范数据交易，制定本办法。

第二条　数据交易场所应当核验交易双方的身份。

第三条　交易记录保存不少于三年。

第四条　违反本办法的，处二万元以上二十万元以下的罚款。

第五条　本办法由省数据局负责解释。

第六条　本办法自2024年1月1日起施行。
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Library]:
    home = tmp_path_factory.mktemp("planned")
    source = home / "source"
    source.mkdir()
    (source / "数据.md").write_text(LAW, "utf-8")
    body = "对首次认定的创新型企业，一次性奖励10万元。"
    for city, number in (("苏州", "苏府办"), ("南京", "宁政办发"), ("江苏", "苏政办发")):
        of = "省" if city == "江苏" else "市"
        write(
            source / f"{city}.md",
            f"{city}{of}创新型企业奖励办法",
            body,
            number=f"{number}〔2024〕{len(city) + len(number)}号\n\n{city}{of}人民政府办公厅",
        )
    write(source / "旧.md", "算力券发放办法（旧）", "算力券最高50万元。", end="，有效期至2025年6月30日")
    write(
        source / "工业遗产.md",
        "工业遗产保护规定",
        "保护工业遗产，任何单位不得擅自拆除。",
        number="苏工信〔2024〕31号",
    )
    secret = write(source / "内部.md", "内部督办方案", "督办事项按周调度。", number="苏工信密〔2024〕77号")
    secret.write_text("---\nvisibility: internal\n---\n\n" + secret.read_text("utf-8"), "utf-8")
    with Library.open(home / "state", embedder=embedder) as library:
        assert {result.status for result in library.ingest([source])} == {"added"}
        yield library


def _search(library: Library, query: str, k: int = 5, rerank: bool = True, **more: object) -> list[Evidence]:
    asked = {"as_of": DAY, "role": Role.VISITOR, "k": k, "rerank": rerank} | more
    return library.search(query, **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "query",
    [
        "数据交易管理办法第四条",
        "数据交易管理办法第4条",
        "数据交易管理办法４条",
        "《数据交易管理办法》第四条第一款是什么意思",
        "第四条讲什么，我问的是《数据交易管理办法》",
    ],
)
@pytest.mark.parametrize("rerank", [True, False])
def test_a_clause_of_a_named_document_comes_first(library: Library, query: str, rerank: bool) -> None:
    hits = _search(library, query, rerank=rerank)
    assert hits[0].label == "第四条" and hits[0].title == "数据交易管理办法"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.clause_id for hit in hits}) == len(hits)
    assert all(0 <= hit.score <= 1 for hit in hits)


@pytest.mark.parametrize("number", ["苏工信〔2024〕31号", "苏工信[2024]31号", "苏工信2024年31号"])
def test_a_number_leads_to_its_document_though_its_text_says_nothing_of_the_question(
    library: Library, number: str
) -> None:
    assert _search(library, f"{number}有没有奖励")[0].title == "工业遗产保护规定"
    plain = with_parts(library, SearchParts(plan=False))
    assert _search(plain, "有没有奖励")[0].title != "工业遗产保护规定"


def test_a_serial_number_alone_raises_its_document(library: Library) -> None:
    assert _search(library, "31号文还有效吗")[0].title == "工业遗产保护规定"


def test_a_title_raises_its_document_and_leaves_the_others_in(library: Library) -> None:
    hits = _search(library, "《南京市创新型企业奖励办法》奖励多少", k=20)
    assert hits[0].title == "南京市创新型企业奖励办法"
    assert {"苏州市创新型企业奖励办法", "工业遗产保护规定"} <= {hit.title for hit in hits}


@pytest.mark.parametrize("city", ["苏州", "南京"])
def test_a_document_of_another_city_comes_after_those_of_the_city_and_of_the_province(
    library: Library, city: str
) -> None:
    other = "南京" if city == "苏州" else "苏州"
    titles = [
        hit.title
        for hit in _search(library, f"{city}的创新型企业首次认定奖励多少", k=20)
        if "10万元" in hit.text
    ]
    assert titles == [f"{name}创新型企业奖励办法" for name in (f"{city}市", "江苏省", f"{other}市")]


def test_the_level_asked_for_comes_first(library: Library) -> None:
    assert _search(library, "省里的政策，创新型企业首次认定奖励多少")[0].title == "江苏省创新型企业奖励办法"


def test_a_day_stated_in_the_question_counts_where_the_caller_gives_none(library: Library) -> None:
    old = "算力券发放办法(旧)"

    def titles(query: str, as_of: date | None) -> set[str]:
        return {
            hit.title.replace("（", "(").replace("）", ")") for hit in _search(library, query, as_of=as_of)
        }

    assert old in titles("2024年6月时的算力券规定是怎样的", None)
    assert old not in titles("算力券怎么发", None)
    assert old not in titles("2024年6月时的算力券规定是怎样的", DAY)
    assert old not in titles("2024年企业能领多少算力券", None)  # a year is no day


def test_an_internal_document_cannot_be_felt_for_by_its_number(library: Library) -> None:
    query = "苏工信密〔2024〕77号怎么说"
    seen = _search(library, query, k=50)
    assert all(hit.visibility is Visibility.PUBLIC for hit in seen)
    assert _search(library, query, role=Role.OFFICIAL)[0].title == "内部督办方案"
    unknown = _search(library, "苏工信密〔2024〕78号怎么说", k=50)
    assert {hit.clause_id for hit in unknown} == {hit.clause_id for hit in seen}


def test_a_clause_that_is_not_there_changes_nothing_but_the_order(library: Library) -> None:
    hits = _search(library, "《数据交易管理办法》第九十九条", k=50)
    assert hits and hits[0].title == "数据交易管理办法"


def test_within_given_documents_the_search_stays_within_them(library: Library) -> None:
    (doc,) = {hit.doc_id for hit in _search(library, "工业遗产", k=1)}
    hits = _search(library, "《数据交易管理办法》第四条", doc_ids={doc})
    assert {hit.doc_id for hit in hits} == {doc}
