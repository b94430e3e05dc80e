from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.embedder import Embedder, open_embedder
from index.library import Library
from index.settings import IndexSettings

NOTICE = """# {title}

{number}

各有关单位：

## 一、支持对象

{body}

## 二、施行时间

本办法自{start}起施行{end}。
"""


@pytest.fixture(scope="session")
def embedder(models_dir: Path) -> Embedder:
    return open_embedder(models_dir, IndexSettings(_env_file=None))  # type: ignore[call-arg]


@pytest.fixture
def library(zhixun_home: Path, embedder: Embedder) -> Iterator[Library]:
    with Library.open(zhixun_home, embedder=embedder) as library:
        yield library


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder of three public documents and a few files that are not for reading."""
    folder = tmp_path / "source"
    folder.mkdir()
    write(folder / "贴息.md", "中小企业贷款贴息办法", "对中小企业贷款按年利率2%给予贴息，最高100万元。")
    write(folder / "商标.md", "商标品牌奖励办法", "对获得地理标志证明商标的，一次性奖励20万元。")
    write(folder / "子目录" / "算力.md", "算力券管理办法", "企业租用智能算力的，按合同额的30%发放算力券。")
    (folder / "图.gif").write_bytes(b"GIF89a")
    (folder / ".隐藏.md").write_text("不该读到的内容。", "utf-8")
    return folder


def write(
    path: Path, title: str, body: str, start: str = "2024年1月1日", end: str = "", number: str = ""
) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(NOTICE.format(title=title, body=body, start=start, end=end, number=number), "utf-8")
    return path
