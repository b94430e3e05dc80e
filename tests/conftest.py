"""Fixtures for all tests: the unpacked model is shared, everything else is fresh for each test."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Tests run beside each other; one or two threads each keep them from trampling one another.
os.environ.setdefault("OMP_NUM_THREADS", "2")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


@pytest.fixture(scope="session")
def models_dir(pytestconfig: pytest.Config) -> Path:
    """A `models` folder with the bundled model, unpacked once and kept between runs.

    In `ZHIXUN_TEST_MODELS` if that is set, else in pytest's cache.
    """
    from index.bundled_model import bundled_model

    named = os.environ.get("ZHIXUN_TEST_MODELS")
    folder = Path(named) if named else pytestconfig.cache.mkdir("zhixun-models")
    folder.mkdir(parents=True, exist_ok=True)
    bundled_model(folder)
    return folder


@pytest.fixture
def zhixun_home(tmp_path: Path, models_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty state folder with the shared model in it, named by `ZHIXUN_HOME`; no other settings."""
    for name in [name for name in os.environ if name.startswith("ZHIXUN_")]:
        monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    (home / "models").symlink_to(models_dir, target_is_directory=True)
    monkeypatch.setenv("ZHIXUN_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """`../shared/data`: real laws and retrieval data that the repository does not carry."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no test data at {folder}")
    return folder
