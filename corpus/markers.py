"""How lines of Chinese official texts begin: divisions, articles, items, sections, attachments."""

from __future__ import annotations

import re

from corpus.numbering import CHINESE, chinese_to_int

_N = f"[{CHINESE}]"
_GAP = r"[\s\u3000]*"

ARTICLE = re.compile(rf"^第{_GAP}(?P<number>{_N}+|\d+){_GAP}条(?:之(?P<sub>{_N}+))?")
DIVISION = re.compile(
    rf"^第{_GAP}(?P<number>{_N}+|\d+){_GAP}(?P<kind>编|分编|篇|部分|章|节)(?![的规至和或第中、，])"
)
DIVISION_RANK = {"编": 1, "篇": 1, "部分": 1, "分编": 2, "章": 3, "节": 4}
ITEM = re.compile(rf"^[（(]{_GAP}(?P<number>{_N}+){_GAP}[）)]")
SUBITEM = re.compile(
    r"^(?:(?P<number>\d{1,2})\s*[.．、](?!\d)|[（(](?P<round>\d{1,2})[）)]|(?P<circle>[①-⑳]))"
)
CONTENTS = re.compile(r"^目[\s\u3000]*[录次]$")
ATTACHMENT = re.compile(
    r"^[【\[]?附[\s\u3000]*(?P<word>[件表录])[\s\u3000]*(?P<number>\d{1,2}|[一二三四五六七八九十]{1,2})?[】\]]?"
    r"(?:[\s\u3000]*[:：]?[\s\u3000]*$|[\s\u3000]+[^。；;]{2,60}$|[:：](?![\s\u3000]*\d)[^。；;]{2,40}$(?<!无))"
)
QUESTION = re.compile(r"^(?:问|Q|问题)[\s\u3000]*\d*[\s\u3000]*[:：、.．]|^\d{1,2}[.．、][^。]{4,80}[？?]$")
BULLET = re.compile(r"^[—\-–•●◆■▪*]{1,2}[\s\u3000]*")

# Section markers of notices with their rank: 一、 > （一） > 1. > （1） > ①
_SECTIONS = (
    (1, re.compile(rf"^(?P<n>{_N}+)[\s\u3000]*、")),
    (2, re.compile(rf"^[（(][\s\u3000]*(?P<n>{_N}+)[\s\u3000]*[）)]")),
    (3, re.compile(r"^(?P<n>\d{1,2})[\s\u3000]*[.．、](?!\d)")),
    (4, re.compile(r"^[（(](?P<n>\d{1,2})[）)]")),
    (5, re.compile(r"^(?P<n>[①-⑳])")),
)
# 一、二季度 and 二、三线城市 count on: no section begins there. 一、两级试点 does.
_COUNTED_ON = re.compile(rf"(?P<n>{_N}{{1,2}})(?:、|季度|产业|级|类|线|期|批|等奖|档|次)")
_TITLE = re.compile(r"[^。，；：,;:]{1,20}")
_SHOWN = {1: "{n}、", 2: "（{n}）", 3: "{n}.", 4: "（{n}）", 5: "{n}"}

# After an article number inside a sentence: 第十条规定, 第三条第二款, 第五条至第七条, 第八条所列.
_REFERENCE_TAIL = re.compile(
    r"^(?:[、，,和及或至到]|规定|所[列称]|的|第[一二三四五六七八九十\d]+[款项]|中|、|之规定)"
)


def article_number(line: str) -> tuple[int, int] | None:
    """(number, 之 number or 0) of a line that begins with 第X条; None for any other line."""
    match = ARTICLE.match(line)
    if match is None:
        return None
    number = chinese_to_int(match["number"])
    sub = chinese_to_int(match["sub"]) if match["sub"] else 0
    return None if number is None else (number, sub or 0)


def is_reference(line: str) -> bool:
    """Whether the 第X条 at the line's beginning refers to an article instead of opening one."""
    match = ARTICLE.match(line)
    return bool(match and _REFERENCE_TAIL.match(line[match.end() :]))


def section_marker(line: str) -> tuple[int, str] | None:
    """(rank, shown marker) of a line that begins with 一、（一）1.（1）①; None otherwise."""
    for rank, pattern in _SECTIONS:
        if match := pattern.match(line):
            number = chinese_to_int(match["n"])
            if rank <= 2 and number is None:
                continue
            if rank == 1 and (after := _COUNTED_ON.match(line, match.end())):
                counts_on = "两" not in after["n"] and chinese_to_int(after["n"]) == (number or 0) + 1
                if counts_on and not _TITLE.fullmatch(line):
                    continue
            return rank, _SHOWN[rank].format(n=match["n"])
    return None


def section_order(marker: str) -> int:
    """The number that a shown marker stands for: 三、 -> 3, （十二） -> 12, ② -> 2."""
    inner = re.sub(r"[、（）.]", "", marker)
    if len(inner) == 1 and "①" <= inner <= "⑳":
        return ord(inner) - ord("①") + 1
    return chinese_to_int(inner) or 0
