"""What a question says of the documents, the day and the place that it means; read by rules, no model.

`plan_of` is a pure function of the question: it knows no library. Which documents of a library a plan
names is for `index.naming` to find, and what it does to the ranking for `index.ranking`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

from corpus.numbering import CHINESE, DOC_NUMBER, PLAIN_NUMBER, chinese_to_int
from corpus.places import CITIES, COUNTIES, PROVINCES, lies_in
from index.asof import stated_day, without_names
from index.tokens import simplified

MAX_READ = 600  # characters of a question that are read; it is the question that is understood, not a text

Level = Literal["国家", "省", "市", "县"]  # as corpus.places.LEVELS


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that may name a document: its number, the number alone (63号文), 《title》 or a plain name.

    `start` and `end` are its place in the question as read.
    """

    kind: Literal["number", "serial", "title", "name"]
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ClauseRef:
    """第article条第paragraph款第item项, at `start` in the question as read."""

    article: int
    paragraph: int | None
    item: int | None
    start: int


@dataclass(frozen=True, slots=True)
class QueryPlan:
    """What a question says. Nothing of it leaves a document out but `day`, in a search without a day.

    text: the question as read: half width, without blanks between Chinese characters.
    day: on which validity is to be judged, where the question says so (2024年6月时的标准).
    years: stated years; they mostly belong to the matter, so nothing is done with them.
    regions: cities and counties of Jiangsu, provinces, as `Record.region` has them.
    level: of the documents asked for (省里的政策), not of a title (省级专精特新).
    """

    text: str
    mentions: tuple[Mention, ...] = ()
    clauses: tuple[ClauseRef, ...] = ()
    day: date | None = None
    years: tuple[int, ...] = ()
    regions: tuple[str, ...] = ()
    level: Level | None = None

    def said(self, kind: str) -> tuple[str, ...]:
        """The texts of the mentions of one kind."""
        return tuple(mention.text for mention in self.mentions if mention.kind == kind)


def plan_of(question: str, today: date) -> QueryPlan:
    """Reads a question; `today` ends a period that is still running (今年的标准).

    >>> plan = plan_of("《公司法》第47条第1款", date(2026, 1, 1))
    >>> plan.said("title"), plan.clauses[0].article, plan.clauses[0].paragraph
    (('公司法',), 47, 1)
    """
    text = _read(question)
    mentions = _mentions(text)
    bare = without_names(text)
    stated = stated_day(text, today)
    return QueryPlan(
        text=text,
        mentions=mentions,
        clauses=_clauses(text, mentions),
        day=stated.day if stated else None,
        years=tuple(dict.fromkeys(int(year) for year in _YEAR.findall(bare))),
        regions=_regions(bare),
        level=_level(bare),
    )


def _read(question: str) -> str:
    text = unicodedata.normalize("NFKC", question[:MAX_READ]).strip()
    return re.sub(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])", "", simplified(text))


# -- documents ----------------------------------------------------------------------------------

_SERIAL = re.compile(r"(?<![\d\])}〕第年月])(\d{1,4})\s*号\s*(?:文件|文|公告|令)")
_ORDER = re.compile(rf"[\u4e00-\u9fff]{{2,24}}?令\s*\(?\s*第\s*(?:\d{{1,5}}|[{CHINESE}]{{1,7}})\s*号")
_TITLE = re.compile(r"《([^《》]*(?:《[^《》]*》[^《》]*)*)》")
_NAME_CHARS = 40  # of a name without book marks; its beginning is where the library finds it
NAME_ENDS = ("法", "条例", "办法", "规定", "细则", "意见", "措施", "方案", "计划", "规划", "标准", "指南")


def _mentions(text: str) -> tuple[Mention, ...]:
    found: list[Mention] = []
    left = text

    def note(kind: Literal["number", "serial", "title", "name"], said: str, start: int, end: int) -> None:
        nonlocal left
        found.append(Mention(kind, said, start, end))
        left = left[:start] + "\n" * (end - start) + left[end:]

    for match in _TITLE.finditer(text):
        note("title", match[1].strip(), match.start(), match.end())
    for pattern in (DOC_NUMBER, PLAIN_NUMBER):
        for match in pattern.finditer(left):
            if match["agency"]:  # 2025年3号 names no issuer
                note("number", match.group(), match.start(), match.end())
    for match in _ORDER.finditer(left):
        note("number", match.group(), match.start(), match.end())
    for match in _SERIAL.finditer(left):
        note("serial", match[1], match.start(), match.end())
    for run in re.finditer(r"[\u4e00-\u9fff]+", left):
        for end in re.finditer("|".join(NAME_ENDS), run.group()):
            said = run.group()[: end.end()]
            if len(said) > len(end.group()) + 1:
                found.append(Mention("name", said[-_NAME_CHARS:], run.start(), run.start() + end.end()))
    return tuple(sorted(found, key=lambda mention: (mention.start, mention.end)))


