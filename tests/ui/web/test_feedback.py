"""Feedback on an answer: from a request to a candidate case, strictly checked, changed and withdrawn."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from corpus.model import Role
from evals.candidates import Candidate, Candidates, missing_fields
from tests.ui.web.scripted import HOSTILE, ScriptedAssistant
from ui.web.feedback import MAX_REMARK
from ui.web.guard import COOKIE
from ui.web.turns import run_turn

Ask = Callable[..., Any]


@pytest.fixture
def kept(assistant: ScriptedAssistant) -> Iterator[Candidates]:
    kept = Candidates(assistant.library.catalog.engine)
    yield kept
    kept.delete([one.id for one in kept.list(None)])


@pytest.fixture
def ask(app: Any, client: TestClient, assistant: ScriptedAssistant) -> Ask:
    """Asks in this client's session, all in one conversation; gives the finished exchange."""
    conversations = app.state.conversations
    conversation = conversations.get(client.cookies[COOKIE], None)

    def asked(question: str, as_of: date | None = None) -> Any:
        async def last() -> Any:
            turn = run_turn(assistant, conversations, conversation, question, as_of, "zh", Role.VISITOR)
            return [exchange async for exchange in turn][-1]

        return asyncio.run(last())

    return asked


def say(client: TestClient, exchange: Any, lang: str = "zh", **said: Any) -> Any:
    return client.post(f"/api/feedback/{exchange.answer_id}?lang={lang}", json=said)


def only(kept: Candidates) -> Candidate:
    found = kept.list(None)
    assert len(found) == 1
    return found[0]


def test_a_helpful_answer_proposes_its_status_and_its_places(
    client: TestClient, ask: Ask, kept: Candidates
) -> None:
    answer = say(client, ask("小巨人条件？", date(2026, 5, 1)), helpful=True)
    assert answer.status_code == 200
    assert answer.json()["helpful"] is True and "有帮助" in answer.json()["message"]
    one = only(kept)
    assert (one.origin, one.state, one.question) == ("feedback", "open", "小巨人条件？")
    assert one.case["role"] == "visitor" and one.case["as_of"] == "2026-05-01"
    assert one.case["expected_status"] == ["answered"] and "history" not in one.case
    assert {"doc": "new26.md", "clause": "第八条第（一）项"} in one.case["gold"]
    assert missing_fields(one.case) == ["key"]  # only a person says what the answer must hold


def test_an_unhelpful_answer_proposes_the_question_alone(
    client: TestClient, ask: Ask, kept: Candidates
) -> None:
    first = ask("天气怎样？")
    last = ask("小巨人条件？")
    later = ask("补贴有多少？")
    done = say(client, last, helpful=False, reason="wrong_number", remark="应为\r\n95%")
    assert done.json()["reason"] == "wrong_number" and "工作人员" in done.json()["message"]
    one = only(kept)
    assert "expected_status" not in one.case and "gold" not in one.case and "as_of" not in one.case
    assert one.case["history"] == [["user", "天气怎样？"], ["assistant", first.answer.answer]]
    assert later.question not in str(one.case)  # what came after is no history
    note = one.note
    assert note["answer_id"] == last.answer_id and note["answer"] == last.answer.answer
    assert note["reason"] == "wrong_number" and note["remark"] == "应为\n95%" and note["helpful"] is False
    assert {"doc_id": "new26", "clause": "第八条第（一）项"} in note["citations"]
    assert note["lang"] == "zh" and note["day"] == last.day.isoformat()
    assert len(note["library"]["fingerprint"]) == 16 and note["library"]["documents"] == 5
    assert "commit" in note and "version" in note
    assert client.cookies[COOKIE] not in json.dumps(note)  # who it was is not kept


def test_a_second_click_changes_the_first_and_withdrawing_deletes(
    client: TestClient, ask: Ask, kept: Candidates
) -> None:
    exchange = ask("小巨人条件？")
    say(client, exchange, helpful=True)
    number = only(kept).id
    say(client, exchange, helpful=False, reason="incomplete")
    assert only(kept).id == number and only(kept).note["reason"] == "incomplete"
    assert "gold" not in only(kept).case
    say(client, exchange, helpful=True)
    assert only(kept).case["gold"] and only(kept).note["reason"] is None
    say(client, ask("补贴有多少？"), helpful=True)
    assert len(kept.list()) == 2
    withdrawn = say(client, exchange, helpful=None)
    assert withdrawn.status_code == 200 and "撤回" in withdrawn.json()["message"]
    assert only(kept).question == "补贴有多少？"
    assert "没有可撤回" in say(client, exchange, helpful=None).json()["message"]


