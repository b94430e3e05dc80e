"""The usage log: counts, what is kept of a question, and for how long."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from corpus.catalog_tables import versions
from corpus.model import Role
from ui.accounts import KeepSettings, Usage, Used
from ui.accounts.personal import masked, normalised

DAY = date(2026, 11, 24)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    made = create_engine(f"sqlite:///{tmp_path / 'accounts.db'}")
    versions.create(made)
    return made


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def test_answers_are_counted_by_day_status_hour_and_question(engine: Engine) -> None:
    clock = Clock()
    usage = Usage(engine, clock=clock)
    for question in ("小巨人条件？", "小巨人 条件", "小巨人条件"):
        usage.record(Used(question, "answered", Role.OFFICIAL, ms=100.0, channel="api"))
    usage.record(Used("今天天气？", "refused", ms=300.0))
    clock.now += timedelta(days=1)
    usage.record(Used("今天天气", "stopped"))
    days = usage.by_day(DAY - timedelta(days=1), DAY + timedelta(days=1))
    assert [day.total for day in days] == [0, 4, 1]
    assert days[1].counts == {"answered": 3, "refused": 1} and days[1].ms == 150 and days[2].ms is None
    until = DAY + timedelta(days=1)
    assert usage.most_asked(DAY, until) == [("小巨人条件", 3), ("今天天气", 2)]
    assert usage.most_refused(DAY, until) == [("今天天气", 1)]
    assert usage.most_asked(DAY, until, 1) == [("小巨人条件", 3)]
    assert usage.by_role(DAY, until) == [("official", 3), ("visitor", 2)]
    assert sum(usage.by_hour(DAY, DAY)) == 4 and usage.by_subject(DAY, until) == [(None, 5)]


def test_the_wording_goes_in_time_and_the_count_stays(engine: Engine) -> None:
    clock = Clock()
    usage = Usage(engine, KeepSettings(question_days=180), clock)
    usage.record(Used("小巨人条件", "answered"))
    clock.now += timedelta(days=181)
    usage.record(Used("贴息多少", "answered"))
    assert usage.most_asked(DAY, usage.today()) == [("贴息多少", 1)]
    assert usage.by_day(DAY, DAY)[0].total == 1
    silent = Usage(engine, KeepSettings(question_days=0), clock)
    silent.record(Used("不要留下", "answered"))
    with engine.connect() as connection:
        kept = {row.question for row in connection.execute(text("select question from account_usage"))}
    assert "不要留下" not in kept


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("我的手机是13812345678，能报吗", "我的手机是***，能报吗"),
        ("电话138 1234 5678", "电话***"),
        ("打+86-13812345678", "打***"),
        ("身份证32010219900307123X的人", "身份证***的人"),
        ("税号91320100MA1MB3QW7X是我们", "税号***是我们"),
        ("邮箱li.hua@example.com.cn收", "邮箱***收"),
        ("座机025-83212345", "座机***"),
        ("卡号6222 0212 3456 7890 123", "卡号***"),
        ("１３８１２３４５６７８", "***"),
        ("2025年营业收入12000万元，占比3.5%", "2025年营业收入12000万元，占比3.5%"),
        ("工信部企业〔2026〕2号", "工信部企业〔2026〕2号"),
        ("20251231前投资100000000元", "20251231前投资100000000元"),
    ],
)  # fmt: skip
def test_numbers_that_name_a_person_are_not_kept(said: str, kept: str) -> None:
    import unicodedata

    assert masked(said) == unicodedata.normalize("NFKC", kept)


def test_questions_that_say_the_same_are_one() -> None:
    assert normalised(" 小巨人　条件 ？！") == normalised("小巨人条件") == "小巨人条件"
    assert normalised("What is  NEW?") == "what is new"
