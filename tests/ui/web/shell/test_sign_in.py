"""Signing in, staying in, getting out; and what must not let anybody in."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from corpus.model import Role
from tests.ui.web.scripted import ScriptedAssistant
from tests.ui.web.staff.conftest import NAME, PASSWORD, csrf
from ui.accounts import Accounts
from ui.web.guard import SIGNED_IN

Browsers = Callable[[Role], TestClient]


def test_the_page_that_was_asked_for_comes_after_signing_in(browser_of: Browsers) -> None:
    browser_of(Role.STAFF)  # makes the account
    client = browser_of(Role.VISITOR)
    answer = client.get("/staff/evals")
    assert 'name="next" value="/staff/evals"' in answer.text
    form = {"csrf": csrf(answer), "name": f"{NAME}-staff", "password": PASSWORD, "next": "/staff/evals"}
    answer = client.post("/login", data=form, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/evals")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/;" in cookie
    assert client.get("/staff/evals").status_code == 200


@pytest.mark.parametrize(
    "place", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", "/%2f"]
)
def test_no_sign_in_leads_to_another_host(browser_of: Browsers, place: str) -> None:
    browser_of(Role.STAFF)
    client = browser_of(Role.VISITOR)
    form = {"csrf": csrf(client.get("/login")), "name": f"{NAME}-staff", "password": PASSWORD, "next": place}
    assert client.post("/login", data=form, follow_redirects=False).headers["location"] == "/"


def test_wrong_passwords_are_told_counted_and_never_logged(
    browser_of: Browsers, assistant: ScriptedAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    accounts = Accounts(assistant.library.catalog.engine)
    accounts.add("locked", Role.STAFF, PASSWORD)
    client = browser_of(Role.VISITOR)
    form = {"csrf": csrf(client.get("/login")), "name": "locked"}
    for _ in range(5):
        answer = client.post("/login", data=form | {"password": "not the secret one"})
        assert answer.status_code == 403 and "密码不对" in answer.text and 'value="locked"' in answer.text
    # the right one has to wait too: guessing gains nothing
    answer = client.post("/login", data=form | {"password": PASSWORD})
    assert answer.status_code == 429 and "秒" in answer.text
    assert "not the secret one" not in caplog.text and PASSWORD not in caplog.text


def test_a_copied_cookie_opens_nothing_in_another_browser(browser_of: Browsers) -> None:
    client, other = browser_of(Role.STAFF), browser_of(Role.VISITOR)
    other.cookies.set(SIGNED_IN, client.cookies[SIGNED_IN])
    assert other.get("/staff/evals", follow_redirects=False).status_code == 303
    assert client.get("/staff/evals", follow_redirects=False).status_code == 200


def test_signing_out_ends_the_session_for_a_thief_too(browser_of: Browsers) -> None:
    client = browser_of(Role.STAFF)
    key = client.cookies[SIGNED_IN]
    assert client.post("/logout", data={"csrf": ""}).status_code == 403
    assert client.get("/staff/evals", follow_redirects=False).status_code == 200
    assert client.post("/logout", data={"csrf": csrf(client.get("/staff/evals"))}).status_code == 200
    client.cookies.set(SIGNED_IN, key)
    assert client.get("/staff/evals", follow_redirects=False).status_code == 303


def test_a_removed_account_is_out_at_once(browser_of: Browsers, assistant: ScriptedAssistant) -> None:
    client = browser_of(Role.STAFF)
    Accounts(assistant.library.catalog.engine).remove(f"{NAME}-staff")
    assert client.get("/staff/evals", follow_redirects=False).status_code == 303


def test_the_sign_in_form_has_its_token_too(browser_of: Browsers) -> None:
    browser_of(Role.STAFF)
    client = browser_of(Role.VISITOR)
    answer = client.post("/login", data={"name": f"{NAME}-staff", "password": PASSWORD})
    assert answer.status_code == 403 and SIGNED_IN not in client.cookies


def test_an_unknown_address_is_a_page_for_a_reader_and_json_for_a_program(browser_of: Browsers) -> None:
    client = browser_of(Role.VISITOR)
    page = client.get("/nothing-here", headers={"accept": "text/html"})
    assert page.status_code == 404 and "没有这个网址" in page.text and "<nav" in page.text
    english = client.get("/nothing-here?lang=en", headers={"accept": "text/html"})
    assert "There is no such page" in english.text
    assert client.get("/nothing-here").json() == {"detail": "Not Found"}


def test_links_are_those_of_the_role(browser_of: Browsers) -> None:
    assert "/staff/evals" not in browser_of(Role.VISITOR).get("/login").text
    assert 'href="/staff/evals"' in browser_of(Role.STAFF).get("/staff/evals").text


@pytest.mark.parametrize(
    ("cookie", "shown"),
    [("dark.high.3", 'data-theme="dark" data-contrast="high" data-size="3"'),
     ('x" onload="', 'data-theme="auto" data-contrast="normal" data-size="1"')],
)  # fmt: skip
def test_the_wanted_look_comes_from_the_server(browser_of: Browsers, cookie: str, shown: str) -> None:
    client = browser_of(Role.VISITOR)
    assert shown in client.get("/login", headers={"cookie": f"zx_view={cookie}"}).text
