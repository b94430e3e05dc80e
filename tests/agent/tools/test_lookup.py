"""An article by number, as a function and as a model's tool."""

from __future__ import annotations

from datetime import date
from typing import Any

from agent.assistant import Assistant
from agent.tools.lookup import article, lookup_tool
from agent.types import Ctx
from corpus.model import Visibility

DAY = date(2026, 11, 1)


def doc_ids(assistant: Assistant, visibility: Visibility) -> list[str]:
    records = assistant.library.catalog.snapshot().records.values()
    return [r.doc_id for r in records if r.visibility is visibility and "名录公开" in r.title]


def test_an_article_and_one_that_is_not_there(assistant: Assistant) -> None:
    doc_id = doc_ids(assistant, Visibility.PUBLIC)[0]
    text, found = article(assistant.library, doc_id, 1, Ctx(), DAY)
    assert "每季度公布一次" in text and found[0].doc_id == doc_id
    text, found = article(assistant.library, doc_id, 99, Ctx(), DAY)
    assert "没有第99条，全文共2条" in text and found == []


def test_a_tool_call_cannot_set_the_role(assistant: Assistant) -> None:
    records = assistant.library.catalog.snapshot().records.values()
    hidden = next(r.doc_id for r in records if r.visibility is Visibility.INTERNAL)
    tool = lookup_tool(assistant.library, Ctx(), DAY)
    assert set(tool.args) == {"doc_id", "number"}
    args = {"doc_id": hidden, "number": 1, "role": "admin", "ctx": "admin"}
    call: dict[str, Any] = {"type": "tool_call", "id": "1", "name": "lookup_clause", "args": args}
    reply = tool.invoke(call)
    assert reply.artifact == [] and "没有这份文件" in reply.content