def test_what_staff_have_filled_in_or_closed_stays(client: TestClient, ask: Ask, kept: Candidates) -> None:
    exchange = ask("小巨人条件？")
    say(client, exchange, helpful=True)
    number = only(kept).id
    kept.amend(number, {"key": [["3年"]]})
    say(client, exchange, helpful=False, reason="other")
    assert only(kept).case["key"] == [["3年"]] and only(kept).note["reason"] == "other"
    kept.reject(number, "李工", "已改")
    refused = say(client, exchange, "en", helpful=None)
    assert refused.status_code == 409 and "withdrawn" in refused.json()["detail"]
    say(client, exchange, helpful=True)
    assert [one.state for one in kept.list(None)] == ["open", "rejected"]


def test_an_answer_belongs_to_its_session_and_may_be_forgotten(
    app: Any, client: TestClient, ask: Ask, kept: Candidates
) -> None:
    exchange = ask("小巨人条件？")
    with TestClient(app) as other:
        other.get("/chat/zh/")
        assert say(other, exchange, helpful=True).status_code == 404
    say(client, exchange, helpful=True)
    app.state.conversations._forget([exchange])
    gone = say(client, exchange, helpful=False)
    assert gone.status_code == 404 and "不再保留" in gone.json()["detail"]
    assert say(client, exchange, "en", helpful=False).json()["detail"].isascii()
    assert only(kept).note["helpful"] is True  # what was said before still stands


def test_a_question_without_an_answer_takes_no_feedback(
    client: TestClient, ask: Ask, kept: Candidates
) -> None:
    assert say(client, ask("错误"), helpful=True).status_code == 404 and kept.list(None) == []


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ({}, "helpful"),
        ({"helpful": "true"}, "helpful"),
        ({"helpful": 1}, "helpful"),
        ({"helpful": True, "by": "我"}, "by"),
        ({"helpful": False, "reason": "ugly"}, "wrong_number"),
        ({"helpful": True, "reason": "other"}, "没帮助"),
        ({"helpful": None, "reason": "other"}, "没帮助"),
        ({"helpful": False, "remark": 5}, "remark"),
        ({"helpful": False, "remark": "长" * (MAX_REMARK + 1)}, str(MAX_REMARK)),
    ],
)
def test_what_is_wrong_with_a_request_is_said(
    client: TestClient, ask: Ask, kept: Candidates, said: dict[str, Any], part: str
) -> None:
    exchange = ask("小巨人条件？")
    refused = say(client, exchange, **said)
    assert refused.status_code == 422 and part in refused.json()["detail"]
    english = say(client, exchange, "en", **said)
    assert english.json()["detail"] != refused.json()["detail"]
    assert kept.list(None) == []


def test_the_guard_limits_size_origin_rate_and_shape(
    assistant: ScriptedAssistant, client: TestClient, ask: Ask, kept: Candidates
) -> None:
    exchange = ask("小巨人条件？")
    path = f"/api/feedback/{exchange.answer_id}"
    full = "\U0001f600" * MAX_REMARK  # escaped, each takes twelve bytes
    assert client.post(path, content=json.dumps({"helpful": False, "remark": full})).status_code == 200
    assert client.post(path, content=b'{"helpful": true}' + b" " * 20_000).status_code == 413
    assert client.post(path, content=b"[true]").status_code == 400
    assert client.post(path, content=b"not json").status_code == 400
    foreign = client.post(path, json={"helpful": True}, headers={"origin": "http://evil.example"})
    assert foreign.status_code == 403
    assert client.post(f"{path}/more", json={}).status_code == 404
    assert client.get(path).status_code == 405 and client.put(path, json={}).status_code == 404
    english = client.post(f"{path}?lang=en", content=b"[true]")
    assert english.json()["detail"].isascii()
    assert only(kept).note["remark"] == full


def test_feedback_costs_a_token_of_the_browsers_rate(
    assistant: ScriptedAssistant, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ui.web import create_app
    from ui.web.settings import WebSettings

    monkeypatch.setenv("ZHIXUN_HOME", str(tmp_path))
    tight = create_app(assistant, WebSettings(rate=0.001, burst=2))
    with TestClient(tight) as client:
        client.get("/chat/zh/")
        statuses = [client.post("/api/feedback/none", json={"helpful": True}).status_code for _ in range(3)]
    assert statuses == [404, 404, 429]


def test_hostile_remarks_are_data(client: TestClient, ask: Ask, kept: Candidates) -> None:
    exchange = ask(f"小巨人{HOSTILE}？")
    raw = f"{HOSTILE}\x1b[31m\x00红\u202e倒\x07[bold]"
    body = json.dumps({"helpful": False, "remark": raw})[:-2] + '\\ud800"}'
    assert client.post(f"/api/feedback/{exchange.answer_id}", content=body).status_code in (200, 422)
    assert say(client, exchange, helpful=False, remark=raw).status_code == 200
    assert only(kept).note["remark"] == f"{HOSTILE}[31m红倒[bold]"
    assert only(kept).question == f"小巨人{HOSTILE}？"
