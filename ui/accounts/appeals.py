"""Appeals (问题诉求): a question that needs a person, from its number to the answer.

Whoever filed it finds it again with number and contact; the number alone, which can be counted up, tells
nothing. What people tell of themselves is shown to staff only, and erased in time.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Engine,
    Integer,
    String,
    Table,
    Text,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from corpus.catalog_tables import metadata
from corpus.errors import InputError
from ui.accounts.appeal_owners import appeal_owners, link, numbers_of
from ui.accounts.model import Wait
from ui.accounts.retention import KeepSettings

AppealStatus = Literal["received", "in_work", "answered", "closed"]
STATUSES: tuple[AppealStatus, ...] = get_args(AppealStatus)
LONGEST = {"question": 2000, "text": 2000, "region": 60, "name": 60, "reply": 5000}
NUMBER = re.compile(r"SQ\d{8}-\d{4,6}")
_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
_TELEPHONE = re.compile(r"0\d{9,11}")
_MAIL = re.compile(r"[a-z0-9._%+-]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}")
_WRONG = 10  # contacts that do not fit before a number is shut for an hour
_SHUT = timedelta(hours=1)
_PURGE_EVERY = timedelta(hours=6)

appeals = Table(
    "account_appeals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", String(20), nullable=False, unique=True),
    Column("day", String(8), nullable=False, index=True),
    Column("status", String(12), nullable=False, index=True),
    Column("filed_at", DateTime, nullable=False),
    Column("question", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("contact", Text, nullable=False),  # normalised
    Column("answer_id", String(64)),
    Column("answer", Text),  # what the service said
    Column("citations", JSON, nullable=False),
    Column("reply", Text),
    Column("handled_by", String(64)),
    Column("handled_at", DateTime),
    Column("erased", Integer, nullable=False),
    Column("wrong", Integer, nullable=False),  # contacts that did not fit
    Column("wrong_at", DateTime),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal as staff see it; `public()` is what its author is shown.

    Attributes:
        text: what the author added to the question.
        answer: what the service had said, if the appeal is about an answer.
        citations: what that rested on: {"doc_id", "title", "clause"}.
        reply: the answer of the staff.
        erased: its content was taken out; number, days and status stay.
    """

    number: str
    status: AppealStatus
    filed_at: datetime
    question: str
    text: str
    region: str
    name: str
    contact: str
    answer_id: str | None
    answer: str | None
    citations: list[dict[str, str]]
    reply: str | None
    handled_by: str | None
    handled_at: datetime | None
    erased: bool

    def public(self) -> Appeal:
        """Without name, contact and the person who handles it."""
        return replace(self, name="", contact="", handled_by=None)


