"""Who may open the briefings, whose drafts they are, and what odd requests do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from fastapi.testclient import TestClient

from agent.briefing.drafts import Drafts
from agent.briefing.gather import write
from agent.briefing.outline import outline_of
from corpus.model import Role
from index import Library
from tests.agent.briefing.test_content import library
from tests.ui.web.shell.conftest import browsers
from tests.ui.web.staff.conftest import csrf
from ui.web.briefs import briefs_router

__all__ = ["library"]

Open = Callable[[Role], TestClient]
PAGES = (
    "/briefings",
    "/briefings/1",
    "/briefings/1/outline",
    "/briefings/1/chart/0.svg",
    "/briefings/1/file.docx",
)
FORMS = (
    "/briefings",
    "/briefings/draft",
    "/briefings/1/outline",
    "/briefings/1/refresh",
    "/briefings/1/delete",
)


@pytest.fixture
def browser_of(library: Library) -> Iterator[Open]:
    with browsers(library, briefs_router(library)) as opened:
        yield opened


@contextmanager
def draft(library: Library, owner: str) -> Iterator[int]:
    kept = Drafts(library.catalog.engine)
    outline = outline_of("2026年4月工业用电情况", date(2026, 7, 20))
    draft_id = kept.add(owner, Role.OFFICIAL, outline, write(outline, library, Role.OFFICIAL))
    yield draft_id
    kept.remove(owner, draft_id)


def test_visitors_are_led_to_the_sign_in(browser_of: Open) -> None:
    client = browser_of(Role.VISITOR)
    for address in PAGES:
        answer = client.get(address, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/login?next={address}")
    for address in FORMS:
        answer = client.post(address, data={"csrf": "x"}, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")


def test_a_draft_of_another_person_does_not_exist(browser_of: Open, library: Library) -> None:
    client = browser_of(Role.STAFF)  # no role opens another's drafts
    with draft(library, "user:999") as draft_id:
        token = csrf(client.get("/briefings"))
        for rest in ("", "/outline", "/chart/0.svg", "/file.docx", "/file.json"):
            answer = client.get(f"/briefings/{draft_id}{rest}")
            assert answer.status_code == 400 and "没有编号为" in answer.text, rest
            assert "工业用电" not in answer.text
        for rest in ("/outline", "/refresh", "/delete"):
            answer = client.post(f"/briefings/{draft_id}{rest}", data={"csrf": token})
            assert answer.status_code == 400 and "没有编号为" in answer.text, rest


def test_forms_need_their_token(browser_of: Open) -> None:
    client = browser_of(Role.OFFICIAL)
    for address in FORMS:
        assert client.post(address, data={"csrf": "x" * 43, "topic": "绿色工厂"}).status_code == 403, address


def test_what_was_typed_stays_and_what_is_wrong_is_named(browser_of: Open) -> None:
    client = browser_of(Role.OFFICIAL)
    token = csrf(client.get("/briefings"))
    for form, named in (
        ({"topic": " "}, "请写明题目"),
        ({"topic": "题" * 201}, "200"),
        ({"topic": "工业用电情况", "kind": "公报"}, "公报"),
        ({"topic": "工业用电情况", "as_of": "soon"}, "soon"),
        ({"topic": "桃源市<script>工业用电情况"}, "桃源市"),
        ({"topic": "工业用电情况", "region": "苏洲"}, "苏洲"),
        ({"topic": "工业用电情况", "period": "昨天<b>"}, "昨天&lt;b&gt;"),
        ({"topic": "工业用电情况", "length": "huge"}, "huge"),
    ):
        answer = client.post("/briefings", data={"csrf": token, **form})
        assert answer.status_code == 400 and named in answer.text, form
        assert "<script>工" not in answer.text
    outline = outline_of("2026年4月工业用电情况", date(2026, 7, 20)).to_yaml()
    for form, named in (
        ({"outline": "kind: ["}, "YAML"),
        ({"outline": outline, "title": "我的题目"}, "至少留一节"),
        ({"outline": outline, "title": "", "keep_0": "1"}, "title"),
        ({"outline": outline, "region": "苏洲", "keep_0": "1"}, "苏洲"),
        ({"outline": outline, "period": "2031年1月", "keep_0": "1"}, "2031年1月"),
        (
            {"outline": outline.replace("工业用电", "远洋捕捞"), "subject": "远洋捕捞", "keep_2": "1"},
            "远洋捕捞",
        ),
    ):
        answer = client.post("/briefings/draft", data={"csrf": token, **form})
        assert answer.status_code == 400 and named in answer.text, form
    assert client.get("/briefings/1/file.exe").status_code in (400, 404)
    assert client.get("/briefings/x").status_code == 400


def test_from_topic_to_file_and_newer_data(browser_of: Open, library: Library) -> None:
    client = browser_of(Role.OFFICIAL)
    token = csrf(client.get("/briefings"))
    form = {"csrf": token, "topic": "2026年4月工业用电情况", "kind": "专报", "as_of": "2026-07-20"}
    wished = client.post(
        "/briefings", data=form | {"region": "苏州", "period": "2026年5月", "length": "short"}
    )
    assert "关于2026年5月苏州市工业用电情况" in wished.text and 'value="苏州市"' in wished.text
    page = client.post("/briefings", data=form)
    assert page.status_code == 200 and "指标运行情况" in page.text
    outline = outline_of(form["topic"], date(2026, 7, 20), "专报").to_yaml()
    kept = {f"keep_{n}": "1" for n in range(5)} | {"heading_0": "用电<b>", "tables_0": "9"}
    made = client.post(
        "/briefings/draft", data={"csrf": token, "outline": outline, **kept}, follow_redirects=False
    )
    assert made.status_code == 303, made.text
    address = made.headers["location"]
    shown = client.get(address)
    assert "用电&lt;b&gt;" in shown.text and "各材料不一致" in shown.text and "blockquote" in shown.text
    assert client.get(f"{address}/chart/0.svg?theme=dark").headers["content-type"] == "image/svg+xml"
    assert client.get(f"{address}/chart/77.svg").status_code == 400
    file = client.get(f"{address}/file.docx", params={"head": "示例简报", "number": "第1期"})
    assert file.content[:2] == b"PK" and file.headers["content-disposition"].startswith("attachment;")
    assert "没有变化" in client.post(f"{address}/refresh", data={"csrf": token, "as_of": "2026-07-20"}).text
    client.post(f"{address}/delete", data={"csrf": token})
    assert client.get(address).status_code == 400
