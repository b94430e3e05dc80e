"""What a model said, kept on disk by model, prompt version and text."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path

from corpus.errors import StateError


class ReplyCache:
    """One file a reply.

    Args:
        folder: made at the first reply; None: nothing is kept.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    @staticmethod
    def key(model: str, version: str, messages: object) -> str:
        """Equal for equal requests."""
        text = json.dumps([model, version, messages], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def get(self, key: str) -> str | None:
        """The file's text; None where there is none that can be read: it is asked for again then."""
        if self._folder is None or not (path := self._folder / f"{key}.json").is_file():
            return None
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None

    def put(self, key: str, text: str) -> None:
        """Keeps what `get` shall give back.

        Raises:
            StateError: the folder cannot be written.
        """
        if self._folder is None:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", dir=self._folder, suffix=".new", delete=False
            ) as file:
                file.write(text)
            os.replace(file.name, self._folder / f"{key}.json")
        except OSError as error:
            path, reason = self._folder, error.strerror or error
            raise StateError("evals.cannot_write", path=path, reason=reason) from error
