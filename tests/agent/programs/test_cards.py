"""The support programmes against the sample library, and a linter that finds what is planted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from agent.programs import load_programs
from agent.programs.lint import lint, standing_notes
from agent.programs.load import CARDS
from agent.programs.resolve import Resolver
from corpus.catalog import Catalog
from corpus.model import Validity, Visibility
from corpus.parse import parse_file
from corpus.settings import CorpusSettings

SAMPLES = Path(__file__).parents[3] / "corpus" / "samples" / "files"
DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    """The digests in a catalog, without an index: nothing is searched here."""
    home = tmp_path_factory.mktemp("programs")
    opened = Catalog.open(CorpusSettings(home=home, database_url=None))
    for path in sorted(SAMPLES.iterdir()):
        if path.is_file() and not path.name.startswith("monitor-"):
            parsed = parse_file(path)
            opened.stage(parsed, Visibility.PUBLIC)
            opened.make_live(parsed.version.doc_id)
    yield opened
    opened.close()


@pytest.mark.slow
def test_every_condition_stands_in_the_clause_it_names(catalog: Catalog) -> None:
    loaded = load_programs([CARDS])
    assert len(loaded.programmes) >= 16
    assert [str(fault) for fault in lint(loaded, Resolver(catalog, DAY))] == []


@pytest.mark.slow
def test_what_is_no_longer_in_force_is_told_with_what_replaced_it(catalog: Catalog) -> None:
    loaded = load_programs([CARDS])
    notes = "\n".join(standing_notes(loaded, Resolver(catalog, DAY)))
    assert "zjtx-2022" in notes and "《优质中小企业梯度培育管理办法》" in notes and "zjtx-2026" not in notes
    before = Resolver(catalog, date(2024, 6, 1))
    assert before.standing(loaded.programmes["zjtx-2022"]).validity is Validity.IN_FORCE
    assert before.standing(loaded.programmes["zjtx-2026"]).validity is Validity.NOT_YET


def changed(tmp_path: Path, old: str, new: str, name: str = "zjtx-2026") -> list[str]:
    """The faults of a card with one thing changed."""
    text = (CARDS / f"{name}.yaml").read_text("utf-8")
    assert old in text
    (tmp_path / f"{name}.yaml").write_text(text.replace(old, new, 1), "utf-8")
    return [str(fault) for fault in lint(load_programs([CARDS, tmp_path]))]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("value: 1500\n", "value: 1600\n", "1600"),  # a figure that the words do not state
        ("op: le\n", "op: ge\n", "不高于80%"),  # the comparator turned round
        ("fact: debt_ratio", "fact: debt_share", "debt_share"),
        ("clause: main#第三条", "clause: other#第三条", "other#第三条"),
        ("conditions:", "conditionz:", "conditionz"),
        ("level: 国家", "level: 国家\nlevels: x", "levels"),
    ],
)
def test_the_linter_finds_what_is_wrong(tmp_path: Path, old: str, new: str, told: str) -> None:
    faults = changed(tmp_path, old, new)
    assert faults and any(told in fault and f"{tmp_path}" in fault for fault in faults), faults


@pytest.mark.slow
def test_words_that_the_clause_does_not_have_are_found(catalog: Catalog, tmp_path: Path) -> None:
    text = (CARDS / "zjtx-2026.yaml").read_text("utf-8").replace("应当先取得科技", "应当首先取得科技")
    (tmp_path / "zjtx-2026.yaml").write_text(text, "utf-8")
    faults = [str(fault) for fault in lint(load_programs([CARDS, tmp_path]), Resolver(catalog, DAY))]
    assert len(faults) == 1 and "应当首先取得科技" in faults[0]


def test_a_file_that_is_no_card_is_a_fault_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("id: [", "utf-8")
    (tmp_path / "list.yaml").write_text("- 一\n", "utf-8")
    loaded = load_programs([CARDS, tmp_path])
    assert {fault.path.name for fault in loaded.faults} == {"broken.yaml", "list.yaml"}
    assert "zjtx-2026" in loaded.programmes
