"""`zhixun projects` and `zhixun indicators` as a user runs them, over a catalog made without a model."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.catalog import Catalog
from corpus.model import Visibility
from corpus.settings import CorpusSettings
from tests.corpus.registry.tables_made import AUGUST, HEAD, ONE, SEPTEMBER, TWO, add, changed, parsed
from tests.ui.cli.conftest import run_zhixun

FIGURES = ["设区市", "工业投资当月（亿元）", "工业投资累计（亿元）"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("registry")
    catalog = Catalog.open(CorpusSettings(home=folder))
    add(catalog, parsed(AUGUST, HEAD, ONE, TWO))
    add(catalog, parsed(SEPTEMBER, [*HEAD, "牵头处室"], [*changed(ONE, done="20", stage="投产"), "规划处"]))
    add(catalog, parsed("内部" + SEPTEMBER, HEAD, changed(TWO, stage="开工")), Visibility.INTERNAL)
    add(catalog, parsed("工业" + AUGUST, FIGURES, ["南京市", "4", "20"]))
    add(catalog, parsed("工业" + SEPTEMBER, FIGURES, ["南京市", "3", "23"]))
    catalog.close()
    return folder


def test_projects_as_json_lines_tied_to_their_cells(home: Path) -> None:
    done = run_zhixun("projects", "--region", "南京", "--as-of", "2026-12-31", "--json", home=home)
    assert (done.code, len(done.lines)) == (0, 1)
    line = done.lines[0]
    assert (line["name"], line["stage"], line["investment_done"], line["unit"]) == (
        "甲项目",
        "投产",
        20.0,
        "亿元",
    )
    assert (line["report_date"], line["clause"], line["title"]) == ("2026-09-30", "表1第1行", SEPTEMBER)
    assert line["cells"]["investment_done"] == {"column": "已完成投资（亿元）", "quote": "20"}
    assert line["quote"].startswith("甲项目 | 示例甲公司")
    assert line["extra"] == {"牵头处室": "规划处"}


def test_the_role_decides_what_is_seen(home: Path) -> None:
    def stages(role: str) -> list[str]:
        lines = run_zhixun("projects", "--name", "乙", "--role", role, "--json", home=home).lines
        return [line["stage"] for line in lines]

    assert stages("visitor") == ["签约"]
    assert stages("official") == ["开工"]


def test_groups_history_and_unread(home: Path) -> None:
    groups = run_zhixun("projects", "--group-by", "kind,stage", "--json", home=home).lines
    assert {
        tuple(line["group"].values()): (line["count"], line["investment_planned"]) for line in groups
    } == {
        ("增资扩产", "投产"): (1, 38.0),
        ("省重大工业项目", "签约"): (1, 10.0),
    }
    history = run_zhixun("projects", "--history", "甲项目", "--json", home=home).lines
    assert [line["report_date"] for line in history] == ["2026-08-31", "2026-09-30"]
    unread = run_zhixun("projects", "--unread", "--json", home=home).lines
    assert [(line["column"], line["example"]) for line in unread] == [("牵头处室", "规划处")]


def test_indicators_as_lines_and_as_a_trend(home: Path) -> None:
    lines = run_zhixun("indicators", "工业投资", "--scope", "当月", "--json", home=home).lines
    assert [(line["period"], line["value"], line["change"]) for line in lines] == [
        ("2026-08", 4.0, None),
        ("2026-09", 3.0, -1.0),
    ]
    shown = run_zhixun("indicators", "--region", "南京", home=home).out
    assert shown.count("工业投资（南京市，") == 2
    assert "↓ 1" in shown and "↑ 3" in shown


def test_tables_for_people(home: Path) -> None:
    shown = run_zhixun("projects", home=home).out
    assert "甲项目" in shown and f"[1] {SEPTEMBER}" in shown
    assert "增资扩产" in run_zhixun("projects", "--group-by", "kind", home=home).out


@pytest.mark.parametrize(
    ("args", "text"),
    [
        (["projects", "--stage", "烂尾"], "签约、开工"),
        (["projects", "--group-by", "颜色"], "region"),
        (["projects", "--history", "甲", "--conflicts"], "--history、--conflicts"),
        (["projects", "--conflicts", "--region", "南京"], "--region"),
        (["indicators", "--from", "2026-13"], "2026-08"),
        (["indicators", "--scope", "全部"], "当月"),
    ],
)
def test_bad_input_says_what_to_do(home: Path, args: list[str], text: str) -> None:
    done = run_zhixun(*args, home=home)
    assert done.code == 2 and text in done.err and done.out == ""


def test_check_columns_names_file_line_and_field(home: Path, tmp_path: Path) -> None:
    assert run_zhixun("projects", "--check-columns", home=home).code == 0
    path = tmp_path / "columns.yaml"
    path.write_text("stages:\n  烂尾: [停工]\n", encoding="utf-8")
    done = run_zhixun("projects", "--check-columns", home=tmp_path)
    assert done.code == 1 and f"{path} 第2行，stages.烂尾" in done.out
