"""Closing clauses: start, end, repeal; and validity on a day from what replaces what."""

from datetime import date, datetime

import pytest

from corpus.effects import read_relations
from corpus.model import Relation, Validity, Visibility
from corpus.record import Record
from corpus.snapshot import Snapshot
from corpus.validity import read_terms, resolve

ISSUED = date(2024, 1, 2)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("本办法自2026年4月1日起施行，有效期至2031年3月31日。", date(2026, 4, 1), date(2031, 3, 31)),
        ("本通知自发布之日起施行，有效期3年。", ISSUED, date(2027, 1, 1)),
        ("自2025年5月20日起施行，有效期至2028年5月20日。", date(2025, 5, 20), date(2028, 5, 20)),
        ("本办法自公布之日起30日后施行，试行期两年。", date(2024, 2, 1), date(2026, 1, 31)),
        ("执行期限为2025年1月1日至2027年12月31日。", date(2025, 1, 1), date(2027, 12, 31)),
        ("本措施执行至2027年12月31日。", None, date(2027, 12, 31)),
        ("本规定自二〇二五年三月一日起实施。", date(2025, 3, 1), None),
        ("本法自2018年1月1日起施行。", date(2018, 1, 1), None),
    ],
)
def test_terms_of_the_text_itself(text: str, start: date | None, end: date | None) -> None:
    assert resolve(read_terms(text), ISSUED) == (start, end)


@pytest.mark.parametrize(
    "text",
    [
        "小巨人称号有效期为三年。",
        "每次续展注册的有效期为十年，自该商标上一届有效期满次日起计算。",
        "通过复核的企业，有效期延长三年。",
        "《另一办法》自2020年1月1日起施行。",
        "企业应当于2026年5月25日前完成申报。",
    ],
)
def test_terms_of_something_else(text: str) -> None:
    assert resolve(read_terms(text), ISSUED) == (None, None)


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        (
            "《优质中小企业梯度培育管理暂行办法》（工信部企业〔2022〕63号）同时废止。",
            [("repeals", "优质中小企业梯度培育管理暂行办法", "工信部企业〔2022〕63号")],
        ),
        (
            "自2026年1月1日起施行，原苏工信规〔2021〕3号文件同时废止。",
            [("repeals", None, "苏工信规〔2021〕3号")],
        ),
        ("本公告代替《关于某事项的公告》。", [("replaces", "关于某事项的公告", None)]),
        (
            "《甲办法》（苏工信〔2020〕1号）、《乙办法》（苏工信〔2020〕2号）同时废止。",
            [("repeals", "甲办法", "苏工信〔2020〕1号"), ("repeals", "乙办法", "苏工信〔2020〕2号")],
        ),
        (
            "将《丙办法》（苏工信〔2020〕1号）有效期延长至2027年12月31日。",
            [("extends", "丙办法", "苏工信〔2020〕1号")],
        ),
        (
            "现决定废止下列文件：\n1.《甲办法》（苏工信〔2020〕1号）；\n2.《乙办法》\n本决定自印发之日起施行。",
            [("repeals", "甲办法", "苏工信〔2020〕1号"), ("repeals", "乙办法", None)],
        ),
        (
            "对下列规范性文件予以废止：\n一、《甲办法》（苏工信〔2020〕1号）。\n二、其他事项。\n《丙办法》另行修订。",
            [("repeals", "甲办法", "苏工信〔2020〕1号")],
        ),
        ("《丁办法》第十二条同时废止。", [("amends", "丁办法", None)]),
        ("商标注册被撤销的，商标权失效。", []),
    ],
)
def test_relations(text: str, targets: list[tuple[str, str | None, str | None]]) -> None:
    assert [(r.kind, r.target_title, r.target_number) for r in read_relations(text)] == targets


def record(doc_id: str, title: str, **values: object) -> Record:
    fields: dict[str, object] = {
        "doc_id": doc_id,
        "state": "live",
        "visibility": Visibility.PUBLIC,
        "path": f"/{doc_id}.md",
        "sha256": doc_id,
        "format": "markdown",
        "title": title,
        "unit_count": 1,
        "added_at": datetime(2026, 1, 1),
    }
    return Record(**{**fields, **values})  # type: ignore[arg-type]


def snapshot(records: list[Record], **relations: list[Relation]) -> Snapshot:
    return Snapshot(1, {r.doc_id: r for r in records}, relations)


