"""Several questions in one message: each answered, none quoted twice, what is not held said."""

from __future__ import annotations

import pytest

from agent.assistant import Assistant
from agent.steps.several import parts_of, then_and_now
from corpus.model import Validity


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "示范企业称号有效期多久？设备贷款贴息单个项目最多多少？",
            ["示范企业称号有效期多久", "设备贷款贴息单个项目最多多少"],
        ),
        ("示范企业要求哪些条件，另外贴息资金怎么拨付", ["示范企业要求哪些条件", "贴息资金怎么拨付"]),
        (
            "我厂营收3000万。示范企业条件是什么？贴息资金多久拨付？",
            ["我厂营收3000万，示范企业条件是什么", "贴息资金多久拨付"],
        ),
        ("行政许可多少天内给结果？能延期吗？", []),  # the second leans on the first
        ("贴息怎么算，谁来拨付", []),  # one matter
        ("示范企业有效期多久？", []),
    ],
)
def test_questions_of_a_message(question: str, parts: list[str]) -> None:
    assert parts_of(question) == parts


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "主营占比要求，2023年刚出台时是多少，现在又是多少？",
            ["主营占比要求，2023年刚出台时是多少", "主营占比要求，现在又是多少"],
        ),
        ("我厂的情况，2023年营收3000万元，现在能报吗", []),
        ("主营占比要求，现在是多少？", []),
    ],
)
def test_one_matter_at_two_times(question: str, parts: list[str]) -> None:
    assert then_and_now(question) == parts


def test_what_held_then_and_what_holds_now_stand_side_by_side(assistant: Assistant) -> None:
    answer = assistant.ask("示范企业的主营业务收入占比，2023年刚出台时是多少，现在又是多少？")
    then, _, now = answer.answer.partition("现行的规定：")
    assert "2023年时的规定：" in then and "百分之七十以上" in then and "百分之九十以上" in now
    assert {c.title: c.validity for c in answer.citations} == {
        "示范企业培育暂行办法": Validity.REPEALED,
        "示范企业培育办法": Validity.IN_FORCE,
    }


def test_each_question_is_answered_with_its_own_clause(assistant: Assistant) -> None:
    answer = assistant.ask("示范企业称号有效期是多少年？另外设备贷款贴息单个项目最多多少钱？")
    assert answer.status == "answered"
    assert "有效期为三年" in answer.answer and "单个项目贴息不超过600万元" in answer.answer
    assert {"示范企业培育办法", "关于做好设备贷款贴息工作的通知"} <= {c.title for c in answer.citations}


def test_a_question_that_the_library_cannot_answer_is_named(assistant: Assistant) -> None:
    answer = assistant.ask("示范企业称号有效期是多少年？另外浮空风电制氢浮标怎么选址？")
    assert answer.status == "partial"
    assert "有效期为三年" in answer.answer
    assert "关于“浮空风电制氢浮标怎么选址”：文库里没有找到" in answer.answer


def test_what_is_told_of_a_firm_is_not_repeated_as_a_figure(assistant: Assistant) -> None:
    answer = assistant.ask("贴息资金多久拨付？另外我厂投资3456万元的浮空风电制氢浮标项目选址怎么定？")
    assert "3456" not in answer.answer


def test_nothing_is_quoted_twice(assistant: Assistant) -> None:
    answer = assistant.ask("单个项目贴息最多多少钱？设备贷款贴息单个项目的上限是多少？")
    assert answer.answer.count("单个项目贴息不超过600万元") == 1
