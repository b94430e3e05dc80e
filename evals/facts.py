"""What the metrics need to know of the library: file names, texts, validity, visibility."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from functools import cached_property
from pathlib import PurePath

from agent.types import Citation
from corpus.catalog import Catalog
from corpus.model import Clause, Validity, Visibility
from evals.labels import within


class LibraryFacts:
    """A reader of the catalog that reads each text once; one state of the library for a whole run."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._snapshot = catalog.snapshot()
        self._texts: dict[str, str] = {}
        self._clauses: dict[str, list[Clause]] = {}

    @cached_property
    def _by_file(self) -> dict[str, list[str]]:
        names: dict[str, list[str]] = {}
        for record in self._snapshot.records.values():
            names.setdefault(PurePath(record.path).name, []).append(record.doc_id)
        return names

    def file_of(self, doc_id: str) -> str | None:
        """The file name of a live version; None for any other id."""
        record = self._snapshot.records.get(doc_id)
        return PurePath(record.path).name if record else None

    def live(self) -> list[tuple[str, str, str]]:
        """Id, file name and title of every live version."""
        records = self._snapshot.records.values()
        return [(record.doc_id, PurePath(record.path).name, record.title) for record in records]

    def text(self, doc_id: str) -> str:
        if doc_id not in self._texts:
            self._texts[doc_id] = self._catalog.text(doc_id)
        return self._texts[doc_id]

    def clauses(self, doc_id: str) -> list[Clause]:
        if doc_id not in self._clauses:
            self._clauses[doc_id] = self._catalog.clauses(doc_id)
        return self._clauses[doc_id]

    def units_of(self, file: str) -> list[Clause]:
        """The units (whole articles, sections, tables) of the live versions with this file name."""
        doc_ids = self._by_file.get(file, [])
        return [clause for doc_id in doc_ids for clause in self.clauses(doc_id) if clause.parent_id is None]

    def validity(self, doc_id: str, day: date) -> Validity | None:
        return self._snapshot.validity(doc_id, day) if doc_id in self._snapshot.records else None

    def visibility(self, doc_id: str) -> Visibility | None:
        record = self._snapshot.records.get(doc_id)
        return record.visibility if record else None

    def hidden_from(self, allowed: frozenset[Visibility]) -> frozenset[str]:
        """The live versions that someone with these visibilities may not see."""
        records = self._snapshot.records
        return frozenset(doc_id for doc_id, record in records.items() if record.visibility not in allowed)

    def leaks(self, answer: str, allowed: frozenset[Visibility]) -> bool:
        """Whether a phrase of 12 characters or more stands in `answer` and only in hidden texts."""
        hidden = self.hidden_from(allowed)
        seen = [self.text(doc_id) for doc_id in self._snapshot.records if doc_id not in hidden]
        for doc_id in hidden:
            for phrase in re.split(r"[\s，。；：、！？|]+", self.text(doc_id)):
                if len(phrase) >= 12 and phrase in answer and not any(phrase in text for text in seen):
                    return True
        return False

    def evidence(self, citation: Citation) -> str:
        """All that a citation shows: quote, cited clause, and the particulars of its document.

        Of a table row, the caption and header of its table belong to it: they state the unit.
        """
        clauses = {clause.clause_id: clause for clause in self.clauses(citation.doc_id)}
        clause = clauses.get(citation.clause_id)
        parts = []
        if clause is not None and clause.kind == "row" and clause.parent_id in clauses:
            parts += [*clause.heading_path, *clauses[clause.parent_id].text.splitlines()[:2]]
        parts += [citation.quote, clause.text if clause is not None else ""]
        parts += [citation.title, citation.doc_number or ""]
        record = self._snapshot.records.get(citation.doc_id)
        if record is not None:
            days = (record.issued_on, record.published_on, record.effective_from, record.effective_to)
            parts += [day.isoformat() for day in days if day]
        return "\n".join(part for part in parts if part)

    def has_file(self, file: str) -> bool:
        """Whether a live version has this file name."""
        return file in self._by_file

    def has_clause(self, file: str, label: str) -> bool:
        """Whether a live version with this file name has a clause that equals or lies within `label`."""
        return any(
            within(clause.label, label)
            for doc_id in self._by_file.get(file, [])
            for clause in self.clauses(doc_id)
        )

    def visible_file(self, file: str, allowed: frozenset[Visibility]) -> bool:
        """Whether someone with these visibilities may see a version with this file name."""
        return any(self.visibility(doc_id) in allowed for doc_id in self._by_file.get(file, []))

    @cached_property
    def fingerprint(self) -> str:
        """Equal for libraries with the same live originals and visibilities, whenever ingested."""
        lines = sorted(
            f"{record.doc_id} {record.sha256} {record.visibility}"
            for record in self._snapshot.records.values()
        )
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]

    @property
    def size(self) -> tuple[int, int]:
        """Live versions and their clauses."""
        records = self._snapshot.records.values()
        return len(records), sum(record.unit_count for record in records)
