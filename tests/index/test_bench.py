from __future__ import annotations

from pathlib import Path

import pytest

from index import bench_index

pytestmark = pytest.mark.slow


def test_passages_are_found_by_their_ids(zhixun_home: Path) -> None:
    passages = ["注册商标的有效期为十年。", "小型微型企业免征增值税。" * 100, "货款应当在三十日内支付。"]
    with bench_index(passages, ["商标法", None, "货款条例"], ["x", "y", "z"]) as index:
        found = index.search("小微企业增值税有什么优惠", 3)
        assert [found[0][0], len(found)] == ["y", 3]
        assert 0 <= found[-1][1] <= found[0][1] <= 1
        assert index.search("商标能用几年", 1)[0][0] == "x"
    assert not (zhixun_home / "chroma").exists()


def test_lists_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="one length"):
        bench_index(["a"], [], ["x"])
