"""Tools over documents: what they find, what they say is not there, and what they never show."""

from __future__ import annotations

from datetime import date

import pytest

from agent.assistant import Assistant
from agent.tools.registry import call, langchain_tools, tools_for
from agent.tools.session import Result, ToolSession
from agent.types import Ctx
from corpus.model import Role, Visibility

DAY = date(2026, 11, 1)
ALL = {
    "search_policies", "lookup_clause", "compare_versions", "list_documents", "check_eligibility",
    "match_programs", "query_projects", "indicator_series", "draft_briefing",
}  # fmt: skip


def session(assistant: Assistant, role: Role = Role.VISITOR) -> ToolSession:
    return ToolSession(assistant.library, Ctx(role), DAY)


def run(assistant: Assistant, tool: str, arguments: object = None, role: Role = Role.VISITOR) -> Result:
    assert arguments is None or isinstance(arguments, dict)
    return call(session(assistant, role), tool, arguments or {})


def test_an_article_by_title_and_by_id_and_one_that_is_not_there(assistant: Assistant) -> None:
    title = next(
        record.title
        for record in assistant.library.catalog.snapshot().records.values()
        if record.visibility is Visibility.PUBLIC and "名录公开" in record.title
    )
    found = run(assistant, "lookup_clause", {"document": title, "article": 1})
    assert "每季度公布一次" in found.text and found.text.startswith("[S1]")
    by_id = run(assistant, "lookup_clause", {"document": found.evidence[0].doc_id, "article": 1})
    assert by_id.evidence == found.evidence
    none = run(assistant, "lookup_clause", {"document": title, "article": 99})
    assert "没有第99条，全文共2条" in none.text and not none.ok and none.evidence == ()
    for name in ("《不存在的办法》", "苏工信〔1999〕1号", "x"):
        none = run(assistant, "lookup_clause", {"document": name, "article": 1})
        assert not none.ok and name in none.text, name


def test_two_versions_clause_by_clause(assistant: Assistant) -> None:
    snapshot = assistant.library.catalog.snapshot()
    newer = next(
        record
        for record in snapshot.records.values()
        if record.visibility is Visibility.PUBLIC
        and any(
            snapshot.records[old].visibility is Visibility.PUBLIC
            for old in snapshot.predecessors(record.doc_id)
        )
    )
    found = run(assistant, "compare_versions", {"document": newer.doc_id})
    assert found.ok and "已废止" in found.text and "修改（先旧后新）" in found.text
    assert len({one.doc_id for one in found.evidence}) == 2
    same = run(assistant, "compare_versions", {"document": newer.doc_id, "earlier": newer.title})
    assert not same.ok or len({one.doc_id for one in same.evidence}) == 2


def test_a_hidden_document_is_as_good_as_absent(assistant: Assistant) -> None:
    records = assistant.library.catalog.snapshot().records.values()
    hidden = next(record for record in records if record.visibility is Visibility.INTERNAL)
    for name, arguments in (
        ("lookup_clause", {"document": hidden.doc_id, "article": 1}),
        ("lookup_clause", {"document": hidden.title, "article": 1}),
        ("compare_versions", {"document": hidden.doc_id}),
        ("search_policies", {"query": hidden.title, "documents": [hidden.doc_id]}),
    ):
        found = run(assistant, name, arguments)
        assert not found.ok and found.evidence == (), name
    listed = run(assistant, "list_documents", {"standing": "any"}).text
    assert hidden.title not in listed
    assert hidden.title in run(assistant, "list_documents", {"standing": "any"}, Role.OFFICIAL).text


def test_no_visitor_finds_internal_evidence(assistant: Assistant) -> None:
    found = run(
        assistant, "search_policies", {"query": "内部 通知 名录 贷款 奖励", "in_force_only": False, "k": 12}
    )
    assert found.evidence and all(one.visibility is Visibility.PUBLIC for one in found.evidence)


@pytest.mark.parametrize(
    "extra", [{"role": "staff"}, {"as_of": "2020-01-01"}, {"ctx": {"role": "staff"}}, {"user": "x"}]
)
def test_role_and_day_are_no_arguments(assistant: Assistant, extra: dict[str, object]) -> None:
    for name, one in tools_for(Role.STAFF).items():
        assert not {"role", "as_of", "ctx", "user", "day", "session"} & one.args.model_fields.keys(), name
    found = run(assistant, "search_policies", {"query": "名录", **extra})
    assert not found.ok and next(iter(extra)) in found.text and "由会话决定" in found.text


def test_wrong_calls_say_what_to_mend(assistant: Assistant) -> None:
    for name, arguments, said in (
        ("delete_everything", {}, "search_policies"),
        ("draft_briefing", {"topic": "绿色工厂"}, "没有权限"),
        ("search_policies", {}, "query"),
        ("search_policies", {"query": "x", "k": 500}, "k:"),
        ("lookup_clause", {"document": "x", "article": "第一条"}, "article"),
        ("list_documents", {"words": "没有这样的词"}, "没有符合条件"),
        ("query_projects", {"region": "苏洲"}, "苏州市"),
        ("query_projects", {"op": "state"}, "name"),
        ("query_projects", {"period": "昨天"}, "昨天"),
        ("indicator_series", {"name": "幸福指数"}, "幸福指数"),
        ("check_eligibility", {"firm": "营收100万", "programme": "不存在的称号"}, "不存在的称号"),
    ):
        found = run(assistant, name, arguments)
        assert not found.ok and said in found.text and found.evidence == (), (name, found.text)


def test_tokens_stay_with_their_clause_over_calls(assistant: Assistant) -> None:
    mine = session(assistant)
    first = call(mine, "search_policies", {"query": "名录多久公布一次"})
    again = call(mine, "search_policies", {"query": "名录多久公布一次", "in_force_only": False})
    assert {f"S{n + 1}" for n in range(len(mine.sources))} == mine.sources.keys()
    both = {one.clause_id for one in first.evidence} | {one.clause_id for one in again.evidence}
    assert {one.clause_id for one in mine.sources.values()} == both


def test_as_langchain_tools_with_evidence_as_artifact(assistant: Assistant) -> None:
    made = {one.name: one for one in langchain_tools(session(assistant, Role.STAFF))}
    assert made.keys() == ALL and len(langchain_tools(session(assistant))) == len(ALL) - 1
    args = {"query": "名录多久公布一次", "k": 3}
    reply = made["search_policies"].invoke(
        {"type": "tool_call", "id": "1", "name": "search_policies", "args": args}
    )
    assert len(reply.artifact) == 3 and "[S1]" in reply.content
    bad = made["search_policies"].invoke(
        {"type": "tool_call", "id": "2", "name": "search_policies", "args": args | {"role": "staff"}}
    )
    assert "role" in bad.content and not bad.artifact
