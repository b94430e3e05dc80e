"""Where results go: one JSON object a line on stdout, or tables for people; progress to stderr."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

Emit = Callable[[dict[str, Any]], None]


@contextmanager
def json_lines() -> Iterator[Emit]:
    """Gives the function that prints one JSON line, and keeps everything else off stdout.

    While it is open, file descriptor 1 is stderr: whatever a library prints, from Python or from
    native code, cannot get between the lines. UTF-8 whatever the locale; a lone surrogate (a file
    name that is not UTF-8) comes out as its JSON escape.
    """
    sys.stdout.flush()
    private = os.dup(1)
    kept_stdout = sys.stdout
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    stream: TextIO = os.fdopen(os.dup(private), "w", encoding="utf-8", errors="backslashreplace")

    def emit(line: dict[str, Any]) -> None:
        stream.write(json.dumps(line, ensure_ascii=False) + "\n")
        stream.flush()

    try:
        yield emit
    finally:
        sys.stdout = kept_stdout
        os.dup2(private, 1)
        os.close(private)
        stream.close()


@contextmanager
def results(as_json: bool, show: Emit) -> Iterator[Emit]:
    """`emit` for a command: JSON lines, or `show` for people."""
    if as_json:
        with json_lines() as emit:
            yield emit
    else:
        yield show


def console() -> Console:
    """Rich on stdout. Not a terminal: 120 columns, so that a redirected table stays readable."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else 120, highlight=False, markup=False)


def table(*columns: str) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    made = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table of texts; None shows as a dash."""
    made = table(*columns)
    for row in rows:
        made.add_row(*("—" if cell is None else str(cell) for cell in row))
    console().print(made)


def note(text: str) -> None:
    """A line for the user that is not a result: stderr."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int, object], None]]:
    """A progress bar on stderr, only on a terminal: call it with (done, total, what)."""
    if not sys.stderr.isatty():
        yield lambda done, total, what: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    label_column, what_column = TextColumn("{task.description}"), TextColumn("{task.fields[what]}")
    columns = (label_column, BarColumn(), MofNCompleteColumn(), what_column)
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None, what="")

        def update(done: int, total: int, what: object) -> None:
            shown = what.name if isinstance(what, Path) else str(what)
            bar.update(task, completed=done, total=total, what=shown)

        yield update
