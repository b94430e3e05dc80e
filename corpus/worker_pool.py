"""Reads files in processes of their own, so that a hostile file costs only itself.

Each of the pool's threads keeps one worker (`corpus/worker.py`) and watches it: a worker that takes
too long, grows too large or dies is ended with all that it started, the file has failed with a
reason, and the next file gets a fresh worker. Workers start when the first file comes.
"""

from __future__ import annotations

import logging
import os
import pickle
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

from corpus.errors import ReadError
from corpus.messages import msg
from corpus.model import ParsedDocument
from corpus.settings import CorpusSettings
from corpus.worker import HEADER, Limits, Reply, rss_mb, send

_WATCH_S = 0.2  # how often a worker's memory is looked at
_ROOT = Path(__file__).resolve().parent.parent


class ReadFault(RuntimeError):
    """A reader's bug: the error in one line; `trace` is the worker's traceback."""

    def __init__(self, text: str, trace: str) -> None:
        super().__init__(text)
        self.trace = trace


class ReadPool:
    """`workers` processes that read files.

    >>> with ReadPool(2, limits, scratch=Path("/srv/zhixun/tmp")) as pool:
    ...     parsed = pool.submit(Path("laws/商标法.docx")).result()

    Args:
        limits: of one file.
        scratch: where the workers' temporary files go; made when needed, emptied at the end.
    """

    def __init__(self, workers: int, limits: Limits, scratch: Path) -> None:
        self._limits = limits
        self._scratch = scratch
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="zhixun-read")
        self._local = threading.local()
        self._lock = threading.Lock()
        self._workers: set[_Worker] = set()
        self._closed = False

    @classmethod
    def of(cls, settings: CorpusSettings, workers: int | None = None) -> ReadPool:
        """A pool as the settings say; `workers` goes before theirs."""
        limits = Limits(settings.read_timeout_s, settings.read_memory_mb, settings.read_max_chars)
        return cls(workers or settings.read_workers, limits, settings.home / "tmp")

    def submit(self, path: Path) -> Future[ParsedDocument]:
        """Reads a file as soon as a worker is free.

        The result raises ReadError (the file cannot be read, or cost too much), OSError (so does
        the machine) or ReadFault (a bug of a reader).
        """
        return self._threads.submit(self._read, path)

    def close(self) -> None:
        """Ends the workers; what is not read yet is given up."""
        with self._lock:
            self._closed = True
            workers = list(self._workers)
        for worker in workers:
            worker.kill()
        self._threads.shutdown(wait=True, cancel_futures=True)
        shutil.rmtree(self._scratch, ignore_errors=True)

    def __enter__(self) -> ReadPool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _read(self, path: Path) -> ParsedDocument:
        worker = self._worker()
        try:
            reply = worker.ask(path)
        except BaseException:
            self._drop(worker)
            raise
        if reply.worn:
            self._drop(worker)
        for name, level, text in reply.logs:
            logging.getLogger(name).log(level, "%s: %s", path.name, text)
        return _opened(reply)

    def _worker(self) -> _Worker:
        worker: _Worker | None = getattr(self._local, "worker", None)
        if worker is None:
            with self._lock:
                if self._closed:
                    raise RuntimeError("the pool is closed")
                self._scratch.mkdir(parents=True, exist_ok=True)
                worker = _Worker(self._limits, self._scratch)
                self._workers.add(worker)
            self._local.worker = worker
        return worker

    def _drop(self, worker: _Worker) -> None:
        worker.kill()
        with self._lock:
            self._workers.discard(worker)
        self._local.worker = None


def _opened(reply: Reply) -> ParsedDocument:
    if reply.error is not None:
        key, params = reply.error
        raise ReadError(key, **params)
    if reply.os_error is not None:
        raise OSError(*reply.os_error)
    if reply.fault is not None:
        raise ReadFault(*reply.fault)
    if reply.parsed is None:
        raise RuntimeError("a worker's reply holds nothing")
    return reply.parsed


class _Worker:
    """One process; used by one thread, ended by any."""

    def __init__(self, limits: Limits, scratch: Path) -> None:
        self._limits = limits
        self._folder = Path(tempfile.mkdtemp(prefix="read-", dir=scratch))
        path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
        arguments = [str(limits.seconds), str(limits.memory_mb), str(limits.max_chars), str(os.getpid())]
        self._process = subprocess.Popen(
            # -P: a file json.py in the folder where the command runs is no module of ours
            [sys.executable, "-P", "-m", "corpus.worker", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path, "TMPDIR": str(self._folder)},
            start_new_session=True,  # Ctrl-C is the parent's to handle
        )

    def ask(self, path: Path) -> Reply:
        """Sends a path and waits for the reply.

        Raises:
            ReadError: the worker took too long or too much, or died.
        """
        deadline = time.monotonic() + self._limits.seconds
        if self._process.stdin is None:
            raise RuntimeError("a worker has no pipe")
        try:
            send(self._process.stdin, str(path))
            (length,) = HEADER.unpack(self._take(HEADER.size, path, deadline))
            reply = pickle.loads(self._take(length, path, deadline))
        except BrokenPipeError as error:
            raise self._died(path) from error
        if not isinstance(reply, Reply):
            raise RuntimeError("a worker gave no reply")
        return reply

    def _take(self, length: int, path: Path, deadline: float) -> bytes:
        """`length` bytes of the worker's output, while its limits hold."""
        if self._process.stdout is None:
            raise RuntimeError("a worker has no pipe")
        pipe = self._process.stdout.fileno()
        data = bytearray()
        while len(data) < length:
            if time.monotonic() > deadline:
                raise ReadError("worker.timeout", name=path.name, seconds=f"{self._limits.seconds:g}")
            ready, _, _ = select.select([pipe], [], [], _WATCH_S)
            if ready:
                piece = os.read(pipe, min(length - len(data), 1 << 20))
                if not piece:
                    raise self._died(path)
                data += piece
            elif sum(map(rss_mb, process_tree(self._process.pid))) > self._limits.memory_mb:
                raise ReadError("worker.memory", name=path.name, limit=self._limits.memory_mb)
        return bytes(data)

    def _died(self, path: Path) -> ReadError:
        try:
            code = self._process.wait(5)
        except subprocess.TimeoutExpired:
            code = 0  # it closed its pipe and lives on: `kill` ends it
        if code == -signal.SIGALRM:
            return ReadError("worker.timeout", name=path.name, seconds=f"{self._limits.seconds:g}")
        key = "worker.signal" if code < 0 else "worker.exit_code"
        return ReadError("worker.died", name=path.name, reason=msg(key, number=abs(code)))

    def kill(self) -> None:
        """Ends the process with all that it started, and removes its temporary files."""
        for pid in process_tree(self._process.pid) if self._process.poll() is None else []:
            try:
                os.kill(pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                continue  # gone meanwhile
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


def process_tree(root: int) -> list[int]:
    """A process and all below it (LibreOffice runs in a session of its own); the root alone without /proc."""
    below: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:
            continue  # ended while we looked
        below.setdefault(int(fields[1]), []).append(int(folder.name))
    found = [root]
    for pid in found:
        found += below.get(pid, [])
    return found
