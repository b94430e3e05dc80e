"""API keys and the audit log on a real database."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DatabaseError

from corpus.errors import InputError
from corpus.model import Role
from ui.accounts import Audit, Keys


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return create_engine(f"sqlite:///{tmp_path / 'accounts.db'}")


def test_a_key_opens_until_it_is_revoked(engine: Engine, tmp_path: Path) -> None:
    keys = Keys(engine)
    made, secret = keys.make(" 中小企业服务网 ", Role.VISITOR, 30)
    assert (made.label, made.rate, made.last_used) == ("中小企业服务网", 30, None)
    found = Keys(engine).find(secret)
    assert found is not None and (found.key_id, found.role) == (made.key_id, Role.VISITOR)
    assert keys.list()[0].last_used is not None
    assert secret.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for wrong in ("", secret[:-1], f"{secret}x", secret.lower(), "zx_" + "A" * 43, f"{secret}\n"):
        assert keys.find(wrong) is None
    assert not keys.revoke(made.key_id).active
    assert keys.find(secret) is None
    with pytest.raises(InputError):
        keys.revoke(99)


@pytest.mark.parametrize(("label", "rate"), [("", 60), ("x" * 81, 60), ("a\nb", 60), ("a", 0), ("a", 6001)])
def test_bad_keys_are_refused(engine: Engine, label: str, rate: int) -> None:
    with pytest.raises(InputError):
        Keys(engine).make(label, Role.STAFF, rate)


def test_the_log_is_found_by_actor_action_and_day(engine: Engine) -> None:
    now = [datetime(2026, 11, 24, 8, 0)]
    audit = Audit(engine, lambda: now[0])
    audit.write("王芳", "user.add", "李华", {"role": "official", "count": 3})
    now[0] += timedelta(days=1)
    audit.write("李华", "library.upload", "new26")
    assert [entry.subject for entry in audit.list()] == ["new26", "李华"]
    assert [entry.actor for entry in audit.list(action="user")] == ["王芳"]
    assert audit.list(action="use") == [] and audit.list(action="%") == []
    assert audit.list(actor="王芳")[0].detail == {"role": "official", "count": 3}
    assert audit.count(since=now[0]) == 1 and audit.count(until=now[0]) == 1
    assert audit.actors() == ["李华", "王芳"]
    assert len(audit.list(limit=1, offset=1)) == 1


def test_nothing_can_be_changed_or_taken_out(engine: Engine) -> None:
    audit = Audit(engine)
    audit.write("王芳", "user.add", "李华")
    for change in ("DELETE FROM account_audit", "UPDATE account_audit SET actor = 'x'"):
        with pytest.raises(DatabaseError, match="append only"), engine.begin() as connection:
            connection.execute(text(change))
    assert Audit(engine).count() == 1


def test_secrets_are_not_written(engine: Engine) -> None:
    audit = Audit(engine)
    for name in ("password", "new_password", "secret", "contact", "question"):
        with pytest.raises(ValueError, match="not to be kept"):
            audit.write("王芳", "user.add", "李华", {name: "x"})
    with pytest.raises(ValueError, match="not an action"):
        audit.write("王芳", "did something", "李华")
