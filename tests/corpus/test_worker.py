"""Reading in processes of their own: limits, deaths, and what comes back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from corpus.errors import ReadError
from corpus.parse import parse_file
from corpus.worker import Limits
from corpus.worker_pool import ReadPool, process_tree

LIMITS = Limits(seconds=30, memory_mb=512, max_chars=100_000)
TEXT = "# 贷款贴息办法\n\n第一条 对中小企业贷款按年利率2%给予贴息。\n\n第二条 本办法自2024年1月1日起施行。\n"


@pytest.fixture
def law(tmp_path: Path) -> Path:
    path = tmp_path / "贴息.md"
    path.write_text(TEXT, "utf-8")
    return path


def _pid(pool: ReadPool) -> int:
    (worker,) = pool._workers
    return worker._process.pid


def _stopped(pool: ReadPool, path: Path) -> str:
    """Submits a file to a worker that stands still, as one in a reader's endless loop does."""
    os.kill(_pid(pool), signal.SIGSTOP)
    with pytest.raises(ReadError) as raised:
        pool.submit(path).result()
    return raised.value.key


def test_a_file_read_in_a_worker_is_what_it_is_read_here(law: Path, tmp_path: Path) -> None:
    with ReadPool(1, LIMITS, tmp_path / "tmp") as pool:
        assert pool.submit(law).result() == parse_file(law)
    assert not (tmp_path / "tmp").exists()


def test_one_process_reads_many_files_and_ends_with_the_pool(law: Path, tmp_path: Path) -> None:
    with ReadPool(1, LIMITS, tmp_path / "tmp") as pool:
        pool.submit(law).result()
        first = _pid(pool)
        pool.submit(law).result()
        assert _pid(pool) == first
    assert not Path(f"/proc/{first}").exists()


def test_what_cannot_be_read_comes_back_with_its_reason(law: Path, tmp_path: Path) -> None:
    broken = tmp_path / "坏.pdf"
    broken.write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 20)
    with ReadPool(1, LIMITS, tmp_path / "tmp") as pool:
        with pytest.raises(ReadError) as here:
            parse_file(broken)
        with pytest.raises(ReadError) as there:
            pool.submit(broken).result()
        assert there.value.message() == here.value.message()
        assert pool.submit(law).result().version.title == "贷款贴息办法"


def test_a_file_that_takes_too_long_fails_alone(law: Path, tmp_path: Path) -> None:
    with ReadPool(1, Limits(2, 512, 100_000), tmp_path / "tmp") as pool:
        pool.submit(law).result()
        first = _pid(pool)
        assert _stopped(pool, law) == "worker.timeout"
        assert not Path(f"/proc/{first}").exists()
        assert pool.submit(law).result().version.title == "贷款贴息办法"


def test_a_worker_that_dies_costs_its_file_only(law: Path, tmp_path: Path) -> None:
    with ReadPool(1, LIMITS, tmp_path / "tmp") as pool:
        pool.submit(law).result()
        os.kill(_pid(pool), signal.SIGSTOP)
        future = pool.submit(law)
        time.sleep(0.2)
        os.kill(_pid(pool), signal.SIGSEGV)
        os.kill(_pid(pool), signal.SIGCONT)
        with pytest.raises(ReadError, match="11") as raised:
            future.result()
        assert raised.value.key == "worker.died"
        assert pool.submit(law).result().version.title == "贷款贴息办法"


def test_memory_has_a_limit_that_the_kernel_holds(law: Path, tmp_path: Path) -> None:
    huge = tmp_path / "大.txt"
    huge.write_text("对中小企业贷款按年利率百分之二给予贴息，" * 1_500_000, "utf-8")  # 90 MB
    with ReadPool(1, Limits(60, 256, 10**9), tmp_path / "tmp") as pool:
        with pytest.raises(ReadError) as raised:
            pool.submit(huge).result()
        assert raised.value.key == "worker.memory" and "256" in raised.value.message()
        assert pool.submit(law).result().version.title == "贷款贴息办法"


def test_a_text_beyond_the_limit_is_refused(law: Path, tmp_path: Path) -> None:
    with ReadPool(1, Limits(30, 512, 20), tmp_path / "tmp") as pool, pytest.raises(ReadError) as raised:
        pool.submit(law).result()
    assert raised.value.key == "worker.too_long"


def test_a_module_in_the_working_folder_is_not_imported(
    law: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "struct.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    monkeypatch.chdir(tmp_path)
    with ReadPool(1, LIMITS, tmp_path / "tmp") as pool:
        pool.submit(law).result()
    assert not (tmp_path / "ran").exists()


def test_a_worker_imports_no_model_and_no_index(law: Path) -> None:
    code = "import sys, corpus.worker, corpus.parse; print([m for m in sys.argv[1:] if m in sys.modules])"
    heavy = ["torch", "sqlalchemy", "chromadb", "index", "pdfplumber"]
    done = subprocess.run([sys.executable, "-c", code, *heavy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_workers_do_not_outlive_a_killed_parent(law: Path, tmp_path: Path) -> None:
    code = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom corpus.worker import Limits\n"
        "from corpus.worker_pool import ReadPool\n"
        "pool = ReadPool(2, Limits(60, 512, 10**6), Path(sys.argv[2]))\n"
        "pool.submit(Path(sys.argv[1])).result()\n"
        "print(next(iter(pool._workers))._process.pid, flush=True)\n"
        "os.kill(next(iter(pool._workers))._process.pid, signal.SIGSTOP)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    command = [sys.executable, "-c", code, str(law), str(tmp_path / "tmp")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL
    for _ in range(100):
        if not _alive(int(done.stdout)):
            break
        time.sleep(0.05)
    assert not _alive(int(done.stdout))


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_what_a_worker_starts_is_ended_with_it() -> None:
    code = (
        "import subprocess, time; subprocess.Popen(['sleep', '60'], start_new_session=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", code])
    try:
        for _ in range(100):
            if len(process_tree(process.pid)) == 2:
                break
            time.sleep(0.05)
        assert len(process_tree(process.pid)) == 2
    finally:
        for pid in process_tree(process.pid):
            os.kill(pid, signal.SIGKILL)
        process.wait()
