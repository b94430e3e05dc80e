"""What reaches the top: a message, an exit code, and a traceback in a file at most."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import pytest

from corpus.errors import InputError, ReadError, StateError
from ui.cli.boundary import explain


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ZHIXUN_HOME", str(tmp_path))
    monkeypatch.delenv("ZHIXUN_LANG", raising=False)
    return tmp_path


@pytest.mark.parametrize(
    ("error", "said", "code"),
    [
        (InputError("cli.empty_question"), "问题是空的", 2),
        (ReadError("cli.no_such_path", path="a.pdf"), "a.pdf", 1),
        (StateError("cli.cold_failed", reason="坏了"), "坏了", 1),
        (OSError(errno.ENOSPC, "No space left on device"), "磁盘已满", 1),
        (PermissionError(errno.EACCES, "Permission denied", "/x/y"), "/x/y", 1),
        (OSError(errno.EIO, "Input/output error", "/x/z"), "/x/z", 1),
        (sqlite3.DatabaseError("database disk image is malformed"), "malformed", 1),
        (sqlite3.OperationalError("database or disk is full"), "磁盘已满", 1),
        (ModuleNotFoundError("No module named 'torch'", name="torch"), "make install", 1),
        (MemoryError(), "内存不够", 1),
        (KeyboardInterrupt(), "已中断", 130),
    ],
)
def test_known_errors(error: BaseException, said: str, code: int) -> None:
    text, got = explain(error)
    assert said in (text or "")
    assert got == code


def test_a_closed_pipe_says_nothing() -> None:
    assert explain(BrokenPipeError())[0] is None


def test_a_fault_of_ours_goes_to_a_file(home: Path) -> None:
    try:
        raise RuntimeError("秘密的细节")
    except RuntimeError as error:
        text, code = explain(error)
    (log,) = (home / "logs").glob("error-*.log")
    assert code == 70
    assert str(log) in (text or "")
    assert "秘密的细节" not in (text or "")
    assert "秘密的细节" in log.read_text("utf-8")
    assert "test_boundary.py" in log.read_text("utf-8")


def test_the_log_goes_elsewhere_when_home_is_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("ZHIXUN_HOME", str(tmp_path / "file" / "home"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    text, code = explain(RuntimeError("x"))
    assert code == 70
    assert str(next(tmp_path.glob("error-*.log"))) in (text or "")


def test_a_bad_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from agent.settings import AgentSettings

    monkeypatch.setenv("ZHIXUN_MAX_QUESTION", "viel")
    with pytest.raises(ValueError) as caught:
        AgentSettings()
    assert "ZHIXUN_MAX_QUESTION" in (explain(caught.value)[0] or "")
