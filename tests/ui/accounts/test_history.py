"""Conversations that outlive the server, and whose they are."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from agent.answer_json import from_json, to_json
from agent.state import Table, TableRow
from agent.types import Answer, Citation
from corpus.model import Role
from ui.accounts import Accounts, History, KeepSettings
from ui.web.conversations import MAX_EXCHANGES, Conversation, Conversations, Exchange, Step

USER, BROWSER = "user:1", "b" * 43


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return create_engine(f"sqlite:///{tmp_path / 'accounts.db'}")


def answer(question: str) -> Answer:
    cited = Citation(1, "new26", "办法", None, "工信部", "in_force", "第八条", 1, "3年以上", "new26:2")
    table = Table(("地市", "个数"), (TableRow(("南京", "12"), ()),), "bar")
    tools = [{"name": "search", "args": {"as_of": "2026-01-01"}}]
    return Answer(
        question, "answered", "3年以上[1]", [cited], ["复核"], tools, {"total": 12.5}, None, [], [table]
    )


def ask(store: Conversations, conversation: Conversation, question: str) -> Exchange:
    exchange = store.begin(conversation, question, date(2026, 1, 1))
    exchange.steps.append(Step("查找依据", "3 条", 21.5))
    exchange.answer = answer(question)
    store.finish(conversation, exchange, Role.OFFICIAL)
    store.close()  # written, so that another server finds it
    return exchange


def test_an_answer_comes_back_as_a_reader_saw_it() -> None:
    given = answer("条件？")
    assert from_json(to_json(given)) == given
    assert from_json({"question": "q", "status": "of another version"}) is None


def test_history_is_there_after_a_restart_and_on_another_device(engine: Engine) -> None:
    store = Conversations(10, History(engine))
    conversation = store.get(USER, None)
    first = ask(store, conversation, "条件？")
    ask(store, conversation, "那期限呢？")
    again = Conversations(10, History(engine))
    [kept] = again.list(USER)
    assert (kept.conversation_id, kept.title, kept.exchanges) == (conversation.conversation_id, "条件？", 2)
    opened = again.get(USER, kept.conversation_id)
    assert [one.question for one in opened.exchanges] == ["条件？", "那期限呢？"]
    assert opened.exchanges[0] == first and len(opened.history()) == 4
    third = Conversations(10, History(engine))  # a citation is opened before the conversation is
    assert third.exchange(USER, first.answer_id) == first


def test_nobody_sees_anothers(engine: Engine) -> None:
    store = Conversations(10, History(engine))
    conversation = store.get(USER, None)
    exchange = ask(store, conversation, "条件？")
    for reader in (store, Conversations(10, History(engine))):
        for other in ("user:2", BROWSER, "user:1 ", ""):
            assert reader.list(other) == []
            assert reader.find(other, conversation.conversation_id) is None
            assert reader.get(other, conversation.conversation_id).exchanges == []
            assert reader.placed(other, exchange.answer_id) is None
            assert reader.delete(other, conversation.conversation_id) == 0
            assert reader.delete(other) == 0
    assert len(store.list(USER)) == 1


def test_deleting_one_or_all(engine: Engine) -> None:
    store = Conversations(10, History(engine))
    one, two, three = (store.get(BROWSER, None) for _ in range(3))
    gone = ask(store, one, "一")
    for conversation in (two, three):
        ask(store, conversation, "二")
    assert store.delete(BROWSER, one.conversation_id) == 1
    assert store.placed(BROWSER, gone.answer_id) is None and len(store.list(BROWSER)) == 2
    growing = store.begin(two, "还在回答", None)
    assert store.delete(BROWSER) == 2
    growing.answer = answer("还在回答")
    store.finish(two, growing, Role.VISITOR)  # what was deleted meanwhile does not come back
    assert Conversations(10, History(engine)).list(BROWSER) == []
    with engine.connect() as connection:
        assert connection.execute(text("select count(*) from account_exchanges")).scalar() == 0


def test_an_exchange_taken_back_is_gone_and_old_ones_too(engine: Engine) -> None:
    store = Conversations(10, History(engine))
    conversation = store.get(USER, None)
    for number in range(MAX_EXCHANGES + 2):
        ask(store, conversation, f"第{number}问")
    store.withdraw_last(conversation)
    again = Conversations(10, History(engine))
    store.close()
    kept = again.get(USER, conversation.conversation_id).exchanges
    assert [one.question for one in kept][:1] == ["第2问"] and kept[-1].question == f"第{MAX_EXCHANGES}问"


def test_what_is_kept_is_bounded_in_number_and_time(engine: Engine) -> None:
    now = [datetime(2026, 11, 24, 8, 0)]
    settings = KeepSettings(conversations=3, history_days=30, visitor_days=2)
    store = Conversations(10, History(engine, settings, lambda: now[0]))
    for number in range(5):
        now[0] += timedelta(minutes=1)
        ask(store, store.get(USER, None), f"第{number}问")
    ask(store, store.get(BROWSER, None), "访客的问题")
    assert [kept.title for kept in store.list(USER)] == ["第4问", "第3问", "第2问"]
    now[0] += timedelta(days=3)
    assert store.list(BROWSER) == [] and len(store.list(USER)) == 3
    now[0] += timedelta(days=28)
    ask(store, store.get(USER, None), "新问题")
    assert [kept.title for kept in store.list(USER)] == ["新问题"]
    with engine.connect() as connection:
        assert connection.execute(text("select count(*) from account_conversations")).scalar() == 1


def test_nothing_is_kept_where_the_settings_say_so(engine: Engine) -> None:
    store = Conversations(10, History(engine, KeepSettings(visitor_days=0)))
    conversation = store.get(BROWSER, None)
    exchange = ask(store, conversation, "条件？")
    assert store.list(BROWSER) == [] and store.exchange(BROWSER, exchange.answer_id) is exchange


def test_a_visitors_session_is_not_in_the_database(engine: Engine, tmp_path: Path) -> None:
    store = Conversations(10, History(engine))
    ask(store, store.get(BROWSER, None), "条件？")
    assert BROWSER.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_an_account_takes_its_conversations_with_it(engine: Engine) -> None:
    accounts = Accounts(engine)
    numbers = [accounts.add(name, Role.OFFICIAL, "a long password").user_id for name in ("王芳", "李华")]
    store = Conversations(10, History(engine))
    for number in numbers:
        ask(store, store.get(f"user:{number}", None), "内部口径？")
    accounts.set_role("王芳", Role.STAFF)  # sees as much as before
    assert len(store.list(f"user:{numbers[0]}")) == 1
    accounts.set_role("王芳", Role.VISITOR)
    accounts.remove("李华")
    again = Conversations(10, History(engine))
    assert [again.list(f"user:{number}") for number in numbers] == [[], []]
    assert accounts.add("李明", Role.VISITOR, "a long password").user_id not in numbers
