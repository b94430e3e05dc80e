"""The pages of projects over a real registry: who may open them, filters, sums, CSV, one project."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from corpus.model import Role, Visibility
from index import Library
from tests.ui.web.shell.conftest import browsers
from ui.web.library import library_router
from ui.web.projects import projects_router

OLD = """# 示例重点项目库季报（2026年3月末，虚构数据）

表1 省重大工业项目情况（截至2026年3月31日，单位：亿元）

| 项目名称 | 设区市 | 产业链 | 阶段 | 总投资 | 累计完成投资 |
| --- | --- | --- | --- | --- | --- |
| 示例甲扩产项目 | 南京市 | 机器人 | 开工 | 10.5 | 1.0 |
| 示例乙扩产项目 | 苏州市 | 机器人 | 签约 | 20.0 | 0 |
"""
NEW = (
    OLD.replace("3月末", "6月末")
    .replace("3月31日", "6月30日")
    .replace("| 开工 | 10.5 | 1.0 |", "| 在建 | 10.5 | 4.5 |")
)
SECRET = (
    NEW.replace("重点项目库季报", "内部项目季报")
    .replace("示例甲扩产项目", "=示例密扩产项目")
    .replace("示例乙扩产项目", "示例丙项目")
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("projects")
    home = folder / "home"
    home.mkdir()
    (home / "models").symlink_to(models_dir, target_is_directory=True)
    with Library.open(home) as made:
        for name, text in (("old.md", OLD), ("new.md", NEW), ("secret.md", SECRET)):
            (folder / name).write_text(text, "utf-8")
            seen = Visibility.INTERNAL if name == "secret.md" else Visibility.PUBLIC
            assert [one.status for one in made.ingest([folder / name], seen)] == ["added"], name
        yield made


@pytest.fixture
def browser_of(library: Library) -> Iterator[Callable[[Role], TestClient]]:
    with browsers(library, projects_router(library), library_router(library, library.home)) as opened:
        yield opened


PAGES = ("/projects", "/projects/list.csv", "/projects/chart/stage.svg", "/projects/one?name=示例甲扩产项目")


def test_visitors_are_led_to_the_sign_in(browser_of: Callable[[Role], TestClient]) -> None:
    client = browser_of(Role.VISITOR)
    for address in PAGES:
        answer = client.get(address, follow_redirects=False)
        assert answer.status_code == 303 and answer.headers["location"].startswith("/login"), address


def test_list_sums_and_rows_lead_to_the_report(browser_of: Callable[[Role], TestClient]) -> None:
    client = browser_of(Role.OFFICIAL)
    page = client.get("/projects?stage=在建&region=南京市").text
    assert "2个项目，总投资21.0亿元，累计完成投资9.0亿元" in page
    assert "示例甲扩产项目" in page and "示例乙扩产项目" not in page
    address = page.split('href="/library/clause/')[1].split('"')[0]
    there = client.get(f"/library/clause/{address}")
    assert there.status_code == 200 and "省重大工业项目情况" in there.text
    earlier = client.get("/projects?as_of=2026-04-30&region=南京市").text
    assert "开工" in earlier and "1.0" in earlier and "4.5" not in earlier


def test_one_project_over_time(browser_of: Callable[[Role], TestClient]) -> None:
    client = browser_of(Role.OFFICIAL)
    page = client.get("/projects/one", params={"name": "示例甲扩产项目", "region": "南京市"}).text
    assert "历次报告（2次）" in page and page.index("2026-06-30") < page.index("2026-03-31")
    for params in ({}, {"name": "不存在的项目"}, {"name": "示例甲扩产项目", "region": "苏州市"}):
        assert client.get("/projects/one", params=params).status_code == 404, params


def test_the_table_for_a_spreadsheet(browser_of: Callable[[Role], TestClient]) -> None:
    answer = browser_of(Role.STAFF).get("/projects/list.csv?kind=省重大工业项目")
    assert (
        answer.content.startswith("\ufeff".encode()) and "attachment" in answer.headers["content-disposition"]
    )
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {row["项目"] for row in rows} >= {"示例甲扩产项目", "示例乙扩产项目", "'=示例密扩产项目"}
    assert sum(Decimal(row["总投资（亿元）"]) for row in rows if row["地区"] == "苏州市") == 40
    assert all("季报" in row["来源"] for row in rows)


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "page=999999", "stage=飞", "words=%00", "kind=" + "x" * 500]
)
def test_odd_queries_are_borne(browser_of: Callable[[Role], TestClient], query: str) -> None:
    assert browser_of(Role.OFFICIAL).get(f"/projects?{query}").status_code == 200


def test_a_day_that_is_none_is_named(browser_of: Callable[[Role], TestClient]) -> None:
    client = browser_of(Role.OFFICIAL)
    answer = client.get("/projects?as_of=soon<b>&words=示例甲")
    assert answer.status_code == 400 and "soon&lt;b&gt;" in answer.text and 'value="示例甲"' in answer.text
    assert client.get("/projects/list.csv?as_of=soon").status_code == 400


def test_charts_by_stage_city_and_chain(browser_of: Callable[[Role], TestClient]) -> None:
    client = browser_of(Role.OFFICIAL)
    for by in ("stage", "region", "chain"):
        answer = client.get(f"/projects/chart/{by}.svg?theme=dark")
        assert answer.headers["content-type"] == "image/svg+xml" and b"<svg" in answer.content
    for by in ("owner", "..", "category"):
        assert client.get(f"/projects/chart/{by}.svg").status_code == 404
    assert client.get("/projects/chart/stage.svg?words=没有").status_code == 404
