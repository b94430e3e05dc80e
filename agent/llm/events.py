"""A completion that comes as server-sent events, piece by piece."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx

Heard = Callable[[str], None]


class Events:
    """Puts the pieces of a reply together.

    Args:
        heard: is given each piece of the text as it comes.
    """

    def __init__(self, heard: Heard | None) -> None:
        self._heard = heard
        self._left = b""
        self._text: list[str] = []
        self._usage: Any = None
        self._model: Any = None
        self._ended = False

    def take(self, piece: bytes) -> None:
        """Takes some bytes of the body, which end anywhere."""
        *lines, self._left = (self._left + piece).split(b"\n")
        for line in lines:
            if line.startswith(b"data:"):
                self._event(line[5:].strip())

    def whole(self) -> dict[str, Any]:
        """The reply in the form of one that was not streamed.

        Raises:
            httpx.ReadError: it broke off: neither its end nor a reason for it came.
        """
        if not self._ended:
            raise httpx.ReadError("reply without its end")
        message = {"role": "assistant", "content": "".join(self._text)}
        return {"choices": [{"message": message}], "usage": self._usage, "model": self._model}

    def _event(self, data: bytes) -> None:
        if data == b"[DONE]":
            self._ended = True
            return
        try:
            event = json.loads(data)
        except ValueError:
            return  # what cannot be read is no text
        if not isinstance(event, dict):
            return
        self._model = event.get("model", self._model)
        self._usage = event.get("usage") or self._usage
        try:
            choice = event["choices"][0]
            content = choice["delta"].get("content")
        except (LookupError, TypeError, AttributeError):
            return
        self._ended = self._ended or choice.get("finish_reason") is not None
        if isinstance(content, str) and content:
            self._text.append(content)
            if self._heard is not None:
                self._heard(content)
