"""Numbers as labels: Chinese numerals and document numbers."""

import pytest

from corpus.numbering import chinese_to_int, doc_number_key, int_to_chinese, read_number, same_doc_number


@pytest.mark.parametrize(
    ("text", "number"),
    [("十", 10), ("十二", 12), ("二十", 20), ("一百零三", 103), ("二百六十六", 266), ("27", 27)],
)
def test_chinese_numerals(text: str, number: int) -> None:
    assert chinese_to_int(text) == number


def test_numerals_round_trip() -> None:
    assert all(chinese_to_int(int_to_chinese(number)) == number for number in range(1, 3000))


def test_what_is_no_numeral() -> None:
    assert chinese_to_int("甲") is None
    assert chinese_to_int("") is None


@pytest.mark.parametrize(
    "other",
    ["工信部企业[2022]63号", "工信部企业（2022）63号", "工信部企业〔2022〕63 号", "企业〔2022〕063号"],
)
def test_spellings_of_one_number(other: str) -> None:
    assert same_doc_number("工信部企业〔2022〕63号", other)


@pytest.mark.parametrize("other", ["工信部企业〔2026〕63号", "工信部企业〔2022〕62号", "苏工信〔2022〕63号"])
def test_different_numbers(other: str) -> None:
    assert not same_doc_number("工信部企业〔2022〕63号", other)


def test_announcement_number() -> None:
    assert doc_number_key("财政部税务总局公告2023年第7号") == ("财政部税务总局", "2023", "7")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("财政部 税务总局公告2023年第7号", "财政部税务总局公告2023年第7号", True),
        ("财政部、税务总局公告2023年第7号", "财政部　税务总局公告 2023年 第7号", True),
        ("税务总局公告2023年第7号", "财政部 税务总局公告2023年第7号", True),
        ("财政部 税务总局公告2023年第7号", "财政部 税务总局公告2023年第8号", False),
        ("国务院令第722号", "中华人民共和国国务院令 第七百二十二号", True),
        ("国务院令第722号", "商务部令第722号", False),
    ],
)
def test_numbers_by_year_and_of_orders(one: str, other: str, same: bool) -> None:
    assert same_doc_number(one, other) is same


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("文号：财政部　税务总局公告2023 年第 7 号", "财政部 税务总局公告2023年第7号"),
        ("（见财政部 税务总局公告2021年第13号）", "财政部 税务总局公告2021年第13号"),
        ("苏 工 信 规〔2024〕3 号", "苏工信规〔2024〕3号"),
        ("中华人民共和国国务院令 第722号", "中华人民共和国国务院令第722号"),
        ("没有文号", None),
    ],
)
def test_numbers_come_out_whole(text: str, number: str | None) -> None:
    assert read_number(text) == number
