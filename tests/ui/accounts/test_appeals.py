"""Appeals: from filing to the answer, and who sees what."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, select

from corpus.errors import InputError
from corpus.model import Role
from ui.accounts import Accounts, Appeal, Appeals, KeepSettings, Wait
from ui.accounts.appeal_owners import appeal_owners
from ui.accounts.appeals import NUMBER, normal_contact


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 4, 0)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return create_engine(f"sqlite:///{tmp_path / 'accounts.db'}", connect_args={"timeout": 20})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def appeals(engine: Engine, clock: Clock) -> Appeals:
    return Appeals(engine, KeepSettings(appeal_days=365), clock)


def filed(appeals: Appeals, **more: str) -> Appeal:
    cited = [{"doc_id": "new26", "title": "办法", "clause": "第八条"}]
    return appeals.file("能报小巨人吗？", "138 1234 5678", "成立两年", citations=cited, region="南京", **more)


def test_from_filing_to_the_answer(appeals: Appeals) -> None:
    made = filed(appeals, name="李华")
    assert made.number == "SQ20261124-0001" and made.status == "received" and made.contact == "13812345678"
    assert appeals.take(made.number, "王芳").status == "in_work"
    assert appeals.reply(made.number, " 可以。\r\n见第八条。 ", "王芳").reply == "可以。\n见第八条。"
    seen = appeals.look_up(f" {made.number.lower()} ", "+86 138-1234-5678")
    assert isinstance(seen, Appeal) and (seen.reply, seen.status) == ("可以。\n见第八条。", "answered")
    assert (seen.name, seen.contact, seen.handled_by) == ("", "", None)
    assert appeals.close(made.number, "王芳").handled_by == "王芳"
    for change in (
        lambda: appeals.take(made.number, "x"),
        lambda: appeals.reply(made.number, "再答", "x"),
        lambda: appeals.close(made.number, "x"),
    ):
        with pytest.raises(InputError, match=made.number):
            change()
    assert appeals.counts() == {"received": 0, "in_work": 0, "answered": 0, "closed": 1}


def test_the_number_alone_tells_nothing(appeals: Appeals, clock: Clock) -> None:
    made = filed(appeals)
    for contact in ("", "13812345679", "x", "1381234567", "li@example.com"):
        assert appeals.look_up(made.number, contact) is None
    assert appeals.look_up("SQ20261124-0002", "13812345678") is None
    for _ in range(5):
        appeals.look_up(made.number, "13900000000")
    assert isinstance(appeals.look_up(made.number, "13812345678"), Wait)  # the right one waits too
    clock.now += timedelta(hours=1)
    assert isinstance(appeals.look_up(made.number, "13812345678"), Appeal)


def test_numbers_count_up_within_a_day_and_never_come_twice(appeals: Appeals, clock: Clock) -> None:
    first, second = filed(appeals), filed(appeals)
    appeals.erase(second.number, "王芳")
    assert filed(appeals).number == "SQ20261124-0003"
    clock.now += timedelta(days=1)
    assert filed(appeals).number == "SQ20261125-0001"
    assert [one.number for one in appeals.list()][-1] == first.number
    assert [one.number for one in appeals.list("closed")] == [second.number]


def test_many_at_once_get_numbers_of_their_own(appeals: Appeals) -> None:
    numbers: list[str] = []
    threads = [threading.Thread(target=lambda: numbers.append(filed(appeals).number)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(numbers)) == 8 and all(NUMBER.fullmatch(number) for number in numbers)


def test_what_people_told_is_erased_on_request_and_in_time(
    appeals: Appeals, engine: Engine, clock: Clock
) -> None:
    made, old = filed(appeals, name="李华"), filed(appeals, name="李华")
    appeals.reply(made.number, "可以", "王芳")
    gone = appeals.erase(made.number, "王芳")
    assert gone.erased and (gone.question, gone.contact, gone.reply, gone.citations) == ("", "", None, [])
    assert appeals.look_up(made.number, "13812345678") is None and appeals.look_up(made.number, "") is None
    appeals.close(old.number, "王芳")
    clock.now += timedelta(days=366)
    filed(Appeals(engine, KeepSettings(appeal_days=365), clock))
    assert appeals.get(old.number).erased and not appeals.list("received")[0].erased


@pytest.mark.parametrize(
    ("contact", "kept"),
    [
        ("１３８１２３４５６７８", "13812345678"),
        ("025-83212345", "02583212345"),
        ("Li.Hua@Example.CN", "li.hua@example.cn"),
        ("(0512) 6821 2345", "051268212345"),
    ],
)
def test_contacts_are_kept_in_one_form(contact: str, kept: str) -> None:
    assert normal_contact(contact) == kept


@pytest.mark.parametrize(
    ("question", "contact", "text", "named"),
    [
        (" ", "13812345678", "", "问题"),
        ("问", "", "", "联系方式"),
        ("问", "一二三", "", "联系方式"),
        ("问", "a@b", "", "联系方式"),
        ("问", "x" * 9999, "", "联系方式"),
        ("问" * 2001, "13812345678", "", "2001"),
        ("问", "13812345678", "说" * 2001, "2001"),
    ],
)
def test_what_is_wrong_is_named(appeals: Appeals, question: str, contact: str, text: str, named: str) -> None:
    with pytest.raises(InputError) as caught:
        appeals.file(question, contact, text)
    assert named in caught.value.message("zh") and appeals.list() == []


def test_its_owner_sees_it_without_the_contact(appeals: Appeals, engine: Engine) -> None:
    accounts = Accounts(engine)
    user = accounts.add("lihua", Role.OFFICIAL, "correct horse battery")
    owner = f"user:{user.user_id}"
    first, second = filed(appeals, owner=owner), filed(appeals, owner=owner, name="李华")
    filed(appeals, owner="b" * 43)
    assert [one.number for one in appeals.of(owner)] == [second.number, first.number]
    assert {(one.name, one.contact) for one in appeals.of(owner)} == {("", "")}
    assert len(appeals.of("b" * 43)) == 1 and appeals.of("c" * 43) == []
    with engine.connect() as connection:  # of a browser's session only the hash is kept
        assert "b" * 43 not in str(connection.execute(select(appeal_owners)).all())
    appeals.erase(first.number, "王芳")
    assert [one.number for one in appeals.of(owner)] == [second.number]
    accounts.remove("lihua")
    assert appeals.of(owner) == [] and appeals.get(second.number).name == "李华"
