"""The staff pages behind the real guard, over a real catalog and real runs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from corpus.catalog import Catalog
from corpus.model import Role
from evals.run import RunResult, run_suite
from tests.evals.conftest import Clerk, catalog, clerk
from ui.accounts import Accounts
from ui.web.guard import Guard
from ui.web.settings import WebSettings
from ui.web.shell import sign_in_router
from ui.web.shell.pages import install
from ui.web.staff import Staff, staff_router

__all__ = ["catalog", "clerk"]

NAME, PASSWORD = "wang", "correct horse battery staple"
CASES = [
    {"id": "now", "question": "贴息一个百分点，单个项目每年不超过多少万元？", "expected_status": "answered",
     "key": [["600万元"]], "gold": [{"doc": "new.md", "clause": "第一条"}], "tags": ["数值"]},
    {"id": "hidden", "question": "某某精密机械公司增资扩产进度滞后多少天？", "expected_status": "refused",
     "forbidden": ["二十八天"], "tags": ["越权"]},
    {"id": "wrong", "question": "贴息一个百分点，单个项目每年不超过多少万元？", "expected_status": "answered",
     "key": [["九千万元"]], "gold": [{"doc": "new.md", "clause": "第二条"}],
     "tags": ["数值", "<b>标签</b>"]},
]  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state folder; the server is started beside it, where nobody has run anything."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "state"


@pytest.fixture
def suite(home: Path) -> Path:
    """Three questions in the installation's own suite `tiny`; the last one is answered otherwise."""
    path = home / "evals" / "suites" / "tiny.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text("".join(json.dumps(case, ensure_ascii=False) + "\n" for case in CASES), encoding="utf-8")
    return path


@pytest.fixture
def staff(
    catalog: Catalog, home: Path, suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Staff]:
    monkeypatch.chdir(tmp_path)  # the runs of this checkout's own out/evals are not the test's
    opened = Staff.open(catalog, home)
    yield opened
    opened.close()


@pytest.fixture
def run(staff: Staff, suite: Path, clerk: Clerk) -> RunResult:
    return run_suite([suite], clerk, staff.shelf.runs)


def application(staff: Staff) -> FastAPI:
    app = FastAPI(openapi_url=None)
    accounts = Accounts(staff.catalog.engine)
    install(app)
    app.include_router(sign_in_router(accounts))
    app.include_router(staff_router(staff))
    app.add_middleware(Guard, settings=WebSettings(rate=1000, burst=1000), find_session=accounts.session)
    return app


@pytest.fixture
def visitor(staff: Staff) -> Iterator[TestClient]:
    """A browser that has been here (it has the guard's cookie) and has not signed in."""
    with TestClient(application(staff), raise_server_exceptions=True) as client:
        client.get("/")
        yield client


@pytest.fixture
def client(visitor: TestClient, staff: Staff) -> TestClient:
    return sign_in(visitor, staff.catalog)


def sign_in(client: TestClient, catalog: Catalog, role: Role = Role.STAFF) -> TestClient:
    """This browser, signed in with an account of the role."""
    accounts = Accounts(catalog.engine)
    name = f"{NAME}-{role}"
    if name not in {user.name for user in accounts.users()}:
        accounts.add(name, role, PASSWORD)
    form = {"name": name, "password": PASSWORD, "csrf": csrf(client.get("/login"))}
    answer = client.post("/login", data=form, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return client


def csrf(answer: Any) -> str:
    """The form token of a page."""
    found = re.search(r'name="csrf" value="([^"]+)"', answer.text)
    assert found, answer.text[:500]
    return found.group(1)
