"""Opens the library and the assistant for a command, and says so when that takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.messages import msg
from corpus.settings import CorpusSettings
from ui.cli import output

if TYPE_CHECKING:
    from agent import Assistant
    from index import Library


def open_library() -> Library:
    """The library under `ZHIXUN_HOME`.

    Raises:
        StateError: the state folder, the catalog, an index or the model cannot be used.
    """
    from index import Library

    _announce()
    return Library.open()


def open_assistant(library: Library | None = None) -> Assistant:
    """The assistant over `library`, or over one of its own.

    Raises:
        StateError: as for `open_library`.
    """
    from agent import Assistant

    _announce()
    return Assistant.open(library)


def _announce() -> None:
    """The first use unpacks the bundled model: a minute in which nothing else would show."""
    from index.health import is_waiting

    home = CorpusSettings().home
    if home.parent.is_dir() and is_waiting(home):
        output.note(msg("cli.unpacking_model"))
