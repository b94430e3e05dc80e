"""Memory while a library grows: what the watch sees, and that an ingestion gives freed memory back."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from evals.bench.ingest_memory import MemoryWatch, marks, small_files

ROOT = Path(__file__).resolve().parents[2]


def test_memory_is_stated_at_parts_of_the_whole() -> None:
    assert marks(2000) == [200, 500, 1000, 1500, 2000]
    assert marks(3) == [1, 2, 3] and marks(1) == [1] and marks(0) == []


def test_small_files_are_all_different(tmp_path: Path) -> None:
    texts = {path.read_text("utf-8") for path in small_files(tmp_path / "made", 40).iterdir()}
    assert len(texts) == 40


def test_the_watch_sees_this_process_and_its_children() -> None:
    held = "x = bytearray(60_000_000); print('ready', flush=True); input()"
    with MemoryWatch() as watch:
        with subprocess.Popen(
            [sys.executable, "-c", held], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as child:
            assert child.stdout is not None and child.stdout.readline()
            watch.reached(1)
            child.communicate(b"\n")
        watch.reached(2)
        watch.reached(3)
    (files, own, children), _, (_, _, none) = watch.peaks
    # processes that earlier tests left (a resource tracker) are children of this one too
    assert files == 1 and own > 20 and children - none > 55


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's allocator")
def test_memory_freed_by_many_threads_comes_back() -> None:
    """Each thread frees almost all that it took and keeps a little, as an index writer does."""
    program = """
import ctypes, json, sys, threading
from corpus.worker import rss_mb
from index.heap import few_heaps, give_back
if "as-it-is" not in sys.argv:
    assert few_heaps()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
def work():
    taken = [libc.malloc(20_000) for _ in range(1000)]
    for at in taken:
        libc.memset(ctypes.c_void_p(at), 1, 20_000)
    ready.wait()
    for number, at in enumerate(taken):
        if number % 500 != 499:  # the last stays, so that nothing is freed from the top
            libc.free(ctypes.c_void_p(at))
ready = threading.Barrier(12)
before = rss_mb()
threads = [threading.Thread(target=work) for _ in range(12)]
[t.start() for t in threads]; [t.join() for t in threads]
if "as-it-is" not in sys.argv:
    give_back()
print(json.dumps(rss_mb() - before))
"""

    def held(*arguments: str) -> float:
        command = [sys.executable, "-c", program, *arguments]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        return float(json.loads(done.stdout))

    assert held() < 60 < held("as-it-is")  # MB, of 240 that were taken
