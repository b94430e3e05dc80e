"""A small library of invented texts: a measure with its predecessor, a notice, an internal report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from agent.assistant import Assistant
from corpus.model import Visibility
from index import Library

TODAY = date(2026, 11, 22)

OLD = """# 示范企业培育暂行办法

虚工信〔2022〕63号

第一条 示范企业应当同时满足下列条件：

（一）从事细分市场二年以上；

（二）主营业务收入占比百分之七十以上；

（三）资产负债率不高于百分之七十。

第二条 本办法自2022年8月1日起施行。
"""

NEW = """# 示范企业培育办法

虚工信〔2026〕2号

第一条 为了培育示范企业，制定本办法。

第二条 示范企业应当同时满足下列条件：

（一）从事细分市场三年以上；

（二）主营业务收入占比百分之九十以上；

（三）上年度营业收入5000万元以上。

第三条 示范企业称号有效期为三年，期满前三个月可以申请复核。

企业更名的，应当在三十日内报告。

第四条 市级财政可以对示范企业给予奖励，奖励标准由各市自行制定。

第五条 本办法自2026年4月1日起施行。《示范企业培育暂行办法》（虚工信〔2022〕63号）同时废止。
"""

LOANS = """# 关于做好设备贷款贴息工作的通知

虚财〔2026〕8号

各市财政局：

一、贴息标准

（一）对企业设备贷款给予1个百分点的贴息，单个项目贴息不超过600万元。

（二）单个企业每年贴息不超过1000万元。

（三）贷款贴息与融资租赁贴息合计，单个企业不超过2000万元。

二、办理方式

贴息资金免申直达，企业无需另行申报，资金由市财政局在二十个工作日内拨付。

三、其他

本通知自印发之日起施行，虚财〔2024〕5号文件同时废止。

虚构省财政厅

2026年1月25日
"""

SECRET = """# 重点项目内部调度情况（虚构数据）

2026年10月，青禾电子扩产项目完成投资3.2亿元，因厂房验收推迟暂缓设备进场。

虚构监测中心

2026年11月5日
"""


HIDDEN_OLD = """# 密级口径试行办法（虚构数据）

虚内〔2025〕1号

第一条 重点名录按月调整。

第二条 本办法自2025年1月1日起施行。
"""

OPEN_NEW = """# 名录公开办法

虚公〔2026〕9号

第一条 重点名录每季度公布一次。

第二条 本办法自2026年5月1日起施行。虚内〔2025〕1号文件同时废止。
"""


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("agent")
    home = folder / "home"
    home.mkdir()
    (home / "models").symlink_to(models_dir, target_is_directory=True)
    for name, text, visibility in (
        ("old.md", OLD, Visibility.PUBLIC),
        ("new.md", NEW, Visibility.PUBLIC),
        ("loans.md", LOANS, Visibility.PUBLIC),
        ("secret.md", SECRET, Visibility.INTERNAL),
        ("hidden-old.md", HIDDEN_OLD, Visibility.INTERNAL),
        ("open-new.md", OPEN_NEW, Visibility.PUBLIC),
    ):
        path = folder / name
        path.write_text(text, "utf-8")
        with Library.open(home) as library:
            results = list(library.ingest([path], visibility))
        assert [result.status for result in results] == ["added"], results
    with Assistant(Library.open(home), today=lambda: TODAY) as opened:
        yield opened
