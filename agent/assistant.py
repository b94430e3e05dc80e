"""The assistant: one question in, one checked answer out, whole or as a stream of events."""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any

from agent.llm.client import ChatServer
from agent.llm.writer_settings import WriterSettings
from agent.settings import ALL_PARTS, AgentParts
from agent.state import State
from agent.types import Answer, Ctx, Event, Turn
from corpus.catalog import today as system_today
from index import Library

# Inherited variables would send questions to a tracing service: off unless this process says so.
os.environ["LANGSMITH_TRACING"] = "false"
os.environ["LANGCHAIN_TRACING_V2"] = "false"

_PIECE = re.compile(r"[^\[\n]{1,12}|\[\d+\]|\[|\n+")  # about 12 characters, never half a [n]
HISTORY = 12  # turns that a question may lean on


class Assistant:
    """Answers questions over a library.

    >>> with Assistant.open() as assistant:
    ...     answer = assistant.ask("专精特新中小企业认定要满足哪些条件？")
    """

    def __init__(
        self,
        library: Library,
        today: Callable[[], date] = system_today,
        parts: AgentParts = ALL_PARTS,
        server: ChatServer | None = None,
    ) -> None:
        self.library = library
        self.server = server
        self._today = today
        self._parts = parts
        self._compiled: Any = None

    @classmethod
    def open(cls, library: Library | None = None, home: Path | None = None) -> Assistant:
        """Opens the library too when none is given, and the model's server where one is configured.

        Raises:
            InputError: the server's address cannot be used.
            StateError: the state folder cannot be used.
        """
        settings = WriterSettings()
        server = ChatServer(settings) if settings.base_url else None
        return cls(library or Library.open(home), server=server)

    def __enter__(self) -> Assistant:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        if self.server is not None:
            self.server.close()
        self.library.close()

    def ask(self, question: str, ctx: Ctx | None = None, history: Sequence[Turn] = ()) -> Answer:
        """The answer to one question.

        Raises:
            InputError: the question is empty or too long.
            StateError: the library cannot be read.
        """
        began = time.perf_counter()
        state: State = self._graph.invoke(_start(question, ctx, history, self._parts))
        return _timed(state, began)

    async def stream(
        self, question: str, ctx: Ctx | None = None, history: Sequence[Turn] = ()
    ) -> AsyncIterator[Event]:
        """Steps as they end, a model's sentences as each passes the checks, the answer in pieces of about
        12 characters, then `final`.

        No word is sent that was not verified; a model's sentences are withdrawn by a `reset` before the
        answer's pieces, which have their [n]. Raises as `ask`.
        """
        began = time.perf_counter()
        state: State = {}
        told = False
        async for mode, data in self._graph.astream(
            _start(question, ctx, history, self._parts), stream_mode=["custom", "values"]
        ):
            if mode == "custom" and "sentence" in data:
                told = True
                yield Event("sentence", {"text": data["sentence"]})
            elif mode == "custom":
                yield Event("step", data)
            else:
                state = data
        answer = _timed(state, began)
        if told:
            yield Event("reset", {})
        for piece in _PIECE.findall(answer.answer):
            yield Event("token", {"text": piece})
            await asyncio.sleep(0)
        yield Event("final", {"answer": answer})

    @property
    def _graph(self) -> Any:
        if self._compiled is None:
            from agent.graph import build

            self._compiled = build(self.library, self._today, self.server)
        return self._compiled


def _start(question: str, ctx: Ctx | None, history: Sequence[Turn], parts: AgentParts) -> State:
    return {
        "question": question,
        "ctx": ctx or Ctx(),
        "history": list(history)[-HISTORY:],
        "parts": parts,
    }


def _timed(state: State, began: float) -> Answer:
    answer = state["answer"]
    total = (time.perf_counter() - began) * 1000
    answer.timings_ms = {
        "total": round(total, 1),
        "retrieve": round(state.get("retrieve_ms", 0.0), 1),
        "first_token": round(total, 1),
    }
    return answer
