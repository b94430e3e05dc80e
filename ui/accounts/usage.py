"""What the service is used for: one line an answer, counted by day, by subject and by question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    Engine,
    Float,
    Integer,
    String,
    Table,
    Text,
    func,
    insert,
    select,
    update,
)

from corpus.catalog_tables import metadata, versions
from corpus.model import Role
from ui.accounts.personal import normalised
from ui.accounts.retention import KeepSettings

STATUSES = ("answered", "partial", "clarify", "refused", "failed", "stopped")
_LONGEST = 300  # characters of a question
_PURGE_EVERY = timedelta(hours=6)

usage_log = Table(
    "account_usage",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", DateTime, nullable=False),  # UTC
    Column("day", Date, nullable=False, index=True),  # of this machine's place
    Column("hour", Integer, nullable=False),
    Column("status", String(12), nullable=False),
    Column("role", String(12), nullable=False),
    Column("channel", String(12), nullable=False),
    Column("subject", Text),
    Column("ms", Float),
    Column("question", Text),  # masked; NULL when it is not kept, or no longer
)


@dataclass(frozen=True, slots=True)
class Used:
    """One answer. `doc_id` is the first document that it cites: its subject is the answer's.

    Attributes:
        status: one of `STATUSES`.
        channel: where it was asked: web, api, embed, mcp.
    """

    question: str
    status: str
    role: Role = Role.VISITOR
    ms: float | None = None
    doc_id: str | None = None
    channel: str = "web"


@dataclass(frozen=True, slots=True)
class Day:
    """A day's answers by status, and how long one took on average (milliseconds)."""

    day: date
    counts: Mapping[str, int]
    ms: float | None

    @property
    def total(self) -> int:
        return sum(self.counts.values())


class Usage:
    """The usage log of an installation, in the catalog's database."""

    def __init__(
        self,
        engine: Engine,
        settings: KeepSettings | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._engine = engine
        self._settings = settings or KeepSettings()
        self._clock = clock
        self._purged: datetime | None = None
        usage_log.create(engine, checkfirst=True)

    def record(self, used: Used) -> None:
        """Adds an answer. The question's wording is kept only as the settings say, and masked."""
        now = self._clock()
        here = now.astimezone()
        kept = normalised(used.question)[:_LONGEST] if self._settings.question_days else None
        with self._engine.begin() as connection:
            subject = None
            if used.doc_id is not None:
                wanted = select(versions.c.subject).where(versions.c.doc_id == used.doc_id)
                subject = connection.execute(wanted).scalar()
            connection.execute(
                insert(usage_log).values(
                    at=now.astimezone(UTC).replace(tzinfo=None),
                    day=here.date(),
                    hour=here.hour,
                    status=used.status,
                    role=used.role.value,
                    channel=used.channel,
                    subject=subject,
                    ms=used.ms,
                    question=kept,
                )
            )
        self.purge()

    def today(self) -> date:
        """The day as the log counts it."""
        return self._clock().astimezone().date()

    def by_day(self, since: date, until: date) -> list[Day]:
        """Each day from `since` to `until`, both included, those without a question too."""
        wanted = (
            select(
                usage_log.c.day,
                usage_log.c.status,
                func.count().label("n"),
                func.sum(usage_log.c.ms),
                func.count(usage_log.c.ms),
            )
            .where(usage_log.c.day.between(since, until))
            .group_by(usage_log.c.day, usage_log.c.status)
        )
        counts: dict[date, dict[str, int]] = {}
        times: dict[date, list[tuple[float, int]]] = {}
        with self._engine.connect() as connection:
            for day, status, n, ms, timed in connection.execute(wanted):
                counts.setdefault(day, {})[status] = n
                times.setdefault(day, []).append((ms or 0.0, timed))
        days = [since + timedelta(days=n) for n in range((until - since).days + 1)]
        return [Day(day, counts.get(day, {}), _mean(times.get(day, []))) for day in days]

    def by_subject(self, since: date, until: date) -> list[tuple[str | None, int]]:
        """How often each subject was asked about; None: nothing was cited."""
        return [(row[0], row[1]) for row in self._counted(usage_log.c.subject, since, until, None, 20)]

    def by_hour(self, since: date, until: date) -> list[int]:
        """How many questions in each of the 24 hours."""
        found = {row[0]: row[1] for row in self._counted(usage_log.c.hour, since, until, None, 24)}
        return [found.get(hour, 0) for hour in range(24)]

    def by_role(self, since: date, until: date) -> list[tuple[str, int]]:
        return [(row[0], row[1]) for row in self._counted(usage_log.c.role, since, until, None, 9)]

    def most_asked(self, since: date, until: date, n: int = 20) -> list[tuple[str, int]]:
        """The questions asked most often, in their normalised form."""
        rows = self._counted(usage_log.c.question, since, until, None, n + 1)
        return [(row[0], row[1]) for row in rows if row[0]][:n]

    def most_refused(self, since: date, until: date, n: int = 20) -> list[tuple[str, int]]:
        """The questions that most often found no answer in the library."""
        rows = self._counted(usage_log.c.question, since, until, "refused", n + 1)
        return [(row[0], row[1]) for row in rows if row[0]][:n]

    def purge(self) -> None:
        """Takes out the wording of old questions; does nothing when it did so a short while ago."""
        now = self._clock()
        if self._purged is not None and now - self._purged < _PURGE_EVERY:
            return
        self._purged = now
        before = now.astimezone().date() - timedelta(days=self._settings.question_days)
        old = (usage_log.c.day < before) & usage_log.c.question.is_not(None)
        with self._engine.begin() as connection:
            connection.execute(update(usage_log).where(old).values(question=None))

    def _counted(self, column: Any, since: date, until: date, status: str | None, n: int) -> list[Any]:
        wanted = select(column, func.count().label("n")).where(usage_log.c.day.between(since, until))
        if status is not None:
            wanted = wanted.where(usage_log.c.status == status)
        wanted = wanted.group_by(column).order_by(func.count().desc(), column).limit(n)
        with self._engine.connect() as connection:
            return list(connection.execute(wanted))


def _mean(times: list[tuple[float, int]]) -> float | None:
    count = sum(n for _, n in times)
    return sum(ms for ms, _ in times) / count if count else None
