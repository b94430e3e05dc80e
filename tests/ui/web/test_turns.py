"""A turn without a browser: what the assistant is told, what the exchange becomes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from agent.types import Ctx, Event
from corpus.errors import InputError
from corpus.model import Role
from tests.ui.web.scripted import ScriptedAssistant
from ui.web.conversations import HISTORY_TURNS, MAX_EXCHANGES, Conversation, Conversations, Exchange
from ui.web.settings import WebSettings
from ui.web.turns import check_day, check_question, run_turn

SETTINGS = WebSettings()


async def ask(
    assistant: Any, store: Conversations, conversation: Conversation, question: str, as_of: date | None = None
) -> list[bool]:
    turn = run_turn(assistant, store, conversation, question, as_of, "zh", Role.VISITOR)
    return [exchange.running async for exchange in turn]


async def test_turn_ends_with_an_answer_and_the_role_is_a_visitors(assistant: ScriptedAssistant) -> None:
    store = Conversations(10)
    conversation = store.get("s", None)
    running = await ask(assistant, store, conversation, "小巨人条件？", date(2024, 1, 1))
    assert running[0] and not running[-1]
    exchange = conversation.exchanges[-1]
    assert exchange.answer is not None and [step.label for step in exchange.steps][:1] == ["理解问题"]
    _, ctx, history = assistant.asked[-1]
    assert ctx == Ctx(role=Role.VISITOR, as_of=date(2024, 1, 1))
    assert history == []


async def test_follow_up_gets_the_history_kept_here(assistant: ScriptedAssistant) -> None:
    store = Conversations(10)
    conversation = store.get("s", None)
    await ask(assistant, store, conversation, "今天天气？")
    await ask(assistant, store, conversation, "错误")  # no answer: not part of the history
    await ask(assistant, store, conversation, "那补贴呢？")
    history = assistant.asked[-1][2]
    assert [role for role, _ in history] == ["user", "assistant"]
    assert history[0] == ("user", "今天天气？")
    for _ in range(HISTORY_TURNS):
        await ask(assistant, store, conversation, "补贴")
    assert len(assistant.asked[-1][2]) == 2 * HISTORY_TURNS


async def test_inner_error_shows_a_code_and_not_its_text(
    assistant: ScriptedAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    store = Conversations(10)
    conversation = store.get("s", None)
    await ask(assistant, store, conversation, "错误")
    error = conversation.exchanges[-1].error
    assert error is not None and "编号" in error and "secret" not in error
    code = error.split("编号 ")[1][:6]
    assert code in caplog.text and "secret inner text" in caplog.text


async def test_user_error_is_shown_as_it_is(assistant: ScriptedAssistant) -> None:
    store = Conversations(10)
    conversation = store.get("s", None)
    await ask(assistant, store, conversation, "无效")
    assert "无法识别" in (conversation.exchanges[-1].error or "")


async def test_stream_without_end_is_an_error() -> None:
    class Silent:
        library = None

        async def stream(self, question: str, ctx: Ctx, history: Any) -> AsyncIterator[Event]:
            yield Event("token", {"text": "半句"})
            yield Event("reset", {})

    store = Conversations(10)
    conversation = store.get("s", None)
    await ask(Silent(), store, conversation, "问")
    exchange = conversation.exchanges[-1]
    assert exchange.error and exchange.draft == ""


async def test_closing_the_turn_stops_it(assistant: ScriptedAssistant) -> None:
    store = Conversations(10)
    conversation = store.get("s", None)
    turn = run_turn(assistant, store, conversation, "小巨人条件？", None, "zh", Role.VISITOR)
    await anext(turn)
    assert conversation.busy
    with pytest.raises(InputError, match="还在回答"):
        await ask(assistant, store, conversation, "再问")
    await turn.aclose()
    assert conversation.exchanges[-1].stopped and not conversation.busy
    assert conversation.history() == []


async def test_cancelling_the_turn_stops_it() -> None:
    class Slow:
        library = None

        async def stream(self, question: str, ctx: Ctx, history: Any) -> AsyncIterator[Event]:
            await asyncio.sleep(60)
            yield Event("reset", {})

    store = Conversations(10)
    conversation = store.get("s", None)
    task = asyncio.create_task(ask(Slow(), store, conversation, "问"))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert conversation.exchanges[-1].stopped


@pytest.mark.parametrize("text", ["", "   ", "\n", None])
def test_empty_question(text: str | None) -> None:
    with pytest.raises(InputError, match="请先输入问题"):
        check_question(text, SETTINGS)


def test_long_question_names_length_and_limit() -> None:
    with pytest.raises(InputError, match=r"20000 字.*2000 字"):
        check_question("字" * 20_000, SETTINGS)
    assert check_question("  字" * 2, SETTINGS) == "字  字"


@pytest.mark.parametrize(
    ("value", "day"),
    [("", None), (None, None), ("2024-02-29", date(2024, 2, 29)), (" 2024-01-01 ", date(2024, 1, 1))],
)
def test_day(value: str | None, day: date | None) -> None:
    assert check_day(value) == day


@pytest.mark.parametrize("value", ["2024-13-01", "明天", "<script>", "2023-02-29"])
def test_bad_day(value: str) -> None:
    with pytest.raises(InputError, match="无法识别"):
        check_day(value)


def test_conversations_belong_to_a_session_and_are_bounded() -> None:
    store = Conversations(2)
    mine = store.get("me", None)
    exchange = store.begin(mine, "问", None)
    assert store.get("me", mine.conversation_id) is mine
    assert store.get("other", mine.conversation_id) is not mine
    assert store.exchange("me", exchange.answer_id) is exchange
    assert store.exchange("other", exchange.answer_id) is None
    store.get("third", None)
    assert store.exchange("me", exchange.answer_id) is None  # the oldest is forgotten with its answers
    assert store.get("me", mine.conversation_id) is not mine


def test_exchanges_of_a_conversation_are_bounded() -> None:
    store = Conversations(2)
    conversation = store.get("me", None)
    first = store.begin(conversation, "0", None)
    for i in range(MAX_EXCHANGES):
        store.begin(conversation, str(i), None)
    assert len(conversation.exchanges) == MAX_EXCHANGES
    assert store.exchange("me", first.answer_id) is None


def test_retry_takes_the_last_exchange_back() -> None:
    store = Conversations(2)
    conversation = store.get("me", None)
    assert store.withdraw_last(conversation) is None
    exchange = store.begin(conversation, "问", None)
    assert store.withdraw_last(conversation) is exchange
    assert conversation.exchanges == [] and store.exchange("me", exchange.answer_id) is None


def test_day_of_an_exchange() -> None:
    assert Exchange("问", date(2020, 1, 1)).day == date(2020, 1, 1)
    assert Exchange("问", None).day == date.today()
