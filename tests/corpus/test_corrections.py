"""What staff correct: checked, kept apart from what was read, alive after the file is read again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from corpus.catalog import Catalog
from corpus.corrections import parse
from corpus.errors import InputError
from corpus.model import ParsedDocument, Validity, Visibility
from corpus.settings import CorpusSettings
from tests.corpus.making import from_lines

TEXT = """
关于支持企业上市的若干措施
一、支持企业改制。
二、本措施自2024年3月1日起施行，有效期3年。
南京市工业和信息化局
2024年2月1日
"""
CHANGED_TEXT = TEXT.replace("支持企业改制", "支持企业股份制改造")


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = Catalog.open(CorpusSettings(home=tmp_path / "home"))
    yield opened
    opened.close()


def live(catalog: Catalog, text: str, name: str = "a.pdf", retire: str | None = None) -> ParsedDocument:
    parsed = from_lines(text, name)
    catalog.stage(parsed, Visibility.PUBLIC)
    catalog.make_live(parsed.version.doc_id, retire=[retire] if retire else [])
    if retire:
        catalog.remove(retire)
    return parsed


def test_a_correction_shows_at_once_and_says_by_whom(catalog: Catalog) -> None:
    doc_id = live(catalog, TEXT).version.doc_id
    before = catalog.snapshot()
    catalog.correct(doc_id, parse(["effective_to=2025-12-31", "title=关于支持企业上市的措施"]), "张某")
    record = catalog.snapshot().records[doc_id]
    assert (record.title, record.effective_to) == ("关于支持企业上市的措施", date(2025, 12, 31))
    assert record.basis["title"].startswith("人工更正（张某 ") and record.confidence["title"] == "高"
    assert record.as_read == {"title": "关于支持企业上市的若干措施", "effective_to": date(2027, 2, 28)}
    assert catalog.snapshot().validity(doc_id, date(2026, 6, 1)) is Validity.EXPIRED
    assert before.validity(doc_id, date(2026, 6, 1)) is Validity.IN_FORCE


def test_issuers_follow_the_corrected_issuer(catalog: Catalog) -> None:
    doc_id = live(catalog, TEXT).version.doc_id
    catalog.correct(doc_id, parse(["issuer=江苏省工业和信息化厅、江苏省财政厅"]), "张某")
    record = catalog.snapshot().records[doc_id]
    assert record.issuers == ("江苏省工业和信息化厅", "江苏省财政厅")
    assert record.basis["issuers"] == record.basis["issuer"]


def test_it_survives_the_same_text_read_again(catalog: Catalog) -> None:
    doc_id = live(catalog, TEXT).version.doc_id
    catalog.correct(doc_id, parse(["issuer=南京市人民政府"]), "张某")
    live(catalog, TEXT)
    assert catalog.snapshot().records[doc_id].issuer == "南京市人民政府"
    catalog.remove(doc_id)
    live(catalog, TEXT, "moved.pdf")  # the same text under another name
    assert catalog.snapshot().records[doc_id].issuer == "南京市人民政府"


def test_it_survives_another_text_of_the_same_path(catalog: Catalog) -> None:
    first = live(catalog, TEXT).version.doc_id
    catalog.correct(first, parse(["effective_to=2025-12-31"]), "张某")
    second = live(catalog, CHANGED_TEXT, retire=first).version.doc_id
    assert second != first
    assert catalog.snapshot().records[second].effective_to == date(2025, 12, 31)


def test_a_new_text_that_states_another_value_is_not_overruled(catalog: Catalog) -> None:
    first = live(catalog, TEXT).version.doc_id
    catalog.correct(first, parse(["effective_to=2025-12-31"]), "张某")
    second = live(catalog, TEXT.replace("有效期3年", "有效期至2028年6月30日"), retire=first).version.doc_id
    record = catalog.snapshot().records[second]
    assert record.effective_to == date(2028, 6, 30)
    (stale,) = record.corrections
    assert not stale.applies and stale.value == "2025-12-31"


def test_an_empty_value_means_that_none_is_stated(catalog: Catalog) -> None:
    doc_id = live(catalog, TEXT).version.doc_id
    catalog.correct(doc_id, parse(["effective_to="]), "张某")
    assert catalog.snapshot().records[doc_id].effective_to is None
    assert catalog.snapshot().validity(doc_id, date(2040, 1, 1)) is Validity.IN_FORCE


def test_cleared_all_or_by_field(catalog: Catalog) -> None:
    doc_id = live(catalog, TEXT).version.doc_id
    catalog.correct(doc_id, parse(["issuer=某局", "subject=未来产业", "genre=政策"]), "张某")
    assert catalog.clear_corrections(doc_id, ["issuer"]) == 1
    record = catalog.snapshot().records[doc_id]
    assert (record.issuer, record.subject) == ("南京市工业和信息化局", "未来产业")
    assert catalog.clear_corrections(doc_id) == 2
    assert catalog.snapshot().records[doc_id].corrections == ()


def test_corrected_again_the_last_one_holds_and_what_was_read_stays(catalog: Catalog) -> None:
    doc_id = live(catalog, TEXT).version.doc_id
    catalog.correct(doc_id, parse(["issued_on=2024-02-02"]), "张某")
    catalog.correct(doc_id, parse(["issued_on=2024-02-03"]), "李某")
    record = catalog.snapshot().records[doc_id]
    assert record.issued_on == date(2024, 2, 3)
    (correction,) = record.corrections
    assert (correction.was, correction.by) == ("2024-02-01", "李某")


def test_dates_that_contradict_each_other_are_refused(catalog: Catalog) -> None:
    doc_id = live(catalog, TEXT).version.doc_id
    with pytest.raises(InputError, match="早于施行日期"):
        catalog.correct(doc_id, parse(["effective_to=2023-01-01"]), "张某")
    assert catalog.snapshot().records[doc_id].corrections == ()


@pytest.mark.parametrize(
    ("assignment", "said"),
    [
        ("title", "等号"),
        ("titel=x", "是不是 title"),
        ("title=", "不能留空"),
        ("visibility=", "不能留空"),
        ("title=一\n二", "换行"),
        ("doc_number=第一号", "发文字号"),
        ("doc_number=苏工信规〔2024〕1号附注", "发文字号"),
        ("issued_on=2024/1/1", "YYYY-MM-DD"),
        ("effective_from=2024-02-30", "YYYY-MM-DD"),
        ("level=镇", "国家、省、市、县"),
        ("region=火星", "地区名"),
        ("subject=其他", "扶持政策"),
        ("visibility=secret", "public、internal"),
    ],
)
def test_values_that_a_field_cannot_hold(assignment: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        parse([assignment])
    assert said in caught.value.message("zh")


def test_values_are_taken_as_official_texts_write_them() -> None:
    values = parse(
        ["doc_number=财政部 税务总局公告2023年第7号", "region=昆山市", "level=县", "issuer=甲局、乙局"]
    )
    assert values["doc_number"] == "财政部 税务总局公告2023年第7号"
    assert (values["region"], values["level"], values["issuer"]) == ("昆山市", "县", "甲局、乙局")


def test_a_home_made_by_an_earlier_version_opens_and_keeps_its_documents(tmp_path: Path) -> None:
    home = tmp_path / "home"
    opened = Catalog.open(CorpusSettings(home=home))
    doc_id = live(opened, TEXT).version.doc_id
    opened.close()
    with sqlite3.connect(home / "zhixun.db") as database:
        for table, column in (
            *(("versions", name) for name in ("issuers", "audience", "attachments", "application_from")),
            *(("versions", "application_to"), ("relations", "term_months")),
        ):
            database.execute(f'ALTER TABLE {table} DROP COLUMN "{column}"')
        database.execute("DROP TABLE corrections")
    database.close()
    again = Catalog.open(CorpusSettings(home=home))
    record = again.snapshot().records[doc_id]
    assert (record.title, record.issuers, record.application_to) == ("关于支持企业上市的若干措施", (), None)
    again.correct(doc_id, parse(["issuer=某局"]), "张某")
    assert again.snapshot().records[doc_id].issuer == "某局"
    again.close()
