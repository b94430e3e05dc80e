"""The 30 statutes of shared/data: every 第X条 one clause with the right number, none lost or invented."""

import re
from datetime import date
from pathlib import Path

import pytest

from corpus.catalog import Catalog
from corpus.model import Validity, Visibility
from corpus.numbering import chinese_to_int
from corpus.parse import parse_file
from corpus.settings import CorpusSettings

LAWS = Path(__file__).parents[3] / "shared" / "data" / "laws"
FILES = sorted(LAWS.glob("*.md"))

pytestmark = pytest.mark.skipif(not FILES, reason="../shared/data/laws is not there")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem[:40])
def test_every_article_is_one_clause(path: Path) -> None:
    written = re.findall(r"^\*\*第([零一二三四五六七八九十百]+)条", path.read_text("utf-8"), re.MULTILINE)
    parsed = parse_file(path)
    articles = [clause for clause in parsed.clauses if clause.kind == "article"]
    numbers = [chinese_to_int(re.match(r"第(.+?)条", clause.label or "")[1]) for clause in articles]  # type: ignore[index]
    assert numbers == [chinese_to_int(number) for number in written] == list(range(1, len(written) + 1))
    assert parsed.unit_count == len(articles) or any(clause.kind == "table" for clause in parsed.clauses)
    assert all(parsed.version.text[c.start : c.end] == c.text for c in parsed.clauses)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem[:40])
def test_paragraphs_and_items_are_those_of_the_source(path: Path) -> None:
    """Counts by a second reading of the source: blocks between articles, （一） blocks being items."""
    body = path.read_text("utf-8")
    body = body[body.index("**第一条**") :]
    expected: dict[int, tuple[int, int]] = {}
    number = 0
    for block in re.split(r"\n\s*\n", body):
        block = block.strip()
        if re.match(r"附件|附表|附：", block.lstrip("# *")):
            break
        if not block or block.startswith(("#", "|", "<")) or re.match(r"^\d+[.．]", block):
            continue
        if re.match(r"\*\*第.+?条\*\*", block):
            number += 1
            expected[number] = (1, 0)
        elif re.match(r"^（[一二三四五六七八九十]+）", block):
            expected[number] = (expected[number][0], expected[number][1] + 1)
        else:
            expected[number] = (expected[number][0] + 1, expected[number][1])
    parsed = parse_file(path)
    units = {c.clause_id: n for n, c in enumerate((c for c in parsed.clauses if c.kind == "article"), 1)}
    parents = {c.clause_id: c.parent_id for c in parsed.clauses}
    found = dict.fromkeys(units.values(), (0, 0))
    for clause in parsed.clauses:
        owner = clause.parent_id
        while owner is not None and owner not in units:
            owner = parents[owner]
        if owner is not None and clause.kind in ("paragraph", "item"):
            paragraphs, items = found[units[owner]]
            found[units[owner]] = (paragraphs + (clause.kind == "paragraph"), items + (clause.kind == "item"))
    found = {n: (paragraphs or 1, items) for n, (paragraphs, items) in found.items()}
    assert found == expected


def test_trademark_law_has_two_versions(tmp_path: Path) -> None:
    catalog = Catalog.open(CorpusSettings(home=tmp_path))
    for path in LAWS.glob("trademark-law*.md"):
        parsed = parse_file(path)
        catalog.stage(parsed, Visibility.PUBLIC)
        catalog.make_live(parsed.version.doc_id)
    snapshot = catalog.snapshot()
    old, new = sorted(snapshot.records.values(), key=lambda record: str(record.effective_from))
    assert new.effective_from == date(2027, 1, 1)
    assert snapshot.superseded_by(old.doc_id) == new.doc_id
    for day, expected in (
        (date(2026, 12, 31), (Validity.IN_FORCE, Validity.NOT_YET)),
        (date(2027, 1, 1), (Validity.REPEALED, Validity.IN_FORCE)),
    ):
        assert (snapshot.validity(old.doc_id, day), snapshot.validity(new.doc_id, day)) == expected


@pytest.mark.parametrize(
    ("name", "effective", "issuer"),
    [
        ("company-law.md", date(2024, 7, 1), "全国人民代表大会常务委员会"),
        ("private-economy-promotion-law.md", date(2025, 5, 20), "全国人民代表大会常务委员会"),
        (
            "small-and-medium-sized-enterprises-promotion-law.md",
            date(2018, 1, 1),
            "全国人民代表大会常务委员会",
        ),
        ("foreign-investment-law.md", date(2020, 1, 1), "全国人民代表大会"),
    ],
)
def test_dates_and_issuers(name: str, effective: date, issuer: str) -> None:
    version = parse_file(LAWS / name).version
    assert (version.effective_from, version.issuer, version.level) == (effective, issuer, "国家")
    assert version.effective_to is None


def test_no_statute_claims_an_end() -> None:
    """有效期 in these texts is that of marks and licences, never the law's own."""
    assert [path.name for path in FILES if parse_file(path).version.effective_to] == []
