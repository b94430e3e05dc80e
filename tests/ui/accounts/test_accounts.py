"""Accounts on a real database: passwords, waiting, sessions and their ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from corpus.errors import InputError
from corpus.model import Role
from ui.accounts import Accounts, AccountSettings, Session, Wait

PASSWORD = "correct horse battery staple"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 8, 0)

    def __call__(self) -> datetime:
        return self.now

    def on(self, **delta: float) -> None:
        self.now += timedelta(**delta)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return create_engine(f"sqlite:///{tmp_path / 'accounts.db'}")


@pytest.fixture
def accounts(engine: Engine, clock: Clock) -> Accounts:
    made = Accounts(engine, AccountSettings(hours=12, idle_hours=2), clock)
    made.add("王芳", Role.OFFICIAL, PASSWORD)
    return made


def signed(accounts: Accounts, name: str = "王芳", browser: str = "b") -> Session:
    session = accounts.sign_in(name, PASSWORD, browser, "10.0.0.1")
    assert isinstance(session, Session)
    return session


def test_a_session_is_that_of_its_browser(accounts: Accounts) -> None:
    session = signed(accounts)
    assert (session.role, session.name) == (Role.OFFICIAL, "王芳")
    found = accounts.session(session.key, "b")
    assert found == session
    assert accounts.session(session.key, "another") is None
    assert accounts.session("x" * 43, "b") is None


def test_neither_password_nor_key_is_in_the_database(
    accounts: Accounts, engine: Engine, tmp_path: Path
) -> None:
    session = signed(accounts)
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert PASSWORD.encode() not in stored and session.key.encode() not in stored
    with engine.connect() as connection:
        assert (
            connection.execute(text("select hash from account_users")).scalar_one().startswith("$argon2id$")
        )


def test_sessions_outlive_a_restart_and_end_in_time(accounts: Accounts, engine: Engine, clock: Clock) -> None:
    session = signed(accounts)
    again = Accounts(engine, AccountSettings(hours=12, idle_hours=2), clock)
    for _ in range(11):  # used now and then it lasts
        clock.on(hours=1)
        assert again.session(session.key, "b") is not None
    clock.on(hours=1)
    assert again.session(session.key, "b") is None  # but no longer than twelve hours
    idle = signed(again)
    clock.on(hours=2)
    assert again.session(idle.key, "b") is None


@pytest.mark.parametrize("change", ["remove", "role", "password", "inactive", "everywhere"])
def test_a_change_of_the_account_ends_its_sessions(accounts: Accounts, change: str) -> None:
    session = signed(accounts)
    if change == "remove":
        accounts.remove("王芳")
    elif change == "role":
        accounts.set_role("王芳", Role.STAFF)
    elif change == "password":
        accounts.set_password("王芳", "another long password")
    elif change == "inactive":
        accounts.set_active("王芳", False)
        assert accounts.sign_in("王芳", PASSWORD, "b", "10.0.0.9") is None
    else:
        accounts.sign_out_everywhere(session.user_id)
    assert accounts.session(session.key, "b") is None


def test_guessing_has_to_wait_longer_and_longer(accounts: Accounts, clock: Clock) -> None:
    for _ in range(5):
        assert accounts.sign_in("王芳", "wrong password", "b", "10.0.0.1") is None
    waits = []
    for _ in range(3):
        wait = accounts.sign_in("王芳", PASSWORD, "b", "10.0.0.2")  # the name waits, whatever the address
        assert isinstance(wait, Wait)
        waits.append(wait.seconds)
        clock.on(seconds=wait.seconds)
        assert accounts.sign_in("王芳", "wrong password", "b", "10.0.0.2") is None
    assert waits == [30, 60, 120]
    clock.on(hours=1)
    signed(accounts)


def test_one_address_cannot_try_all_names(accounts: Accounts) -> None:
    for number in range(20):
        assert accounts.sign_in(f"nobody{number}", "wrong password", "b", "10.0.0.3") is None
    assert isinstance(accounts.sign_in("王芳", PASSWORD, "b", "10.0.0.3"), Wait)
    assert isinstance(accounts.sign_in("王芳", PASSWORD, "b", "10.0.0.4"), Session)


@pytest.mark.parametrize(
    ("name", "password", "named"),
    [("王芳", PASSWORD, "已经有了"), ("a b", PASSWORD, "a b"), ("li", "short", "10"),
     ("li", "1111111111111", "太容易猜"), ("lihua", "lihua-2026-lihua", "太容易猜"),
     ("li", "x" * 201, "200")],
)  # fmt: skip
def test_bad_names_and_passwords_are_named(accounts: Accounts, name: str, password: str, named: str) -> None:
    with pytest.raises(InputError) as caught:
        accounts.add(name, Role.STAFF, password)
    assert named in caught.value.message("zh")


def test_an_unknown_account_is_named(accounts: Accounts) -> None:
    with pytest.raises(InputError) as caught:
        accounts.remove("nobody")
    assert "nobody" in caught.value.message("zh")
