"""Tables of figures: what each is of, 当月 and 累计 apart, 同比 with its unit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from corpus.registry_model import IndicatorValue
from tests.corpus.registry.tables_made import registry_of, table

TITLE = "全省工业经济运行监测月报（2026年8月）"


def brief(value: IndicatorValue) -> tuple[object, ...]:
    return (
        value.name,
        value.region,
        value.group,
        value.period,
        value.scope,
        value.value,
        value.unit,
        value.yoy,
    )


def test_rows_of_indicators_with_month_and_total() -> None:
    made = table(
        ["指标", "单位", "当月 > 绝对量", "当月 > 同比（%）", "累计 > 绝对量", "累计 > 同比（%）"],
        ["工业投资", "亿元", "120.5", "3.2", "980.1", "-1.4"],
        ["工业用电量", "亿千瓦时", "50", "", "400", "2.0"],
    )
    rows = registry_of(made, title=TITLE)
    assert [brief(value)[0:1] + brief(value)[3:] for value in rows.indicators[:2]] == [
        ("工业投资", "2026-08", "当月", Decimal("120.5"), "亿元", Decimal("3.2")),
        ("工业投资", "2026-08", "累计", Decimal("980.1"), "亿元", Decimal("-1.4")),
    ]
    assert rows.indicators[0].yoy_unit == "%"
    assert rows.indicators[1].cells["yoy"].text == "-1.4"
    assert rows.indicators[1].cells["yoy"].column == "累计 > 同比（%）"
    assert rows.indicators[2].yoy is None


def test_rows_of_regions_with_an_indicator_a_column() -> None:
    made = table(
        [
            "设区市",
            "技改投资（亿元） > 当月",
            "技改投资（亿元） > 1—8月",
            "技改投资（亿元） > 1—8月同比（%）",
            "开工率（%）",
        ],
        ["全省", "31.0", "240", "下降1.2%", "92.1"],
        ["南京市", "4.0", "30", "5.5", "90"],
    )
    rows = registry_of(made, title=TITLE)
    assert brief(rows.indicators[1]) == (
        *("技改投资", "江苏省", None, "2026-08", "累计", Decimal(240), "亿元", Decimal("-1.2")),
    )
    assert brief(rows.indicators[3])[:5] == ("技改投资", "南京市", None, "2026-08", "当月")
    assert brief(rows.indicators[5])[:1] + brief(rows.indicators[5])[5:] == ("开工率", Decimal(90), "%", None)


def test_points_are_no_per_cent() -> None:
    made = table(["指标", "当月（%）", "同比（百分点）"], ["产能利用率", "76.4", "-0.3"])
    (value,) = registry_of(made, title=TITLE).indicators
    assert (value.value, value.unit, value.yoy, value.yoy_unit) == (
        *(Decimal("76.4"), "%", Decimal("-0.3"), "百分点"),
    )


def test_a_series_of_periods() -> None:
    made = table(
        ["时期", "口径", "增速"],
        ["2024年7月", "当月", "5.8%"],
        ["2024年1—7月", "累计", "8.2%"],
        ["2025年全年", "累计", "6.5%"],
        caption="表1 规模以上工业增加值同比增速",
    )
    rows = registry_of(made, title="工业增加值汇编")
    assert [(v.name, v.period, v.scope, v.yoy, v.yoy_unit) for v in rows.indicators] == [
        ("规模以上工业增加值", "2024-07", "当月", Decimal("5.8"), "%"),
        ("规模以上工业增加值", "2024-07", "累计", Decimal("8.2"), "%"),
        ("规模以上工业增加值", "2025-12", "累计", Decimal("6.5"), "%"),
    ]


def test_quarters_and_what_a_row_is_about() -> None:
    made = table(
        ["领域", "企业数", "三季度营业收入", "前三季度营业收入", "前三季度同比增速"],
        ["生物制造", "12", "28.6", "80.2", "9.4%"],
        caption="表1 监测（收入单位：亿元）",
    )
    rows = registry_of(made, title="重点未来产业运行监测季报（2026年三季度）")
    assert [brief(value) for value in rows.indicators] == [
        ("企业数", "江苏省", "生物制造", "2026-Q3", "当季", Decimal(12), None, None),
        ("营业收入", "江苏省", "生物制造", "2026-Q3", "当季", Decimal("28.6"), "亿元", None),
        ("营业收入", "江苏省", "生物制造", "2026-09", "累计", Decimal("80.2"), "亿元", Decimal("9.4")),
    ]


def test_a_stock_at_the_end_of_a_month_and_no_scope_at_all() -> None:
    made = table(["产业链", "月末在手订单（亿元）", "用工人数（人）"], ["光伏", "12.5", "300"])
    rows = registry_of(made, title=TITLE)
    assert [(v.name, v.scope) for v in rows.indicators] == [("在手订单", "期末"), ("用工人数", None)]


def test_columns_by_region_and_by_month() -> None:
    regions = table(["指标", "南京市", "苏州市"], ["当月工业投资（亿元）", "4", "9"])
    assert [(v.region, v.scope, v.value, v.unit) for v in registry_of(regions, title=TITLE).indicators] == [
        ("南京市", "当月", Decimal(4), "亿元"),
        ("苏州市", "当月", Decimal(9), "亿元"),
    ]
    months = table(["指标", "6月", "7月"], ["工业投资当月（亿元）", "4", "9"])
    assert [(v.period, v.value) for v in registry_of(months, title=TITLE).indicators] == [
        ("2026-06", Decimal(4)),
        ("2026-07", Decimal(9)),
    ]


def test_unreadable_figures_and_text_columns_are_reported() -> None:
    made = table(
        ["设区市", "工业投资（亿元）", "主要特点"],
        ["南京市", "4", "稳"],
        ["苏州市", "3—5", "快"],
        ["常州市", "2", "平"],
    )
    rows = registry_of(made, title=TITLE)
    assert [value.value for value in rows.indicators] == [Decimal(4), Decimal(2)]
    assert {(unread.reason, unread.column) for unread in rows.unread} == {
        ("value", "工业投资（亿元）"),
        ("column", "主要特点"),
    }


@pytest.mark.parametrize("title", ["优质企业培育管理办法", "2026年申报通知"])
def test_criteria_of_a_policy_are_no_indicators(title: str) -> None:
    made = table(["指标", "专精特新", "小巨人"], ["营业收入（万元）", "1500", "5000"])
    assert registry_of(made, title=title).indicators == ()


@pytest.mark.parametrize(
    ("caption", "header", "name"),
    [
        ("表1 县域特色产业产值（2026年8月）", "当月产值（亿元）", "县域特色产业产值"),
        ("表2 重点企业备案情况", "累计备案数（个）", "重点企业备案数"),
        ("表3 省重大工业项目数量（待核）", "项目数（个）", "省重大工业项目数"),
        ("表4 主要指标", "工业投资（亿元）", "工业投资"),
    ],
)
def test_a_caption_that_ends_in_the_headers_name_says_more(caption: str, header: str, name: str) -> None:
    made = table(["设区市", header], ["南京市", "4"], caption=caption)
    assert [value.name for value in registry_of(made, title=TITLE).indicators] == [name]


def test_a_growth_rate_without_its_figure_keeps_its_name() -> None:
    header = ["设区市", "工业投资累计（亿元）", "同比（%）"]
    made = table(header, ["南京市", "—", "4.5"], ["苏州市", "9", "1.0"])
    value = registry_of(made, title=TITLE).indicators[0]
    assert (value.name, value.scope, value.value, value.yoy) == ("工业投资", "累计", None, Decimal("4.5"))


def test_a_month_beside_the_months_so_far_and_a_comparison_with_last_time() -> None:
    made = table(
        ["指标名称", "计量单位", "9月", "同比±%", "1-9月", "同比±%", "比1-8月±百分点"],
        ["工业投资", "亿元", "812.3", "下降1.2", "7012.5", "-3.4", "0.2"],
        ["规模以上工业增加值", "亿元", "", "6.2", "", "6.8", "-0.1"],
        caption="2026年1-9月全省工业运行主要指标",
    )
    rows = registry_of(made, title="工业运行分析报告", region=None)
    assert [(v.name, v.region, v.period, v.scope, v.value, v.yoy, v.yoy_unit) for v in rows.indicators] == [
        ("工业投资", "江苏省", "2026-09", "当月", Decimal("812.3"), Decimal("-1.2"), "%"),
        ("工业投资", "江苏省", "2026-09", "累计", Decimal("7012.5"), Decimal("-3.4"), "%"),
        ("规模以上工业增加值", "江苏省", "2026-09", "当月", None, Decimal("6.2"), "%"),
        ("规模以上工业增加值", "江苏省", "2026-09", "累计", None, Decimal("6.8"), "%"),
    ]
    assert [unread.column for unread in rows.unread] == ["比1-8月±百分点"]
