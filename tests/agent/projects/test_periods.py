"""Periods of a question, as seen on 2026-11-23."""

from __future__ import annotations

from datetime import date

import pytest

from agent.lexis import normalise
from agent.projects.periods import find
from corpus.registry_model import Scope

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "first", "last", "scope"),
    [
        ("2026年上半年", "2026-01", "2026-06", "累计"),
        ("今年1—6月", "2026-01", "2026-06", "累计"),
        ("1-9月份", "2026-01", "2026-09", "累计"),
        ("前三季度", "2026-01", "2026-09", "累计"),
        ("2025年前11个月", "2025-01", "2025-11", "累计"),
        ("2025年全年", "2025-01", "2025-12", "累计"),
        ("截至8月", "2026-08", "2026-08", "累计"),
        ("7月末", "2026-07", "2026-07", "期末"),
        ("截至9月30日", "2026-09", "2026-09", "期末"),
        ("去年底", "2025-12", "2025-12", "期末"),
        ("二季度末", "2026-06", "2026-06", "期末"),
        ("三季度", "2026-07", "2026-09", "当季"),
        ("上季度", "2026-07", "2026-09", "当季"),
        ("下半年", "2026-07", "2026-12", None),
        ("9月", "2026-09", "2026-09", None),
        ("九月份", "2026-09", "2026-09", None),
        ("十二月", "2025-12", "2025-12", None),  # the last one that has begun
        ("25年3月", "2025-03", "2025-03", None),
        ("上个月", "2026-10", "2026-10", None),
        ("本月", "2026-11", "2026-11", None),
        ("8—10月", "2026-08", "2026-10", None),
        ("2025年", "2025-01", "2025-12", None),
        ("今年以来", "2026-01", "2026-11", "累计"),
        ("今年到9月", "2026-09", "2026-09", "累计"),
    ],
)
def test_one_period(text: str, first: str, last: str, scope: Scope | None) -> None:
    found = find(normalise(f"{text}完成情况"), DAY)
    assert [(p.first, p.last, p.scope) for p in found.periods] == [(first, last, scope)]
    assert "完成情况" in found.rest


def test_a_year_named_once_holds_for_what_follows() -> None:
    found = find("2025年全年比上半年低多少", DAY)
    assert [(p.first, p.last) for p in found.periods] == [("2025-01", "2025-12"), ("2025-01", "2025-06")]
    assert [p.last for p in find("7月和8月各多少", DAY).periods] == ["2026-07", "2026-08"]


@pytest.mark.parametrize(
    ("text", "months"), [("近三个月走势", 3), ("最近几个月", 6), ("近一年", 12), ("近12个月", 12)]
)
def test_months_of_a_trend(text: str, months: int) -> None:
    found = find(text, DAY)
    assert (found.months, found.periods) == (months, ())


@pytest.mark.parametrize(
    "text", ["30个项目共投资20亿", "前3名", "1650产业链", "13月", "第3条", "到底有几个", "期末"]
)
def test_no_period(text: str) -> None:
    assert find(text, DAY).periods == ()


def test_only_this_year_is_open() -> None:
    assert find("今年", DAY).periods[0].open and find("今年以来", DAY).periods[0].open
    assert not find("2025年", DAY).periods[0].open
