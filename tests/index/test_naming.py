"""Which documents a question names, and which clauses of them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from corpus.model import Clause, Visibility
from corpus.record import Record
from index.naming import Names, best_how, clauses_led_to, in_titles, unit_of_article
from index.query import plan_of

TODAY = date(2026, 11, 23)


def _record(doc_id: str, title: str, number: str | None = None) -> Record:
    added = datetime(2026, 1, 1, tzinfo=UTC)
    return Record(
        doc_id, "live", Visibility.PUBLIC, f"{doc_id}.md", "", "md", title, 1, added, doc_number=number
    )


RECORDS = {
    record.doc_id: record
    for record in (
        _record("gs", "中华人民共和国公司法"),
        _record("zg", "中华人民共和国税收征收管理法"),
        _record("cp", "中华人民共和国产品质量法"),
        _record("ht", "中华人民共和国劳动合同法"),
        _record("qs", "加快建设制造强省行动方案"),
        _record("td", "优质中小企业梯度培育管理办法", "工信部企业〔2026〕2号"),
        _record("tz", "关于印发《工业节能专项办法》的通知", "苏工信节能〔2025〕63号"),
        _record("jj", "关于研发费用加计扣除的公告", "财政部 税务总局 工业和信息化部公告2023年第44号"),
        _record("gw", "国务院关于投资项目的条例", "国务院令第673号"),
    )
}
NAMES = Names(RECORDS.values(), {"劳合法": ("劳动合同法",), "强省": ("加快建设制造强省行动方案", "强省")})


def _named(question: str, hidden: str = "") -> dict[str, str]:
    return dict(best_how(NAMES.meant(plan_of(question, TODAY), lambda doc: doc != hidden)))


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("工信部企业[2026]2号怎么说", {"td": "number"}),
        ("请问工信部企业2026年第2号", {"td": "number"}),
        ("国务院令第六百七十三号", {"gw": "number"}),
        ("税务总局公告2023年第44号", {"jj": "number"}),  # one of the three that issued it
        ("财企〔2026〕2号", {}),
        ("63号文还有效吗", {"tz": "near"}),
        ("《公司法》第一条", {"gs": "title"}),
        ("《工业节能专项办法》", {"tz": "title"}),
        ("《制造强省行动方案》的目标", {"qs": "near"}),
        ("《税收征管法》", {"zg": "near"}),
        ("税收征管法里偷税怎么罚", {"zg": "near"}),
        ("违反产品质量法怎么办", {"cp": "title"}),
        ("根据优质中小企业梯度培育管理办法", {"td": "title"}),
        ("劳动法怎么规定加班", {}),  # not 劳动合同法
        ("劳合法第三条", {"ht": "title"}),
        ("《劳合法》", {"ht": "title"}),
        ("《方案》里说", {}),
        ("有没有违法", {}),
        ("管理办法", {}),
    ],
)
def test_documents_are_named_by_number_title_and_short_name(question: str, named: dict[str, str]) -> None:
    assert _named(question) == named


def test_what_may_not_be_seen_is_not_named() -> None:
    assert _named("工信部企业〔2026〕2号和《公司法》", hidden="td") == {"gs": "title"}


def test_the_title_stands_in_for_a_number_and_only_for_it() -> None:
    plan = plan_of("工信部企业〔2026〕2号由谁解释", TODAY)
    meant = NAMES.meant(plan, lambda _: True)
    title = RECORDS["td"].title
    assert in_titles(plan, meant, "q", lambda doc: RECORDS[doc].title) == f"《{title}》由谁解释"
    for said, whole in (
        ("请问按劳合法怎么赔", "请问按《中华人民共和国劳动合同法》怎么赔"),
        ("违反产品质量法怎么罚", None),
    ):
        plan = plan_of(said, TODAY)
        text = in_titles(plan, NAMES.meant(plan, lambda _: True), "q", lambda doc: RECORDS[doc].title)
        assert text == (whole or "q")
    other = plan_of("《公司法》由谁解释", TODAY)
    assert in_titles(other, NAMES.meant(other, lambda _: True), "q", lambda doc: RECORDS[doc].title) == "q"


def _units(doc_id: str, *labels: str | None) -> list[Clause]:
    return [
        Clause(
            clause_id=f"{doc_id}:{at}",
            doc_id=doc_id,
            seq=at,
            kind="article",
            label=label,
            heading_path=(),
            text="…",
            start=at,
            end=at + 1,
            page=None,
        )
        for at, label in enumerate(labels)
    ]


def test_clauses_are_looked_for_in_the_document_named_next_to_them() -> None:
    units = {
        "gs": _units("gs", None, "第四十六条", "第四十七条"),
        "cp": _units("cp", "第四十七条", "第五十条"),
    }
    plan = plan_of("《公司法》第47条、第46条与产品质量法第五十条", TODAY)
    led = clauses_led_to(plan, NAMES.meant(plan, lambda _: True), units.__getitem__)
    assert led == ["gs:2", "gs:1", "cp:1"]


def test_a_clause_that_the_document_has_not_leads_nowhere() -> None:
    plan = plan_of("《公司法》第999条", TODAY)
    assert clauses_led_to(plan, NAMES.meant(plan, lambda _: True), lambda doc: _units(doc, "第一条")) == []


@pytest.mark.parametrize(
    ("labels", "article", "at"),
    [
        (
            ("一、（一）", "一、（二）", "二、（三）", "二、（四）"),
            3,
            2,
        ),  # measures numbered through the text
        (("一、（一）", "一、（二）", "二、（一）"), 1, None),  # which （一）?
        (("一、", "二、", "三、"), 2, 1),
        (("第一条", "第二条", "第一条"), 1, 0),  # an attachment begins anew
    ],
)
def test_a_text_without_articles_is_cited_by_its_own_numbers(
    labels: tuple[str, ...], article: int, at: int | None
) -> None:
    units = _units("d", *labels)
    assert unit_of_article(units, article) == (None if at is None else units[at])
