"""Questions of firms through the whole graph, over the measures of the samples."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from agent.assistant import Assistant
from agent.eligibility.matches import asks_which
from index import Library

SAMPLES = Path(__file__).parents[3] / "corpus" / "samples" / "files"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[Assistant]:
    home = tmp_path_factory.mktemp("measures") / "home"
    home.mkdir()
    (home / "models").symlink_to(models_dir, target_is_directory=True)
    with Library.open(home) as library:
        results = list(library.ingest(sorted(SAMPLES.glob("tidu-*"))))
        assert results and all(result.status == "added" for result in results)
    with Assistant(Library.open(home), today=lambda: date(2026, 11, 23)) as opened:
        yield opened


def test_each_condition_with_its_clause(assistant: Assistant) -> None:
    answer = assistant.ask("我公司2019年成立，营收3800万，研发占比2%，能申报专精特新吗")
    assert answer.status == "answered"
    assert "✔ 看来满足：上年度营业收入达到1500万元以上" in answer.answer
    assert "✘ 不满足：每年占营业收入的比重均不低于3%" in answer.answer
    assert "？还需了解：资产负债率不高于80%" in answer.answer
    assert "没有说明年份，按上年度对照" in answer.answer
    assert "第四条第（四）项" in [citation.clause for citation in answer.citations]


def test_two_firms_are_asked_about(assistant: Assistant) -> None:
    answer = assistant.ask("甲公司营收3000万，乙公司营收8000万，能申报小巨人吗")
    assert answer.status == "clarify" and not answer.citations


def test_a_unit_left_out_is_asked_for(assistant: Assistant) -> None:
    answer = assistant.ask("我公司营收3000，能申报专精特新吗")
    assert answer.status == "clarify"
    assert "没有单位" in answer.answer


def test_a_year_that_is_said_is_not_asked_for(assistant: Assistant) -> None:
    answer = assistant.ask("我公司2025年营收3800万，2025年研发占比2%，能申报专精特新吗")
    assert answer.status == "answered" and "没有说明年份" not in answer.answer


def test_what_a_firm_may_apply_for(assistant: Assistant) -> None:
    answer = assistant.ask("我们公司营收3800万，研发占比6%，成立5年，能申报哪些称号？")
    assert answer.status == "answered"
    assert "专精特新中小企业：看来满足——上年度营业收入达到1500万元以上" in answer.answer
    assert "小巨人”企业：✘ 上年度营业收入达到5000万元以上" in answer.answer
    assert "划型" not in answer.answer
    assert "一定" not in answer.answer and "这不是认定结果" in answer.answer
    assert {"第四条第（二）项", "第五条第（二）项"} <= {citation.clause for citation in answer.citations}


def test_what_a_firm_of_which_nothing_is_known_may_apply_for_is_asked_back(assistant: Assistant) -> None:
    assert assistant.ask("我们企业有哪些政策可以享受？").status == "clarify"


def test_the_step_below_a_title_that_is_out_of_reach(assistant: Assistant) -> None:
    answer = assistant.ask("我们厂营收6000万，主营占比92%，资产负债率78%，成立6年，能评小巨人吗？")
    assert "✘ 不满足：资产负债率不高于75%" in answer.answer
    assert "可以先看“专精特新中小企业”" in answer.answer
    assert "第四条第（四）项" in [citation.clause for citation in answer.citations]


def test_no_step_below_is_offered_that_is_failed_too(assistant: Assistant) -> None:
    answer = assistant.ask("我们厂营收6000万，资产负债率88%，能评小巨人吗？")
    assert "✘" in answer.answer and "可以先看" not in answer.answer


@pytest.mark.parametrize(
    ("question", "open_"),
    [
        ("我们能申报哪些称号", True),
        ("有什么补贴可以拿", True),
        ("我公司够得上什么", True),
        ("我们能评小巨人吗", False),
        ("小巨人要什么材料", False),
        ("能申报小巨人需要哪些条件", False),
    ],
)
def test_questions_that_name_no_programme(question: str, open_: bool) -> None:
    assert asks_which(question) is open_


def test_facts_without_a_question_are_asked_about(assistant: Assistant) -> None:
    answer = assistant.ask("我公司营收3000")
    assert answer.status == "clarify" and "没有单位" in answer.answer and "请问想了解什么" in answer.answer
    assert assistant.ask("我公司营收3800万，研发占比6%").status == "clarify"
    assert "请问想了解什么" not in assistant.ask("我厂营收8000万，划型算小型还是中型").answer


def test_what_holds_is_quoted_where_all_times_were_searched(assistant: Assistant) -> None:
    answer = assistant.ask("小巨人有效期几年，复核怎么弄，奖多少钱？")
    assert all(citation.validity != "repealed" for citation in answer.citations)


def test_what_was_said_before_is_kept_shown_and_corrected(assistant: Assistant) -> None:
    first = "我公司2019年成立，营收3800万，研发占比6%，能申报专精特新吗"
    answer = assistant.ask(first)
    assert "营业收入（上年度） 3800万" in answer.answer and "直接告诉我就行" in answer.answer
    history = [("user", first), ("assistant", answer.answer)]
    later = assistant.ask("不是3800万，是1200万，能申报专精特新吗", history=history)
    assert "营业收入（上年度） 1200万" in later.answer and "3800万，" not in later.answer
    assert "（上年度） 6%" in later.answer  # said before, and kept
    assert "？还需了解：上年度营业收入达到1500万元以上，或者" in later.answer  # met no more; an alternative
    assert "✘ 不满足：近2年每年研发费用均不低于100万元" in later.answer  # 6 % of 1200万
