"""The process that reads files: `python -m corpus.worker`, started and watched by `corpus/worker_pool.py`.

It takes paths on its standard input and gives `Reply`s on its standard output, both as pickles with
their length before them. Its limits are its own as well as its parent's, so that they hold when a
library never gives back the interpreter and when the parent is gone: memory by RLIMIT_DATA, time by
an alarm whose default action ends the process. It imports `corpus` alone: no model, no indexes.
"""

from __future__ import annotations

import ctypes
import logging
import os
import pickle
import resource
import signal
import struct
import sys
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from corpus.errors import ReadError, ZhixunError
from corpus.model import ParsedDocument

HEADER = struct.Struct(">Q")  # bytes of the pickle that follows
GRACE_S = 5.0  # the worker's own alarm comes this much later than its parent's
_PARENT_DEATH = 1  # PR_SET_PDEATHSIG, linux/prctl.h
_MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost: wall time, memory of the process, characters of text."""

    seconds: float
    memory_mb: int
    max_chars: int


@dataclass(slots=True)
class Reply:
    """What became of one file: exactly one of `parsed`, `error`, `os_error` and `fault` is set.

    `worn`: the process has grown and ends after this reply; the next file gets a fresh one.
    """

    parsed: ParsedDocument | None = None
    error: tuple[str, dict[str, Any]] | None = None  # key and parameters of a ReadError
    os_error: tuple[int | None, str] | None = None  # number and text
    fault: tuple[str, str] | None = None  # a reader's bug: in one line, and its traceback
    logs: list[tuple[str, int, str]] = field(default_factory=list)  # logger, level, text
    worn: bool = False


class _Kept(logging.Handler):
    """Keeps warnings for the parent, which logs them in its own way."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.entries: list[tuple[str, int, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.entries.append((record.name, record.levelno, record.getMessage()[:2000]))


def read_one(path: Path, limits: Limits) -> Reply:
    """Reads a file; whatever goes wrong becomes a reply."""
    from corpus.parse import parse_file

    try:
        parsed = parse_file(path)
        chars = len(parsed.version.text)
        if chars > limits.max_chars:
            raise ReadError("worker.too_long", name=path.name, chars=chars, limit=limits.max_chars)
        return Reply(parsed=parsed)
    except ZhixunError as error:
        if _is_memory(error):
            return _out_of_memory(path, limits)
        return Reply(error=(error.key, {name: _plain(value) for name, value in error.params.items()}))
    except MemoryError:
        return _out_of_memory(path, limits)
    except OSError as error:
        return Reply(os_error=(error.errno, error.strerror or str(error)))
    except Exception as error:  # the one boundary of this process: a bug must not cost the other files
        if _is_memory(error):
            return _out_of_memory(path, limits)
        return Reply(fault=(f"{type(error).__name__}: {error}"[:500], traceback.format_exc()))


def _out_of_memory(path: Path, limits: Limits) -> Reply:
    return Reply(error=("worker.memory", {"name": path.name, "limit": limits.memory_mb}), worn=True)


def _is_memory(error: BaseException) -> bool:
    """Whether memory ran out, however a library dressed it."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, MemoryError):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | None) else str(value)


def rss_mb(pid: int | str = "self") -> float:
    """Resident memory of a process in MB; 0 when it is gone, or where there is no /proc."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return 0.0
    return pages * resource.getpagesize() / _MB


def send(stream: IO[bytes], message: object) -> None:
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    stream.write(HEADER.pack(len(data)) + data)
    stream.flush()


def _receive(stream: IO[bytes]) -> Path | None:
    """The next path; None when the parent is gone or done."""
    head = stream.read(HEADER.size)
    if len(head) < HEADER.size:
        return None
    return Path(pickle.loads(stream.read(HEADER.unpack(head)[0])))


def _confine(limits: Limits, parent: int) -> None:
    """Limits that the kernel holds, whatever a library does."""
    size = limits.memory_mb * _MB
    resource.setrlimit(resource.RLIMIT_DATA, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DEATH, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(0)  # it went away before it could be watched


def main() -> None:
    """Reads until the parent closes the pipe. Arguments: seconds, MB, characters, the parent's id."""
    limits = Limits(float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):  # what a library prints must not get between the replies
        os.dup2(nothing, standard)
    _confine(limits, int(sys.argv[4]))
    kept = _Kept()
    logging.getLogger().addHandler(kept)
    while (path := _receive(requests)) is not None:
        signal.setitimer(signal.ITIMER_REAL, limits.seconds + GRACE_S)
        reply = read_one(path, limits)
        reply.logs, kept.entries = kept.entries, []
        reply.worn = reply.worn or rss_mb() > limits.memory_mb / 2
        try:
            send(replies, reply)
        except MemoryError:
            send(replies, _out_of_memory(path, limits))
            return
        except BrokenPipeError:
            return
        signal.setitimer(signal.ITIMER_REAL, 0)
        if reply.worn:
            return


if __name__ == "__main__":
    from corpus.worker import main as run  # so that a Reply is corpus.worker's, not __main__'s

    run()
