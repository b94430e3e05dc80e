"""Which documents of the library a question names: by number, by 《title》, by a name without marks.

People shorten: 《制造强省行动方案》 for 《加快建设制造强省行动方案》, 税收征管法 for 税收征收管理法.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from corpus.model import Clause
from corpus.numbering import chinese_to_int, doc_number_key, same_doc_number
from corpus.record import Record
from corpus.snapshot import title_key, title_keys
from index.query import ClauseRef, Mention, QueryPlan
from index.synonyms import folded

How = Literal["number", "title", "near"]  # near: part of a title, a serial number alone
_MIN_PART = 4  # characters of a 《title》 that stands for a longer one
_MIN_NAME = 3  # of a name without marks: 公司法
_SHORT_SHARE = 0.7  # of a title's characters that a shortened name keeps at least
_FEW = 3  # documents that a part of a title or a serial number may mean


@dataclass(frozen=True, slots=True)
class Meant:
    """A document that a mention means, and how surely."""

    doc_id: str
    how: How
    mention: Mention


class Names:
    """The names of a library's documents, put in order once a state of it.

    Args:
        short: by abbreviation (folded as `index.synonyms` does), what stands for it; some are titles.
    """

    def __init__(self, records: Iterable[Record], short: Mapping[str, Sequence[str]] | None = None) -> None:
        self._short = short or {}
        self._by_number: dict[tuple[str, str], list[Record]] = {}
        self._by_serial: dict[str, list[Record]] = {}
        self._by_title: dict[str, list[Record]] = {}
        self._by_ends: dict[tuple[str, str], list[str]] = {}  # first and last two characters -> titles
        for record in records:
            if key := doc_number_key(record.doc_number or ""):
                self._by_number.setdefault(key[1:], []).append(record)
                self._by_serial.setdefault(key[2], []).append(record)
            for name in title_keys(record.title):
                same = self._by_title.setdefault(name.lower(), [])
                if not same and len(name) > _MIN_NAME:
                    self._by_ends.setdefault((name[0], name[-1]), []).append(name.lower())
                same.append(record)

    def meant(self, plan: QueryPlan, visible: Callable[[str], bool]) -> list[Meant]:
        """The documents that a plan's mentions mean, in their order; only those that are `visible`."""
        found: list[Meant] = []
        for mention in plan.mentions:
            records, how, exactly = self._records(mention, visible)
            found += [Meant(record.doc_id, how, exactly) for record in records]
        return found

    def _records(self, mention: Mention, visible: Callable[[str], bool]) -> tuple[list[Record], How, Mention]:
        """The documents, how surely, and the mention without words that only stand before the name."""

        def seen(records: Iterable[Record]) -> list[Record]:
            return [record for record in records if visible(record.doc_id)]

        if mention.kind == "number":
            return seen(self._numbered(mention.text)), "number", mention
        if mention.kind == "serial":
            return _if_few(seen(self._by_serial.get(str(int(mention.text)), []))), "near", mention
        if mention.kind == "name":
            return self._plainly_named(mention, seen)
        key = title_key(mention.text).lower()
        if exact := seen(self._called(key)):
            return exact, "title", mention
        if len(key) < _MIN_PART:
            return [], "near", mention
        part = seen(self._of(name for name in self._by_title if key in name))
        return _if_few(part or seen(self._of(self._shortened(key)))), "near", mention

    def _called(self, key: str) -> list[Record]:
        """Whose title this is, or what an abbreviation of it stands for: 个保法."""
        return self._by_title.get(key, []) or self._of(
            name
            for form in self._short.get(folded(key), ())
            if (name := title_key(form).lower()) in self._by_title
        )

    def _of(self, names: Iterable[str]) -> list[Record]:
        found = {record.doc_id: record for name in names for record in self._by_title[name]}
        return list(found.values())

    def _numbered(self, number: str) -> list[Record]:
        key = doc_number_key(number)
        same = self._by_number.get(key[1:], []) if key else []
        exact = [r for r in same if r.doc_number and same_doc_number(r.doc_number, number)]
        if exact or key is None:
            return exact
        # 税务总局公告2023年第44号: one of several bodies that issued it together
        agency = key[0]
        return [
            r for r in same if len(agency) > 2 and agency in (doc_number_key(r.doc_number or "") or "")[0]
        ]

    def _plainly_named(
        self, mention: Mention, seen: Callable[[Iterable[Record]], list[Record]]
    ) -> tuple[list[Record], How, Mention]:
        """The longest end of what was said that is a title: 违反产品质量法 -> 产品质量法."""
        ends = [mention.text[at:] for at in range(len(mention.text) - _MIN_NAME + 1)]
        for end in ends:
            if exact := seen(self._called(title_key(end).lower())):
                return exact, "title", _ending(mention, end)
        if mention.text.endswith(("法", "条例")):  # policies have too many like names
            for end in ends:
                key = title_key(end).lower()
                if len(key) >= _MIN_PART and (short := _if_few(seen(self._of(self._shortened(key))))):
                    return short, "near", _ending(mention, end)
        return [], "near", mention

    def _shortened(self, key: str) -> list[str]:
        """Titles from which characters were left out to make this name."""
        same_ends = self._by_ends.get((key[0], key[-1]), [])
        return [
            name for name in same_ends if len(key) >= _SHORT_SHARE * len(name) and _is_subsequence(key, name)
        ]


