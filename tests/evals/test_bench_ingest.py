"""`zhixun bench ingest`: stages, and the plain LangChain loop over the same files."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.bench.ingest import ingest
from tests.index.conftest import write

pytestmark = pytest.mark.slow


def test_stages_and_baseline_are_of_the_same_files(zhixun_home: Path, tmp_path: Path) -> None:
    for package in ("langchain_community", "langchain_text_splitters"):
        pytest.importorskip(package, reason="the comparison's packages are optional")
    write(tmp_path / "s" / "贴息.md", "贷款贴息办法", "贷款贴息最高100万元。")
    (tmp_path / "s" / "坏.pdf").write_bytes(b"%PDF-1.7 broken")
    figures = ingest([tmp_path / "s"], with_baseline=True)
    assert (figures["files"], figures["failed"], figures["baseline_failed"]) == (2, 1, 1)
    assert figures["baseline_chunks"] >= 1 <= figures["clauses"]
    for stage in ("embed_s", "write_s", "baseline_embed_s", "baseline_write_s"):
        assert figures[stage] > 0
    assert {"read_s", "structure_s", "baseline_read_s", "baseline_split_s"} <= figures.keys()
    assert not (zhixun_home / "zhixun.db").exists()
