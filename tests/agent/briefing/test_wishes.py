"""What is asked of a briefing beside its topic: place, period, length, readers."""

from __future__ import annotations

from datetime import date

import pytest

from agent.briefing.gather import write
from agent.briefing.outline import Outline, outline_of
from agent.briefing.wishes import Audience, Length, Wishes, period_named, region_named, sized
from corpus.errors import InputError
from corpus.model import Role
from index import Library
from tests.agent.briefing.test_content import library, text_of

__all__ = ["library"]

DAY = date(2026, 7, 20)


def outline(topic: str = "工业用电情况", kind: str = "简报", **wished: object) -> Outline:
    return outline_of(topic, DAY, kind, wishes=Wishes(**wished))  # type: ignore[arg-type]


def test_place_and_period_that_are_asked_for_stand_in_the_title() -> None:
    made = outline("2026年4月南京市工业用电情况", region="苏州", period="2026年上半年")
    assert (made.region, made.subject) == ("苏州市", "工业用电")
    assert made.period is not None and (made.period.first, made.period.last) == ("2026-01", "2026-06")
    assert made.title == "关于2026年上半年苏州市工业用电情况的简报"
    assert outline("2026年4月南京市工业用电情况").title == "关于2026年4月南京市工业用电情况的简报"


@pytest.mark.parametrize(
    ("text", "region"),
    [("苏州", "苏州市"), ("昆山", "昆山市"), ("昆山市", "昆山市"), ("江苏省", None), (" ", None)],
)
def test_regions_by_their_short_names(text: str, region: str | None) -> None:
    assert region_named(text) == region


@pytest.mark.parametrize("text", ["苏洲", "杭州市", "不存在"])
def test_an_unknown_region_is_named(text: str) -> None:
    with pytest.raises(InputError) as caught:
        region_named(text)
    assert caught.value.key == "briefing.unknown_region" and text in caught.value.message("zh")


@pytest.mark.parametrize("text", ["去年夏天", "2025年和2026年", "上半年用电"])
def test_what_is_no_single_period_is_named(text: str) -> None:
    with pytest.raises(InputError) as caught:
        period_named(text, DAY)
    assert caught.value.key == "briefing.bad_period" and text in caught.value.message("zh")
    assert period_named("", DAY) is None


def test_length_cuts_or_widens_a_kind() -> None:
    standard = outline(kind="专报").sections
    short, long = (sized(standard, one) for one in (Length.SHORT, Length.LONG))
    for less, own, more in zip(short, standard, long, strict=True):
        assert less.heading == own.heading == more.heading
        assert less.limit < own.limit <= more.limit and less.tables <= 1 and less.charts <= 1
        assert more.tables >= own.tables and more.trend >= own.trend
    assert outline(kind="专报", length=Length.SHORT).sections == short


def test_a_short_one_is_shorter_in_fact(library: Library) -> None:
    def said(length: Length) -> str:
        return text_of(write(outline("首版次软件情况", "要情", length=length), library, Role.OFFICIAL))

    short, standard = said(Length.SHORT), said(Length.STANDARD)
    assert 0 < len(short) < len(standard), (short, standard)


def test_the_public_sees_nothing_internal_whoever_drafts(library: Library) -> None:
    made = write(outline("2026年3月工业用电情况"), library, Role.STAFF)
    assert "77.7" in text_of(made)
    with pytest.raises(InputError, match="没有“工业用电”2026年3月的数据"):
        write(outline("2026年3月工业用电情况", audience=Audience.PUBLIC), library, Role.STAFF)


def test_readers_and_signature_go_through_the_outline_as_yaml() -> None:
    made = outline(audience=Audience.PUBLIC, addressees=("省政府办公厅",), issuer="示例处")
    assert Outline.from_yaml(made.to_yaml()) == made
    assert (made.audience, made.addressees, made.issuer) == (Audience.PUBLIC, ("省政府办公厅",), "示例处")
