"""Own routes: citations, documents, roles, languages."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.ui.web.scripted import HOSTILE, INTERNAL_QUOTE, QUOTE
from ui.web.evidence import find_quote
from ui.web.language import pick_language


def cite(client: TestClient, exchange: Any, n: int, lang: str = "zh") -> Any:
    return client.get(f"/api/cite/{exchange.answer_id}/{n}?lang={lang}")


def test_citation_shows_quote_in_its_whole_clause(client: TestClient, answered: Any) -> None:
    panel = cite(client, answered, 1).json()
    start, end = panel["clause"]["mark"]
    assert panel["clause"]["text"][start:end] == QUOTE
    assert panel["clause"]["text"].startswith("第八条") and "不低于90%" in panel["clause"]["text"]
    assert panel["before"]["label"] == "第二条" and panel["after"]["label"] == "第三条"
    assert panel["title"] == "优质中小企业梯度培育管理办法"
    assert panel["validity_label"] == "现行有效"
    assert panel["sample"] == "示例摘编"
    facts = {fact["label"]: fact["value"] for fact in panel["facts"]}
    assert facts["发文字号"] == "工信部企业〔2026〕2号"
    assert facts["发文机关"] == "工业和信息化部"
    assert facts["施行日期"] == "2026-04-01"
    assert facts["有效期至"] == "文件未载明"
    assert facts["位置"] == "第八条第（一）项 · 第 1 页"


def test_table_citation_marks_its_row(client: TestClient, answered: Any) -> None:
    clause = cite(client, answered, 2).json()["clause"]
    assert clause["rows"][2] == ["苏州", "20", "90%"]
    assert clause["marked_rows"] == [2]


def test_internal_clause_does_not_exist_for_a_visitor(client: TestClient, answered: Any) -> None:
    answer = cite(client, answered, 3)
    assert answer.status_code == 404
    assert INTERNAL_QUOTE not in answer.text and "内部" not in answer.text
    assert client.get("/api/doc/secret").status_code == 404
    assert client.get("/api/doc/secret").json() == client.get("/api/doc/nothing").json()


def test_hostile_text_travels_as_data(client: TestClient, answered: Any) -> None:
    answer = cite(client, answered, 4)
    assert answer.headers["content-type"] == "application/json"
    assert HOSTILE in answer.json()["clause"]["text"]


def test_superseded_document_names_its_successor(client: TestClient, answered: Any) -> None:
    panel = cite(client, answered, 5).json()
    assert panel["replaced_by"]["doc_id"] == "new26"
    assert "2026-04-01" in panel["replaced_by"]["label"]
    assert "已废止" in panel["validity_today"]
    assert panel["warning"] and panel["clause"]["mark"] is None  # its quote is not in the text
    successor = client.get(f"/api/doc/{panel['replaced_by']['doc_id']}").json()
    assert len(successor["clauses"]) == 4
    assert successor["validity"] == "in_force"


def test_citations_belong_to_the_session_that_asked(app: Any, answered: Any) -> None:
    with TestClient(app) as other:
        assert cite(other, answered, 1).status_code == 404
        assert other.get(f"/api/answer/{answered.answer_id}/text").status_code == 404


@pytest.mark.parametrize("path", ["/api/cite/none/1", "/api/answer/none/text", "/api/doc/none"])
def test_unknown_things_answer_404_in_the_readers_language(client: TestClient, path: str) -> None:
    assert client.get(path).json()["detail"].endswith("。")
    assert client.get(f"{path}?lang=en").json()["detail"].isascii()


def test_citation_number_that_does_not_exist(client: TestClient, answered: Any) -> None:
    assert cite(client, answered, 9).status_code == 404


def test_answer_text_carries_the_notice(client: TestClient, answered: Any) -> None:
    # an answer with a citation that the reader may not (or no longer) open is not given out at all
    withheld = client.get(f"/api/answer/{answered.answer_id}/text")
    assert withheld.status_code == 404 and INTERNAL_QUOTE not in withheld.text
    answered.answer.citations = [one for one in answered.answer.citations if one.doc_id != "secret"]
    answer = client.get(f"/api/answer/{answered.answer_id}/text")
    assert answer.headers["content-type"].startswith("text/plain")
    assert "以文件原文为准" in answer.text and QUOTE in answer.text


def test_library_counts_public_documents_only(client: TestClient) -> None:
    facts = client.get("/api/library").json()
    assert facts["documents"] == 4
    assert facts["samples"] == 2
    assert facts["latest"] == "2026-05-31"
    assert facts["subjects"]["扶持政策"] == 1


@pytest.mark.parametrize(
    ("lang", "accepted", "chosen"),
    [
        (None, "", "zh"),
        ("en", "zh-CN", "en"),
        (None, "en-GB,en;q=0.9", "en"),
        (None, "fr-FR,fr;q=0.9", "zh"),
        ("fr", "en", "en"),
        ("../x", "", "zh"),
    ],
)
def test_language(client: TestClient, lang: str | None, accepted: str, chosen: str) -> None:
    assert pick_language(lang, accepted) == chosen
    query = {"lang": lang} if lang else {}
    answer = client.get("/", params=query, headers={"accept-language": accepted}, follow_redirects=False)
    assert answer.headers["location"] == f"/chat/{chosen}/"


def test_both_pages_speak_their_language(client: TestClient) -> None:
    assert "请问您想了解哪项政策" in client.get("/chat/zh/config").text
    assert "Which policy would you like" in client.get("/chat/en/config").text


def test_assets_are_served_from_here(client: TestClient) -> None:
    assert client.get("/static-zx/web.css").headers["content-type"].startswith("text/css")
    assert client.get("/favicon.ico").headers["content-type"] == "image/svg+xml"
    assert client.get("/static-zx/none.css").status_code == 404
    page = client.get("/chat/zh/").text
    assert "/static-zx/web.js" in page and "fonts.googleapis" not in page


@pytest.mark.parametrize(
    ("text", "quote", "found"),
    [
        ("甲乙丙", "乙", "乙"),
        ("甲 乙\n丙丁", "乙丙", "乙\n丙"),
        ("甲乙", "甲\n乙", "甲乙"),
        ("甲乙", "丙", None),
        ("甲乙", "", None),
    ],
)
def test_find_quote(text: str, quote: str, found: str | None) -> None:
    span = find_quote(text, quote)
    assert (text[span[0] : span[1]] if span else None) == found