class Appeals:
    """The appeals of an installation, in the catalog's database."""

    def __init__(
        self,
        engine: Engine,
        settings: KeepSettings | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC).replace(tzinfo=None),
    ) -> None:
        self._engine = engine
        self._settings = settings or KeepSettings()
        self._clock = clock
        self._purged = datetime.min
        for table in (appeals, appeal_owners):
            table.create(engine, checkfirst=True)

    def file(
        self,
        question: str,
        contact: str,
        text: str = "",
        *,
        region: str = "",
        name: str = "",
        owner: str | None = None,
        answer_id: str | None = None,
        answer: str | None = None,
        citations: Sequence[Mapping[str, str]] = (),
    ) -> Appeal:
        """Keeps an appeal and gives it the next number of the day, such as SQ20261124-0007.

        Args:
            owner: who sees it again without its contact: an account or a browser's session.

        Raises:
            InputError: no question, no contact that can be reached, or a field that is too long.
        """
        given = {"question": question, "text": text, "region": region, "name": name}
        fields = {field: _checked(field, value) for field, value in given.items()}
        if not fields["question"]:
            raise InputError("appeals.no_question")
        now = self._clock()
        day = now.replace(tzinfo=UTC).astimezone().strftime("%Y%m%d")
        row = {
            **fields,
            "contact": normal_contact(contact),
            "day": day,
            "status": "received",
            "filed_at": now,
            "answer_id": answer_id,
            "answer": answer,
            "citations": [dict(one) for one in citations],
            "erased": 0,
            "wrong": 0,
        }
        for _ in range(50):  # two at once take the same number; one of them takes the next
            with self._engine.connect() as connection:
                last = connection.execute(
                    select(appeals.c.number)
                    .where(appeals.c.day == day)
                    .order_by(appeals.c.id.desc())
                    .limit(1)
                ).scalar()
            number = f"SQ{day}-{int(last.split('-')[1]) + 1 if last else 1:04d}"
            try:
                with self._engine.begin() as connection:
                    connection.execute(insert(appeals).values(number=number, **row))
                    if owner is not None:
                        link(connection, number, owner)
            except IntegrityError:
                continue
            self.purge()
            return self.get(number)
        raise RuntimeError("no number for an appeal: fifty tries were taken by others")

    def get(self, number: str) -> Appeal:
        """For staff.

        Raises:
            InputError: there is no such appeal.
        """
        with self._engine.connect() as connection:
            row = connection.execute(select(appeals).where(appeals.c.number == number)).first()
        if row is None:
            raise InputError("appeals.unknown", number=number[:30])
        return _appeal(row)

    def look_up(self, number: str, contact: str) -> Appeal | Wait | None:
        """For its author: the appeal without what only staff see; None where number and contact do not
        belong together, whether the number exists or not; `Wait` after too many contacts that did not fit.
        """
        number = unicodedata.normalize("NFKC", number).strip().upper()
        try:
            given = normal_contact(contact)
        except InputError:
            given = ""
        with self._engine.connect() as connection:
            row = connection.execute(select(appeals).where(appeals.c.number == number)).first()
        if row is None or row.erased:
            return None
        now = self._clock()
        shut = row.wrong_at is not None and row.wrong_at + _SHUT > now
        if shut and row.wrong >= _WRONG:
            return Wait((row.wrong_at + _SHUT - now).total_seconds())
        if given and hmac.compare_digest(given.encode(), row.contact.encode()):
            return _appeal(row).public()
        values = {"wrong": row.wrong + 1 if shut else 1, "wrong_at": now}
        with self._engine.begin() as connection:
            connection.execute(update(appeals).where(appeals.c.id == row.id).values(**values))
        return None

    def of(self, owner: str) -> list[Appeal]:
        """For its author: what was filed from this account or browser and is not erased, newest first."""
        with self._engine.connect() as connection:
            mine = appeals.c.number.in_(numbers_of(connection, owner))
            wanted = select(appeals).where(mine, appeals.c.erased == 0).order_by(appeals.c.id.desc())
            return [_appeal(row).public() for row in connection.execute(wanted)]

    def list(self, status: AppealStatus | None = None, limit: int = 50, offset: int = 0) -> list[Appeal]:
        """For staff: newest first."""
        wanted = select(appeals).order_by(appeals.c.id.desc()).limit(limit).offset(offset)
        if status is not None:
            wanted = wanted.where(appeals.c.status == status)
        with self._engine.connect() as connection:
            return [_appeal(row) for row in connection.execute(wanted)]

    def counts(self) -> dict[AppealStatus, int]:
        """How many there are in each status."""
        wanted = select(appeals.c.status, func.count()).group_by(appeals.c.status)
        with self._engine.connect() as connection:
            found = {row[0]: row[1] for row in connection.execute(wanted)}
        return {status: found.get(status, 0) for status in STATUSES}

    def take(self, number: str, by: str) -> Appeal:
        """Says that somebody works on it.

        Raises:
            InputError: there is no such appeal, or it is answered or closed.
        """
        self._in(number, "received", "in_work")
        return self._set(number, by, status="in_work")

    def reply(self, number: str, text: str, by: str) -> Appeal:
        """Answers it; an answer that was given before is replaced.

        Raises:
            InputError: there is no such appeal, it is closed, or the answer is empty or too long.
        """
        text = _checked("reply", text)
        if not text:
            raise InputError("appeals.no_reply")
        self._in(number, "received", "in_work", "answered")
        return self._set(number, by, status="answered", reply=text)

    def close(self, number: str, by: str) -> Appeal:
        """
        Raises:
            InputError: there is no such appeal, or it is closed already.
        """
        self._in(number, "received", "in_work", "answered")
        return self._set(number, by, status="closed")

    def erase(self, number: str, by: str) -> Appeal:
        """Takes out all that it says, for good; number, days and status stay, and it is closed.

        Raises:
            InputError: there is no such appeal.
        """
        self.get(number)
        return self._set(number, by, status="closed", **_ERASED)

    def purge(self) -> None:
        """Erases what was closed long enough ago; does nothing when it did so a short while ago."""
        now = self._clock()
        if now - self._purged < _PURGE_EVERY:
            return
        self._purged = now
        before = now - timedelta(days=self._settings.appeal_days)
        old = (appeals.c.status == "closed") & (appeals.c.handled_at < before) & (appeals.c.erased == 0)
        with self._engine.begin() as connection:
            connection.execute(update(appeals).where(old).values(**_ERASED))

    def _in(self, number: str, *statuses: AppealStatus) -> None:
        if self.get(number).status not in statuses:
            raise InputError("appeals.not_now", number=number)

    def _set(self, number: str, by: str, **values: Any) -> Appeal:
        with self._engine.begin() as connection:
            connection.execute(
                update(appeals)
                .where(appeals.c.number == number)
                .values(handled_by=by, handled_at=self._clock(), **values)
            )
        return self.get(number)


_ERASED: dict[str, Any] = {
    **dict.fromkeys(("question", "text", "region", "name", "contact"), ""),
    "answer": None,
    "answer_id": None,
    "citations": [],
    "reply": None,
    "erased": 1,
}


def normal_contact(contact: str) -> str:
    """A telephone number as its digits, a mail address in lower case.

    Raises:
        InputError: neither of the two.
    """
    text = unicodedata.normalize("NFKC", contact).strip().lower()
    if len(text) <= 120:
        digits = re.sub(r"[\s()-]", "", text)
        if found := _MOBILE.fullmatch(digits):
            return found.group(1)
        if _TELEPHONE.fullmatch(digits) or _MAIL.fullmatch(text):
            return digits if _TELEPHONE.fullmatch(digits) else text
    raise InputError("appeals.bad_contact")


def _checked(field: str, value: str) -> str:
    """Text without control characters and within bounds."""
    value = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", value.replace("\r\n", "\n")).strip()
    if len(value) > LONGEST[field]:
        raise InputError(f"appeals.long_{field}", length=len(value), limit=LONGEST[field])
    return value


def _appeal(row: Any) -> Appeal:
    return Appeal(
        row.number,
        row.status,
        row.filed_at,
        row.question,
        row.text,
        row.region,
        row.name,
        row.contact,
        row.answer_id,
        row.answer,
        list(row.citations),
        row.reply,
        row.handled_by,
        row.handled_at,
        bool(row.erased),
    )
