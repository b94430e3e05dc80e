"""Number reading: equal quantities have equal keys, labels and names are no numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from corpus.number_patterns import chinese_to_int
from corpus.numbers import Number, find_numbers, same, stated_in, stated_numbers, supports


def keys(text: str) -> list[tuple[object, ...]]:
    return [number.key for number in find_numbers(text)]


def one(text: str) -> Number:
    numbers = find_numbers(text)
    assert len(numbers) == 1, f"{text}: {numbers}"
    return numbers[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一百零五", 105),
        ("一千五百万", 15_000_000),
        ("两千", 2000),
        ("三亿五千万", 350_000_000),
        ("二〇二六", 2026),
        ("一万零三十", 10_030),
        ("一万亿", 10**12),
    ],
)
def test_chinese_numerals(text: str, value: int) -> None:
    assert chinese_to_int(text) == value


@pytest.mark.parametrize("text", ["", "三首", "abc", "12"])
def test_not_a_chinese_numeral(text: str) -> None:
    with pytest.raises(ValueError, match="not a Chinese numeral"):
        chinese_to_int(text)


@pytest.mark.parametrize(
    "group",
    [
        [
            "600万元",
            "600 万元",
            "6,000,000元",
            "６００万元",
            "六百万元",
            "6000000元",
            "600\n万元",
            "0.06亿元",
        ],
        ["5%", "5％", "百分之五", "5 %", "5.0%"],
        ["20%", "五分之一", "1/5", "二成"],
        ["0.5%", "千分之五", "5‰"],
        ["0.5个百分点", "0.5百分点", "0.50 个百分点"],
        [
            "2026年4月1日",
            "2026-04-01",
            "2026.4.1",
            "2026/4/1",
            "二〇二六年四月一日",
            "2026年04月01日",
            "2026 年 4 月 1 日",
        ],
        ["2026年4月", "2026-04", "二〇二六年四月"],
        ["3年", "三年", "36个月", "三十六个月"],
        ["30日", "三十日", "30天"],
        ["10个工作日", "十个工作日", "10 工作日"],
        [
            "工信部企业〔2026〕2号",
            "工信部企业[2026]2号",
            "工信部企业（2026）2号",
            "工信部企业〔2026〕第2号",
            "工信部企业〔２０２６〕２号",
        ],
        ["3.5亿元", "3亿5000万元", "三亿五千万元"],
        ["10名", "10人", "十位"],
        ["第八批", "第8批"],
    ],
)
def test_equal_quantities_have_equal_keys(group: list[str]) -> None:
    assert {one(text).key for text in group} == {one(group[0]).key}


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("5%", "5个百分点"),
        ("600万元", "600元"),
        ("3年", "3个月"),
        ("10日", "10个工作日"),
        ("8.2%", "8.3%"),
        ("工信部企业〔2026〕2号", "工信部企业〔2022〕63号"),
        ("苏政发〔2023〕1号", "苏政办发〔2023〕1号"),
        ("2026年4月1日", "2025年4月1日"),
        ("14家", "14项"),
        ("3倍", "3个"),
        ("600万元", "600万美元"),
        ("4月1日", "5月1日"),
    ],
)
def test_different_quantities_are_not_the_same(a: str, b: str) -> None:
    assert one(a).key != one(b).key
    assert not same(one(a), one(b))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("600万", "600万元"),
        ("8.2", "8.2%"),
        ("4月1日", "2026年4月1日"),
        ("63号文", "工信部企业〔2022〕63号"),
        ("〔2026〕2号", "工信部企业〔2026〕2号"),
        ("14个", "14家"),
        ("企业〔2022〕63号", "工信部企业〔2022〕63号"),
        ("4月", "2026年4月"),
    ],
)
def test_a_missing_unit_or_year_is_excused(a: str, b: str) -> None:
    assert same(one(a), one(b))
    assert same(one(b), one(a))


def test_a_coarser_date_is_borne_out_a_finer_one_is_not() -> None:
    day, month, year = one("2026年4月1日"), one("2026年4月"), one("2026年")
    assert supports(day, month)
    assert supports(day, year)
    assert not supports(month, day)
    assert not supports(year, month)
    assert not stated_in(day, find_numbers("2025年4月1日起、2026年5月"))


@pytest.mark.parametrize(
    "text",
    [
        "第十条第一款第（三）项",
        "第10条",
        "第四十一条之一",
        "（一）申报条件",
        "一、总则",
        "1. 申报条件",
        "1、申报条件",
        "二十三、附则",
        "一张网",
        "一企一策、一链一策",
        "三首产品",
        "“十四五”期间",
        "八个一",
        "附件1：",
        "见表2",
        "依据如下[1][12]。",
        "两化融合",
        "十分重要",
        "一次性告知",
        "千家万户",
        "第三方机构",
        "第三代半导体",
        "A4纸",
        "ISO9001认证",
        "一致、一般、一律",
        "万元以下",
        "第一产业",
        "首先是一带一路",
    ],
)
def test_labels_and_names_are_no_numbers(text: str) -> None:
    assert find_numbers(text) == []


@pytest.mark.parametrize(
    "text", ["一个企业", "“1650”产业体系", "1650现代化产业体系", "“10+X”", "三年行动计划", "一家企业"]
)
def test_weak_numbers_are_marked(text: str) -> None:
    assert {number.kind for number in find_numbers(text)} == {"weak"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3%–5%", ["3", "5"]),
        ("3-5%", ["3", "5"]),
        ("百分之三至百分之五", ["3", "5"]),
        ("百分之三至五", ["3", "5"]),
        ("300-500万元", ["3000000", "5000000"]),
        ("三至五年", ["36", "60"]),
        ("5到10家", ["5", "10"]),
        ("五万元以上五十万元以下", ["50000", "500000"]),
        ("1.5%~2%", ["1.5", "2"]),
    ],
)
def test_ranges_give_both_ends(text: str, expected: list[str]) -> None:
    assert [number.value for number in find_numbers(text)] == [Decimal(value) for value in expected]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("2025—2027年", ["2025", "2027"]),
        ("2022-24年", ["2022", "2024"]),
        ("1—8月", ["--01", "--08"]),
        ("2025年1—5月", ["2025", "--01", "--05"]),
        ("2024年至2026年", ["2024", "2026"]),
        ("2026年4月25日至5月25日", ["2026-04-25", "--05-25"]),
    ],
)
def test_date_ranges(text: str, codes: list[str]) -> None:
    assert [number.code for number in find_numbers(text)] == codes


def test_document_numbers_leave_the_words_before_them() -> None:
    number = one("根据苏政办发〔2021〕109号")
    assert number.code == "苏政办发〔2021〕109号"
    assert number.text == "苏政办发〔2021〕109号"
    assert one("国家标准GB/T 36132-2025").code == "GB 36132-2025"
    assert one("2023年第7号公告").code == "〔2023〕7号"


def test_places_are_those_of_the_text_even_with_full_width_figures() -> None:
    text = "补助６００万元，自２０２６年４月１日起，连续三年。"
    for number in find_numbers(text):
        assert text[number.start : number.end] == number.text
    assert [number.text for number in find_numbers(text)] == ["６００万元", "２０２６年４月１日", "三年"]


def test_a_chinese_comma_does_not_group_thousands() -> None:
    assert keys("分别为3，500家") == [("plain", Decimal(3), None), ("count", Decimal(500), "家")]


def test_negative_rates_and_minus_signs() -> None:
    assert one("同比−12.7%").value == Decimal("-12.7")
    assert one("下降12.7%").value == Decimal("12.7")


def test_numbers_after_words_that_look_like_labels() -> None:
    assert one("代表30家企业").value == 30
    assert [number.value for number in find_numbers("分别为：30、40")] == [30, 40]


def test_a_table_declares_the_unit_of_its_bare_figures() -> None:
    table = "地区 | 补助上限（万元）\n苏州 | 600"
    assert stated_in(one("600万元"), stated_numbers(table))
    assert not stated_in(one("600万元"), find_numbers(table))
    assert not stated_in(one("600亿元"), stated_numbers(table))
    assert stated_in(one("6646亿元"), stated_numbers("单位：亿元\n合计 | 6646"))


def test_a_table_unit_holds_for_its_own_column() -> None:
    table = stated_numbers("领域 | 项目数（个） | 年度计划投资（亿元）\n产业 | 414 | 2950")
    assert stated_in(one("414个"), table)
    assert stated_in(one("2950亿元"), table)
    assert not stated_in(one("414亿元"), table)
    rows = stated_numbers("指标 | 数值\n已拨付贴息（亿元） | 10.59\n惠及项目（个） | 1672")
    assert stated_in(one("10.59亿元"), rows)
    assert not stated_in(one("1672亿元"), rows)


def test_a_long_text_is_read_in_order() -> None:
    text = "第二条 年营业收入在1500万元以上，近2年研发费用均不低于100万元且占比3%以上；资产负债率不高于80%。"
    assert keys(text) == [
        ("money", Decimal(15_000_000), "元"),
        ("duration", Decimal(24), "月"),
        ("money", Decimal(1_000_000), "元"),
        ("percent", Decimal(3), "%"),
        ("percent", Decimal(80), "%"),
    ]
