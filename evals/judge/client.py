"""The judge: one chat completion a pair, its verdict kept on disk."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from types import TracebackType

from agent.llm.client import ChatServer, Counts, Spent, Unavailable
from evals.judge.prompt import VERSION, Pair, Verdict, messages, parse
from evals.judge.settings import JudgeSettings
from evals.reply_cache import ReplyCache

log = logging.getLogger(__name__)

_MAX_TOKENS = 400


class Judge:
    """Asks for verdicts; use it as a context manager. One request at a time.

    Args:
        cache: a folder for verdicts, by model, prompt version and text; None: nothing is kept.
        wait: how to wait between tries, in seconds.

    Raises:
        InputError: the judge is not configured, or its address is not usable.
    """

    def __init__(
        self, settings: JudgeSettings, cache: Path | None, wait: Callable[[float], None] = time.sleep
    ) -> None:
        self._server = ChatServer(settings, wait)
        self._cache = ReplyCache(cache)
        self.model = self._server.model

    @property
    def counts(self) -> Counts:
        return self._server.counts

    def __enter__(self) -> Judge:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()

    def verdict(self, pair: Pair) -> Verdict | str:
        """The verdict, or why there is none (`malformed`, `timeout`, `http_429`, `budget` …).

        A reply of another form is asked for once more. Only verdicts are cached.

        Raises:
            StateError: the server refuses the request for good, or failed too often running.
        """
        asked = messages(pair)
        key = self._cache.key(self.model, VERSION, asked)
        if (text := self._cache.get(key)) is not None and (kept := parse(text)) is not None:
            self.counts.cached += 1
            return kept
        reason = "malformed"
        for _ in range(2):
            try:
                reply = self._server.reply(asked, _MAX_TOKENS)
            except Unavailable as error:
                reason = str(error)
                break
            except Spent:
                reason = "budget"
                break
            if (found := parse(reply)) is not None:
                kept_with = {"model": self.model, "prompt_version": VERSION}
                self._cache.put(key, json.dumps({**asdict(found), **kept_with}, ensure_ascii=False))
                return found
        log.warning("judge: no verdict on %s: %s", pair.id, reason)
        return reason
