"""Progress with the rate and the time left, on stderr: a bar on a terminal, else a line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from corpus.messages import msg
from ui.cli import output

Advance = Callable[[int, int, Path], None]  # done, in all, the file just dealt with
_EVERY_S = 10.0  # between the lines where there is no terminal


@contextmanager
def rated(label: str) -> Iterator[Advance]:
    """Gives the function to call after each file."""
    if not sys.stderr.isatty():
        yield _lines(label)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        *(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()),
        *(TextColumn("{task.fields[rate]}"), TimeRemainingColumn(), TextColumn("{task.fields[what]}")),
    )
    start = time.monotonic()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None, what="", rate="")

        def update(done: int, total: int, what: Path) -> None:
            rate = msg("library.rate", rate=_rate(done, start))
            bar.update(task, completed=done, total=total, what=what.name, rate=rate)

        yield update


def _lines(label: str) -> Advance:
    start = last = time.monotonic()

    def update(done: int, total: int, what: Path) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < _EVERY_S:
            return
        last = now
        left = round((now - start) / done * (total - done))
        rate = _rate(done, start)
        output.note(
            msg("library.progress", label=label, done=done, total=total, rate=rate, left=left, what=what.name)
        )

    return update


def _rate(done: int, start: float) -> str:
    return f"{done / max(time.monotonic() - start, 0.001):.1f}"