_N = rf"[{CHINESE}]+|\d{{1,4}}"
_CLAUSE = re.compile(
    rf"(?P<first>第\s*)?(?P<article>{_N})\s*条(?:之[一二三四五])?(?!例|款|件|路|线|街|龙|措施|政策|意见)"
    rf"(?:\s*第?\s*(?P<paragraph>{_N})\s*款)?(?:\s*第?\s*\(?(?P<item>{_N})\)?\s*项)?"
)


def _clauses(text: str, mentions: tuple[Mention, ...]) -> tuple[ClauseRef, ...]:
    """Clauses cited; 23条 without 第 is one right after what names a document (招标投标法51条)."""
    ends = {mention.end for mention in mentions}
    found = []
    for match in _CLAUSE.finditer(text):
        if not match["first"] and match.start() not in ends:
            continue
        article, paragraph, item = (
            chinese_to_int(match[name]) if match[name] else None for name in ("article", "paragraph", "item")
        )
        if article:
            found.append(ClauseRef(article, paragraph, item, match.start()))
    return tuple(found)


# -- time, place, level -------------------------------------------------------------------------

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=\s*年|-|—|至|到)")
_NO_PLACE = r"(?!银行|大学|学院|农商行|路|东路|西路|南路|北路|证券|信托|菜|话)"
_SHORTENED = {  # county-level cities are called without 市, too: 昆山, 江阴
    name.removesuffix("市"): name
    for names in COUNTIES.values()
    for name in names.split()
    if name.endswith("市")
}
_WHOLE = {name: name for names in COUNTIES.values() for name in names.split()}
_AREAS = {**{city: f"{city}市" for city in CITIES}, **_SHORTENED, **_WHOLE}
_TWICE = {  # 鼓楼区 is in 南京 and in 徐州
    name for name in _WHOLE if sum(name in names.split() for names in COUNTIES.values()) > 1
}
_PLACE = re.compile(
    "|".join(
        f"(?:{re.escape(name)}){_NO_PLACE}" for name in sorted([*_AREAS, *PROVINCES], key=len, reverse=True)
    )
)
_MUNICIPAL = ("北京", "天津", "上海", "重庆")


def _regions(text: str) -> tuple[str, ...]:
    """The places named; of a county with its city the county alone (苏州昆山)."""
    found: list[str] = []
    city = ""
    for match in _PLACE.finditer(text):
        name = match.group()
        if name in PROVINCES:
            region = f"{name}{'市' if name in _MUNICIPAL else '省'}"
        else:
            region = _AREAS[name]
            if region in _TWICE:
                if not city:
                    continue
                region = f"{city}市{region}"
        if city and name not in CITIES and name in _AREAS and _lies_in_city(_AREAS[name], city):
            found = [other for other in found if other != f"{city}市"]
        city = name if name in CITIES else city
        found.append(region)
    if any(lies_in(region, "江苏省") and region != "江苏省" for region in found):
        found = [region for region in found if region != "江苏省"]  # 江苏省苏州市 means 苏州
    return tuple(dict.fromkeys(found))


def _lies_in_city(county: str, city: str) -> bool:
    return county in COUNTIES[city].split()


_LEVEL = re.compile(
    r"(?P<level>国家|中央|全国|省|市|区|县|区县|市县)(?:级|层面|里|里面|一级|上)(?:的|有|出台|有关|相关)*"
    r"(?:哪些|什么)?(?:政策|文件|规定|办法|措施|法规|资金|补贴|奖励|奖补|财政)"
)
_LEVELS: dict[str, Level] = {
    "国家": "国家", "中央": "国家", "全国": "国家", "省": "省", "市": "市", "区": "县", "县": "县",
}  # fmt: skip


def _level(text: str) -> Level | None:
    match = _LEVEL.search(text)
    return _LEVELS.get(match["level"]) if match else None
