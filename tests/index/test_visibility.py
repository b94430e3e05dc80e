"""No ingestion without an express word makes an internal document public."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from corpus.model import Role, Visibility
from index.library import Library
from tests.index.conftest import write

pytestmark = pytest.mark.slow
DAY = date(2026, 11, 22)
PUBLIC, INTERNAL = Visibility.PUBLIC, Visibility.INTERNAL


def _seen(library: Library) -> dict[str, Visibility]:
    return {Path(r.path).name: r.visibility for r in library.catalog.snapshot().records.values()}


def _found_by_visitor(library: Library, query: str) -> list[str]:
    hits = library.search(query, as_of=DAY, role=Role.VISITOR, in_force_only=False)
    return [library.catalog.record(hit.doc_id).path.rsplit("/", 1)[-1] for hit in hits]  # type: ignore[union-attr]


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """One public file, one internal by its front matter, one by a mark, in one batch."""
    folder = tmp_path / "mixed"
    write(folder / "公开.md", "中小企业贷款贴息办法", "对贷款按年利率2%给予贴息。")
    declared = write(folder / "声明.md", "重点企业走访安排", "走访某某精密机械公司，了解停产风险。")
    declared.write_text("---\nvisibility: internal\n---\n\n" + declared.read_text("utf-8"), "utf-8")
    marked = write(folder / "标注.md", "项目推进研判材料", "某某储能项目资金缺口三千万元。")
    marked.write_text("内部资料，注意保存\n\n" + marked.read_text("utf-8"), "utf-8")
    return folder


def test_what_declares_itself_internal_is_internal(library: Library, mixed: Path) -> None:
    assert [r.status for r in library.ingest([mixed])] == ["added"] * 3
    assert _seen(library) == {"公开.md": PUBLIC, "声明.md": INTERNAL, "标注.md": INTERNAL}
    assert set(_found_by_visitor(library, "精密机械公司停产风险 储能项目资金缺口")) <= {"公开.md"}
    staff = library.search("储能项目资金缺口", as_of=DAY, role=Role.STAFF)
    assert staff[0].title == "项目推进研判材料"


def test_what_was_taken_in_as_internal_stays_so(library: Library, source: Path) -> None:
    list(library.ingest([source], visibility=INTERNAL))
    assert [r.status for r in library.ingest([source])] == ["unchanged"] * 3
    write(source / "贴息.md", "中小企业贷款贴息办法", "对小微企业贷款按年利率3%给予贴息。")
    assert [r.status for r in library.ingest([source])].count("updated") == 1
    assert set(_seen(library).values()) == {INTERNAL}
    assert _found_by_visitor(library, "小微企业贷款贴息") == []


def test_a_public_document_that_becomes_internal_leaves_the_public_index(
    library: Library, source: Path
) -> None:
    path = source / "贴息.md"
    list(library.ingest([path]))
    path.write_text("---\nvisibility: internal\n---\n\n" + path.read_text("utf-8"), "utf-8")
    (same_text,) = library.ingest([path])  # the same text, only its front matter is new
    assert same_text.status == "updated" and _seen(library) == {"贴息.md": INTERNAL}
    assert _found_by_visitor(library, "贷款贴息") == []
    assert library.unit_count == 0


def test_an_express_word_wins_both_ways(library: Library, mixed: Path) -> None:
    list(library.ingest([mixed], visibility=PUBLIC))
    assert set(_seen(library).values()) == {PUBLIC}
    assert [r.status for r in library.ingest([mixed])] == ["unchanged"] * 3
    assert set(_seen(library).values()) == {PUBLIC}
    list(library.ingest([mixed], visibility=INTERNAL))
    assert set(_seen(library).values()) == {INTERNAL}


@pytest.mark.parametrize("first", ["甲.md", "乙.md"])
def test_of_two_files_of_one_text_the_internal_one_decides(
    library: Library, tmp_path: Path, first: str
) -> None:
    plain = write(tmp_path / "t" / "甲.md", "孪生材料", "内容相同。")
    marked = plain.with_name("乙.md")
    marked.write_text("---\nvisibility: internal\n---\n\n" + plain.read_text("utf-8"), "utf-8")
    second = plain if first == "乙.md" else marked
    list(library.ingest([tmp_path / "t" / first, second]))
    assert set(_seen(library).values()) == {INTERNAL}
    again = write(tmp_path / "u" / "丙.md", "孪生材料", "内容相同。")
    list(library.ingest([again]))
    assert set(_seen(library).values()) == {INTERNAL}
