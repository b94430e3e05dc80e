"""`zhixun` as a user runs it: a process with its own state folder, no settings inherited."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]

OLD = """# 中小企业贷款贴息办法

苏示例〔2024〕1号

第一条 对中小企业贷款按年利率1%给予贴息，单户每年最高50万元。

第二条 本办法自2024年1月1日起施行。
"""
NEW = """# 中小企业贷款贴息办法

苏示例〔2026〕2号

第一条 对中小企业贷款按年利率2%给予贴息，单户每年最高100万元。

第二条 本办法自2026年2月1日起施行。《中小企业贷款贴息办法》（苏示例〔2024〕1号）同时废止。
"""
INTERNAL = """# 重点项目推进情况报告

第一条 星河算力中心项目已完成投资三十七亿元，进度滞后两个月。

第二条 本报告自2026年3月1日起生效。
"""


@dataclass(frozen=True)
class Done:
    """What a run of `zhixun` left: exit code and both streams; stdout must be UTF-8."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Standard output as JSON lines: anything else on it fails here."""
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Done]


def run_zhixun(*args: str, home: Path, stdin: bytes = b"", **env: str) -> Done:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZHIXUN_")}
    done = subprocess.run(
        [sys.executable, "-m", "ui.cli.main", *args],
        input=stdin,
        capture_output=True,
        cwd=home.parent if home.parent.is_dir() else "/",
        env={**kept, "PYTHONPATH": str(ROOT), "ZHIXUN_HOME": str(home), **env},
        check=False,
        timeout=240,
    )
    result = Done(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))
    assert "Traceback" not in result.err + result.out, result.err
    return result


def make_home(parent: Path, models: Path) -> Path:
    home = parent / "home"
    home.mkdir()
    (home / "models").symlink_to(models, target_is_directory=True)
    return home


@pytest.fixture
def zhixun(zhixun_home: Path) -> Run:
    """Runs the command with an empty library: `zhixun("docs", "--json")`."""
    return lambda *args, **options: run_zhixun(*args, **{"home": zhixun_home, **options})


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """public/ holds two versions of a notice, internal/ a report."""
    folder = tmp_path_factory.mktemp("sources")
    for name, text in (("public/旧.md", OLD), ("public/新.md", NEW), ("internal/报告.md", INTERNAL)):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="session")
def filled_home(tmp_path_factory: pytest.TempPathFactory, models_dir: Path, sources: Path) -> Path:
    """A library of the three documents. Read only: a test that damages it copies it first."""
    home = make_home(tmp_path_factory.mktemp("filled"), models_dir)
    for visibility in ("public", "internal"):
        done = run_zhixun("ingest", str(sources / visibility), "--visibility", visibility, home=home)
        assert done.code == 0, done.err
    return home


@pytest.fixture
def filled(filled_home: Path) -> Run:
    return lambda *args, **options: run_zhixun(*args, **{"home": filled_home, **options})
