"""Project tables of many layouts: each cell where it belongs, nothing guessed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.corpus.registry.tables_made import registry_of, table

HEAD = ["序号", "项目名称", "建设单位", "设区市", "产业链", "总投资（亿元）", "建设阶段"]


def test_a_row_becomes_a_snapshot_tied_to_its_cells() -> None:
    rows = registry_of(
        table(
            [*HEAD, "累计完成投资（万元）", "计划竣工时间"],
            [
                "1",
                "储能电芯扩产项目",
                "示例甲公司",
                "南京市",
                "新型储能",
                "38.0",
                "在建",
                "123,500",
                "2027年6月",
            ],
            caption="表1 重点项目（截至2026年8月31日）",
        )
    )
    (snapshot,) = rows.projects
    assert (snapshot.name, snapshot.owner, snapshot.region) == ("储能电芯扩产项目", "示例甲公司", "南京市")
    assert (snapshot.chain, snapshot.stage, snapshot.kind) == ("新型储能", "在建", "增资扩产")
    assert snapshot.investment_planned == 38
    assert snapshot.investment_done == Decimal("12.35")
    assert snapshot.end == "2027-06"
    assert snapshot.report_date == date(2026, 8, 31)
    assert snapshot.clause_id == "d:2"
    assert snapshot.cells["investment_done"].text == "123,500"
    assert snapshot.cells["investment_done"].column == "累计完成投资（万元）"
    assert rows.unread == ()


@pytest.mark.parametrize(
    ("header", "cell", "field", "value"),
    [
        ("投资完成 > 当月完成投资（亿元）", "1.2", "investment_month", Decimal("1.2")),
        ("2026年计划投资（亿元）", "10", "investment_year_plan", Decimal(10)),
        ("1—8月完成投资（亿元）", "6.6", "investment_year_done", Decimal("6.6")),
        ("8月完成投资（亿元）", "0.6", "investment_month", Decimal("0.6")),
        ("截至8月底累计完成投资（亿元）", "7", "investment_done", Decimal(7)),
        ("总投资", "3.5亿元", "investment_planned", Decimal("3.5")),
        ("总投资（万元）", "3.5亿元", "investment_planned", Decimal("3.5")),
        ("计划开工时间", "2026/3", "start", "2026-03"),
        ("建设阶段", "已开工", "stage", "开工"),
        ("所在地", "苏州市昆山市", "county", "昆山市"),
    ],
)
def test_columns_and_their_units(header: str, cell: str, field: str, value: object) -> None:
    rows = registry_of(table(["项目名称", "建设单位", header], ["甲项目", "示例公司", cell]))
    assert getattr(rows.projects[0], field) == value
    assert rows.unread == ()


def test_a_unit_of_the_caption_counts_for_its_word_alone() -> None:
    made = table(
        ["项目名称", "总投资", "设区市"], ["甲项目", "12.5", "徐州"], caption="表1 明细（投资单位：亿元）"
    )
    assert registry_of(made).projects[0].investment_planned == Decimal("12.5")
    other = table(
        ["项目名称", "总投资", "设区市"], ["甲项目", "12.5", "徐州"], caption="表1 明细（收入单位：亿元）"
    )
    rows = registry_of(other)
    assert rows.projects[0].investment_planned is None
    assert rows.projects[0].extra == {"总投资": "12.5"}
    assert [unread.reason for unread in rows.unread] == ["unit"]


def test_what_is_not_understood_is_kept_and_reported() -> None:
    rows = registry_of(
        table(
            ["项目名称", "总投资（亿元）", "建设阶段", "牵头处室", "计划竣工"],
            ["甲项目", "10-15", "收尾", "规划处", "尽快"],
            ["乙项目", "8", "在建", "", "2027年"],
        )
    )
    first, second = rows.projects
    assert first.investment_planned is None and first.stage is None and first.end is None
    assert first.extra == {
        "总投资（亿元）": "10-15",
        "建设阶段": "收尾",
        "牵头处室": "规划处",
        "计划竣工": "尽快",
    }
    assert second.investment_planned == 8
    reported = {(unread.reason, unread.column) for unread in rows.unread}
    assert reported == {
        ("column", "牵头处室"), ("value", "总投资（亿元）"), ("value", "建设阶段"), ("date", "计划竣工")
    }  # fmt: skip


def test_the_two_provincial_lists_are_never_confused() -> None:
    header = ["项目名称", "项目类别", "设区市"]
    rows = registry_of(
        table(
            header,
            ["甲", "省重大工业项目", "南京市"],
            ["乙", "省重大项目", "南京市"],
            ["丙", "技改", "南京市"],
        ),
        title="重点项目运行监测月报（2026年8月）",
    )
    assert [snapshot.kind for snapshot in rows.projects] == ["省重大工业项目", "省重大项目", None]
    assert rows.projects[2].category == "技改"
    by_title = registry_of(
        table(header[:1] + header[2:], ["甲", "南京市"]), title="省重大项目监测月报（2026年8月）"
    )
    assert by_title.projects[0].kind == "省重大项目"


def test_group_rows_totals_and_repeated_headers_are_no_projects() -> None:
    header = ["项目名称", "总投资（亿元）", "建设阶段"]
    rows = registry_of(
        table(
            header,
            ["一、南京市（2个）"] * 3,
            ["甲项目", "1", "签约"],
            header,
            ["小计", "1", ""],
            ["二、苏州市", "", ""],
            ["乙项目", "2", "投产"],
            ["合计", "3", ""],
        )
    )
    assert [(snapshot.name, snapshot.region) for snapshot in rows.projects] == [
        ("甲项目", "南京市"),
        ("乙项目", "苏州市"),
    ]


def test_a_sheet_of_one_city_gives_its_rows_the_region() -> None:
    made = table(["项目名称", "总投资（亿元）"], ["甲项目", "1"])
    assert registry_of(made, headings=("无锡市",)).projects[0].region == "无锡市"
    assert registry_of(made).projects[0].region is None


def test_stages_ticked_in_columns() -> None:
    rows = registry_of(
        table(
            ["项目名称", "建设单位", "建设阶段 > 签约", "建设阶段 > 开工", "建设阶段 > 在建"],
            ["甲项目", "示例公司", "√", "√", ""],
        )
    )
    assert rows.projects[0].stage == "开工"


def test_the_day_of_a_report() -> None:
    made = table(["项目名称", "设区市"], ["甲项目", "南京市"])
    assert registry_of(made).projects[0].report_date == date(2026, 8, 31)
    by_issue = registry_of(made, title="增资扩产项目清单（2026年）", issued_on=date(2026, 3, 9))
    assert by_issue.projects[0].report_date == date(2026, 3, 9)
    nowhere = registry_of(made, title="增资扩产项目清单（2026年）")
    assert nowhere.projects[0].report_date is None
    assert [unread.reason for unread in nowhere.unread] == ["period"]


def test_tables_of_policies_hold_no_projects() -> None:
    policy = table(["项目", "补助标准"], ["智能工厂", "不超过500万元"])
    assert registry_of(policy, title="关于支持制造业的若干措施").projects == ()
    named = table(["项目名称", "支持方式"], ["首台套", "奖补"])
    assert registry_of(named, title="关于支持制造业的若干措施").projects == ()


def test_numbered_group_rows_and_projects_of_which_only_the_name_is_known() -> None:
    header = [
        "序号",
        "项目名称",
        "投资情况 > 总投资（万元）",
        "投资情况 > 开工以来累计完成投资（万元）",
        "建设性质",
        "形象进度",
    ]
    rows = registry_of(
        table(
            header,
            ["一", *["南京市（2个）"] * 5],
            ["1", "甲项目", "120000", "60000", "新建", "主体封顶"],
            ["2", "乙项目", "", "", "", ""],
            ["（二）", "苏州市", "", "", "", ""],
            ["3", "丙项目", "1.2亿美元", "", "扩建", ""],
        )
    )
    found = [(s.name, s.region, s.investment_planned, s.investment_done, s.category) for s in rows.projects]
    assert found == [
        ("甲项目", "南京市", Decimal(12), Decimal(6), "新建"),
        ("乙项目", "南京市", None, None, None),
        ("丙项目", "苏州市", None, None, "扩建"),
    ]
    assert rows.projects[2].extra == {"投资情况 > 总投资（万元）": "1.2亿美元"}
    assert {(entry.reason, entry.example) for entry in rows.unread} == {
        ("column", "主体封顶"),
        ("value", "1.2亿美元"),
    }
