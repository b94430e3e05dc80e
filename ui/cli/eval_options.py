"""What the commands that ask questions share: their limits, checking suites first, stopping well."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from corpus.messages import msg
from ui.cli import output
from ui.cli.params import Whole

if TYPE_CHECKING:
    from evals.problems import Problem

F = TypeVar("F", bound=Callable[..., Any])
OUT = "out/evals"


def limit_options(command: F) -> F:
    """`--retries` and `--parallel`."""
    for name, low, high, default in (("parallel", 1, 32, 1), ("retries", 0, 10, 1)):
        command = click.option(
            f"--{name}",
            type=Whole(low, high),
            default=default,
            show_default=True,
            help=msg(f"evalrun.opt_{name}"),
        )(command)
    return command


def linted(suites: Sequence[str], library: bool = True) -> list[Problem]:
    """Every problem of the suites, against the catalog of the library at `ZHIXUN_HOME` if `library`."""
    from evals.lint import lint

    if not library:
        return lint(suites, None)
    from corpus.catalog import Catalog
    from corpus.settings import CorpusSettings
    from evals.facts import LibraryFacts

    catalog = Catalog.open(CorpusSettings())
    try:
        return lint(suites, LibraryFacts(catalog))
    finally:
        catalog.close()


def check_suites(suites: Sequence[str]) -> None:
    """Ends the command with every error of the suites, before anything heavy is opened.

    Raises:
        SuiteError: there are errors.
    """
    from evals.problems import refuse

    refuse(linted(suites))


@contextmanager
def stop_on_interrupt() -> Iterator[Callable[[], bool]]:
    """Gives the question "has the user asked to stop?"; the first Ctrl+C only sets it to yes.

    The second ends the process as usual. Off the main thread signals are left as they are.
    """
    wanted = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield wanted.is_set
        return
    before = signal.getsignal(signal.SIGINT)

    def ask_to_stop(number: int, frame: object) -> None:
        wanted.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        output.note(msg("evalrun.stopping"))

    signal.signal(signal.SIGINT, ask_to_stop)
    try:
        yield wanted.is_set
    finally:
        signal.signal(signal.SIGINT, before)
