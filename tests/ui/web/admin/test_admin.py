"""The administration pages: what staff do there, who gets in, and what stands in the audit log."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from corpus.model import Role
from evals.candidates import Candidates
from tests.ui.web.scripted import HOSTILE, ScriptedAssistant
from tests.ui.web.staff.conftest import PASSWORD, csrf
from ui.accounts import Accounts, Appeals, Audit, History, Keys, Session, Usage, Used
from ui.web.admin.bars import bars

Browsers = Callable[[Role], TestClient]
PAGES = (
    "/admin",
    "/admin/appeals",
    "/admin/feedback",
    "/evals",
    "/admin/users",
    "/admin/keys",
    "/admin/audit",
)
CHANGES = (
    *("/admin/users/add", "/admin/users/1/role", "/admin/users/1/password", "/admin/users/1/active"),
    *("/admin/users/1/sign-out", "/admin/users/1/remove", "/admin/keys/add", "/admin/keys/1/revoke"),
    *(f"/admin/appeals/SQ20261124-0001/{step}" for step in ("take", "reply", "close", "erase")),
)


@pytest.fixture
def engine(assistant: ScriptedAssistant) -> Any:
    return assistant.library.catalog.engine


def send(client: TestClient, page: str, address: str, **fields: str) -> Any:
    form = {"csrf": csrf(client.get(page)), **fields}
    return client.post(address, data=form, follow_redirects=False)


def number_of(engine: Any, name: str) -> int:
    return next(user.user_id for user in Accounts(engine).users() if user.name == name)


def last(engine: Any) -> tuple[str, str, str]:
    entry = Audit(engine).list(limit=1)[0]
    return entry.actor, entry.action, entry.subject


@pytest.mark.parametrize("role", [Role.VISITOR, Role.OFFICIAL])
def test_nobody_but_staff_gets_in(browser_of: Browsers, engine: Any, role: Role) -> None:
    browser_of(Role.STAFF)  # the accounts that they try to change
    client = browser_of(role)
    before = Accounts(engine).users(), Keys(engine).list(), Audit(engine).count()
    for page in (*PAGES, "/admin/users/1", "/admin/appeals/SQ20261124-0001", "/admin/", "/admin/users/1/"):
        answer = client.get(page, follow_redirects=False)
        assert answer.status_code in (303, 307, 403, 404), page
        assert "<table" not in answer.text and "badge" not in answer.text, page
    token = csrf(client.get("/login" if role is Role.VISITOR else "/admin"))
    for address in CHANGES:
        form = {"csrf": token, "role": "staff", "name": "thief", "password": PASSWORD, "sure": "x"}
        assert client.post(address, data=form, follow_redirects=False).status_code in (303, 403), address
    assert (Accounts(engine).users(), Keys(engine).list(), Audit(engine).count()) == before
    assert 'href="/admin"' not in client.get("/login").text


def test_every_change_needs_the_forms_own_token(browser_of: Browsers, engine: Any) -> None:
    client, other = browser_of(Role.STAFF), browser_of(Role.VISITOR)
    before = Accounts(engine).users(), Audit(engine).count()
    for address in CHANGES:
        for token in ("", "x" * 43, csrf(other.get("/login"))):
            assert client.post(address, data={"csrf": token, "role": "staff"}).status_code == 403, address
        assert client.get(address, follow_redirects=False).status_code in (400, 404, 405), address
    from_elsewhere = {"origin": "https://evil.example"}
    form = {"csrf": csrf(client.get("/admin/users")), "name": "x1", "role": "staff", "password": PASSWORD}
    assert client.post("/admin/users/add", data=form, headers=from_elsewhere).status_code == 403
    assert (Accounts(engine).users(), Audit(engine).count()) == before


def test_an_account_from_the_first_day_to_the_last(browser_of: Browsers, engine: Any) -> None:
    client, accounts = browser_of(Role.STAFF), Accounts(engine)
    me = client.get("/admin/users").text
    assert "wang-staff" in me and "（您自己）" in me
    made = send(client, "/admin/users", "/admin/users/add", name="李华", role="official", password="")
    word = re.search(r"<code>([^<]+)</code>", made.text)
    assert made.status_code == 200 and word is not None
    session = accounts.sign_in("李华", word.group(1), "b" * 43, "10.0.0.1")
    assert isinstance(session, Session) and last(engine) == ("wang-staff", "user.add", "李华")
    History(engine).save(f"user:{session.user_id}", "c1", "内部口径", "a1", {})

    number = number_of(engine, "李华")
    home = f"/admin/users/{number}"
    assert word.group(1) not in client.get(home).text  # it was shown once
    answer = send(client, home, f"{home}/role", role="visitor")
    assert answer.status_code == 200 and "访客" in answer.text and last(engine)[1] == "user.role"
    assert accounts.session(session.key, "b" * 43) is None
    assert History(engine).owned(f"user:{number}") == []  # what it may not see any more is gone
    answer = send(client, home, f"{home}/password", password="short")
    assert answer.status_code == 400 and "至少 10 个字符" in answer.text
    assert send(client, home, f"{home}/password", password="a better password").status_code == 200
    session = accounts.sign_in("李华", "a better password", "b" * 43, "10.0.0.1")
    assert isinstance(session, Session)
    assert send(client, home, f"{home}/sign-out").status_code == 200
    assert accounts.session(session.key, "b" * 43) is None
    assert "已停用" in send(client, home, f"{home}/active", active="no").text
    assert accounts.sign_in("李华", "a better password", "b" * 43, "10.0.0.1") is None
    assert send(client, home, f"{home}/remove", sure="李").status_code == 400
    assert send(client, home, f"{home}/remove", sure="李华").status_code == 303
    assert last(engine) == ("wang-staff", "user.remove", "李华")
    assert client.get(home).status_code == 400
    log = client.get("/admin/audit?actor=wang-staff&action=user.role").text
    assert "改角色" in log and "before=official" in log
    assert "a better password" not in client.get("/admin/audit").text


def test_nobody_shuts_the_door_behind_oneself(browser_of: Browsers, engine: Any) -> None:
    client = browser_of(Role.STAFF)
    number = number_of(engine, "wang-staff")
    for change in ("role", "password", "active", "sign-out", "remove"):
        fields = {"role": "visitor", "password": "another good one", "active": "no", "sure": "wang-staff"}
        answer = send(client, "/admin/users", f"/admin/users/{number}/{change}", **fields)
        assert answer.status_code == 400 and "自己的账号" in answer.text, change
    assert client.get("/admin/users").status_code == 200


@pytest.mark.parametrize(
    ("fields", "named"),
    [({"name": "a b", "role": "staff"}, "a b"), ({"name": "li", "role": "king"}, "请选择角色"),
     ({"name": "wang-staff", "role": "staff"}, "已经有了"), ({"role": "staff"}, "不能用"),
     ({"name": "lihua", "role": "staff", "password": "lihua-2026"}, "太容易猜")],
)  # fmt: skip
def test_what_is_wrong_is_told_in_place(browser_of: Browsers, fields: dict[str, str], named: str) -> None:
    client = browser_of(Role.STAFF)
    answer = send(client, "/admin/users", "/admin/users/add", **fields)
    assert answer.status_code == 400 and named in answer.text
    assert f'value="{fields.get("name", "")}"' in answer.text  # nothing typed is lost


def test_a_key_is_shown_once_and_revoked(browser_of: Browsers, engine: Any) -> None:
    client = browser_of(Role.STAFF)
    form = {"label": f"服务网 {HOSTILE}", "role": "visitor", "rate": "30"}
    made = send(client, "/admin/keys", "/admin/keys/add", **form)
    found = re.search(r"zx_[A-Za-z0-9_-]{43}", made.text)
    assert found is not None and "服务网 &lt;img" in made.text and HOSTILE not in made.text
    key = Keys(engine).find(found.group())
    assert key is not None and (key.rate, key.role) == (30, Role.VISITOR)
    listing = client.get("/admin/keys").text
    assert found.group() not in listing and key.hint in listing
    for rate in ("0", "6001", "-1", "x", "", "9" * 5000):
        assert (
            send(client, "/admin/keys", "/admin/keys/add", label="x", role="visitor", rate=rate).status_code
            == 400
        )
    assert send(client, "/admin/keys", f"/admin/keys/{key.key_id}/revoke").status_code == 303
    assert Keys(engine).find(found.group()) is None and last(engine)[1] == "key.revoke"
    assert found.group() not in str(Audit(engine).list())


def test_an_appeal_from_its_author_to_the_answer(browser_of: Browsers, engine: Any) -> None:
    client, appeals = browser_of(Role.STAFF), Appeals(engine)
    cited = [{"doc_id": "new26", "title": "梯度培育管理办法", "clause": "第八条"}]
    number = appeals.file(
        f"能报吗{HOSTILE}", "13812345678", "成立两年", answer="满3年[1]", citations=cited
    ).number
    page = f"/admin/appeals/{number}"
    assert number in client.get("/admin/appeals?status=received").text
    text = client.get(page).text
    assert (
        all(part in text for part in ("13812345678", "成立两年", "满3年[1]", "第八条"))
        and HOSTILE not in text
    )
    assert send(client, page, f"{page}/take").status_code == 303
    long = send(client, page, f"{page}/reply", reply="长" * 5001)
    assert long.status_code == 400 and "5001" in long.text and "长" * 5001 in long.text
    assert send(client, page, f"{page}/reply", reply="可以，请看第八条。").status_code == 303
    seen = appeals.look_up(number, "13812345678")
    assert seen is not None and getattr(seen, "reply", None) == "可以，请看第八条。"
    assert send(client, page, f"{page}/close").status_code == 303
    assert send(client, "/admin/users", f"{page}/reply", reply="再答").status_code == 400
    assert send(client, "/admin/users", f"{page}/erase", sure="x").status_code == 400
    assert send(client, page, f"{page}/erase", sure=number).status_code == 303
    assert "13812345678" not in client.get(page).text and last(engine) == (
        "wang-staff",
        "appeal.erase",
        number,
    )
    for wrong in ("SQ1", "SQ20261124-9999", "..%2f..", "%3Cb%3E"):
        assert client.get(f"/admin/appeals/{wrong}").status_code in (400, 404)


def test_use_is_counted_and_drawn(browser_of: Browsers, engine: Any) -> None:
    client, usage = browser_of(Role.STAFF), Usage(engine)
    usage.record(Used(f"小巨人条件{HOSTILE}", "answered", ms=1500, doc_id="new26"))
    usage.record(Used("我的手机13812345678，天气", "refused"))
    text = client.get("/admin?days=7").text
    assert "<svg" in text and "s-answered" in text and HOSTILE.lower() not in text
    assert "我的手机***,天气" in text and "扶持政策" in text and "13812345678" not in text
    assert client.get("/admin?days=x").status_code == 200
    english = client.get("/admin?lang=en").text
    assert "Most often without an answer" in english
    chart = bars(usage.by_day(usage.today(), usage.today()), ("answered", "refused"))
    assert [piece.status for piece in chart.bars[0].pieces][:2] == ["answered", "refused"]
    assert chart.ticks[0][0] == 0 and chart.ticks[-1][0] >= chart.bars[0].total


def test_a_turn_of_the_chat_is_counted_and_kept(app: Any, assistant: ScriptedAssistant, engine: Any) -> None:
    import asyncio

    from ui.web.turns import run_turn

    conversations = app.state.conversations
    usage = Usage(engine)
    before = usage.by_day(usage.today(), usage.today())[0].total
    conversation = conversations.get("s" * 43, None)

    async def ask() -> None:
        async for _ in run_turn(
            assistant, conversations, conversation, "小巨人条件？", None, "zh", Role.VISITOR
        ):
            pass

    asyncio.run(ask())
    [kept] = conversations.list("s" * 43)
    assert kept.title == "小巨人条件？" and kept.exchanges == 1
    assert usage.by_day(usage.today(), usage.today())[0].total == before + 1


def test_feedback_is_listed_with_its_reason(browser_of: Browsers, engine: Any) -> None:
    client, kept = browser_of(Role.STAFF), Candidates(engine)
    note = {"helpful": False, "reason": "wrong_number", "remark": f"数字不对{HOSTILE}", "status": "answered"}
    number = kept.add("feedback", {"question": "补助多少"}, note)
    kept.add("feedback", {"question": "有帮助的问题"}, {"helpful": True, "status": "partial"})
    text = client.get("/admin/feedback").text
    assert "补助多少" in text and "数字有误" in text and "数字不对&lt;img" in text and HOSTILE not in text
    assert f"/staff/evals/candidates/{number}" in text and "有帮助的问题" in text
    chosen = client.get("/admin/feedback?said=unhelpful&reason=wrong_number").text
    assert "补助多少" in chosen and "有帮助的问题" not in chosen
    assert "补助多少" not in client.get("/admin/feedback?said=helpful").text
    assert "补助多少" not in client.get("/admin/feedback?said=unhelpful&reason=incomplete").text
    assert client.get("/admin/feedback?said=x&reason=x&page=99999").status_code == 200
    assert client.get("/evals", follow_redirects=False).headers["location"] == "/staff/evals"


@pytest.mark.parametrize(
    "address", ["since=x", "until=2026-02-30", "since=0001-01-01&until=9999-12-31", "page=0", "page=99999"]
)
def test_the_log_bears_any_address(browser_of: Browsers, address: str) -> None:
    assert browser_of(Role.STAFF).get(f"/admin/audit?{address}").status_code in (200, 400)
