"""With a fault planted in the real assistant, over sample documents, the gate fails and names the metric."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent import Assistant
from corpus.samples import FILES
from evals.gate import gate
from evals.record import RunResult
from evals.run import run_suite
from evals.suite import Case, load_suites
from index import Library
from tests.evals.planted import DAY, Planted, Switch

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]  # reading the samples takes a minute

# Quick to read, with predecessors of texts in force and a report that visitors may not see.
NAMED = {
    "loan-interest-2026-01.pdf", "loan-interest-2025-02.docx", "tidu-2026.pdf", "tidu-2022-interim.pdf",
    "rd-deduction-2023-7.docx", "rd-deduction-2022-16.html", "loan-interest-2024-03.html",
    "internal-risk-2026-10-虚构数据.docx",
}  # fmt: skip
REFUSED, OTHERS = 16, 10  # questions of these kinds; all that ask for a version are taken


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[Planted]:
    home = tmp_path_factory.mktemp("planted") / "home"
    home.mkdir()
    (home / "models").symlink_to(models_dir, target_is_directory=True)
    files = [path for path in sorted(FILES.iterdir()) if path.suffix == ".md" or path.name in NAMED]
    with Assistant(Library.open(home), today=lambda: DAY) as real:
        assert {result.status for result in real.library.ingest(files)} == {"added"}
        yield Planted(real)


@pytest.fixture(scope="module")
def suite(planted: Planted, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tuning questions that these files answer, or nothing answers."""
    names = {Path(record.path).name for record in planted.library.catalog.snapshot().records.values()}
    held = [
        case
        for case in load_suites(["first", "second"], "tune")
        if {gold.doc for gold in case.gold} <= names and (case.gold or case.wants_refusal)
    ]
    versions = [case for case in held if case.as_of or "version" in case.tags]
    hidden = [case for case in held if "permission" in case.tags]
    rest = [case for case in held if case not in versions and case not in hidden]
    refused = [case for case in rest if case.wants_refusal][:REFUSED]
    others = [case for case in rest if case.wants_answer][:OTHERS]
    path = tmp_path_factory.mktemp("suite") / "planted.jsonl"
    chosen: list[Case] = [*versions, *hidden, *refused, *others]
    path.write_text("\n".join(case.model_dump_json() for case in chosen), encoding="utf-8")
    return path


def asked(planted: Planted, suite: Path, switch: Switch, out: Path) -> RunResult:
    planted.switch = switch
    try:
        return run_suite([suite], planted, out)
    finally:
        planted.switch = "none"


@pytest.fixture(scope="module")
def sound(planted: Planted, suite: Path, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    return asked(planted, suite, "none", tmp_path_factory.mktemp("sound"))


def test_without_a_fault_the_gate_is_passed(
    planted: Planted, suite: Path, sound: RunResult, tmp_path: Path
) -> None:
    assert len(sound.rows) >= 45 and sound.metrics["passed"].value is not None
    again = asked(planted, suite, "none", tmp_path)
    result = gate(again, baseline=sound, profile="ci")
    assert result.broken == () and result.passed


@pytest.mark.parametrize(
    ("switch", "metric"),
    [
        ("shuffled", "citation_precision"),
        ("numbers", "number_fidelity"),
        ("versions", "version_accuracy"),
        ("no_refusals", "refusal_recall"),
        ("leaks", "permission_leaks"),
    ],
)
def test_a_planted_fault_is_named(
    planted: Planted, suite: Path, sound: RunResult, tmp_path: Path, switch: Switch, metric: str
) -> None:
    result = gate(asked(planted, suite, switch, tmp_path), baseline=sound, profile="ci")
    assert not result.passed and metric in result.broken
