"""The appeal form and one's own conversations: what works, and whom it is kept from."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from corpus.model import Role
from tests.ui.web.scripted import HOSTILE, QUOTE, ScriptedAssistant
from tests.ui.web.staff.conftest import csrf
from ui.accounts import Accounts, Appeals
from ui.web.guard import COOKIE
from ui.web.limits import RateLimiter
from ui.web.turns import run_turn

Browsers = Callable[[Role], TestClient]
MOBILE = "138 1234 5678"


@pytest.fixture
def engine(assistant: ScriptedAssistant) -> Any:
    return assistant.library.catalog.engine


@pytest.fixture(autouse=True)
def sound(assistant: ScriptedAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """It cites only what its asker may see, unless a test says otherwise."""
    monkeypatch.setattr(assistant, "leaky", False)


def owner_of(client: TestClient, engine: Any, role: Role) -> str:
    if role is Role.VISITOR:
        return client.cookies[COOKIE]
    name = f"wang-{role}"
    return f"user:{next(user.user_id for user in Accounts(engine).users() if user.name == name)}"


def ask(app: Any, assistant: ScriptedAssistant, owner: str, *questions: str) -> Any:
    """A conversation of the owner; gives it with its last exchange."""
    conversations = app.state.conversations
    conversation = conversations.get(owner, None)
    role = Role.STAFF if owner.startswith("user:") else Role.VISITOR

    async def all_of_them() -> Any:
        last = None
        for question in questions:
            async for exchange in run_turn(
                assistant, conversations, conversation, question, None, "zh", role
            ):
                last = exchange
        return last

    return conversation, asyncio.run(all_of_them())


def send(client: TestClient, page: str, address: str, **fields: str) -> Any:
    form = {"csrf": csrf(client.get(page)), **fields}
    return client.post(address, data=form, follow_redirects=False)


def file(client: TestClient, **fields: str) -> Any:
    return send(client, "/appeal", "/appeal", **{"question": "能报吗？", "contact": MOBILE, **fields})


@pytest.mark.parametrize("role", [Role.VISITOR, Role.OFFICIAL])
def test_an_appeal_from_an_answer_to_the_reply(
    app: Any, assistant: ScriptedAssistant, browser_of: Browsers, engine: Any, role: Role
) -> None:
    client, other = browser_of(role), browser_of(Role.VISITOR)
    _, exchange = ask(app, assistant, owner_of(client, engine, role), "小巨人条件？")
    prefilled = client.get(f"/appeal?about={exchange.answer_id}")
    assert "小巨人条件？</textarea>" in prefilled.text and QUOTE in prefilled.text
    assert HOSTILE not in prefilled.text
    strange = other.get(f"/appeal?about={exchange.answer_id}").text  # somebody else's answer
    assert "小巨人条件" not in strange and QUOTE not in strange
    answer = file(client, about=exchange.answer_id, attach="yes", text=f"成立两年{HOSTILE}", name="李华")
    assert answer.status_code == 303
    number = answer.headers["location"].split("/")[-1].split("?")[0]
    appeals = Appeals(engine)
    kept = appeals.get(number)
    assert kept.answer == exchange.answer.answer and kept.citations[0]["doc_id"] == "new26"
    receipt = client.get(answer.headers["location"]).text
    assert number in receipt and "已收到您的诉求" in receipt
    appeals.reply(number, f"可以，见第八条。{HOSTILE}", "王芳")
    seen = client.get(f"/appeal/{number}").text
    assert "可以，见第八条。" in seen and "已答复" in seen and HOSTILE not in seen
    for private in ("13812345678", "李华", "王芳"):
        assert private not in seen
    assert number in client.get("/appeal").text

    shut = other.get(f"/appeal/{number}")
    assert "第八条" not in shut.text and "成立两年" not in shut.text and 'name="contact"' in shut.text
    unknown = other.get("/appeal/SQ20200101-0001")
    assert unknown.status_code == shut.status_code == 200
    wrong = send(other, "/appeal/find", "/appeal/find", number=number, contact="13900000000")
    assert wrong.status_code == 404 and "第八条" not in wrong.text
    right = send(other, "/appeal/find", "/appeal/find", number=number.lower(), contact="+8613812345678")
    assert right.status_code == 200 and "可以，见第八条。" in right.text and "李华" not in right.text
    for _ in range(10):
        last = send(other, "/appeal/find", "/appeal/find", number=number, contact="13900000000")
    assert last.status_code == 429


def test_a_forged_answer_is_not_taken(
    app: Any, assistant: ScriptedAssistant, browser_of: Browsers, engine: Any
) -> None:
    client, other = browser_of(Role.VISITOR), browser_of(Role.VISITOR)
    _, exchange = ask(app, assistant, other.cookies[COOKIE], "小巨人条件？")
    forged = {"about": exchange.answer_id, "attach": "yes", "answer": "假的", "citations": "x"}
    number = file(client, **forged).headers["location"].split("/")[-1].split("?")[0]
    kept = Appeals(engine).get(number)
    assert (kept.answer, kept.answer_id, kept.citations) == (None, None, [])
    _, own = ask(app, assistant, client.cookies[COOKIE], "小巨人条件？")
    number = file(client, about=own.answer_id).headers["location"].split("/")[-1].split("?")[0]
    assert Appeals(engine).get(number).answer is None  # the box was not ticked


@pytest.mark.parametrize(
    ("fields", "named"),
    [({"question": "  "}, "请写明"), ({"contact": "call me"}, "手机号"), ({"contact": ""}, "手机号"),
     ({"question": "长" * 2001}, "2001"), ({"text": "长" * 2001}, "2001"), ({"name": "长" * 61}, "60")],
)  # fmt: skip
def test_what_is_wrong_is_told_and_nothing_is_lost(
    browser_of: Browsers, engine: Any, fields: dict[str, str], named: str
) -> None:
    client, before = browser_of(Role.VISITOR), Appeals(engine).counts()
    answer = file(client, **{"text": "写了很久的说明", "region": f"苏州{HOSTILE}", **fields})
    assert answer.status_code == 400 and named in answer.text and HOSTILE not in answer.text
    assert fields.get("text", "写了很久的说明") in answer.text and "苏州&lt;img" in answer.text
    assert Appeals(engine).counts() == before


def test_only_our_form_files_and_not_without_end(
    browser_of: Browsers, engine: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client, other = browser_of(Role.VISITOR), browser_of(Role.VISITOR)
    before = sum(Appeals(engine).counts().values())
    for token in ("", "x" * 43, csrf(other.get("/appeal"))):
        form = {"csrf": token, "question": "能报吗", "contact": MOBILE}
        assert client.post("/appeal", data=form).status_code == 403
    evil = {"origin": "https://evil.example"}
    form = {"csrf": csrf(client.get("/appeal")), "question": "能报吗", "contact": MOBILE}
    assert client.post("/appeal", data=form, headers=evil).status_code == 403
    assert client.post("/appeal", data={**form, "text": "x" * 200_000}).status_code == 413
    assert sum(Appeals(engine).counts().values()) == before
    assert [file(client).status_code for _ in range(5)] == [303] * 5
    refused = file(client, text="第六件")
    assert refused.status_code == 429 and "第六件" in refused.text
    assert file(other).status_code == 303  # another browser is not held up
    assert engine.hide_parameters  # an error of the database does not carry what was written
    assert "12345678" not in caplog.text and "能报吗" not in caplog.text


def test_an_appeal_that_was_erased_is_gone_for_its_author(browser_of: Browsers, engine: Any) -> None:
    client = browser_of(Role.VISITOR)
    number = file(client, text="要清除的").headers["location"].split("/")[-1].split("?")[0]
    Appeals(engine).erase(number, "王芳")
    assert "要清除的" not in client.get(f"/appeal/{number}").text
    assert number not in client.get("/appeal").text


@pytest.mark.parametrize("role", [Role.VISITOR, Role.STAFF])
def test_conversations_are_found_read_and_deleted(
    app: Any, assistant: ScriptedAssistant, browser_of: Browsers, engine: Any, role: Role
) -> None:
    client, other = browser_of(role), browser_of(Role.VISITOR)
    owner = owner_of(client, engine, role)
    app.state.conversations.delete(owner)
    assert "还没有保存的对话" in client.get("/history").text
    talk, _ = ask(app, assistant, owner, "小巨人条件？", f"天气{HOSTILE}", "小巨人错误")
    ask(app, assistant, owner, "补贴有哪些")
    listing = client.get("/history").text
    assert "小巨人条件？" in listing and "补贴有哪些" in listing and f"?c={talk.conversation_id}" in listing
    assert ("180 天" if role is Role.STAFF else "没有登录") in listing
    found = client.get("/history?q=细分市场 天气").text  # words of an answer and of another question
    assert "小巨人条件？" in found and "补贴有哪些" not in found
    assert "没有同时含有" in client.get("/history?q=量子").text
    page = client.get(f"/history/{talk.conversation_id}").text
    first = talk.exchanges[0]
    assert f'href="#cite-{first.answer_id}-1"' in page and f'id="cite-{first.answer_id}-1"' in page
    assert QUOTE in page and "天气" in page and HOSTILE not in page and "secret inner text" not in page
    assert other.get(f"/history/{talk.conversation_id}").status_code == 404
    assert send(other, "/appeal", f"/history/{talk.conversation_id}/delete").status_code == 303
    assert client.get(f"/history/{talk.conversation_id}").status_code == 200
    assert client.post(f"/history/{talk.conversation_id}/delete", data={"csrf": "x"}).status_code == 403
    gone = send(client, "/history", f"/history/{talk.conversation_id}/delete")
    assert gone.headers["location"] == "/history?deleted=1"
    assert client.get(f"/history/{talk.conversation_id}").status_code == 404
    send(client, "/history", "/history/delete")
    assert app.state.conversations.list(owner) == []
    english = client.get("/history?lang=en").text
    assert "There are no conversations yet" in english


@pytest.mark.parametrize("role", [Role.VISITOR, Role.STAFF])
def test_an_answer_from_what_may_not_be_seen_any_more_is_not_shown(
    app: Any,
    assistant: ScriptedAssistant,
    browser_of: Browsers,
    engine: Any,
    monkeypatch: pytest.MonkeyPatch,
    role: Role,
) -> None:
    client = browser_of(role)
    monkeypatch.setattr(assistant, "leaky", True)  # its answer cites an internal document
    talk, exchange = ask(app, assistant, owner_of(client, engine, role), "小巨人条件？")
    page = client.get(f"/history/{talk.conversation_id}").text
    appeal = client.get(f"/appeal?about={exchange.answer_id}").text
    shown = role is Role.STAFF
    assert ("内部掌握的支持额度" in page) is (QUOTE in page) is (QUOTE in appeal) is shown
    assert ("不再显示" in page) is not shown and "小巨人条件？" in page
    number = file(client, about=exchange.answer_id, attach="yes").headers["location"][8:24]
    assert (Appeals(engine).get(number.rstrip("?")).answer is not None) is shown


def test_a_bound_in_an_hour() -> None:
    now = [0.0]
    bound = RateLimiter(5 / 3600, 5, clock=lambda: now[0])
    assert [bound.take("a") for _ in range(5)] == [0.0] * 5
    assert bound.waiting("a") == pytest.approx(720)
    now[0] = 721
    assert bound.take("a") == 0.0


@pytest.mark.parametrize(
    "address", ["?page=0", "?page=99999", "?page=x", "/%3Cb%3E", "?q=" + "x" * 500, "?deleted=-1"]
)
def test_history_bears_any_address(browser_of: Browsers, address: str) -> None:
    answer = browser_of(Role.VISITOR).get(f"/history{address}")
    assert answer.status_code in (200, 404) and re.search(r"<b>\s*<", answer.text) is None
