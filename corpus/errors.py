"""Errors that a user may see. Each carries a catalogue key and parameters, never a bare string."""

from __future__ import annotations

from typing import Any

from corpus.messages import msg


class ZhixunError(Exception):
    """An error with a message for the user, from the message catalogue (`corpus/messages`)."""

    def __init__(self, key: str, **params: Any) -> None:
        self.key = key
        self.params = params
        super().__init__(key, params)

    def message(self, lang: str | None = None) -> str:
        return msg(self.key, lang, **self.params)

    def __str__(self) -> str:
        return self.message()


class ReadError(ZhixunError):
    """A file cannot be read: damaged, empty, encrypted, mislabelled, unsupported."""


class InputError(ZhixunError):
    """What the user gave (question, option, date, path) cannot be used."""


class StateError(ZhixunError):
    """The state folder cannot be used: missing, read-only, full, damaged."""
