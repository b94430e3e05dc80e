"""A run on a real library, in its own process: started, watched, stopped, gone on with, ended."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from corpus.catalog import Catalog
from corpus.settings import CorpusSettings
from evals.runs import open_run
from tests.ui.cli.conftest import filled_home, sources
from tests.ui.web.staff.conftest import application, csrf, sign_in
from ui.web.staff import Staff
from ui.web.staff.worker import Progress, Worker

__all__ = ["filled_home", "sources"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

COUNT = 40
_PATIENCE = 120  # seconds until a slow machine has loaded the model


@pytest.fixture
def home(filled_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A library of three documents with a suite of its own, `real`; the runs of a test go with it."""
    monkeypatch.chdir(filled_home)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[4]))
    folder = filled_home / "evals" / "suites"
    folder.mkdir(parents=True, exist_ok=True)
    cases = [
        {"id": f"q{number}", "question": "贷款贴息单户每年最高多少万元？", "expected_status": "answered",
         "key": [["100万元"]], "gold": [{"doc": "新.md", "clause": "第一条"}]}
        for number in range(COUNT)
    ]  # fmt: skip
    (folder / "real.jsonl").write_text(
        "".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases), encoding="utf-8"
    )
    yield filled_home


@pytest.fixture
def staff(home: Path) -> Iterator[Staff]:
    catalog = Catalog.open(CorpusSettings(home=home, database_url=None))
    opened = Staff.open(catalog, home)
    yield opened
    opened.close()
    catalog.close()


@pytest.fixture
def client(staff: Staff) -> Iterator[TestClient]:
    with TestClient(application(staff)) as client:
        client.get("/")
        yield sign_in(client, staff.catalog)


def wait(worker: Worker, wanted: Callable[[Progress], bool]) -> Progress:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        now = worker.progress()
        if wanted(now):
            return now
        assert now.state != "failed", now.message
        time.sleep(0.02)
    raise AssertionError(f"waited in vain: {worker.progress()}")


def begin(client: TestClient, staff: Staff) -> dict[str, str]:
    form = {"csrf": csrf(client.get("/staff/evals"))}
    (suite,) = (entry.value for entry in staff.shelf.choices() if entry.name == "real")
    assert client.post("/staff/evals/start", data=form | {"suites": suite, "split": ""}).status_code == 200
    return form


def test_started_stopped_gone_on_with_and_shown(client: TestClient, staff: Staff) -> None:
    form = begin(client, staff)
    assert client.get("/staff/evals/progress").json()["state"] in ("starting", "running")
    suites = {"suites": str(staff.shelf.suites / "real.jsonl")}
    second = client.post("/staff/evals/start", data=form | suites)
    assert second.status_code == 400 and "正在进行" in second.text

    wait(staff.worker, lambda now: now.state == "running" and now.answered > 1)
    said = client.get("/staff/evals/progress").json()
    assert said["questions"] == COUNT and f"/ {COUNT} 题" in said["text"]
    assert f"runs/{said['run_id']}" in client.get("/staff/evals").text
    page = client.get(f"/staff/evals/runs/{said['run_id']}").text
    if client.get("/staff/evals/progress").json()["state"] == "running":
        assert "还在进行" in page and "接着做完" not in page
    client.post("/staff/evals/stop", data=form)
    stopped = wait(staff.worker, lambda now: now.state == "done")
    assert stopped.run_id == said["run_id"] and 1 < stopped.answered < COUNT
    page = client.get(f"/staff/evals/runs/{stopped.run_id}").text
    assert "未完成" in page and "接着做完" in page

    assert client.post(f"/staff/evals/runs/{stopped.run_id}/resume", data=form).status_code == 200
    done = wait(staff.worker, lambda now: now.state == "done" and now.answered == COUNT)
    assert done.run_id == stopped.run_id
    run = open_run(staff.shelf.runs / str(done.run_id))
    assert run.complete and len({row.id for row in run.rows}) == COUNT
    page = client.get(f"/staff/evals/runs/{done.run_id}", params={"only": "all"}).text
    assert "未完成" not in page and "id=q7" in page
    case = client.get(f"/staff/evals/runs/{done.run_id}/case", params={"id": "q7"}).text
    assert "100万元" in case and "新.md 第一条" in case


def test_a_run_that_breaks_says_why_and_can_be_gone_on_with(client: TestClient, staff: Staff) -> None:
    form = begin(client, staff)
    now = wait(staff.worker, lambda now: now.state == "running" and now.answered > 1)
    assert staff.worker._process is not None
    os.kill(staff.worker._process.pid, signal.SIGKILL)
    end = time.monotonic() + 20
    while (broken := staff.worker.progress()).state != "failed" and time.monotonic() < end:
        time.sleep(0.02)
    assert broken.state == "failed" and broken.run_id == now.run_id and broken.message
    assert "失败" in client.get("/staff/evals").text
    assert client.post(f"/staff/evals/runs/{now.run_id}/resume", data=form).status_code == 200
    wait(staff.worker, lambda now: now.state == "done" and now.answered == COUNT)


def test_the_run_ends_with_the_server(client: TestClient, staff: Staff) -> None:
    begin(client, staff)
    wait(staff.worker, lambda now: now.state == "running" and now.answered > 0)
    process = staff.worker._process
    assert process is not None
    staff.close()
    assert process.poll() is not None
    staff.close()  # twice is once
