"""The real application in its own process on the sample library, and a real browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PASSWORD = "for the browser tests only"
_START = 600  # seconds that unpacking the model and ingesting the samples may take on a slow machine


@dataclass
class Server:
    """A running `zhixun serve`; `home` is its state folder."""

    url: str
    home: Path


@dataclass
class Tab:
    """A page, and what it asked for and complained of."""

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[Server]:
    """On a fresh state folder; `ZHIXUN_E2E_HOME` names a filled one, to save minutes while testing."""
    home = Path(os.environ.get("ZHIXUN_E2E_HOME") or tmp_path_factory.mktemp("zhixun-home"))
    if not (home / "models").exists():
        (home / "models").symlink_to(models_dir, target_is_directory=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log_path = home / "serve.log"
    command = [sys.executable, "-m", "ui.cli.main", "serve", "--samples", "--port", str(port)]
    env = {name: value for name, value in os.environ.items() if not name.startswith("ZHIXUN_")}
    env["ZHIXUN_HOME"] = str(home)
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            command,
            env=env,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(process, url, log_path)
        _people(home)
        yield Server(url, home)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _people(home: Path) -> None:
    """An account of each role that signs in, named after it."""
    from corpus.catalog import Catalog
    from corpus.model import Role
    from corpus.settings import CorpusSettings
    from ui.accounts import Accounts

    catalog = Catalog.open(CorpusSettings(home=home, database_url=None))
    accounts = Accounts(catalog.engine)
    known = {user.name for user in accounts.users()}
    for role in (Role.OFFICIAL, Role.STAFF):
        if f"browser-{role}" not in known:
            accounts.add(f"browser-{role}", role, PASSWORD)
    catalog.close()


def sign_in(tab: Tab, server: Server, role: str, place: str) -> Any:
    """Signs this tab in with the role's account and opens a page that needs it; gives the page."""
    page = tab.page
    page.goto(f"{server.url}{place}")
    page.fill("input[name=name]", f"browser-{role}")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button.primary")
    page.wait_for_url(f"{server.url}{place}")
    return page


def set_view(page: Any, part: str, value: str) -> None:
    """Chooses size, theme or contrast in the menu of the head."""
    menu = page.locator("details.view-menu")
    menu.locator("summary").click()
    menu.locator(f"input[name='zx-{part}'][value='{value}']").check()
    menu.locator("summary").click()


def pictures_drawn(page: Any) -> None:
    """Waits until every picture of the page is there. Not by `wait_for_function`: what it asks again and
    again is evaluated as a string, which the page's policy forbids."""
    for _ in range(100):
        if page.evaluate("[...document.images].every((one) => one.complete && one.naturalWidth > 0)"):
            return
        page.wait_for_timeout(100)
    raise AssertionError("a picture is missing")


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """An application of this process, served on a free port; gives its address."""
    import uvicorn

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=20)


def _wait(process: subprocess.Popen[bytes], url: str, log_path: Path) -> None:
    end = time.monotonic() + _START
    while time.monotonic() < end:
        if process.poll() is not None:
            pytest.fail(f"zhixun serve ended: {log_path.read_text('utf-8', 'replace')[-3000:]}")
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):
                return
        except OSError:
            time.sleep(0.3)
    pytest.fail(f"zhixun serve did not answer: {log_path.read_text('utf-8', 'replace')[-3000:]}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Not for the session: while it is open, Playwright's event loop runs in this thread, and no
    later test could start one of its own."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is missing; .ci/run installs it")
        pytest.skip("chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGS)
        yield browser
        browser.close()


@pytest.fixture
def open_tab(browser: Any, server: Server) -> Iterator[Callable[..., Tab]]:
    """`open_tab(width, height, lang="zh")`: a fresh browser session with the first screen shown."""
    contexts = []

    def opened(width: int = 1440, height: int = 900, lang: str = "zh") -> Tab:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", reduced_motion="reduce"
        )
        contexts.append(context)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        tab = Tab(page)
        page.on("request", lambda request: tab.requests.append(request.url))
        page.on("pageerror", lambda error: tab.complaints.append(str(error)))
        page.on("console", lambda line: line.type == "error" and tab.complaints.append(line.text))
        page.goto(f"{server.url}/?lang={lang}")
        page.wait_for_selector("#zx-cards")
        page.wait_for_load_state("networkidle")  # Gradio complains of its own calls that leaving cuts off
        return tab

    yield opened
    for context in contexts:
        context.close()
