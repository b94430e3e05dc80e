"""A turn as an asynchronous generator without Gradio: question in, growing exchange out.

The same generator can serve another page or a plain event stream.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from datetime import date
from typing import Any, Protocol

from agent.types import Answer, Ctx, Event, Turn
from corpus.errors import InputError, ZhixunError
from corpus.messages import msg
from corpus.model import Role
from ui.web.conversations import Conversation, Conversations, Exchange, Step
from ui.web.settings import WebSettings

log = logging.getLogger("zhixun.web")

_SHOW_EVERY = 0.06  # seconds between two pictures of a growing draft


class Streams(Protocol):
    """What the web needs of `agent.Assistant`."""

    library: Any

    def stream(self, question: str, ctx: Ctx, history: Sequence[Turn]) -> AsyncIterator[Event]: ...


def check_question(text: str | None, settings: WebSettings) -> str:
    """The question without surrounding space.

    Raises:
        InputError: empty, or longer than `max_question`.
    """
    question = (text or "").strip()
    if not question:
        raise InputError("web.empty_question")
    if len(question) > settings.max_question:
        raise InputError("web.long_question", length=len(question), limit=settings.max_question)
    return question


def check_day(value: str | None) -> date | None:
    """The as-of date from the page's field; None where it is empty (today).

    Raises:
        InputError: not a date of the form 2026-01-31.
    """
    if not value or not str(value).strip():
        return None
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError as error:
        raise InputError("web.bad_date", value=str(value)[:40]) from error


async def run_turn(
    assistant: Streams,
    conversations: Conversations,
    conversation: Conversation,
    question: str,
    as_of: date | None,
    lang: str,
    role: Role,
) -> AsyncIterator[Exchange]:
    """Asks as `role`, which is the session's, and yields the exchange each time it is worth showing again;
    the last time it has ended.

    Closing the generator before its end marks the exchange as stopped.
    """
    if conversation.busy:
        raise InputError("web.busy")
    history = conversation.history()
    exchange = conversations.begin(conversation, question, as_of)
    shown = 0.0
    try:
        yield exchange
        stream = assistant.stream(question, Ctx(role, as_of), history)
        async with aclosing(stream) as events:  # type: ignore[type-var]
            async for event in events:
                apply(exchange, event)
                now = time.monotonic()
                if event.kind != "token" or now - shown >= _SHOW_EVERY:
                    shown = now
                    yield exchange
        if exchange.running:
            exchange.error = _internal(RuntimeError("the stream ended without a final event"), lang)
    except ZhixunError as error:
        exchange.error = error.message(lang)
    except Exception as error:  # the page must say so; the log has the traceback
        exchange.error = _internal(error, lang)
    finally:
        if exchange.running:
            exchange.stopped = True
        conversations.finish(conversation, exchange, role)
    yield exchange


def apply(exchange: Exchange, event: Event) -> None:
    """Takes one event of the assistant into the exchange."""
    data = event.data
    if event.kind == "step":
        exchange.steps.append(Step(str(data["label"]), str(data.get("detail") or ""), data.get("ms")))
    elif event.kind in ("sentence", "token"):
        exchange.draft += str(data["text"])
    elif event.kind == "reset":
        exchange.draft = ""
    elif event.kind == "notice":
        exchange.notices.append(str(data["text"]))
    else:
        answer = data["answer"]
        if not isinstance(answer, Answer):
            raise TypeError("a final event must carry an Answer")
        exchange.answer = answer


def _internal(error: Exception, lang: str) -> str:
    code = secrets.token_hex(3)
    log.error("turn failed, code %s", code, exc_info=error)
    return msg("web.failed", lang, code=code)
