"""Validity on a day: which version is in force, what replaces what.

A snapshot is the live catalog at one moment, immutable, so that a search sees one state. The
rules, each from what a text states (docs/decisions/0004):

- A version begins on its 施行日期; where it states none, on its publication or signing day, since
  a notice takes effect when it is issued. Stating no date at all, its validity is `unknown`.
- It ends on the last day that it states (有效期至…, 有效期N年), later when another text extends it.
- It is repealed from the day on which a text that repeals or replaces it takes effect. Where that
  text states only the month of its issue (2023年8月), from the last day of the month; where nothing
  but the year of its number is known, from the last day of the year: dates are never made up. Two texts of
  one title, each with its own start, are versions of one document: the later replaces the earlier.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any

from corpus.dates import last_of_month
from corpus.model import Relation, Validity, Visibility
from corpus.numbering import doc_number_key, same_doc_number

# Reports and lists of one title follow each other without replacing each other.
_SERIES = ("报告", "月报", "季报", "年报", "简报", "公报", "名单", "公示", "纪要", "函", "请示", "批复")


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
        self.records = records
        self.relations = relations

    def validity(self, doc_id: str, day: date) -> Validity:
        """Validity of a version on `day`.

        Raises:
            KeyError: no live version has this id.
        """
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
            return Validity.REPEALED
        if over:
            return Validity.EXPIRED
        if begins is not None or ends is not None:
            return Validity.IN_FORCE
        # No date at all, but a number of a certain year: issued within it, in force after it.
        year = record.number_year
        if year is None or day.year == year:
            return Validity.UNKNOWN
        return Validity.NOT_YET if day.year < year else Validity.IN_FORCE

    def ends_on(self, doc_id: str) -> date | None:
        """The last day that the text itself, or one extending it, states; None: no end stated."""
        end = self.records[doc_id].effective_to
        if end is None:
            return None
        return max([end, *self._extensions.get(doc_id, [])])

    def last_day(self, doc_id: str) -> date | None:
        """The last day in force, by its own text or by what replaces it; None: open."""
        days = [self.ends_on(doc_id)]
        if (succession := self.successions.get(doc_id)) is not None:
            days.append(succession.on - timedelta(days=1))
        return min((day for day in days if day is not None), default=None)

    def superseded_by(self, doc_id: str) -> str | None:
        """The version that takes this one's place, already or on a coming day."""
        succession = self.successions.get(doc_id)
        return succession.by if succession else None

    def predecessors(self, doc_id: str) -> list[str]:
        """The versions whose place this one takes."""
        return [old for old, succession in self.successions.items() if succession.by == doc_id]

    @cached_property
    def successions(self) -> dict[str, Succession]:
        """For each replaced version, the earliest of what replaces it."""
        found: dict[str, Succession] = {}

        def note(old: str, succession: Succession) -> None:
            if old not in found or succession.on < found[old].on:
                found[old] = succession

        for doc_id, relations in self.relations.items():
            for relation in relations:
                if relation.kind in ("replaces", "repeals"):
                    on = relation.effective_on or self.records[doc_id].begins_by
                    for old in self._targets(doc_id, relation):
                        if on is not None:
                            note(old, Succession(doc_id, self._from(old, relation, on), relation))
        for versions in self._same_title.values():
            for earlier, later in pairwise(versions):
                if later.begins_on is not None:
                    note(earlier.doc_id, Succession(later.doc_id, later.begins_on, None))
        return found

    def _from(self, old: str, relation: Relation, on: date) -> date:
        """From when a text is replaced: one that "期满不再执行" first runs to its own end."""
        end = self.records[old].effective_to
        if end is None or not re.search(r"期满|到期|届满", relation.quote or ""):
            return on
        return max(on, end + timedelta(days=1))

    @cached_property
    def _extensions(self) -> dict[str, list[date]]:
        found: dict[str, list[date]] = {}
        for doc_id, relations in self.relations.items():
            for relation in relations:
                if relation.kind == "extends" and relation.effective_on:
                    for target in self._targets(doc_id, relation):
                        found.setdefault(target, []).append(relation.effective_on)
        return found

    @cached_property
    def _same_title(self) -> dict[tuple[str, str | None], list[Record]]:
        """Versions of one title of one level, oldest first, where each states its own start."""
        groups: dict[tuple[str, str | None], list[Record]] = {}
        for record in self.records.values():
            if record.begins_on and not record.title.endswith(_SERIES) and record.genre not in _SERIES:
                groups.setdefault((title_key(record.title), record.region), []).append(record)
        ordered = {}
        for key, versions in groups.items():
            distinct = {version.begins_on: version for version in versions}
            if len(distinct) > 1:
                ordered[key] = [distinct[day] for day in sorted(day for day in distinct if day)]
        return ordered

    def _targets(self, doc_id: str, relation: Relation) -> list[str]:
        """The live versions that a relation means: by number, else by title and older."""
        others = [record for record in self.records.values() if record.doc_id != doc_id]
        if relation.target_number:
            by_number = [
                record.doc_id
                for record in others
                if record.doc_number and same_doc_number(record.doc_number, relation.target_number)
            ]
            if by_number or not relation.target_title:
                return by_number
        if not relation.target_title:
            return []
        key = title_key(relation.target_title)
        begins = self.records[doc_id].begins_on
        matches = []
        for record in others:
            known = record.doc_number and relation.target_number
            older = begins is None or record.begins_on is None or record.begins_on <= begins
            if key in title_keys(record.title) and older and not known:
                matches.append(record.doc_id)
        return matches


def title_key(title: str) -> str:
    """A title without what varies between mentions: book marks, spaces, sample labels, 修订 notes."""
    title = re.sub(
        r"[（(【\[](示例摘编|示例|虚构数据|全文|\d{4}年\s*(?:修订|修正)(?:本|版)?)[）)】\]]", "", title
    )
    return re.sub(r"[\s《》〈〉“”\"'·]", "", title).removeprefix("中华人民共和国")


def title_keys(title: str) -> set[str]:
    """The names by which a document is cited: its title, and the 《…》 that it issues (印发)."""
    keys = {title_key(title)}
    marked = re.search(r"(?:印发|发布|公布|颁布)[^《]*《(.+)》", title)
    bare = re.search(r"关于(?:印发|发布|公布|颁布)(.{4,60})的(?:通知|公告|通告)", title)
    if issued := marked or bare:
        keys.add(title_key(issued.group(1)))
    if about := re.search(r"^.{2,40}?(关于.+)$", title):
        keys.add(title_key(about.group(1)))
    return keys
