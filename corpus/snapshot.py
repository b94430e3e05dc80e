"""Validity on a day: which version is in force, what replaces what.

A snapshot is the live catalog at one moment, immutable, so that a search sees one state. The
rules, each from what a text states (docs/decisions/0004):

- A version begins on its 施行日期; where it states none, on its publication or signing day, since
  a notice takes effect when it is issued. Stating no date at all, its validity is `unknown`.
- It ends on the last day that it states (有效期至…, 有效期N年), later when another text extends it.
- It is repealed (or lapses: 宣布失效) from the day on which a text that repeals or replaces it takes
  effect. Where that text states only the month of its issue (2023年8月), from the last day of the
  month; where nothing but the year of its number is known, from the last day of the year: dates are
  never made up. Two texts of one title, each with its own start, are versions of one
  document: the later replaces the earlier.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise

from corpus.dates import last_day_of_term
from corpus.links import ENDS, Names, same_issuer, title_key, title_keys
from corpus.model import Relation, Validity
from corpus.numbering import doc_number_key
from corpus.record import Record
from corpus.titles import genre_of

__all__ = ["Snapshot", "Succession", "title_key", "title_keys"]

# Reports and lists of one title follow each other without replacing each other.
_SERIES = ("报告", "月报", "季报", "年报", "简报", "公报", "名单", "公示", "纪要", "函", "请示", "批复")

_DAYS_KEPT = 8
_SAMPLE = 512  # versions looked at to tell what part of a library is current
_CURRENT = frozenset({Validity.IN_FORCE, Validity.UNKNOWN})

_CLEANS_UP = re.compile(r"废止|失效|清理结果")
_MADE = "preamble"  # the day of the wording, in place of a 施行日期 of its own
_DECISION = re.compile(r"关于修改.+的决定$")
_AT_ITS_END = re.compile(r"期满|到期|届满")


@dataclass(frozen=True, slots=True)
class Succession:
    """`by` takes the place of a version from the day `on`."""

    by: str
    on: date
    relation: Relation | None  # None: a later version of the same title


class Snapshot:
    """The live versions and their order in time."""

    def __init__(
        self, generation: int, records: dict[str, Record], relations: dict[str, list[Relation]]
    ) -> None:
        self.generation = generation
        self.records = _as_decided(records, relations)
        self.relations = relations
        # A search asks for every document it meets, mostly for today: kept for the days last asked about.
        self._on_day: Callable[[date], dict[str, Validity]] = lru_cache(_DAYS_KEPT)(lambda day: {})
        self.current_share = lru_cache(_DAYS_KEPT)(self._current_share)

    def validity(self, doc_id: str, day: date) -> Validity:
        """Validity of a version on `day`.

        Raises:
            KeyError: no live version has this id.
        """
        known: dict[str, Validity] = self._on_day(day)
        if doc_id not in known:
            known[doc_id] = self._validity(doc_id, day)
        return known[doc_id]

    def is_current(self, doc_id: str, day: date) -> bool:
        """Whether a version is in force on `day`, or may be: nothing says that it is not."""
        return self.validity(doc_id, day) in _CURRENT

    def _current_share(self, day: date) -> float:
        """About what part of the clauses is current on `day`, told from a sample."""
        records = list(self.records.values())
        sample = random.Random(0).sample(records, min(_SAMPLE, len(records)))
        clauses = sum(record.unit_count for record in sample)
        current = sum(record.unit_count for record in sample if self.is_current(record.doc_id, day))
        return current / clauses if clauses else 1.0

    def _validity(self, doc_id: str, day: date) -> Validity:
        own = self._own_validity(doc_id, day)
        original = self.originals.get(doc_id)
        if original is None or own in (Validity.EXPIRED, Validity.REPEALED):
            return own
        explained = self._own_validity(original, day)
        return own if explained in (Validity.IN_FORCE, Validity.UNKNOWN) else explained

    def _own_validity(self, doc_id: str, day: date) -> Validity:
        """Validity of a version by what it and others say of it."""
        record = self.records[doc_id]
        begins = record.begins_on
        ends = self.ends_on(doc_id)
        succession = self.successions.get(doc_id)
        if begins is not None and day < begins:
            return Validity.NOT_YET
        over = ends is not None and day > ends
        replaced = succession is not None and day >= succession.on
        if over and replaced and ends is not None and succession is not None:
            return Validity.EXPIRED if ends < succession.on else Validity.REPEALED
        if replaced:
            relation = succession.relation if succession else None
            lapsed = relation is not None and relation.kind == "lapses"
            return Validity.EXPIRED if lapsed else Validity.REPEALED
        if over:
            return Validity.EXPIRED
        if begins is not None or ends is not None:
            return Validity.IN_FORCE
        if record.issued_month is not None and day < record.issued_month:
            return Validity.NOT_YET  # 2026年3月, the day not stated: not there in 2024 for certain
        # No date at all, but a number of a certain year: issued within it, in force after it.
        year = record.number_year
        if year is None or day.year == year:
            return Validity.UNKNOWN
        return Validity.NOT_YET if day.year < year else Validity.IN_FORCE

    def ends_on(self, doc_id: str) -> date | None:
        """The last day that the text itself, or one extending it, states; None: no end stated."""
        end = self.records[doc_id].effective_to
        for by, relation in self._extensions.get(doc_id, []):
            if relation.effective_on is not None:
                end = max(end or relation.effective_on, relation.effective_on)
            elif end is None:
                continue
            elif relation.term_months:
                end = last_day_of_term(end + timedelta(days=1), 0, relation.term_months)
            elif _AT_ITS_END.search(relation.quote or "") or self._said_after(by, end):
                return None  # 期满后继续有效, without a new end: until further notice
        return end

    def _said_after(self, doc_id: str, end: date) -> bool:
        """Whether a text that finds another still valid was issued when that one's term was over."""
        said = self.records[doc_id].begins_by
        return said is not None and said > end

    def last_day(self, doc_id: str) -> date | None:
        """The last day in force, by its own text or by what replaces it; None: open."""
        days = [self.ends_on(doc_id)]
        if (succession := self.successions.get(doc_id)) is not None:
            days.append(succession.on - timedelta(days=1))
        return min((day for day in days if day is not None), default=None)

    def superseded_by(self, doc_id: str, day: date | None = None) -> str | None:
        """The version that takes this one's place; with a `day`, only if it has done so by then."""
        succession = self.successions.get(doc_id) or self.successions.get(self.originals.get(doc_id, ""))
        if succession is None or (day is not None and day < succession.on):
            return None
        return succession.by

    def predecessors(self, doc_id: str) -> list[str]:
        """The versions whose place this one takes."""
        return [old for old, succession in self.successions.items() if succession.by == doc_id]

    def chain(self, doc_id: str) -> list[str]:
        """The texts before and after a version whose place it took or that took its place, across
        titles, the oldest first, itself among them.

        A text that only cleans up (关于废止…的决定) takes nobody's place and is in no chain.
        """
        found = {doc_id}
        waiting = [doc_id]
        while waiting:  # back: several texts may have been merged into one
            earlier = [old for old in self.predecessors(waiting.pop()) if self._takes_place(old)]
            waiting += [old for old in earlier if old not in found]
            found |= set(earlier)
        latest = doc_id
        while self._takes_place(latest) and self.successions[latest].by not in found:
            latest = self.successions[latest].by
            found.add(latest)
        return sorted(found, key=lambda key: (self.records[key].begins_by or date.max, key))

    def _takes_place(self, old: str) -> bool:
        """Whether what ends a version also takes its place."""
        succession = self.successions.get(old)
        if succession is None or (succession.relation and succession.relation.kind == "lapses"):
            return False
        return succession.relation is None or not _CLEANS_UP.search(self.records[succession.by].title)

    @cached_property
    def successions(self) -> dict[str, Succession]:
        """For each replaced version, the earliest of what replaces it."""
        found: dict[str, Succession] = {}

        def note(old: str, succession: Succession) -> None:
            if old not in found or succession.on < found[old].on:
                found[old] = succession

        for doc_id, relations in self.relations.items():
            for relation in relations:
                if relation.kind in ENDS:
                    on = relation.effective_on or self.records[doc_id].begins_by
                    for old in self.targets(doc_id, relation):
                        if on is not None:
                            note(old, Succession(doc_id, self._from(old, relation, on), relation))
        for versions in self._same_title:
            for earlier, later in pairwise(versions):
                if (on := later[0].begins_on) is not None:
                    for version in earlier:
                        note(version.doc_id, Succession(later[0].doc_id, on, None))
        return found

    def _from(self, old: str, relation: Relation, on: date) -> date:
        """From when a text is replaced: one that "期满不再执行" first runs to its own end."""
        end = self.records[old].effective_to
        if end is None or not _AT_ITS_END.search(relation.quote or ""):
            return on
        return max(on, end + timedelta(days=1))

    @cached_property
    def originals(self) -> dict[str, str]:
        """For each 解读 the version that it explains: the last one issued when it was written."""
        found: dict[str, str] = {}
        for doc_id, relations in self.relations.items():
            meant = [
                self.reposts.get(target, target)
                for relation in relations
                if relation.kind == "interprets"
                for target in self.targets(doc_id, relation)
            ]
            if meant:
                found[doc_id] = max(meant, key=lambda key: (self.records[key].issued_by or date.min, key))
        return {doc_id: target for doc_id, target in found.items() if target not in found}

    @cached_property
    def reposts(self) -> dict[str, str]:
        """For each version that is one text with another (one title, place, body and start, or none
        stated) that other one: the one that carries the number, else the first that came."""
        groups: dict[tuple[str, str | None], list[Record]] = {}
        for record in self.records.values():
            if genre_of(record.title) and not record.title.endswith(_SERIES):
                groups.setdefault((title_key(record.title), record.region), []).append(record)
        return {
            other.doc_id: first.doc_id
            for records in groups.values()
            if len(records) > 1
            for first in [min(records, key=lambda r: (not r.doc_number, not r.issuer, r.added_at, r.doc_id))]
            for other in records
            if other is not first and _one_text(first, other)
        }

    @cached_property
    def _extensions(self) -> dict[str, list[tuple[str, Relation]]]:
        """For each version the texts that prolong it, the earliest first."""
        found: dict[str, list[tuple[str, Relation]]] = {}
        for doc_id, relations in self.relations.items():
            for relation in relations:
                if relation.kind == "extends":
                    for target in self.targets(doc_id, relation):
                        found.setdefault(target, []).append((doc_id, relation))
        for said in found.values():
            said.sort(key=lambda entry: (self.records[entry[0]].begins_by or date.max, entry[0]))
        return found

    @cached_property
    def _same_title(self) -> list[list[list[Record]]]:
        """Versions of one title, place and body by day, oldest first, where each states its own start."""
        groups: dict[tuple[str, str | None], list[list[Record]]] = {}
        for record in self.records.values():
            series = record.title.endswith(_SERIES) or record.genre in _SERIES
            named = record.genre or genre_of(record.title)  # 信息公开 is the name of many pages
            if record.begins_on and named and not series:
                bodies = groups.setdefault((title_key(record.title), record.region), [])
                body = next((body for body in bodies if same_issuer(body[0].issuer, record.issuer)), None)
                if body is None:
                    bodies.append([record])
                else:
                    body.append(record)
        return [versions for bodies in groups.values() for body in bodies if (versions := _in_time(body))]

    def targets(self, doc_id: str, relation: Relation) -> list[str]:
        """The live versions that a relation stated by `doc_id` means; [] while none is here."""
        return [record.doc_id for record in self._names.meant(self.records[doc_id], relation)]

    @cached_property
    def pending(self) -> dict[str, list[Relation]]:
        """What texts say of documents that the library does not hold; a link once they arrive."""
        found: dict[str, list[Relation]] = {}
        for doc_id, relations in self.relations.items():
            if waiting := [relation for relation in relations if not self.targets(doc_id, relation)]:
                found[doc_id] = waiting
        return found

    @cached_property
    def _names(self) -> Names:
        return Names(self.records.values())


