"""Questions that each come with their own texts: a temporary library that holds them all.

Every text is loaded once, through the product's own ingestion; a question is then asked of its own
texts alone (`Only`), as the answer benchmarks hand a model a fixed set of passages.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Set
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.types import Answer, Ctx
from corpus.errors import InputError, StateError
from corpus.model import Visibility
from corpus.settings import CorpusSettings
from index import Evidence, Library

if TYPE_CHECKING:
    from agent import Assistant


class Only:
    """A library whose search sees some documents alone; everything else is the library's own."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.allowed: frozenset[str] = frozenset()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._library, name)

    def search(
        self, query: str, *, doc_ids: Set[str] | None = None, in_force_only: bool = True, **options: Any
    ) -> list[Evidence]:
        """Searches the allowed documents. A news text has no validity: nothing is left out for it."""
        wanted = self.allowed if doc_ids is None else self.allowed & doc_ids
        if not wanted:
            return []
        return self._library.search(query, doc_ids=wanted, in_force_only=False, **options)


class ClosedBook:
    """An assistant over texts; `ask` names those that a question comes with."""

    def __init__(
        self, assistant: Assistant, library: Only, doc_ids: dict[str, str], refused: dict[str, str]
    ) -> None:
        self._assistant = assistant
        self._library = library
        self._doc_ids = doc_ids
        self.refused = refused  # text -> why it could not be loaded; no question sees it

    def ask(self, question: str, texts: Iterable[str]) -> Answer:
        """The answer from these texts; a question that is turned away (too long) is a refusal."""
        self._library.allowed = frozenset(self._doc_ids[text] for text in texts if text in self._doc_ids)
        try:
            return self._assistant.ask(question, Ctx())
        except InputError as error:
            return Answer(question, "refused", error.message())

    def search(self, question: str, k: int) -> list[str]:
        """Ids of the best documents of the whole library, best first, each once."""
        library: Library = self._library._library
        hits = library.search(question, k=4 * k, in_force_only=False)
        return list(dict.fromkeys(hit.doc_id for hit in hits))[:k]

    def doc_id(self, text: str) -> str | None:
        """The document that a text became; None where it could not be loaded."""
        return self._doc_ids.get(text)


@contextmanager
def closed_book(texts: Iterable[str]) -> Iterator[ClosedBook]:
    """Loads the texts into a library in a temporary folder, removed at the end.

    A text that the library refuses (a snippet without a word in it) is left out and told in `refused`.

    Raises:
        StateError: no text at all could be loaded.
    """
    from agent import Assistant

    wanted = dict.fromkeys(texts)
    with tempfile.TemporaryDirectory(prefix="zhixun-bench-", ignore_cleanup_errors=True) as folder:
        home, files = Path(folder) / "home", Path(folder) / "files"
        home.mkdir()
        files.mkdir()
        models = CorpusSettings().home / "models"
        models.mkdir(parents=True, exist_ok=True)
        (home / "models").symlink_to(models.resolve(), target_is_directory=True)
        paths = {files / f"{hashlib.sha256(text.encode()).hexdigest()[:20]}.txt": text for text in wanted}
        for path, text in paths.items():
            path.write_text(text, encoding="utf-8")
        with Library.open(home) as library:
            doc_ids: dict[str, str] = {}
            refused: dict[str, str] = {}
            for result in library.ingest(list(paths), Visibility.PUBLIC):
                if result.doc_id is None:
                    refused[paths[result.path]] = result.error or ""
                else:
                    doc_ids[paths[result.path]] = result.doc_id
            if not doc_ids:
                raise StateError("bench.not_ingested", reason=next(iter(refused.values()), "-"))
            only = Only(library)
            yield ClosedBook(Assistant(only), only, doc_ids, refused)  # type: ignore[arg-type]  # stands for a Library
