"""The worked example of docs/evaluation.md: each metric of one answer, figure by figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from agent.types import Answer
from corpus.catalog import Catalog
from corpus.model import Visibility
from corpus.settings import CorpusSettings
from evals.facts import LibraryFacts
from evals.metrics import METRICS, Observed, Part
from evals.suite import Case
from tests.evals.conftest import INTERNAL, cite, parsed

TEXT = (
    "第一条 对设备贷款给予1个百分点的贴息。\n"
    "单个项目贴息不超过600万元。\n"
    "第二条 本办法自2026年1月25日起施行。\n"
    "第三条 贴息期限为两年。"
)
SECOND, THIRD = "单个项目贴息不超过600万元。", "第三条 贴息期限为两年。"
CASE = Case.model_validate(
    {
        "id": "cap",
        "question": "贴息上限是多少，贴几个点？",
        "expected_status": "answered",
        "key": [["600万元"], ["1个百分点"]],
        "forbidden": ["1000万元"],
        "gold": [{"doc": "loan.pdf", "clause": "第一条"}],
        "tags": ["version"],
    }
)
CITED = [cite(1, "loan", "第一条第二款", SECOND, at=1), cite(2, "loan", "第三条", THIRD, at=3)]
ANSWER = Answer(CASE.question, "answered", "单个项目贴息不超过600万元。[1]贴息期限为两年。[2]", CITED)


@pytest.fixture
def facts(tmp_path: Path) -> Iterator[LibraryFacts]:
    opened = Catalog.open(CorpusSettings(home=tmp_path / "home", database_url=None))
    opened.stage(parsed("loan", "loan.pdf", TEXT, date(2026, 1, 25)), Visibility.PUBLIC)
    opened.stage(parsed("secret", "secret.md", INTERNAL, date(2026, 1, 1)), Visibility.INTERNAL)
    for doc_id in ("loan", "secret"):
        opened.make_live(doc_id)
    yield LibraryFacts(opened)
    opened.close()


def scores(facts: LibraryFacts, answer: Answer = ANSWER, case: Case = CASE) -> dict[str, Part]:
    seen = Observed(case, answer, facts, date(2026, 11, 22))
    return {metric.name: metric.score(seen) for metric in METRICS}


def test_the_answer_of_the_page(facts: LibraryFacts) -> None:
    found = scores(facts)
    wanted = {
        "status_accuracy": (1, 1),
        "key_recall": (1, 2),
        "key_precision": (1, 1),
        "forbidden_facts": (0, 1),
        "citation_precision": (1, 2),
        "citation_recall": (1, 1),
        "quotes_verbatim": (2, 2),
        "marks_resolved": (2, 2),
        "number_fidelity": (2, 2),
        "version_accuracy": (2, 2),
        "permission_leaks": (0, 1),
        "false_refusal": (0, 1),
    }
    assert {name: tuple(found[name]) for name in wanted} == wanted
    assert found["quoted_spans"].of == 0


def test_its_variants(facts: LibraryFacts) -> None:
    long = replace(ANSWER, answer=ANSWER.answer + "补" * 400)
    assert scores(facts, long)["key_precision"].hit < 0.5
    misquoted = replace(ANSWER, citations=[replace(CITED[0], quote=SECOND + "不"), CITED[1]])
    assert scores(facts, misquoted)["quotes_verbatim"] == (1, 2)
    invented = replace(ANSWER, answer=ANSWER.answer + "详见《某办法》。[1]")
    assert scores(facts, invented)["quoted_spans"] == (0, 1)
    broken = replace(ANSWER, answer=ANSWER.answer + "[3]")
    assert scores(facts, broken)["marks_resolved"] == (2, 3)
    three = replace(ANSWER, answer=ANSWER.answer.replace("两年", "三年"))
    assert scores(facts, three)["number_fidelity"] == (1, 2)
    refused = scores(facts, Answer(CASE.question, "refused", "文库中没有这方面的规定。"))
    assert refused["false_refusal"] == (1, 1) and refused["citation_recall"] == (0, 1)
