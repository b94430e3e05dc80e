"""Links that staff set by hand: added, taken out, alive after the files are read again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from corpus.catalog import Catalog
from corpus.errors import InputError
from corpus.hand_links import check, made
from corpus.model import ParsedDocument, Validity, Visibility
from corpus.settings import CorpusSettings
from tests.corpus.making import from_lines

OLD = """
泰州市企业上市奖励办法
泰政规〔2020〕3号
第一条　鼓励企业上市。
第二条　本办法自2020年5月1日起施行。
泰州市人民政府
2020年4月1日
"""
NEW = """
泰州市资本市场高质量发展若干政策
泰政规〔2024〕6号
第一条　推动资本市场发展。
第二条　本政策自2024年7月1日起施行。
泰州市人民政府
2024年6月1日
"""
REPEALING = NEW.replace("起施行。", "起施行，《泰州市企业上市奖励办法》（泰政规〔2020〕3号）同时废止。")
DAY = date(2025, 1, 1)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = Catalog.open(CorpusSettings(home=tmp_path / "home"))
    yield opened
    opened.close()


def live(catalog: Catalog, text: str, name: str, retire: str | None = None) -> ParsedDocument:
    parsed = from_lines(text, name)
    catalog.stage(parsed, Visibility.PUBLIC)
    catalog.make_live(parsed.version.doc_id, retire=[retire] if retire else [])
    return parsed


def ids(*parsed: ParsedDocument) -> list[str]:
    return [each.version.doc_id for each in parsed]


def add(catalog: Catalog, new: str, old: str, on: date | None = None) -> None:
    records = catalog.snapshot().records
    catalog.link(made(records[new], records[old], "张三", "repeals", effective_on=on))


def test_a_link_added_ends_the_old_text_and_makes_one_chain(catalog: Catalog) -> None:
    old, new = ids(live(catalog, OLD, "old.pdf"), live(catalog, NEW, "new.pdf"))
    assert catalog.snapshot().validity(old, DAY) is Validity.IN_FORCE
    add(catalog, new, old)
    snapshot = catalog.snapshot()
    assert snapshot.validity(old, date(2024, 6, 30)) is Validity.IN_FORCE
    assert snapshot.validity(old, date(2024, 7, 1)) is Validity.REPEALED
    assert snapshot.superseded_by(old, DAY) == new
    assert snapshot.chain(new) == [old, new]
    assert "张三" in (snapshot.relations[new][-1].quote or "")


def test_the_day_given_counts(catalog: Catalog) -> None:
    old, new = ids(live(catalog, OLD, "old.pdf"), live(catalog, NEW, "new.pdf"))
    add(catalog, new, old, on=date(2024, 12, 1))
    assert catalog.snapshot().validity(old, date(2024, 11, 30)) is Validity.IN_FORCE
    assert catalog.snapshot().validity(old, date(2024, 12, 1)) is Validity.REPEALED


def test_a_link_survives_a_new_reading_of_either_file(catalog: Catalog) -> None:
    old, new = ids(live(catalog, OLD, "old.pdf"), live(catalog, NEW, "new.pdf"))
    add(catalog, new, old)
    (newer,) = ids(live(catalog, NEW.replace("推动", "大力推动"), "new.pdf", retire=new))
    catalog.remove(new)
    assert catalog.snapshot().superseded_by(old, DAY) == newer
    (older,) = ids(live(catalog, OLD.replace("鼓励", "大力鼓励"), "old.pdf", retire=old))
    catalog.remove(old)
    assert catalog.snapshot().superseded_by(older, DAY) == newer


def test_what_a_text_says_is_taken_out_and_brought_back(catalog: Catalog) -> None:
    old, new = ids(live(catalog, OLD, "old.pdf"), live(catalog, REPEALING, "new.pdf"))
    records = catalog.snapshot().records
    assert catalog.snapshot().validity(old, DAY) is Validity.REPEALED
    assert catalog.unlink(made(records[new], records[old], "张三", taken_out=True))
    assert catalog.snapshot().validity(old, DAY) is Validity.IN_FORCE
    assert [link.taken_out for link in catalog.links_by_hand(new)] == [True]
    (newer,) = ids(live(catalog, REPEALING.replace("推动", "大力推动"), "new.pdf", retire=new))
    catalog.remove(new)
    assert catalog.snapshot().validity(old, DAY) is Validity.IN_FORCE
    add(catalog, newer, old)
    assert catalog.snapshot().validity(old, DAY) is Validity.REPEALED


def test_an_added_link_is_taken_back_without_a_trace(catalog: Catalog) -> None:
    old, new = ids(live(catalog, OLD, "old.pdf"), live(catalog, NEW, "new.pdf"))
    add(catalog, new, old)
    records = catalog.snapshot().records
    assert catalog.unlink(made(records[new], records[old], "张三", taken_out=True))
    assert catalog.links_by_hand(new) == []
    assert catalog.snapshot().validity(old, DAY) is Validity.IN_FORCE
    assert not catalog.unlink(made(records[new], records[old], "张三", taken_out=True))


def test_a_link_to_what_is_not_here_waits_for_it(catalog: Catalog) -> None:
    (new,) = ids(live(catalog, NEW, "new.pdf"))
    record = catalog.snapshot().records[new]
    catalog.link(made(record, (None, "泰政规〔2020〕3号"), "张三", "replaces"))
    assert list(catalog.snapshot().pending) == [new]
    (old,) = ids(live(catalog, OLD, "old.pdf"))
    assert catalog.snapshot().pending == {}
    assert catalog.snapshot().superseded_by(old, DAY) == new


def test_links_that_make_no_sense_are_refused(catalog: Catalog) -> None:
    (new,) = ids(live(catalog, NEW, "new.pdf"))
    record = catalog.snapshot().records[new]
    for kind, target, key in (
        ("kills", None, "links.bad_kind"),
        ("repeals", record, "links.to_itself"),
        ("extends", None, "links.no_day"),
    ):
        with pytest.raises(InputError) as caught:
            check(record, kind, target, None)
        assert caught.value.key == key