def best_how(meant: Sequence[Meant]) -> dict[str, How]:
    """By document, how surely it is named where that is done more than once."""
    found: dict[str, How] = {}
    for how in ("near", "title", "number"):
        found |= {one.doc_id: one.how for one in meant if one.how == how}
    return found


def in_titles(plan: QueryPlan, meant: Sequence[Meant], query: str, title_of: Callable[[str], str]) -> str:
    """The query with titles for numbers and abbreviations that name one document each: a text seldom
    holds its own number, and an embedding makes little of one. As it is where there is none."""
    text = plan.text
    for one in sorted(meant, key=lambda one: -one.mention.start):
        title = title_of(one.doc_id)
        alone = sum(other.mention == one.mention for other in meant) == 1
        if alone and title_key(one.mention.text) not in title_key(title):
            text = f"{text[: one.mention.start]}《{title}》{text[one.mention.end :]}"
    return text if text != plan.text else query


def _ending(mention: Mention, end: str) -> Mention:
    return replace(mention, text=end, start=mention.end - len(end))


def clauses_led_to(
    plan: QueryPlan, meant: Sequence[Meant], units: Callable[[str], Sequence[Clause]]
) -> list[str]:
    """The ids of the units that the plan's clauses name, each in the document named next to it.

    Args:
        units: a document's units in the order of its text.
    """
    found: list[str] = []
    for clause in plan.clauses:
        for doc_id in _documents_of(clause, meant):
            if (unit := unit_of_article(units(doc_id), clause.article)) is not None:
                found.append(unit.clause_id)
    return list(dict.fromkeys(found))


def _documents_of(clause: ClauseRef, meant: Sequence[Meant]) -> list[str]:
    """Of the mention nearest before the clause, else of the first after it."""
    before = [one.mention for one in meant if one.mention.end <= clause.start]
    after = [one.mention for one in meant if one.mention.start > clause.start]
    nearest = max(before, key=lambda mention: mention.end, default=None) or min(
        after, key=lambda mention: mention.start, default=None
    )
    return [one.doc_id for one in meant if one.mention == nearest]


_ARTICLE = re.compile(r"(?:^|\s)第(.+?)条$")  # 附件1 第三条, too
_NUMBERED = re.compile(r"[（(]([^（()）]+)[)）]$")
_TOP = re.compile(r"^(.+?)、$")


def unit_of_article(units: Sequence[Clause], article: int) -> Clause | None:
    """The unit that is called 第N条; in a text without 条 the measure （N） if numbers run through it,
    else the section N、; None where there is none or more than one."""
    whole = [unit for unit in units if unit.parent_id is None and unit.label]
    for pattern in (_ARTICLE, _NUMBERED, _TOP):
        labelled = [(match[1], unit) for unit in whole if (match := pattern.search(unit.label or ""))]
        numbers = [chinese_to_int(label) for label, _ in labelled]
        if labelled and len(set(numbers)) == len(numbers):
            return next(
                (u for number, (_, u) in zip(numbers, labelled, strict=True) if number == article), None
            )
        if labelled and pattern is _ARTICLE:  # two 第一条: an attachment with articles of its own
            return next(
                (u for number, (_, u) in zip(numbers, labelled, strict=True) if number == article), None
            )
    return None


def _if_few(records: list[Record]) -> list[Record]:
    return records if len(records) <= _FEW else []


def _is_subsequence(short: str, long: str) -> bool:
    rest = iter(long)
    return all(char in rest for char in short)
