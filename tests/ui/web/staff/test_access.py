"""Who gets in, and who does not."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from corpus.model import Role
from evals.run import RunResult
from tests.ui.web.staff.conftest import csrf, sign_in
from ui.web.guard import SIGNED_IN
from ui.web.staff import Staff

PAGES = ["", "/evals", "/evals/progress", "/evals/coverage", "/evals/candidates", "/evals/candidates/1",
         "/evals/candidates/clauses?doc=new.md", "/evals/compare?a=x&b=y", "/evals/gate?run=x",
         "/evals/runs/x", "/evals/runs/x/report", "/evals/runs/x/case?id=y"]  # fmt: skip
FORMS = ["/evals/start", "/evals/stop", "/evals/runs/x/resume", "/evals/candidates/1"]


def test_every_page_and_form_leads_a_visitor_to_the_sign_in(visitor: TestClient) -> None:
    for address in PAGES[1:]:
        answer = visitor.get(f"/staff{address}", follow_redirects=False)
        page = address.partition("?")[0]
        assert (answer.status_code, answer.headers["location"]) == (303, f"/login?next=/staff{page}"), address
        assert "答案要点" not in answer.text
    for address in FORMS:
        answer = visitor.post(f"/staff{address}", data={"csrf": "x"}, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/login"), address


def test_an_official_is_told_that_it_is_not_for_officials(visitor: TestClient, staff: Staff) -> None:
    sign_in(visitor, staff.catalog, Role.OFFICIAL)
    for address in PAGES:
        answer = visitor.get(f"/staff{address}", follow_redirects=False)
        assert answer.status_code == 403 and "权限" in answer.text, address
    for address in FORMS:
        assert visitor.post(f"/staff{address}", data={"csrf": "x"}).status_code == 403, address


def test_a_forged_cookie_opens_nothing(visitor: TestClient) -> None:
    visitor.cookies.set(SIGNED_IN, "A" * 43)
    assert visitor.get("/staff/evals", follow_redirects=False).status_code == 303


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
