"""Hostile files, each read under limits: a few of each kind; `python -m tests.fuzz` does 500."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import ReadError
from corpus.readers.archive import is_archive
from corpus.worker import Limits
from corpus.worker_pool import ReadPool
from tests.fuzz.hostile import CANARY, KINDS, make

LIMITS = Limits(seconds=4, memory_mb=768, max_chars=5_000_000)


@pytest.mark.slow
def test_hostile_files_cost_only_themselves(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    files = list(make(source, 6 * len(KINDS), seed=2, canary=tmp_path / "canary.txt"))
    before = set(tmp_path.rglob("*"))
    good = source / "好.md"
    outcomes: dict[str, str] = {}
    with ReadPool(2, LIMITS, tmp_path / "scratch") as pool:
        futures = {path: pool.submit(path) for path in files if not is_archive(path)}
        for path, future in futures.items():
            try:
                parsed = future.result()
                assert CANARY not in parsed.version.text, path.name
                outcomes[path.name] = "read"
            except ReadError as error:
                assert error.message()
                outcomes[path.name] = error.key
        good.write_text("# 办法\n\n第一条 对企业给予贴息。\n", "utf-8")
        assert pool.submit(good).result().version.title == "办法"
    assert set(tmp_path.rglob("*")) - {good} == before
    assert len(outcomes) == len(futures) >= 40
    assert {"read", "reader.damaged"} <= set(outcomes.values())
