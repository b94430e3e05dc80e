"""`zhixun library …` and `zhixun ingest --watch` as a user runs them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.index.conftest import write
from tests.ui.cli.conftest import ROOT, run_zhixun

pytestmark = pytest.mark.slow


def test_a_library_is_kept_in_order(zhixun_home: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "s" / "贴息.md", "贷款贴息办法", "贷款贴息最高100万元。")
    (tmp_path / "s" / "坏.pdf").write_bytes(b"%PDF-1.7 broken")
    done = run_zhixun("ingest", str(tmp_path / "s"), "--workers", "2", home=zhixun_home)
    assert done.code == 1 and "zhixun library run 1" in done.err
    (listed,) = run_zhixun("library", "runs", "--json", home=zhixun_home).lines
    assert (listed["id"], listed["status"], listed["added"], listed["failed"]) == (1, "done", 1, 1)
    shown = run_zhixun("library", "run", "1", home=zhixun_home)
    assert shown.code == 0 and "坏.pdf" in shown.out and "贷款贴息办法" in shown.out
    assert run_zhixun("library", "run", "7", home=zhixun_home).code == 2
    archive = tmp_path / "库.zip"
    (exported,) = run_zhixun("library", "export", str(archive), "--json", home=zhixun_home).lines
    assert exported["documents"] == exported["originals"] == 1
    assert run_zhixun("library", "export", str(archive), home=zhixun_home).code == 2
    removed = run_zhixun("library", "remove", str(file), home=zhixun_home)
    assert removed.code == 0 and "贷款贴息办法" in removed.out
    assert run_zhixun("docs", "--json", home=zhixun_home).lines == []
    (taken,) = run_zhixun("library", "import", str(archive), "--json", home=zhixun_home).lines
    assert (taken["status"], taken["path"]) == ("added", str(file))
    (zhixun_home / "files" / "0.md").write_text("无主", "utf-8")
    done = run_zhixun("library", "verify", "--json", home=zhixun_home)
    assert done.code == 1 and [line.get("kind") for line in done.lines] == ["original_orphan", None]
    assert run_zhixun("library", "repair", home=zhixun_home).code == 0
    assert run_zhixun("library", "verify", home=zhixun_home).code == 0


def test_a_watched_folder_is_loaded_until_ctrl_c(zhixun_home: Path, tmp_path: Path) -> None:
    write(tmp_path / "s" / "甲.md", "甲办法", "对企业给予贴息。")
    command = [sys.executable, "-m", "ui.cli.main", "ingest", str(tmp_path / "s"), "--watch", "--json"]
    environment = {**os.environ, "ZHIXUN_HOME": str(zhixun_home)}
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Whoever runs the tests in the background has SIGINT ignored, which a child inherits.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    first = json.loads(process.stdout.readline())
    write(tmp_path / "s" / "乙.md", "乙办法", "对园区给予补助。")
    second = json.loads(process.stdout.readline())
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert [(line["status"], line["title"]) for line in (first, second)] == [
        ("added", "甲办法"),
        ("added", "乙办法"),
    ]
    assert process.returncode == 0 and "已停止监视" in errors
