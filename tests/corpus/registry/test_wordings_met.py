"""Wordings and shapes of monthly tables that were met afresh, not written for the reader."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from corpus.parse import parse_file
from corpus.registry_cells import find_period
from corpus.registry_model import RegistryRows
from corpus.registry_store import read as read_parsed
from tests.corpus.registry.tables_made import registry_of, table

TITLE = "2026年9月省级重大工业项目建设进展"
HEAD = [
    *("序号", "项目名称", "法人单位", "落户地区", "所属重点产业链", "投资规模"),
    *("2026年投资情况 > 计划投资", "2026年投资情况 > 当月完成", "2026年投资情况 > 累计完成"),
    *("截至本月累计完成投资", "工程形象进度", "建设阶段", "开工时间"),
]
ONE = [
    *("1", "甲项目", "甲公司", "无锡市宜兴市", "新材料", "45", "15", "1.2", "9.8"),
    *("30.1", "设备安装", "在建", "2024年9月"),
]
TWO = [
    *("2", "乙项目", "乙公司", "常州市", "动力电池", "60.5", "20", "2", "16"),
    *("16", "桩基施工", "新开工", "2026年1月"),
]
SUBTOTAL = ["苏南小计"] * 5 + ["105.5", "35", "3.2", "25.8", "46.1", "", "", ""]


def read() -> RegistryRows:
    return registry_of(table(HEAD, ONE, TWO, SUBTOTAL, caption=TITLE, unit="亿元"), title=TITLE)


def test_columns_under_a_years_header_are_of_that_year() -> None:
    first = read().projects[0]
    assert (first.investment_planned, first.investment_done) == (Decimal(45), Decimal("30.1"))
    assert (first.investment_year_plan, first.investment_year_done) == (Decimal(15), Decimal("9.8"))
    assert first.investment_month == Decimal("1.2")


def test_the_stage_is_the_column_whose_cells_are_stages() -> None:
    rows = read()
    assert [project.stage for project in rows.projects] == ["在建", "开工"]
    assert rows.projects[0].extra == {"工程形象进度": "设备安装"}
    assert [(entry.reason, entry.column) for entry in rows.unread] == [("column", "工程形象进度")]


def test_a_subtotal_is_no_project() -> None:
    assert [project.name for project in read().projects] == ["甲项目", "乙项目"]
    counted = table(["设区市", "项目名称", "总投资（亿元）"], ["南京市", "丙项目", "3"], ["合计", "1个", "3"])
    assert [project.name for project in registry_of(counted).projects] == ["丙项目"]


def test_months_as_columns_are_read_without_words_of_a_report() -> None:
    title = "2026年各设区市工业用电量分月情况"
    made = table(
        ["地区", "1—2月", "3月", "上半年累计"],
        ["南京市", "60.1", "41", "230.9"],
        caption=title,
        unit="亿千瓦时",
    )
    rows = registry_of(made, title=title)
    assert [(value.name, value.period, value.scope, value.value) for value in rows.indicators] == [
        ("工业用电量", "2026-02", "累计", Decimal("60.1")),
        ("工业用电量", "2026-03", "当月", Decimal(41)),
        ("工业用电量", "2026-06", "累计", Decimal("230.9")),
    ]


def test_a_table_of_targets_or_grants_holds_no_indicators() -> None:
    targets = table(["地区", "2025年完成（亿元）", "2026年目标（亿元）"], ["南京市", "1100", "1180"])
    grants = table(["地区", "企业数（家）", "奖补金额（万元）"], ["南京市", "3", "150"])
    for made in (targets, grants):
        assert registry_of(made, title="2026年目标任务分解") == RegistryRows()


def test_a_share_and_its_change_are_one_figure() -> None:
    made = table(
        ["地区", "工业投资占比重 > 比重（%）", "工业投资占比重 > 较上年±（百分点）"],
        ["江苏", "45.1", "1.3"],
        caption="2026年1—9月投资完成情况",
    )
    (value,) = registry_of(made, title="2026年1—9月投资完成情况").indicators
    assert (value.name, value.value, value.unit) == ("工业投资占比重", Decimal("45.1"), "%")
    assert (value.yoy, value.yoy_unit) == (Decimal("1.3"), "百分点")


def test_money_and_counts_under_one_statement_of_units() -> None:
    made = table(
        ["地区", "贷款余额", "规上企业户数"],
        ["苏州市", "9801.1", "14210"],
        caption="2026年9月末贷款情况",
        unit="亿元、户",
    )
    rows = registry_of(made, title="2026年9月末制造业运行监测")
    assert [(value.name, value.unit) for value in rows.indicators] == [
        ("贷款余额", "亿元"),
        ("规上企业户数", "户"),
    ]


@pytest.mark.parametrize(
    "above", ["（截至2026年8月31日）", "数据截至：2026年8月底", "截至2026年8月31日,,单位：亿元"]
)
def test_the_day_stated_above_a_table_is_the_reports(tmp_path: Path, above: str) -> None:
    path = tmp_path / "a.csv"
    rows = ["重点项目推进情况", above, "项目名称,所在市,总投资（亿元）", "甲项目,南京市,3", "乙项目,苏州市,5"]
    path.write_text("\n".join(rows), encoding="utf-8")
    found = read_parsed(parse_file(path), None).rows.projects
    assert [(project.name, project.report_date) for project in found] == [
        ("甲项目", date(2026, 8, 31)),
        ("乙项目", date(2026, 8, 31)),
    ]


def test_a_month_in_brackets_is_of_the_year_that_the_title_names() -> None:
    found = find_period("2026年江苏省重大工业项目推进情况表（8月）")
    assert found is not None and (found[0].year, found[0].first, found[0].last) == (2026, 8, 8)
