"""`zhixun search`: how hits that belong together are shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.cli.conftest import NEW, Run

pytestmark = pytest.mark.slow

TOLD = """# 《中小企业贷款贴息办法》政策解读

发布时间：2026年2月3日

## 一、补助标准

问：能补多少？答：对中小企业贷款按年利率2%给予贴息，单户每年最高100万元，手续从简。
"""


def test_an_explanation_says_which_hit_it_explains(zhixun: Run, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(NEW, "utf-8")
    (tmp_path / "b.md").write_text(NEW.replace("苏示例〔2026〕2号\n", "来源：某县政府网站\n"), "utf-8")
    (tmp_path / "c.md").write_text(TOLD, "utf-8")
    assert zhixun("ingest", str(tmp_path), "--json").code == 0
    (line,) = zhixun("search", "中小企业贷款贴息最高多少", "--json").lines
    first, second = line["hits"][:2]
    assert "第一条" in first["clause"] and len(first["copies"]) == 1 and first["explains"] is None
    assert "解读" in second["title"] and second["explains"] == 1
    shown = zhixun("search", "中小企业贷款贴息最高多少").out
    assert "（解读第 1 条）" in shown.replace("\n", "") or "解读第" in shown
    assert zhixun("search", "中小企业贷款贴息最高多少", ZHIXUN_LANG="en").out.count("explains no.") == 1
