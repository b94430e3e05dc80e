"""Each text once: reposts folded, explanations behind the clause that they retell."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from corpus.model import Role, Validity, Visibility
from index.folding import folded
from index.library import Library
from index.types import Evidence

DAY = date(2026, 11, 22)
CLAUSE = "第五条　企业租用算力的，按合同金额的百分之三十发放算力券，每家企业每年不超过五十万元。"
TELLING = "问：能补多少？答：企业租用算力的，按合同金额的百分之三十发放算力券，由园区代办，手续从简。"
OTHER = "第二条　市工业和信息化局负责组织实施，财政部门负责资金保障。"


def found(clause_id: str, text: str, score: float) -> Evidence:
    doc = clause_id.partition("#")[0]
    return Evidence(
        clause_id, doc, None, (), text, None, doc, None, None, Validity.IN_FORCE, Visibility.PUBLIC, score
    )


def ids(evidence: list[Evidence]) -> list[str]:
    return [item.clause_id for item in evidence]


def test_a_clause_stands_before_its_explanation() -> None:
    hits = [found("told#1", TELLING, 0.9), found("x#1", "另一件事", 0.8), found("law#5", CLAUSE, 0.7)]
    result = folded(hits, {}, {"told": "law"})
    assert ids(result) == ["law#5", "told#1", "x#1"]
    assert result[1].under == "law#5" and result[0].under is None
    assert [item.score for item in result] == [0.9, 0.9, 0.8]


def test_an_explanation_of_what_no_clause_says_keeps_its_place() -> None:
    hits = [found("told#2", "问：为什么出台？答：为了回应企业关切。", 0.9), found("law#2", OTHER, 0.5)]
    assert folded(hits, {}, {"told": "law"}) == hits
    assert folded(hits[:1], {}, {"told": "law"}) == hits[:1]


def test_of_reposts_the_original_is_left_at_the_best_place() -> None:
    spaced = CLAUSE.replace("，", "， ")
    hits = [found("copy#5", spaced, 0.9), found("copy#2", OTHER, 0.8), found("law#5", CLAUSE, 0.7)]
    result = folded(hits, {"copy": "law"}, {})
    assert ids(result) == ["law#5", "copy#2"]
    assert result[0].copies == ("copy",) and result[0].score == 0.9


def test_two_reposts_without_the_original_are_one() -> None:
    hits = [found("a#5", CLAUSE, 0.9), found("b#5", CLAUSE, 0.7)]
    (left,) = folded(hits, {"a": "law", "b": "law"}, {})
    assert (left.clause_id, left.copies) == ("a#5", ("b",))


def test_a_clause_of_another_figure_is_no_copy() -> None:
    for other in (CLAUSE.replace("五十万元", "六十万元"), CLAUSE.replace("不超过", "超过")):
        hits = [found("a#5", CLAUSE, 0.9), found("law#5", other, 0.7)]
        assert folded(hits, {"a": "law"}, {}) == hits


def test_alike_clauses_of_different_documents_are_both_kept() -> None:
    hits = [found("a#5", CLAUSE, 0.9), found("b#5", CLAUSE, 0.7)]
    assert folded(hits, {}, {}) == hits


@pytest.mark.slow
def test_in_a_library(library: Library, tmp_path: Path) -> None:
    body = (
        "第一条　为了支持企业使用算力，制定本办法。\n{}\n第三条　市工业和信息化局负责组织实施。\n"
        "第四条　本办法自2026年3月1日起施行。\n"
    ).format(CLAUSE.replace("第五条", "第二条"))
    name = "南京市算力券管理办法"
    (tmp_path / "a.md").write_text(f"# {name}\n\n宁工信规〔2026〕5号\n\n{body}", "utf-8")
    (tmp_path / "b.md").write_text(f"# {name}\n\n转载自：南京市工业和信息化局网站\n\n{body}", "utf-8")
    told = f"# 《{name}》政策解读\n\n发布时间：2026年2月20日\n\n## 一、补助标准\n\n{TELLING}\n"
    (tmp_path / "c.md").write_text(told, "utf-8")
    assert {result.status for result in library.ingest([tmp_path])} == {"added"}
    hits = library.search("企业租用算力能补多少", as_of=DAY, k=5, rerank=True)
    assert hits[0].doc_number == "宁工信规〔2026〕5号" and "百分之三十" in hits[0].text
    assert len(hits[0].copies) == 1
    assert hits[1].under == hits[0].clause_id and "政策解读" in hits[1].title
    assert sum(hit.title == name and "百分之三十" in hit.text for hit in hits) == 1
    early = library.search("企业租用算力能补多少", as_of=date(2026, 2, 25), k=5, role=Role.VISITOR)
    assert all("政策解读" not in hit.title and not hit.doc_number for hit in early)
