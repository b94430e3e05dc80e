"""A few kills of real ingestions in every run of the tests; `python -m tests.kill` does 300."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_a_killed_ingestion_loses_nothing_doubles_nothing_and_leaves_nothing_half(models_dir: Path) -> None:
    done = _kill(models_dir, "--kills", "6", "--seed", "3")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^kills ([6-9]|1\d),.* faults 0$", done.stdout, re.M)


@pytest.mark.slow
def test_the_harness_sees_that_recovery_is_missing(models_dir: Path) -> None:
    done = _kill(models_dir, "--kills", "40", "--without", "recovery")
    assert done.returncode == 1 and "faults 1" in done.stdout, done.stdout + done.stderr


def _kill(models: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.kill", *options, "--models", str(models)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
