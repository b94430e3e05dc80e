"""A few kills of real ingestions in every run of the tests; `python -m tests.kill` does 300."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_a_killed_ingestion_loses_nothing_doubles_nothing_and_leaves_nothing_half(models_dir: Path) -> None:
    command = [sys.executable, "-m", "tests.kill", "--kills", "6", "--seed", "3", "--models", str(models_dir)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "kills 6," in done.stdout and "faults 0" in done.stdout
