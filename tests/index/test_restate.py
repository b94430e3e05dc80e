"""What staff correct of title and visibility reaches the search, and outlives another load."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from corpus.corrections import parse
from corpus.model import Role, Visibility
from index.journal import Journal
from index.library import Library
from index.recovery import recover
from tests.index.conftest import write

pytestmark = pytest.mark.slow
DAY = date(2026, 11, 22)


@pytest.fixture
def doc_id(library: Library, source: Path) -> str:
    results = list(library.ingest([source]))
    found = next(result.doc_id for result in results if result.path.name == "贴息.md")
    assert found is not None
    return found


def seen(library: Library, query: str, role: Role) -> list[str]:
    return [hit.doc_id for hit in library.search(query, as_of=DAY, role=role)]


def test_a_corrected_title_is_found_by_its_words(library: Library, doc_id: str) -> None:
    library.catalog.correct(doc_id, parse(["title=星火融资支持计划"]), "张某")
    library.restate(doc_id)
    (first, *_) = library.search("星火融资", as_of=DAY)
    assert (first.doc_id, first.title) == (doc_id, "星火融资支持计划")
    assert seen(library, "贷款贴息年利率", Role.VISITOR).count(doc_id) <= 3  # its rows are not doubled


def test_a_corrected_title_stays_found_after_the_file_changed(
    library: Library, source: Path, doc_id: str
) -> None:
    library.catalog.correct(doc_id, parse(["title=星火融资支持计划"]), "张某")
    library.restate(doc_id)
    write(source / "贴息.md", "中小企业贷款贴息办法", "对小微企业贷款按年利率3%给予贴息。")
    list(library.ingest([source]))
    (first, *_) = library.search("星火融资", as_of=DAY)
    assert first.title == "星火融资支持计划" and first.doc_id != doc_id


def test_visibility_set_by_staff_outranks_the_next_load(library: Library, source: Path, doc_id: str) -> None:
    query = "中小企业贷款贴息年利率"
    library.catalog.correct(doc_id, parse(["visibility=internal"]), "张某")
    library.restate(doc_id, Visibility.INTERNAL)
    assert doc_id not in seen(library, query, Role.VISITOR)
    assert doc_id in seen(library, query, Role.STAFF)
    list(library.ingest([source], visibility=Visibility.PUBLIC))
    assert doc_id not in seen(library, query, Role.VISITOR)
    write(source / "贴息.md", "中小企业贷款贴息办法", "对小微企业贷款按年利率3%给予贴息。")
    list(library.ingest([source], visibility=Visibility.PUBLIC))
    hits = library.search(query, as_of=DAY, role=Role.STAFF)
    changed = next(hit for hit in hits if "3%" in hit.text)
    assert changed.visibility is Visibility.INTERNAL
    assert changed.doc_id not in seen(library, query, Role.VISITOR)


def test_a_move_that_was_cut_short_is_mended(library: Library, doc_id: str) -> None:
    Journal(library.home).begin([doc_id], [doc_id])  # killed before the first row
    recover(library.home, library.catalog, library._index)
    assert doc_id in seen(library, "中小企业贷款贴息年利率", Role.VISITOR)
    assert Journal(library.home).read() is None


def test_a_version_that_is_not_there(library: Library) -> None:
    with pytest.raises(KeyError):
        library.restate("000000000000")