def test_repeal_takes_effect_when_the_new_text_does() -> None:
    old = record("old", "某暂行办法", doc_number="工信部企业〔2022〕63号", effective_from=date(2022, 8, 1))
    new = record("new", "某办法", doc_number="工信部企业〔2026〕2号", effective_from=date(2026, 4, 1))
    state = snapshot([old, new], new=[Relation("repeals", None, "工信部企业[2022]63号")])
    assert state.validity("old", date(2022, 7, 31)) is Validity.NOT_YET
    assert state.validity("old", date(2026, 3, 31)) is Validity.IN_FORCE
    assert state.validity("old", date(2026, 4, 1)) is Validity.REPEALED
    assert state.validity("new", date(2026, 3, 31)) is Validity.NOT_YET
    assert state.superseded_by("old") == "new"
    assert state.last_day("old") == date(2026, 3, 31)


def test_repeal_by_title_of_a_document_that_another_issues() -> None:
    old = record("old", "关于印发《某管理办法》的通知", issued_on=date(2020, 1, 1))
    new = record("new", "某管理规定", effective_from=date(2025, 1, 1))
    state = snapshot([old, new], new=[Relation("repeals", "某管理办法", None)])
    assert state.superseded_by("old") == "new"


def test_versions_of_one_title_replace_each_other() -> None:
    old = record("old", "中华人民共和国商标法", effective_from=date(2019, 4, 23))
    new = record("new", "中华人民共和国商标法", effective_from=date(2027, 1, 1))
    state = snapshot([new, old])
    assert state.validity("old", date(2026, 12, 31)) is Validity.IN_FORCE
    assert state.validity("old", date(2027, 1, 1)) is Validity.REPEALED
    assert state.validity("new", date(2026, 12, 31)) is Validity.NOT_YET


def test_reports_of_one_title_do_not_replace_each_other() -> None:
    one = record("one", "全省工业运行月报", issued_on=date(2026, 1, 10))
    two = record("two", "全省工业运行月报", issued_on=date(2026, 2, 10))
    state = snapshot([one, two])
    assert state.successions == {}


def test_expiry_and_extension() -> None:
    old = record("old", "某措施", effective_from=date(2021, 1, 1), effective_to=date(2023, 12, 31))
    more = record("more", "关于延长的通知", issued_on=date(2023, 11, 1))
    assert snapshot([old]).validity("old", date(2024, 1, 1)) is Validity.EXPIRED
    longer = Relation("extends", "某措施", None, effective_on=date(2025, 12, 31))
    state = snapshot([old, more], more=[longer])
    assert state.validity("old", date(2024, 1, 1)) is Validity.IN_FORCE
    assert state.validity("old", date(2026, 1, 1)) is Validity.EXPIRED


def test_no_dates_is_unknown_and_issue_date_begins() -> None:
    assert snapshot([record("a", "甲")]).validity("a", date(2026, 1, 1)) is Validity.UNKNOWN
    dated = snapshot([record("a", "甲", issued_on=date(2025, 1, 1))])
    assert dated.validity("a", date(2024, 12, 31)) is Validity.NOT_YET
    assert dated.validity("a", date(2025, 1, 1)) is Validity.IN_FORCE


def test_a_text_of_a_known_month_is_not_there_before_it() -> None:
    state = snapshot([record("a", "甲", basis={"issued_month": "2026-03"})])
    assert state.validity("a", date(2024, 5, 1)) is Validity.NOT_YET
    assert state.validity("a", date(2026, 2, 28)) is Validity.NOT_YET
    assert state.validity("a", date(2026, 3, 1)) is Validity.UNKNOWN


def test_a_term_that_is_said_to_be_over_runs_to_its_end() -> None:
    old = record("old", "某行动计划", effective_from=date(2021, 1, 1), effective_to=date(2023, 12, 31))
    new = record("new", "某行动方案", basis={"issued_month": "2023-08"})
    ended = Relation("repeals", "某行动计划", None, quote="《某行动计划》实施期满，不再执行。")
    state = snapshot([old, new], new=[ended])
    assert state.superseded_by("old") == "new"
    assert state.validity("old", date(2023, 12, 31)) is Validity.IN_FORCE
    assert state.validity("old", date(2024, 1, 1)) is Validity.EXPIRED


def test_a_repeal_of_which_only_the_year_is_known_is_over_with_the_year() -> None:
    old = record("old", "某暂行办法", issued_on=date(2020, 1, 1))
    new = record("new", "某办法", doc_number="某工信规〔2024〕3号")
    state = snapshot([old, new], new=[Relation("repeals", "某暂行办法", None)])
    assert state.validity("old", date(2024, 12, 30)) is Validity.IN_FORCE
    assert state.validity("old", date(2025, 1, 1)) is Validity.REPEALED


