"""Which documents of the library a relation means: by number, else by title, level and place.

Built once a snapshot, so that finding a target does not walk through the whole library.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from corpus.model import Relation
from corpus.numbering import doc_number_key, same_doc_number

if TYPE_CHECKING:
    from corpus.record import Record


ENDS = ("replaces", "repeals", "lapses")  # what brings a text to its end
_SOON = timedelta(days=31)  # an explanation may be out before the text that it explains


class Names:
    """The names by which the records of a library are cited."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._by_number: dict[tuple[str, str], list[Record]] = {}
        self._by_title: dict[str, list[Record]] = {}
        self._by_id: dict[str, Record] = {}
        for record in records:
            self._by_id[record.doc_id] = record
            if key := doc_number_key(record.doc_number or ""):
                self._by_number.setdefault(key[1:], []).append(record)
            for name in title_keys(record.title):
                self._by_title.setdefault(name, []).append(record)

    def meant(self, by: Record, relation: Relation) -> list[Record]:
        """The records that a relation stated by `by` means, oldest name first; [] for none here."""
        if relation.target_id in self._by_id:
            return [self._by_id[relation.target_id]]
        if relation.target_number and (found := self._numbered(by, relation.target_number)):
            return found
        if not relation.target_title:
            return []
        return self._titled(by, relation)

    def _numbered(self, by: Record, number: str) -> list[Record]:
        key = doc_number_key(number)
        if key is None:
            return []
        return [
            record
            for record in self._by_number.get(key[1:], [])
            if record.doc_id != by.doc_id and record.doc_number and same_doc_number(record.doc_number, number)
        ]

    def _titled(self, by: Record, relation: Relation) -> list[Record]:
        found: dict[str, Record] = {}
        for key in title_keys(relation.target_title or ""):
            for record in self._by_title.get(key, []):
                if record.doc_id != by.doc_id and _may_mean(by, relation, record):
                    found[record.doc_id] = record
        return list(found.values())


def _may_mean(by: Record, relation: Relation, record: Record) -> bool:
    """A title alone means an older text of the same place whose number is not another one."""
    own = doc_number_key(record.doc_number or "")
    said = doc_number_key(relation.target_number or "")
    if own and said and own[1:] != said[1:]:
        return False
    if relation.kind == "interprets":  # published beside a text that takes effect later
        issued = record.issued_on or record.published_on or record.effective_from
        if by.begins_on and issued and issued > by.begins_on + _SOON:
            return False
    elif by.begins_on and record.begins_on and record.begins_on > by.begins_on:
        return False
    elif relation.kind in ENDS and record.begins_on and record.begins_on == by.begins_on:
        return False  # nothing is repealed on its first day: a repost of the text that repeals
    return not (by.region and record.region and by.region != record.region)


def same_issuer(one: str | None, other: str | None) -> bool:
    """Whether two texts may come from one body: an unknown issuer may be anybody."""
    if not one or not other:
        return True
    return bool({_body(name) for name in one.split("、")} & {_body(name) for name in other.split("、")})


def _body(name: str) -> str:
    """A body without what varies: 办公厅 of a government, 中华人民共和国, the Standing Committee."""
    name = re.sub(r"(办公厅|办公室|常务委员会)$", "", name.removeprefix("中华人民共和国"))
    return re.sub(r"^.*人民代表大会$", "人民代表大会", name)


def title_key(title: str) -> str:
    """A title without what varies between mentions: book marks, spaces, sample labels, 修订 notes."""
    title = re.sub(
        r"[（(【\[](示例摘编|示例|虚构数据|全文|(?:\d{4}年\s*)?(?:修订|修正)(?:本|版)?)[）)】\]]", "", title
    )
    return re.sub(r"[\s《》〈〉“”\"'·]", "", title).removeprefix("中华人民共和国")


def title_keys(title: str) -> set[str]:
    """The names by which a document is cited: its title, and the 《…》 that it issues (印发)."""
    keys = {title_key(title)}
    marked = re.search(r"(?:印发|发布|公布|颁布)[^《〈]*[《〈](.+)[》〉]", title)
    bare = re.search(r"关于(?:印发|发布|公布|颁布)(.{4,60})的(?:通知|公告|通告)", title)
    if issued := marked or bare:
        keys.add(title_key(issued.group(1)))
    if about := re.search(r"^.{2,40}?(关于.+)$", title):
        keys.add(title_key(about.group(1)))
    return keys
