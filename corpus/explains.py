"""Which text a 解读 (答记者问, 一图读懂) explains, as it says itself.

An explanation has no life of its own: it tells of a text, is of use while that one is in force, and
stays in circulation when it no longer is.
"""

from __future__ import annotations

import re

from corpus.model import Relation
from corpus.numbering import doc_number_key
from corpus.titles import genre_of

_KIND = re.compile(r"解读|答记者问|政策问答|一图读懂|图解")

_MARKED = re.compile(r"《((?:[^《》]|《[^《》]*》)+)》")
_AROUND = re.compile(
    r"^(?:一图读懂|图解|解读)[：:\s—-]*|(?:关于)?[\s—-]*(?:的)?(?:政策|文件|专家|权威)?(?:解读|问答|图解|答记者问).*$"
)
_ISSUED = re.compile(r"(?:印发|出台|发布|公布|制定|修订)了?\s*(?:《关于印发)?《((?:[^《》]|《[^《》]*》)+)》")
_HEAD = 600  # characters in which an explanation says what it explains
_NUMBER_AFTER = re.compile(r"》\s*[（(]([^（）()]{4,30}?号)")


def is_explanation(title: str) -> bool:
    """Whether a text of this title explains another."""
    return bool(_KIND.search(title))


def explained(title: str, text: str) -> Relation | None:
    """What the text of this title explains: by the 《…》 of the title, the rest of the title where that
    is a document's name, or the document that its first lines say was issued; None where it says none."""
    name = _named(title, text[:_HEAD])
    if name is None:
        return None
    return Relation("interprets", name, _number_of(name, text[:_HEAD]))


def _named(title: str, head: str) -> str | None:
    if marked := _MARKED.search(title):
        return marked.group(1)
    rest = _AROUND.sub("", title).removeprefix("关于").strip()
    if rest != title and genre_of(rest):
        return rest
    issued = _ISSUED.search(head)
    return issued.group(1) if issued else None


def _number_of(name: str, head: str) -> str | None:
    """The 发文字号 in brackets behind the first mention of the name."""
    at = head.find(name)
    if at < 0:
        return None
    behind = _NUMBER_AFTER.match(head[at + len(name) :])
    return behind.group(1) if behind and doc_number_key(behind.group(1)) else None