def _one_text(one: Record, other: Record) -> bool:
    """Whether two records of one title and place may be the same text: nothing that both state differs."""
    for name in ("begins_on", "effective_to"):
        mine, theirs = getattr(one, name), getattr(other, name)
        if mine and theirs and mine != theirs:
            return False
    numbers = doc_number_key(one.doc_number or ""), doc_number_key(other.doc_number or "")
    return not (all(numbers) and numbers[0] != numbers[1]) and same_issuer(one.issuer, other.issuer)


def _as_decided(records: dict[str, Record], relations: dict[str, list[Relation]]) -> dict[str, Record]:
    """The records, amended statutes from the day on which the decision that amended them takes effect.

    根据…年…月…日《关于修改…的决定》修正: the text tells only when the decision was made; where the
    decision is here and takes effect later, so does the wording that it made.
    """
    made = {
        key for key, record in records.items() if record.basis.get("effective_from", "").startswith(_MADE)
    }
    later = [
        (record, relation)
        for key, record in records.items()
        if made and _DECISION.search(record.title)
        for relation in relations.get(key, [])
        if relation.kind == "amends" and record.effective_from and record.issued_on
    ]
    if not later:
        return records
    names, changed = Names(records.values()), dict(records)
    for decision, relation in later:
        for target in names.meant(decision, relation):
            if target.doc_id in made and target.effective_from == decision.issued_on:
                basis = {**target.basis, "effective_from": f"《{decision.title}》"}
                changed[target.doc_id] = replace(target, effective_from=decision.effective_from, basis=basis)
    return changed


def _in_time(versions: list[Record]) -> list[list[Record]]:
    """The versions by their day of beginning, the earliest first, of each day (a text and its reposts)
    the one with a number first; [] where all begin on one day."""
    days: dict[date, list[Record]] = {}
    for version in versions:
        if version.begins_on:
            days.setdefault(version.begins_on, []).append(version)
    found = [
        sorted(days[day], key=lambda r: (not r.doc_number, r.added_at, r.doc_id)) for day in sorted(days)
    ]
    return found if len(found) > 1 else []