def test_a_link_waits_for_its_document_and_is_made_when_it_arrives() -> None:
    new = record("new", "某办法", doc_number="某工信规〔2025〕1号", effective_from=date(2025, 1, 1))
    repeal = Relation("repeals", "某暂行办法", "某工信规〔2021〕2号")
    assert snapshot([new], new=[repeal]).pending == {"new": [repeal]}
    old = record("old", "某暂行办法", doc_number="某工信规〔2021〕2号", effective_from=date(2021, 1, 1))
    for order in ([old, new], [new, old]):
        state = snapshot(order, new=[repeal])
        assert state.pending == {} and state.superseded_by("old") == "new"


def test_a_document_of_that_name_with_another_number_leaves_the_link_waiting() -> None:
    new = record("new", "某办法", effective_from=date(2025, 1, 1))
    other = record("other", "某暂行办法", doc_number="某工信规〔2019〕7号", effective_from=date(2019, 1, 1))
    state = snapshot([new, other], new=[Relation("repeals", "某暂行办法", "某工信规〔2021〕2号")])
    assert "new" in state.pending and state.superseded_by("other") is None


def test_the_successor_is_named_from_its_day_on() -> None:
    old = record("old", "某暂行办法", effective_from=date(2021, 1, 1))
    new = record("new", "某办法", effective_from=date(2025, 1, 1))
    state = snapshot([old, new], new=[Relation("repeals", "某暂行办法", None)])
    assert state.superseded_by("old", date(2024, 12, 31)) is None
    assert state.superseded_by("old", date(2025, 1, 1)) == "new"
    assert state.superseded_by("old") == "new"  # whenever that will be


def test_one_title_of_two_bodies_is_two_documents() -> None:
    one = record("one", "行政执法公示办法", issuer="某市财政局", effective_from=date(2020, 1, 1))
    two = record("two", "行政执法公示办法", issuer="某市统计局", effective_from=date(2022, 1, 1))
    assert snapshot([one, two]).successions == {}
    same = record("two", "行政执法公示办法", issuer="某市财政局", effective_from=date(2022, 1, 1))
    assert snapshot([one, same]).superseded_by("one") == "two"


def test_extension_by_a_term_counts_from_the_old_end() -> None:
    old = record("old", "某措施", effective_from=date(2021, 1, 1), effective_to=date(2023, 12, 31))
    more = record("more", "关于延长的通知", issued_on=date(2023, 11, 1))
    state = snapshot([old, more], more=[Relation("extends", "某措施", None, term_months=24)])
    assert state.ends_on("old") == date(2025, 12, 31)


def test_found_still_valid_changes_nothing_while_its_own_term_runs() -> None:
    old = record("old", "某措施", effective_from=date(2021, 1, 1), effective_to=date(2025, 12, 31))
    said = record("said", "关于清理结果的公告", issued_on=date(2023, 11, 1))
    state = snapshot([old, said], said=[Relation("extends", "某措施", None, quote="《某措施》继续有效")])
    assert state.ends_on("old") == date(2025, 12, 31)
    late = record("said", "关于清理结果的公告", issued_on=date(2026, 3, 1))
    again = snapshot([old, late], said=[Relation("extends", "某措施", None, quote="《某措施》继续有效")])
    assert again.ends_on("old") is None


def test_a_chain_across_titles_is_one_chain_and_a_cleaning_decision_is_in_none() -> None:
    one = record("one", "甲办法", effective_from=date(2012, 1, 1))
    side = record("side", "丁办法", effective_from=date(2014, 1, 1))
    two = record("two", "乙办法", effective_from=date(2018, 1, 1))
    three = record("three", "丙办法", effective_from=date(2024, 1, 1))
    clean = record("clean", "关于废止丙办法的决定", effective_from=date(2026, 1, 1))
    merged = [Relation("repeals", "甲办法", None), Relation("repeals", "丁办法", None)]
    state = snapshot(
        [three, one, clean, two, side],
        two=merged,
        three=[Relation("replaces", "乙办法", None)],
        clean=[Relation("repeals", "丙办法", None)],
    )
    assert state.chain("two") == state.chain("three") == ["one", "side", "two", "three"]
    assert state.chain("one") == ["one", "two", "three"]
    assert state.chain("clean") == ["clean"]
    assert state.superseded_by("three") == "clean"
