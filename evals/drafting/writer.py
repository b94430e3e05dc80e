"""Asks the model for questions and for other words; replies are kept, whatever the checks say of them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from agent.llm.client import ChatServer, Counts, Messages
from evals.drafting import prompt
from evals.drafting.prompt import Passage, Proposal
from evals.drafting.settings import DraftSettings
from evals.reply_cache import ReplyCache

log = logging.getLogger(__name__)

T = TypeVar("T")
_MAX_TOKENS = {"ask": 1200, "reword": 200}


class Malformed(Exception):
    """Two replies of a form that was not asked for."""


class Writer:
    """Use it as a context manager. One request at a time.

    Args:
        cache: a folder for replies, by model, prompt version and text; None: nothing is kept.
        wait: how to wait between tries, in seconds.

    Raises:
        InputError: the server is not configured, or its address is not usable.
    """

    def __init__(
        self, settings: DraftSettings, cache: Path | None, wait: Callable[[float], None] = time.sleep
    ) -> None:
        self._server = ChatServer(settings, wait)
        self._cache = ReplyCache(cache)
        self.model = self._server.model

    @property
    def counts(self) -> Counts:
        return self._server.counts

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()

    def questions(self, passage: Passage, k: int, naming: bool) -> list[Proposal | None]:
        """Up to `k` proposals, unchecked; None in the place of one of another form.

        Raises:
            Malformed, Unavailable, Spent: no proposals for this clause.
            StateError: the server refuses the request for good, or failed too often running.
        """
        asked = prompt.ask(passage, k, naming)
        return self._read(asked, prompt.read_questions, _MAX_TOKENS["ask"])[:k]

    def rewording(self, passage: Passage, question: str, facts: tuple[str, ...], naming: bool) -> str:
        """The question in other words, unchecked. Raises as `questions` does."""
        asked = prompt.ask_reword(passage, question, facts, naming)
        return self._read(asked, prompt.read_rewording, _MAX_TOKENS["reword"])

    def _read(self, asked: Messages, read: Callable[[str], T | None], max_tokens: int) -> T:
        key = self._cache.key(self.model, prompt.VERSION, asked)
        if (text := self._cache.get(key)) is not None and (kept := read(text)) is not None:
            self.counts.cached += 1
            return kept
        for _ in range(2):
            reply = self._server.reply(asked, max_tokens)
            if (found := read(reply)) is not None:
                self._cache.put(key, reply)
                return found
        raise Malformed
