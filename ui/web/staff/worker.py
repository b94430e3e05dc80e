"""One evaluation run at a time, in a process of its own: the chat goes on answering beside it.

The process is `zhixun eval run`, at a lower priority. Its progress is read from the run's journal,
so a restart of the server loses nothing: the run is there, and can be gone on with.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Literal

from filelock import FileLock, Timeout

from corpus.errors import InputError, StateError
from corpus.messages import msg
from evals.journal import LOCK, PLAN, read_plan, read_rows

log = logging.getLogger("zhixun.web")

State = Literal["idle", "starting", "running", "done", "failed"]

_NICE = 10
_END = 20.0  # seconds that a stopped process has to write what it has


@dataclass(frozen=True, slots=True)
class Progress:
    """How the last run that was started stands.

    state    idle: none was started; starting: nothing asked yet; running; done; failed
    seconds  since the process was started
    left     seconds that the rest will take at the pace so far, None before the first answer
    message  of a failed run: what the process said
    """

    state: State
    run_id: str | None = None
    answered: int = 0
    questions: int = 0
    seconds: float = 0.0
    left: float | None = None
    message: str = ""

    @property
    def text(self) -> str:
        """All of it in a sentence for people."""
        left = "—" if self.left is None else clock(self.left)
        return msg(
            f"staff.progress_{self.state}",
            answered=self.answered,
            questions=self.questions,
            seconds=clock(self.seconds),
            left=left,
        )

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "text": self.text}


def clock(seconds: float) -> str:
    """Seconds as m:ss."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


class Worker:
    """Starts, watches and stops the process. `out` is the folder of the runs, `home` the state folder."""

    def __init__(self, out: Path, home: Path) -> None:
        self.out = out
        self._home = home
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._said: IO[bytes] | None = None
        self._before: frozenset[str] = frozenset()
        self._resumed: Path | None = None
        self._began = 0.0
        self._ended: float | None = None
        self._stopping = False

    def start(self, suites: Sequence[str], split: str | None) -> None:
        """Begins a run.

        Raises:
            InputError: a run is under way, ours or another's.
            StateError: the folder of the runs cannot be made.
        """
        more = ["--split", split] if split else []
        self._spawn([*suites, *more, "--out", str(self.out)], None)

    def resume(self, folder: Path) -> None:
        """Goes on with a run that is not complete.

        Raises:
            InputError: a run is under way.
        """
        self._spawn(["--resume", str(folder)], folder)

    def _spawn(self, arguments: Sequence[str], resumed: Path | None) -> None:
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                raise InputError("staff.busy")
            try:
                self.out.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StateError("evals.cannot_write", path=self.out, reason=error.strerror) from error
            if self._said is not None:
                self._said.close()
            self._refuse_beside_another()
            self._before = frozenset(path.name for path in self.out.iterdir())
            self._resumed = resumed
            self._said = tempfile.TemporaryFile()  # noqa: SIM115 - read while the process writes
            self._began, self._ended, self._stopping = time.monotonic(), None, False
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ui.cli.main", "eval", "run", *arguments],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._said,
                start_new_session=True,  # Ctrl+C in the server's terminal is not meant for it
            )
            with suppress(ProcessLookupError):  # it may have ended already
                os.setpriority(os.PRIO_PROCESS, self._process.pid, _NICE)

    def _refuse_beside_another(self) -> None:
        """A run of a server that was killed, or of a terminal, may still be at work in our folder."""
        for folder in self.out.iterdir():
            if not (folder / LOCK).is_file():
                continue
            try:
                with FileLock(folder / LOCK, timeout=0):
                    pass
            except Timeout as error:
                raise InputError("staff.busy_elsewhere", run=folder.name) from error

    def _environment(self) -> dict[str, str]:
        """That of the server, with its state folder."""
        return {**os.environ, "ZHIXUN_HOME": str(self._home)}

    @property
    def running(self) -> bool:
        process = self._process
        return process is not None and process.poll() is None

    def stop(self) -> None:
        """Asks the run to end after the question it is at; it stays, incomplete. None running: nothing."""
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                self._stopping = True
                self._process.send_signal(signal.SIGINT)

    def close(self) -> None:
        """Ends the run with the server: softly first, then for good."""
        self.stop()
        process = self._process
        if process is None:
            return
        try:
            process.wait(_END)
        except subprocess.TimeoutExpired:
            log.warning("the evaluation run did not end when asked and was killed")
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if self._said is not None:
            self._said.close()
            self._said = None

    def progress(self) -> Progress:
        process = self._process
        if process is None:
            return Progress("idle")
        code = process.poll()
        if code is not None and self._ended is None:
            self._ended = time.monotonic()
        seconds = (self._ended or time.monotonic()) - self._began
        folder = self._folder()
        broke = bool(code) and not self._stopping
        if folder is None:
            state: State = "starting" if code is None else "failed" if broke else "done"
            return Progress(state, seconds=seconds, message=self._message() if broke else "")
        questions = read_plan(folder).questions
        found = read_rows(folder)
        answered = len(found.rows)
        if code is None:
            # at the pace of the answers: loading the model is behind us
            left = found.seconds / answered * (questions - answered) if answered else None
            return Progress("running", folder.name, answered, questions, seconds, left)
        broke = broke and answered < questions
        message = self._message() if broke else ""
        return Progress(
            "failed" if broke else "done", folder.name, answered, questions, seconds, None, message
        )

    def _folder(self) -> Path | None:
        if self._resumed is not None:
            return self._resumed
        new = [path for path in self.out.iterdir() if path.name not in self._before]
        made = [path for path in new if (path / PLAN).is_file()]
        return max(made, key=lambda path: path.name, default=None)

    def _message(self) -> str:
        if self._said is None or self._said.closed:
            return ""
        end = self._said.seek(0, os.SEEK_END)
        self._said.seek(max(0, end - 4000))
        text = self._said.read().decode("utf-8", "replace").strip()
        return text or msg("staff.ended_silently")
