import pytest

from index.tokens import MAX_CHARS, tokens


@pytest.mark.parametrize(
    "text",
    [
        "苏政办发〔2025〕27号",
        "苏政办发[2025]27号",
        "苏政办发［2025］２７号",
        "苏政办发（2025）27号",
        "苏政办发2025年27号",
    ],
)
def test_document_numbers_are_one_token_however_they_are_written(text: str) -> None:
    assert tokens(text) == ["苏政", "政办", "办发", "2025.27"]


def test_a_date_is_not_a_document_number() -> None:
    assert "2025" in tokens("自2025年3月27日起施行")


def test_chinese_becomes_bigrams_and_a_single_character_stays() -> None:
    assert tokens("中小企业") == ["中小", "小企", "企业"]
    assert tokens("税 GDP") == ["税", "gdp"]


def test_width_case_and_script_make_no_difference() -> None:
    assert tokens("ＡＩ產業發展") == tokens("ai产业发展")


def test_thousands_separators_are_dropped_and_decimals_kept() -> None:
    assert tokens("1,000万元") == tokens("1000万元")
    assert tokens("增长5.5%") == ["增长", "5.5%"]
    assert tokens("1，2") == ["1", "2"]


def test_punctuation_and_emptiness_have_no_tokens() -> None:
    assert tokens("") == tokens("，。《》 \n\t！") == []


def test_an_endless_text_is_cut() -> None:
    assert len(tokens("税收" * MAX_CHARS)) <= MAX_CHARS
