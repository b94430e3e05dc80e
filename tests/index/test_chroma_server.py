"""Vectors on a Chroma server, a real one on loopback: away, back, empty, shared by two libraries."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from corpus.model import Role
from index import vectors
from index.embedder import Embedder
from index.library import Library
from index.settings import IndexSettings
from index.vectors import VectorsUnusable

pytestmark = pytest.mark.slow

DAY = date(2026, 11, 22)
ASKED = "租用算力能给多少补贴"


class Server:
    """`chroma run` over a folder; a stopped one can be started again on the same port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = Path(sys.executable).with_name("chroma")
        command = [program, "run", "--path", self.folder, "--host", "127.0.0.1", "--port", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(300):
            try:
                urlopen(f"{self.url}/api/v2/heartbeat", timeout=1).close()
                return
            except (URLError, OSError):
                assert self.process.poll() is None, "chroma run ended"
                time.sleep(0.1)
        raise AssertionError("chroma run does not answer")

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(vectors, "RETRY_S", 0.0)  # a server that is back is found at once
    server = Server(tmp_path / "server")
    server.start()
    yield server
    server.kill()


def opened(home: Path, server: Server, embedder: Embedder) -> Library:
    settings = IndexSettings(_env_file=None, chroma_url=server.url)  # type: ignore[call-arg]
    return Library.open(home, settings, embedder)


def found(library: Library, query: str = ASKED) -> list[tuple[str, float]]:
    return [(item.clause_id, item.dense) for item in library.search(query, as_of=DAY, role=Role.VISITOR)]


def same(found: list[tuple[str, float]], before: list[tuple[str, float]]) -> bool:
    """Servers compute distances in another order: the last digits may differ."""
    return found == [(clause, pytest.approx(cosine, abs=1e-4)) for clause, cosine in before]


def test_a_server_finds_what_the_embedded_database_finds(
    zhixun_home: Path, source: Path, embedder: Embedder, server: Server, tmp_path: Path
) -> None:
    with opened(zhixun_home, server, embedder) as library:
        list(library.ingest([source]))
        there = found(library)
        assert library.verify().findings == [] and library.notices() == []
    (tmp_path / "other").mkdir()
    with Library.open(tmp_path / "other", embedder=embedder) as library:
        list(library.ingest([source]))
        assert same(found(library), there)
    assert not (zhixun_home / "chroma").exists()


def test_two_libraries_on_one_server_do_not_meet(
    zhixun_home: Path, source: Path, embedder: Embedder, server: Server, tmp_path: Path
) -> None:
    (tmp_path / "two").mkdir()
    with opened(zhixun_home, server, embedder) as one, opened(tmp_path / "two", server, embedder) as two:
        list(one.ingest([source]))
        assert found(one) and not found(two)
        assert two.verify().findings == []


def test_a_server_that_goes_away_leaves_the_words_which_say_so(
    zhixun_home: Path, source: Path, embedder: Embedder, server: Server, tmp_path: Path
) -> None:
    with opened(zhixun_home, server, embedder) as library:
        list(library.ingest([source]))
        before = found(library)
        server.kill()
        alone = found(library, ASKED)
        assert alone and all(cosine == 0.0 for _, cosine in alone)
        (notice,) = library.notices("zh")
        assert "只按文字匹配" in notice and server.url in notice and "ZHIXUN_CHROMA_URL" in notice
        new = tmp_path / "new.md"
        new.write_text("# 新办法\n\n第一条　补贴一万元。\n", "utf-8")
        with pytest.raises(VectorsUnusable, match="连不上"):
            list(library.ingest([new]))
        with pytest.raises(VectorsUnusable):
            library.remove(alone[0][0].partition(":")[0])
        assert {record.title for record in library.catalog.snapshot().records.values()}.isdisjoint({"新办法"})
        server.start()
        assert same(found(library), before) and library.notices() == []
        assert [result.status for result in library.ingest([new])] == ["added"]
        assert library.verify().findings == []


def test_a_library_opens_without_its_server(
    zhixun_home: Path, source: Path, embedder: Embedder, server: Server
) -> None:
    with opened(zhixun_home, server, embedder) as library:
        list(library.ingest([source]))
        before = found(library)
    server.kill()
    with opened(zhixun_home, server, embedder) as library:
        assert found(library) and library.notices()
        server.start()
        assert same(found(library), before) and not library.notices()


def test_a_server_that_comes_back_empty_is_filled_by_repair(
    zhixun_home: Path, source: Path, embedder: Embedder, server: Server
) -> None:
    with opened(zhixun_home, server, embedder) as library:
        list(library.ingest([source]))
        before = found(library)
        server.kill()
        shutil.rmtree(server.folder)
        server.start()
        assert found(library) and "没有本文库的向量" in library.notices("zh")[0]
        with pytest.raises(VectorsUnusable, match="library repair"):
            list(library.ingest([source]))
        checked, left = library.repair()
        assert {finding.kind for finding in checked.findings} == {"vectors_missing"} and left == []
        assert same(found(library), before) and library.notices() == []
    server.kill()
    shutil.rmtree(server.folder)
    server.start()
    with opened(zhixun_home, server, embedder) as library:  # a start makes them anew by itself
        assert same(found(library), before)


def test_the_command_line_says_that_the_words_are_alone(
    zhixun_home: Path, source: Path, embedder: Embedder, server: Server
) -> None:
    with opened(zhixun_home, server, embedder) as library:
        list(library.ingest([source]))
    server.kill()
    env = {**os.environ, "ZHIXUN_HOME": str(zhixun_home), "ZHIXUN_CHROMA_URL": server.url}
    run = [sys.executable, "-c", "from ui.cli.main import main; main()"]
    search, ask = (
        subprocess.run([*run, command, ASKED, "--json"], env=env, capture_output=True, text=True)
        for command in ("search", "ask")
    )
    assert (search.returncode, ask.returncode) == (0, 0), search.stderr + ask.stderr
    line = json.loads(search.stdout)
    assert line["hits"] and "只按文字匹配" in line["warnings"][0]
    assert any("只按文字匹配" in warning for warning in json.loads(ask.stdout)["warnings"])
