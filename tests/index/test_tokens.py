import random

import pytest

from index.tokens import MAX_CHARS, _converter, simplified, tokens


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


@pytest.mark.parametrize(
    "spellings",
    [
        ("第二十三条", "第23条", "第 23 条", "第２３条"),
        ("第二款", "第2款"),
        ("第（三）项", "第三项", "第(3)项"),
        ("第一百零三条", "第103条"),
        ("第八批", "第8批"),
        ("国务院令第七百二十二号", "国务院令第722号"),
        ("2000万元", "2,000万元", "2,000 万元", "２０００万元", "二千万元", "两千万元"),
        ("一亿二千万元", "12000万元", "1亿2000万元"),
        ("五百元", "500元", "５００元"),
        ("5%", "5％", "百分之五", "百分之5", "5.0%"),
        ("百分之五点五", "5.5%"),
        ("千分之五", "0.5%", "5‰"),
        ("三十日内", "30日内"),
        ("十个工作日", "10个工作日"),
        ("二〇二五年", "2025年"),
    ],
)
def test_numbers_are_one_token_however_they_are_written(spellings: tuple[str, ...]) -> None:
    assert len({tuple(tokens(spelling)) for spelling in spellings}) == 1


@pytest.mark.parametrize("text", ["2000万元", "二千万元", "0.2亿元", "20,000,000元", "2千万元"])
def test_an_amount_has_its_value_in_full_in_every_unit(text: str) -> None:
    assert "20000000" in tokens(text)


def test_an_amount_keeps_its_figure_as_written_for_tables_that_state_the_unit_in_their_head() -> None:
    assert {"2000", "万元"} <= set(tokens("二千万元"))


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("八个一", "八个"),
        ("三首产品", "三首"),
        ("千万不要", "千万"),
        ("第三方报告", "第三"),
        ("万一延误", "万一"),
        ("十四五规划", "十四"),
    ],
)
def test_names_with_numerals_in_them_stay_words(text: str, token: str) -> None:
    assert token in tokens(text)


def test_one_article_is_not_found_by_another_s_number() -> None:
    assert tokens("第二十三条") == ["第23条"]
    assert not set(tokens("第二十三条")) & set(tokens("第二十条、第三条、第十三条"))


def test_texts_left_as_they_are_hold_nothing_to_convert() -> None:
    """The quick way out gives what the converter gives: on every entry alone, and on mixes of them."""
    converter = _converter()
    words = [said for _, _, entries in converter.dict_cache.values() for said in entries]
    random.Random(7).shuffle(words)
    mixes = ["企业".join(words[at : at + 3]) for at in range(0, 3000, 3)]
    plain = ["中小企业", "乾坤", "著作权", "藉口", "皇后", "里程", "发展和改革", "于是", "了解", "面积"]
    for text in [*words, *mixes, *plain]:
        assert simplified(text) == converter.convert(text)
