"""What is read from a firm's words, and what is not used."""

from __future__ import annotations

from datetime import date

import pytest

from agent.eligibility import match_programs, merged, profile_from, profile_of, summary
from agent.eligibility.derive import known, point
from agent.programs import load_programs

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("said", "yuan"),
    [("营收3800万", 38_000_000), ("营收3800万元", 38_000_000), ("营业收入0.38亿", 38_000_000)],
)
def test_one_amount_in_three_units(said: str, yuan: int) -> None:
    assert point(known(profile_from([said], DAY), "revenue", DAY)) == yuan


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("营收3000", "no_unit"),
        ("负债率600%", "impossible"),
        ("研发占比130%", "impossible"),
        ("营收3000万，营收4000万", "contradiction"),
        ("甲公司营收3000万，乙公司营收4000万", "two_firms"),
    ],
)
def test_what_is_not_used_is_named(said: str, kind: str) -> None:
    profile = profile_from([said], DAY)
    assert [issue.kind for issue in profile.issues] == [kind]
    assert known(profile, "revenue", DAY) is None


def test_a_later_message_corrects_and_clears_the_issue() -> None:
    profile = profile_from(["营收3000", "营收3000万"], DAY)
    assert not profile.issues
    assert point(known(profile, "revenue", DAY)) == 30_000_000


def test_derived_values_show_their_formula() -> None:
    value = known(profile_from(["研发费用260万元，营收5200万元"], DAY), "rd_share", DAY)
    assert value is not None and value.formula == "260万元÷5200万元=5%"


def test_years_since_founding_when_only_the_year_is_known() -> None:
    value = known(profile_from(["2019年成立"], DAY), "firm_years", DAY)
    assert value is not None
    assert (value.value.low, value.value.high) == (6, 7)  # type: ignore[union-attr]


def test_a_wish_is_no_title() -> None:
    profile = profile_from(["我们想申报专精特新"], DAY)
    assert not profile.titles and not profile.without


def test_matching_leaves_out_what_fails() -> None:
    cards = list(load_programs().programmes.values())
    found = match_programs(cards, profile_from(["员工501人，营收3000万元"], DAY), DAY)
    ids = [item.programme.id for item in found]
    assert "zjtx-2026" in ids
    assert "tech-sme" not in ids and "little-giant-2026" not in ids


def test_a_correction_in_the_next_turn_replaces_the_fact() -> None:
    old = profile_of("我公司营收3800万，负债率60%，已是专精特新", DAY)
    new, replaced = merged(old, profile_of("不对，营收是 5800 万", DAY))
    assert point(known(new, "revenue", DAY)) == 58_000_000
    assert point(known(new, "debt_ratio", DAY)) == 60
    assert [(item.fact, item.year, item.old, item.new) for item in replaced] == [
        ("revenue", 2025, "3800万", "5800 万")
    ]
    assert point(known(old, "revenue", DAY)) == 38_000_000  # the old one is left as it was


def test_a_correction_without_the_name_of_the_fact_means_the_last_one() -> None:
    old = profile_of("负债率60%，营收3800万", DAY)
    new, replaced = merged(old, profile_of("不对，是5800万", DAY, old.last))
    assert point(known(new, "revenue", DAY)) == 58_000_000 and len(replaced) == 1


def test_what_is_missing_in_the_new_message_stays_and_the_same_again_replaces_nothing() -> None:
    old = profile_of("营收3800万，没有单项冠军称号", DAY)
    new, replaced = merged(old, profile_of("营收0.38亿元，已获得单项冠军称号", DAY))
    assert [item.fact for item in replaced] == ["single_champion"]
    assert "single_champion" in new.titles and "single_champion" not in new.without


def test_a_dispute_is_settled_by_the_next_message_and_a_new_one_unsettles() -> None:
    old = profile_of("营收3000", DAY)
    new, _ = merged(old, profile_of("营收3000万元", DAY))
    assert not new.issues and point(known(new, "revenue", DAY)) == 30_000_000
    again, _ = merged(new, profile_of("营收3000万，营收4000万", DAY))
    assert known(again, "revenue", DAY) is None and again.issues[0].kind == "contradiction"


def test_the_summary_says_what_was_taken() -> None:
    told = summary(profile_of("营收3800万，负债率60%，已是专精特新，尚未上市", DAY), "zh", "", DAY)
    for part in ("营业收入（上年度） 3800万", "资产负债率 60%", "专精特新中小企业", "已上市：否"):
        assert part in told
    assert "营业收入（2025年）" in summary(profile_of("2025年营收3800万", DAY), "zh", "2025年营收3800万", DAY)
    assert summary(profile_of("你好", DAY), "zh", "你好", DAY) == ""


def test_not_this_but_that_replaces_the_figure_that_was_denied() -> None:
    first = "我公司营收3800万，研发占比6%"
    profile = profile_from([first, "不是3800万，是4200万"], date(2026, 11, 23))
    assert profile.yearly["revenue"][2025].words == "4200万"
    assert profile.yearly["rd_share"][2025].words == "6%" and not profile.issues
    profile = profile_from([first, "研发占比不是6%，是5%"], date(2026, 11, 23))
    assert profile.yearly["rd_share"][2025].words == "5%"
