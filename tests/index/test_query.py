"""What is read from a question, in the words that owners and clerks use."""

from __future__ import annotations

from datetime import date

import pytest

from index.query import MAX_READ, QueryPlan, plan_of

TODAY = date(2026, 11, 23)


def _plan(question: str) -> QueryPlan:
    return plan_of(question, TODAY)


def _clauses(question: str) -> list[tuple[int, int | None, int | None]]:
    return [(c.article, c.paragraph, c.item) for c in _plan(question).clauses]


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("苏政办发〔2025〕27号讲了什么", "苏政办发〔2025〕27号"),
        ("苏政办发[2025]27号", "苏政办发[2025]27号"),
        ("蘇政辦發（２０２５）２７號", "苏政办发(2025)27号"),
        ("苏政办发2025年27号", "苏政办发2025年27号"),
        ("财政部 税务总局公告2023年第7号还有效吗", "财政部税务总局公告2023年第7号"),
        ("国务院令第722号第三条", "国务院令第722号"),
        ("国务院令第七百二十二号", "国务院令第七百二十二号"),
    ],
)
def test_a_document_number_is_read_in_every_spelling(question: str, number: str) -> None:
    assert _plan(question).said("number") == (number,)


@pytest.mark.parametrize(
    ("question", "serials"),
    [
        ("63号文和2号文哪个管用", ("63", "2")),
        ("那个114号公告", ("114",)),
        ("1号楼怎么走", ()),
        ("9月5号截止吗", ()),
        ("7月1号文件到期吗", ()),
    ],
)
def test_a_serial_number_alone_is_read_where_it_is_one_of_a_document(
    question: str, serials: tuple[str, ...]
) -> None:
    assert _plan(question).said("serial") == serials


@pytest.mark.parametrize(
    ("question", "titles"),
    [
        ("《公司法》怎么规定出资期限", ("公司法",)),
        ("《关于印发〈梯度培育办法〉的通知》", ("关于印发〈梯度培育办法〉的通知",)),
        ("《专利法》和《商标法》有什么不同", ("专利法", "商标法")),
        ("没有书名号", ()),
    ],
)
def test_titles_in_book_marks_are_read(question: str, titles: tuple[str, ...]) -> None:
    assert _plan(question).said("title") == titles


def test_a_plain_name_is_read_up_to_its_end() -> None:
    assert _plan("违反产品质量法怎么罚").said("name") == ("违反产品质量法",)
    assert _plan("中小企业划型标准规定第4条").said("name")[-1] == "中小企业划型标准规定"


@pytest.mark.parametrize(
    ("question", "clauses"),
    [
        ("第二十三条", [(23, None, None)]),
        ("第23条", [(23, None, None)]),
        ("第２３条说什么", [(23, None, None)]),
        ("第 23 條", [(23, None, None)]),
        ("公司法第四十七条第一款", [(47, 1, None)]),
        ("公司法第47条1款", [(47, 1, None)]),
        ("第八条第二款第（三）项", [(8, 2, 3)]),
        ("第八条第（三）项", [(8, None, 3)]),
        ("招标投标法51条罚什么", [(51, None, None)]),
        ("《公司法》47条", [(47, None, None)]),
        ("政府采购法四十九条", [(49, None, None)]),
        ("工信部企业〔2026〕2号5条", [(5, None, None)]),
        ("第三条和第五条", [(3, None, None), (5, None, None)]),
        ("省里出了14条措施", []),
        ("专精特新14条", []),
        ("两条生产线", []),
        ("第三条路", []),
        ("第二条件是什么", []),
    ],
)
def test_clauses_are_read_in_chinese_and_arabic(
    question: str, clauses: list[tuple[int, int | None, int | None]]
) -> None:
    assert _clauses(question) == clauses


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("2024年6月时的贴息标准", date(2024, 6, 30)),
        ("截至2025年6月30日有效的文件", date(2025, 6, 30)),
        ("按2023年的口径怎么算", date(2023, 12, 31)),
        ("去年的政策怎么规定的", date(2025, 12, 31)),
        ("2025年规上工业增加值增速多少", None),
        ("2023年成立的企业能报吗", None),
        ("《2025年稳外资措施》", None),
    ],
)
def test_a_day_is_read_where_the_question_asks_what_held_then(question: str, day: date | None) -> None:
    assert _plan(question).day == day


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("2025年增速", (2025,)),
        ("2025—2027年的计划和2022年比", (2025, 2027, 2022)),
        ("苏政发〔2023〕104号", ()),
        ("《2025年稳外资措施》里", ()),
        ("营收2023万元", ()),
    ],
)
def test_years_of_names_and_amounts_are_no_years(question: str, years: tuple[int, ...]) -> None:
    assert _plan(question).years == years


@pytest.mark.parametrize(
    ("question", "regions"),
    [
        ("苏州有什么补贴", ("苏州市",)),
        ("南京市的奖励", ("南京市",)),
        ("南京和无锡哪个多", ("南京市", "无锡市")),
        ("昆山的技改补助", ("昆山市",)),
        ("苏州昆山的技改补助", ("昆山市",)),
        ("江苏省苏州市", ("苏州市",)),
        ("苏州工业园区的企业", ("苏州工业园区",)),
        ("徐州市鼓楼区", ("徐州市鼓楼区",)),
        ("鼓楼区的政策", ()),
        ("广东2万家的目标适用江苏吗", ("广东省", "江苏省")),
        ("上海的做法", ("上海市",)),
        ("苏州银行的贷款利率", ()),
        ("南京大学的项目", ()),
        ("南京路的商铺", ()),
        ("全国的情况", ()),
        ("《南京市支持增资扩产的若干措施》", ()),
    ],
)
def test_places_are_read_by_the_names_that_people_use(question: str, regions: tuple[str, ...]) -> None:
    assert _plan(question).regions == regions


@pytest.mark.parametrize(
    ("question", "level"),
    [
        ("省里的政策有哪些", "省"),
        ("省级文件怎么说", "省"),
        ("国家层面有什么规定", "国家"),
        ("中央财政给不给钱", None),
        ("市级补贴能不能叠加", "市"),
        ("区级奖励", "县"),
        ("省级专精特新怎么报", None),
        ("国家级绿色工厂名单", None),
    ],
)
def test_the_level_is_that_of_the_documents_not_of_a_title(question: str, level: str | None) -> None:
    assert _plan(question).level == level


def test_an_empty_or_endless_question_is_read_all_the_same() -> None:
    assert _plan("") == QueryPlan("")
    assert len(_plan("第三条" * 10_000).text) <= MAX_READ
