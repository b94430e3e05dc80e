"""The reports of the sample library that have projects and indicators, asked through the whole graph."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from agent.assistant import Assistant
from corpus.model import Visibility
from index import Library

SAMPLES = Path(__file__).parents[3] / "corpus" / "samples" / "files"
TODAY = date(2026, 11, 23)
PATTERNS = (
    *("project-library-*", "monitor-expansion-*", "monitor-future-*", "monitor-staff-*"),
    *("monitor-monthly-2025-12*", "monitor-monthly-2026-0[6-9]*", "value-added-*"),
    *("major-*", "internal-*"),
)


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[Assistant]:
    home = tmp_path_factory.mktemp("reports") / "home"
    home.mkdir()
    (home / "models").symlink_to(models_dir, target_is_directory=True)
    with Library.open(home) as library:
        for pattern in PATTERNS:
            hidden = Visibility.INTERNAL if pattern.startswith("internal") else Visibility.PUBLIC
            found = sorted(SAMPLES.glob(pattern))
            assert found, pattern
            results = list(library.ingest(found, hidden))
            assert all(result.status == "added" for result in results), results
    with Assistant(Library.open(home), today=lambda: TODAY) as opened:
        yield opened
