"""The library's pages: what a role sees, what it finds, and that odd addresses show nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from corpus.model import Role
from tests.ui.web.scripted import HOSTILE, INTERNAL_QUOTE
from tests.ui.web.shell.conftest import app, assistant, browser_of

__all__ = ["app", "assistant", "browser_of"]

Browsers = Callable[[Role], TestClient]
SECRET = ("/library/secret", "/library/secret/file", "/library/clause/secret:0", "/library/new26/diff/secret")


def test_a_visitor_never_meets_an_internal_document(browser_of: Browsers) -> None:
    visitor = browser_of(Role.VISITOR)
    for address in (
        "/library",
        "/library?words=内部",
        "/library?standing=in_force",
        "/library?subject=扶持政策",
    ):
        assert "内部工作口径" not in visitor.get(address).text, address
    for address in SECRET:
        answer = visitor.get(address, follow_redirects=False)
        assert answer.status_code == 404, address
        assert INTERNAL_QUOTE not in answer.text and "内部工作口径" not in answer.text
        assert (
            answer.text == visitor.get(address.replace("secret", "nothing")).text or "没有这" in answer.text
        )


def test_an_official_reads_it(browser_of: Browsers) -> None:
    official = browser_of(Role.OFFICIAL)
    assert "内部工作口径" in official.get("/library").text
    page = official.get("/library/secret").text
    assert INTERNAL_QUOTE in page and 'id="c0"' in page
    there = official.get("/library/clause/secret:0", follow_redirects=False)
    assert there.headers["location"] == "/library/secret?page=1#c0"


def test_filters_find_and_keep_what_was_asked(browser_of: Browsers) -> None:
    client = browser_of(Role.VISITOR)
    whole = client.get("/library").text
    assert "4份文件" in whole
    found = client.get("/library?subject=扶持政策").text
    assert "4份文件" not in found and 'value="扶持政策" selected' in found
    assert "没有符合条件的文件" in client.get("/library?words=没有这样的词").text


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=-1", "page=x", "page=99999999", "standing=gone", "year=0", "region=%00",
     "words=<script>alert(1)</script>", "level=" + "x" * 3000],
)  # fmt: skip
def test_odd_queries_are_borne(browser_of: Browsers, query: str) -> None:
    answer = browser_of(Role.VISITOR).get(f"/library?{query}")
    assert answer.status_code in (200, 414, 431) and "<script>alert" not in answer.text


def test_hostile_text_is_text(browser_of: Browsers) -> None:
    page = browser_of(Role.VISITOR).get("/library/evil").text
    assert HOSTILE not in page and "&lt;" in page


def test_versions_and_their_differences(browser_of: Browsers) -> None:
    client = browser_of(Role.VISITOR)
    page = client.get("/library/new26").text
    assert 'id="versions"' in page and "/library/new26/diff/old22" in page
    compared = client.get("/library/new26/diff/old22")
    assert compared.status_code == 200 and "新旧对照" in compared.text
    assert len(client.get("/library/new26/diff/old22?all=1").text) >= len(compared.text)
    assert client.get("/library/new26/diff/new26").status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/library/..%2f..%2fetc%2fpasswd", "/library/../catalog.sqlite", "/library/clause/..:1", "/library/%00",
     "/library/new26/file", "/library/clause/", "/library/clause/new26:99999"],
)  # fmt: skip
def test_addresses_that_lead_nowhere(browser_of: Browsers, address: str) -> None:
    answer = browser_of(Role.VISITOR).get(address, follow_redirects=False)
    assert answer.status_code in (400, 404), answer.text
    assert "root:" not in answer.text and "Traceback" not in answer.text
