"""Clause references against the catalog: the document, the clause, the words in it, and its validity."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from agent.programs.model import Programme, Source
from corpus.catalog import Catalog
from corpus.links import title_key
from corpus.model import Clause, Role, Validity
from corpus.numbering import doc_number_key
from corpus.record import Record
from corpus.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Found:
    """A clause that a reference means; `quote` is its text, verbatim."""

    record: Record
    clause: Clause
    validity: Validity

    @property
    def quote(self) -> str:
        return self.clause.text


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a programme's main text holds on a day."""

    record: Record | None  # None: the library does not hold the document
    validity: Validity = Validity.UNKNOWN
    last_day: date | None = None
    by: Record | None = None  # what has taken its place by that day


class Resolver:
    """Looks up what programmes refer to, for one role and one day; reads each document once."""

    def __init__(self, catalog: Catalog, day: date, role: Role = Role.VISITOR) -> None:
        self.day, self._catalog = day, catalog
        self._snapshot: Snapshot = catalog.snapshot()
        self._visible = [r for r in self._snapshot.records.values() if r.visibility in role.visibilities]
        self._clauses: dict[str, list[Clause]] = {}

    def document(self, source: Source) -> Record | None:
        """The document of this number, else of this title; of several texts, the one for the day."""
        found: list[Record] = []
        if source.number and (wanted := doc_number_key(source.number)):
            found = [r for r in self._visible if r.doc_number and doc_number_key(r.doc_number) == wanted]
        if not found:
            key = title_key(source.title)
            found = [record for record in self._visible if title_key(record.title) == key]
        order = [Validity.IN_FORCE, Validity.UNKNOWN, Validity.REPEALED, Validity.EXPIRED, Validity.NOT_YET]
        found.sort(key=lambda record: order.index(self._snapshot.validity(record.doc_id, self.day)))
        return found[0] if found else None

    def clause(self, programme: Programme, reference: str) -> Found | None:
        """The clause that `key#label` means; None: no such document or label in the library."""
        key, _, label = reference.partition("#")
        source = programme.documents.get(key)
        record = self.document(source) if source else None
        if record is None:
            return None
        if record.doc_id not in self._clauses:
            self._clauses[record.doc_id] = self._catalog.clauses(record.doc_id)
        wanted = bare(label)
        for clause in self._clauses[record.doc_id]:
            if clause.label and bare(clause.label) == wanted:
                return Found(record, clause, self._snapshot.validity(record.doc_id, self.day))
        return None

    def standing(self, programme: Programme) -> Standing:
        """The main text's validity on the day, and what has replaced it."""
        record = self.document(programme.documents["main"])
        if record is None:
            return Standing(None)
        replaced = self._snapshot.superseded_by(record.doc_id, self.day)
        by = next((other for other in self._visible if other.doc_id == replaced), None)
        validity = self._snapshot.validity(record.doc_id, self.day)
        return Standing(record, validity, self._snapshot.last_day(record.doc_id), by)


def bare(text: str) -> str:
    """Without white space and with ASCII brackets, so that a line break of a PDF makes no difference."""
    return re.sub(r"\s+", "", text).translate(str.maketrans("（）", "()"))


def references(programme: Programme) -> Iterator[tuple[str, str]]:
    """Each (clause, words) once."""
    yield from dict.fromkeys(programme.stated())
