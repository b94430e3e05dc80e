"""Who gets in, and who does not."""

from __future__ import annotations

import logging

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from corpus.catalog import Catalog
from corpus.errors import InputError
from evals.run import RunResult
from tests.ui.web.staff.conftest import TOKEN, application, csrf
from ui.web.staff import Staff
from ui.web.staff.access import TRIES, Access, StaffSettings

PAGES = ["", "/evals", "/evals/progress", "/evals/coverage", "/evals/candidates", "/evals/candidates/1",
         "/evals/candidates/clauses?doc=new.md", "/evals/compare?a=x&b=y", "/evals/gate?run=x",
         "/evals/runs/x", "/evals/runs/x/report", "/evals/runs/x/case?id=y"]  # fmt: skip
FORMS = ["/evals/start", "/evals/stop", "/evals/runs/x/resume", "/evals/candidates/1"]


def test_without_a_token_the_addresses_do_not_exist(catalog: Catalog, tmp_path) -> None:
    staff = Staff.open(catalog, StaffSettings(token=None), tmp_path)
    with TestClient(application(staff)) as client:
        client.get("/nothing-here")  # sets the browser's cookie
        unknown = client.get("/nothing-here")
        assert unknown.status_code == 404
        for address in ["/login", *PAGES]:
            answer = client.get(f"/staff{address}")
            assert (answer.status_code, answer.text) == (404, unknown.text), address
            assert dict(answer.headers) == dict(unknown.headers), address
        for address in ["/login", *FORMS]:
            assert client.post(f"/staff{address}", data={"token": ""}).status_code == 404


def test_a_short_token_is_refused_at_start(catalog: Catalog, tmp_path) -> None:
    with pytest.raises(InputError) as caught:
        Staff.open(catalog, StaffSettings(token=SecretStr("short")), tmp_path)
    assert "ZHIXUN_STAFF_TOKEN" in caught.value.message("zh") and "short" not in caught.value.message("zh")


def test_every_page_and_form_leads_a_visitor_to_the_sign_in(visitor: TestClient) -> None:
    for address in PAGES[1:]:
        answer = visitor.get(f"/staff{address}", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/staff/login"), address
        assert "答案要点" not in answer.text
    for address in FORMS:
        answer = visitor.post(f"/staff{address}", data={"csrf": "x"}, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/staff/login"), address


def test_a_forged_cookie_opens_nothing(visitor: TestClient) -> None:
    visitor.cookies.set("zx_staff", "A" * 43, path="/staff")
    assert visitor.get("/staff/evals", follow_redirects=False).status_code == 303


def test_wrong_tokens_are_told_counted_and_never_logged(
    visitor: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    form = {"csrf": csrf(visitor.get("/staff/login"))}
    for _ in range(TRIES):
        answer = visitor.post("/staff/login", data=form | {"token": "not the secret one"})
        assert answer.status_code == 403 and "口令不对" in answer.text
    # the right one has to wait too: guessing gains nothing
    answer = visitor.post("/staff/login", data=form | {"token": TOKEN})
    assert answer.status_code == 429 and "秒" in answer.text
    assert "not the secret one" not in caplog.text and TOKEN not in caplog.text


def test_another_address_is_not_locked_out() -> None:
    access = Access(StaffSettings(token=SecretStr(TOKEN)))
    for _ in range(TRIES):
        assert access.sign_in("wrong", "browser", "10.0.0.1") is None
    assert isinstance(access.sign_in(TOKEN, "browser", "10.0.0.2"), float)  # the browser waits
    assert isinstance(access.sign_in(TOKEN, "other", "10.0.0.1"), float)  # and the address
    assert not isinstance(access.sign_in(TOKEN, "other", "10.0.0.2"), float | None)


def test_sessions_end() -> None:
    now = [0.0]
    access = Access(StaffSettings(token=SecretStr(TOKEN), hours=1), clock=lambda: now[0])
    session = access.sign_in(TOKEN, "b", "a")
    assert not isinstance(session, float) and session is not None
    now[0] = 3599
    assert access.session(session.key, "b") == session
    assert access.session(session.key, "another browser") is None
    now[0] = 3600
    assert access.session(session.key, "b") is None
    assert access.session(None, "b") is None


def test_signing_out(client: TestClient) -> None:
    key = client.cookies["zx_staff"]
    assert client.post("/staff/logout", data={"csrf": ""}).status_code == 403
    assert client.get("/staff/evals", follow_redirects=False).status_code == 200
    client.post("/staff/logout", data={"csrf": csrf(client.get("/staff/evals"))})
    client.cookies.set("zx_staff", key, path="/staff")  # a thief's copy is worth nothing either
    assert client.get("/staff/evals", follow_redirects=False).status_code == 303


def test_a_copied_staff_cookie_opens_nothing_in_another_browser(client: TestClient, staff: Staff) -> None:
    with TestClient(application(staff)) as other:
        other.get("/")
        other.cookies.set("zx_staff", client.cookies["zx_staff"], path="/staff")
        assert other.get("/staff/evals", follow_redirects=False).status_code == 303
    assert client.get("/staff/evals", follow_redirects=False).status_code == 200


def test_the_sign_in_form_has_its_token_too(visitor: TestClient) -> None:
    answer = visitor.post("/staff/login", data={"token": TOKEN}, follow_redirects=False)
    assert answer.status_code == 403 and "zx_staff" not in visitor.cookies


def test_the_token_is_in_no_page_and_the_cookie_is_out_of_reach(visitor: TestClient) -> None:
    form = {"csrf": csrf(visitor.get("/staff/login")), "token": TOKEN}
    answer = visitor.post("/staff/login", data=form, follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/staff" in cookie
    assert TOKEN not in visitor.get("/staff/evals").text and TOKEN not in str(answer.headers)


def test_a_form_without_the_sessions_own_token_does_nothing(client: TestClient, staff: Staff) -> None:
    for token in ("", "x" * 43):
        answer = client.post("/staff/evals/start", data={"csrf": token, "suites": "core"})
        assert answer.status_code == 403 and "过期" in answer.text
    assert not staff.worker.running


def test_a_foreign_origin_is_refused(client: TestClient) -> None:
    data = {"csrf": csrf(client.get("/staff/evals")), "suites": "core"}
    answer = client.post("/staff/evals/start", data=data, headers={"origin": "https://elsewhere.example"})
    assert answer.status_code == 403


def test_headers(client: TestClient, run: RunResult) -> None:
    policy = client.get("/staff/evals").headers["content-security-policy"]
    assert "script-src 'self';" in policy and "unsafe" not in policy
    report = client.get(f"/staff/evals/runs/{run.run_id}/report").headers["content-security-policy"]
    assert report.startswith("sandbox allow-scripts;") and "connect-src" not in report
    assert client.get("/staff/evals").headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "name",
    ["%252e%252e", "..%2f..%2fetc", "....%2f%2f", "a%00b", "core%2f..%2fcore", "%2fetc%2fpasswd", "x" * 300],
)
def test_no_name_leads_out_of_the_folder_of_runs(client: TestClient, name: str) -> None:
    for address in (f"/staff/evals/runs/{name}", f"/staff/evals/gate?run={name}"):
        answer = client.get(address)
        assert answer.status_code in (307, 400, 404), address
        assert "root:" not in answer.text


def test_a_name_from_outside_is_told_as_text(client: TestClient) -> None:
    answer = client.get("/staff/evals/gate", params={"run": "<script>alert(1)</script>"})
    assert answer.status_code == 400 and "<script>alert" not in answer.text
