from __future__ import annotations

import hashlib
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.errors import StateError
from index import bundled_model as bundled

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture
def folder(models_dir: Path, tmp_path: Path) -> Path:
    """The unpacked folder, small files copied with their times, large ones linked."""
    copy = tmp_path / bundled.NAME
    for path in (models_dir / bundled.NAME).rglob("*"):
        target = copy / path.relative_to(models_dir / bundled.NAME)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file() and path.stat().st_size < 1_000_000:
            target.write_bytes(path.read_bytes())
            os.utime(target, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
        elif path.is_file():
            target.symlink_to(path)
    assert bundled.is_intact(copy)
    return copy


def test_a_copy_with_other_times_is_intact(folder: Path) -> None:
    os.utime(folder / "config.json")
    assert bundled.is_intact(folder)
    assert bundled.is_intact(folder, thorough=True)


@pytest.mark.parametrize(
    "harm",
    ["missing", "shorter", "changed", "graph missing", "marker missing", "marker broken", "marker older"],
)
def test_harm_is_noticed(folder: Path, harm: str) -> None:
    path = folder / ("config.json" if "marker" not in harm else bundled.MARKER)
    if harm in ("missing", "marker missing"):
        path.unlink()
    elif harm == "graph missing":
        (folder / bundled.ENCODER_INT8).unlink()
    elif harm == "marker older":
        path.write_text(path.read_text().replace(f'"format": {bundled.FORMAT}', '"format": 2'))
    elif harm == "changed":
        path.write_text(path.read_text().replace("384", "385"))
    else:
        path.write_text(path.read_text()[:-20])
    assert not bundled.is_intact(folder)


def test_harm_that_keeps_size_and_time_is_noticed_when_thorough(folder: Path) -> None:
    path = folder / "config.json"
    times = path.stat()
    path.write_text(path.read_text().replace("384", "385"))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert bundled.is_intact(folder) and not bundled.is_intact(folder, thorough=True)


def test_a_changed_package_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled, "SOURCE_SHA256", "0" * 64)
    with pytest.raises(StateError, match="make install"):
        bundled.bundled_model(tmp_path / "models")
    assert not any(path.is_dir() for path in (tmp_path / "models").iterdir())


def test_a_missing_package_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled, "PACKAGE", "no_such_package")
    with pytest.raises(StateError, match="no_such_package"):
        bundled.bundled_model(tmp_path / "models")


def test_two_processes_unpack_once_and_damage_is_mended(
    tmp_path: Path, models_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    code = (
        "import logging, sys\nfrom pathlib import Path\nlogging.basicConfig(level=logging.INFO)\n"
        "from index.bundled_model import bundled_model\nprint(bundled_model(Path(sys.argv[1])))\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "cwd": ROOT}
    both = [subprocess.Popen(command, **pipes) for _ in range(2)]  # type: ignore[call-overload]
    ends = [process.communicate(timeout=240) for process in both]
    assert [process.returncode for process in both] == [0, 0], ends
    assert sum(err.count("Unpacking the bundled") for _, err in ends) == 1

    folder = tmp_path / bundled.NAME
    (folder / "tokenizer.json").write_text("{}")
    with caplog.at_level(logging.INFO, "index"):
        bundled.bundled_model(tmp_path)
    assert "damaged" in caplog.text and bundled.is_intact(folder, thorough=True)
    assert not list(tmp_path.glob("*.part")) and not list(tmp_path.glob(".*.part"))

    def sums(place: Path) -> dict[str, str]:
        marker = json.loads((place / bundled.MARKER).read_text())
        return {name: entry["sha256"] for name, entry in marker["files"].items()}

    assert sums(folder) == sums(models_dir / bundled.NAME)  # the same bytes each time
    weights = hashlib.file_digest((folder / bundled.WEIGHTS).open("rb"), "sha256").hexdigest()
    assert bundled.fingerprint(folder) == weights[:12]
