"""A version as the catalog keeps it: what its text states of itself, and where each was read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from corpus.confidence import confidences
from corpus.dates import last_of_month
from corpus.model import Attached, Visibility
from corpus.numbering import doc_number_key

if TYPE_CHECKING:
    from corpus.corrections import Correction


@dataclass(frozen=True, slots=True)
class Record:
    """A version as the catalog has it; the text and the clauses are read apart."""

    doc_id: str
    state: str
    visibility: Visibility
    path: str
    sha256: str
    format: str
    title: str
    unit_count: int
    added_at: datetime
    pages: int | None = None
    doc_number: str | None = None
    issuer: str | None = None
    issued_on: date | None = None
    published_on: date | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    level: str | None = None
    region: str | None = None
    genre: str | None = None
    subject: str | None = None
    sample: str | None = None
    source: str | None = None
    basis: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    issuers: tuple[str, ...] = ()
    application_from: date | None = None
    application_to: date | None = None
    audience: tuple[str, ...] = ()
    attachments: tuple[Attached, ...] = ()
    as_read: dict[str, Any] = field(default_factory=dict)  # what the text gave for corrected fields
    corrections: tuple[Correction, ...] = ()

    @property
    def confidence(self) -> dict[str, str]:
        """高, 中 or 低 for each field, by the place where it was read."""
        return confidences(self.basis)

    @property
    def begins_on(self) -> date | None:
        """The first day in force: as stated, else the day it was published or signed."""
        return self.effective_from or self.published_on or self.issued_on

    @property
    def issued_month(self) -> date | None:
        """The first day of the month of issue, where the text states no day of it."""
        stated = self.basis.get("issued_month")
        return date.fromisoformat(f"{stated}-01") if stated and self.begins_on is None else None

    @property
    def issued_by(self) -> date | None:
        """The day of its issue, as near as its text tells."""
        return self.issued_on or self.published_on or self.begins_by

    @property
    def begins_by(self) -> date | None:
        """The day by which it is in force for certain: as `begins_on`, else the last day of the
        month (its text names no day) or of the year (in its number) in which it was issued."""
        if self.begins_on is not None:
            return self.begins_on
        if self.issued_month is not None:
            return last_of_month(self.issued_month)
        return date(self.number_year, 12, 31) if self.number_year else None

    @property
    def number_year(self) -> int | None:
        """The year in the 发文字号: the text was issued at some day of it."""
        key = doc_number_key(self.doc_number or "")
        return int(key[1]) if key and key[1] else None
