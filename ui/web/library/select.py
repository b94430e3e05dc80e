"""Which documents a reader asks for, out of those that the role may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from corpus.model import Role, Validity
from corpus.record import Record
from corpus.snapshot import Snapshot

PAGE = 30  # documents on a page
MAX_WORDS = 100  # characters


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters of the page; an empty one lets everything through. `standing`: a `Validity`'s value."""

    words: str = ""
    subject: str = ""
    level: str = ""
    region: str = ""
    year: str = ""
    standing: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A document of the list, as it stands on the day."""

    record: Record
    validity: Validity

    @property
    def day(self) -> date | None:
        return self.record.issued_on or self.record.published_on or self.record.begins_on


def seen_by(snapshot: Snapshot, role: Role, day: date) -> list[Row]:
    """All that the role may see, the newest first; what has no date stands last."""
    rows = [
        Row(record, snapshot.validity(record.doc_id, day))
        for record in snapshot.records.values()
        if record.visibility in role.visibilities
    ]
    return sorted(rows, key=lambda row: (row.day or date.min, row.record.title), reverse=True)


def chosen(rows: Iterable[Row], wanted: Wanted) -> list[Row]:
    """The rows that fit; words stand in title, number or issuer, all of them."""
    words = wanted.words[:MAX_WORDS].split()
    return [
        row
        for row in rows
        if all(word in _text(row.record) for word in words)
        and wanted.subject in ("", row.record.subject)
        and wanted.level in ("", row.record.level)
        and wanted.region in ("", row.record.region)
        and wanted.year in ("", str(row.day.year) if row.day else None)
        and wanted.standing in ("", row.validity.value)
    ]


def choices(rows: Iterable[Row]) -> dict[str, list[str]]:
    """What each filter can be set to, as the documents themselves have it."""
    found = list(rows)
    return {
        "subject": sorted({row.record.subject for row in found if row.record.subject}),
        "level": sorted({row.record.level for row in found if row.record.level}),
        "region": sorted({row.record.region for row in found if row.record.region}),
        "year": sorted({str(row.day.year) for row in found if row.day}, reverse=True),
        "standing": [one.value for one in Validity if any(row.validity is one for row in found)],
    }


def _text(record: Record) -> str:
    return f"{record.title} {record.doc_number or ''} {record.issuer or ''}"
