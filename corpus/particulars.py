"""What else a notice says of itself: issuers one by one, 申报窗口, 适用对象, attachments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from corpus.dates import DAY, find_dates, narrow
from corpus.head import is_number_line
from corpus.model import Attached
from corpus.numbering import read_number
from corpus.validity import sentences

_PART_DAY = rf"(?:{DAY}|\d{{1,2}}\s*月\s*\d{{1,2}}\s*日)"
_HOUR = r"(?:\s*(?:上午|下午|中午|晚上?)?\s*\d{1,2}(?:[:：时点]\d{0,2}分?)?)?"
_RANGE = re.compile(
    rf"(?P<first>{_PART_DAY}){_HOUR}\s*(?:起|开始)?\s*(?:至|到|—|-|－|–|~|～)+\s*(?P<last>{_PART_DAY}|\d{{1,2}}日)"
)
_UNTIL = re.compile(
    rf"(?:于|在|截至|截止|为|[:：]|前|即日起至|之日起至|至)?\s*(?P<last>{_PART_DAY})"
    rf"(?:\s*[（(][^（）()]{{1,8}}[）)])?{_HOUR}\s*(?:下班|工作时间结束)?(?:之前|以前|前|止|截止)?"
)
_FROM_NOW = re.compile(r"即日起|(?:本通知)?(?:印发|发布|下发)之日起")
# Sentences that speak of the window, the surest first.
_WINDOW = (
    re.compile(
        r"(?:申报|申请|报名|填报|受理|征集|推荐)(?:受理)?(?:时间|期限|日期|起止|窗口|阶段|期)|(?:网上|在线|线上|企业|自主|系统)(?:申报|填报)"
        r"|(?:系统|平台|通道|入口)[\u4e00-\u9fff]{0,4}(?:开放|开通|开启)"
    ),
    re.compile(r"(?:申报|申请|报名|填报|受理|征集|推荐|材料|报送).{0,20}截止|截止(?:时间|日期|期限)"),
    re.compile(r"(?:请|须|应|需|务必).{0,40}(?:报送|上报|提交|申报|推荐|报至|送至|填报)"),
)
_CLOSING = re.compile(r"前|止|截止|截至|至")

AUDIENCES: dict[str, str] = {
    "科技型中小企业": r"科技型中小企业",
    "创新型中小企业": r"创新型中小企业",
    "专精特新中小企业": r"专精特新(?:中小)?企业|“?专精特新”?中小企业",
    "专精特新“小巨人”企业": r"小巨人”?(?:企业)?",
    "单项冠军企业": r"单项冠军(?:示范)?(?:企业)?",
    "高新技术企业": r"高新技术企业|高企",
    "规上企业": r"规上(?:工业)?企业|规模以上(?:工业|服务业|制造业)?企业",
    "小微企业": r"小微(?:型)?企业|小型微型企业|小型微利企业",
    "个体工商户": r"个体工商户",
    "中小企业": r"中小(?:微)?企业",
    "大型企业": r"大型企业|大企业",
    "链主企业": r"链主企业|“链主”",
    "民营企业": r"民营企业|民营经济",
    "外资企业": r"外资企业|外商投资企业",
    "软件企业": r"软件(?:和信息技术服务)?企业|软件和信息服务业企业",
    "制造业企业": r"制造业?企业|先进制造业企业|工业企业",
    "服务机构": r"服务机构|公共服务(?:示范)?平台",
    "产业园区": r"产业园区|开发区|特色产业集群|工业园区",
    "高校院所": r"高校|高等院校|科研院所|科研机构",
}
_SCOPE = re.compile(
    r"适用(?:于|对象|范围)|(?:申报|申请|支持|扶持|奖励|补助|推荐|评价|认定|培育|服务)(?:对象|主体|范围|单位)|面向|所称.{2,30}(?:是指|指)"
)


@dataclass(frozen=True, slots=True)
class Window:
    """申报窗口 with the sentence that states it; either end may be unstated. `inferred`: the year is."""

    first: date | None
    last: date | None
    quote: str
    inferred: bool


def application_window(text: str, issued: date | None) -> Window | None:
    """When applications may be handed in: the surest sentence that gives a last day.

    A day without a year is that of the issue, or the next year's where it would lie before it.
    """
    said = [(narrow(sentence), sentence) for sentence, _ in sentences(text) if len(sentence) <= 300]
    for cue in _WINDOW:
        for plain, sentence in said:
            for found in cue.finditer(plain):
                window = _window(plain, found.start(), issued)
                if window is not None:
                    first, last, inferred = window
                    return Window(first, last, sentence.strip(), inferred)
    return None


def _window(sentence: str, at: int, issued: date | None) -> tuple[date | None, date, bool] | None:
    """The days of a sentence from its cue on, else before it (请于5月25日前报送)."""
    for words in (sentence[at:], sentence):
        if span := _RANGE.search(words):
            first, guessed = _day(span["first"], issued)
            stated = span["last"]
            if first is not None and re.fullmatch(r"\d{1,2}日", stated):
                stated = f"{first.month}月{stated}"
            last, also = _day(stated, first or issued)
            if first and last and first <= last:
                return first, last, guessed or (also and guessed)
        for match in _UNTIL.finditer(words):
            around = words[max(0, match.start() - 3) : match.end() + 1]
            if not _CLOSING.search(match.group() + around):
                continue
            last, guessed = _day(match["last"], issued)
            if last is not None and (issued is None or last >= issued):
                now = issued if issued and _FROM_NOW.search(words[: match.end()]) else None
                return now, last, guessed
    return None


def _day(words: str, near: date | None) -> tuple[date | None, bool]:
    """A day, and whether its year is concluded from `near`."""
    if found := find_dates(words):
        return found[0][0], False
    match = re.match(r"(\d{1,2})\s*月\s*(\d{1,2})\s*日", words)
    if match is None or near is None:
        return None, False
    for year in (near.year, near.year + 1):
        try:
            day = date(year, int(match.group(1)), int(match.group(2)))
        except ValueError:
            return None, False
        if day >= near - timedelta(days=31):
            return day, True
    return None, False


def audience_of(title: str, text: str) -> tuple[tuple[str, ...], str]:
    """Whom the text is for, the narrowest first, and where that stands: the title, else its scope."""
    if found := _audiences(title):
        return found, "title"
    for sentence, _ in sentences(text):
        if _SCOPE.search(sentence) and len(sentence) <= 300 and (found := _audiences(sentence)):
            return found, sentence.strip()
    return (), ""


def _audiences(words: str) -> tuple[str, ...]:
    """Each group once; what is part of a longer name (科技型中小企业) does not count again."""
    found = []
    for name, pattern in AUDIENCES.items():
        if re.search(pattern, words):
            found.append(name)
            words = re.sub(pattern, "　", words)
    return tuple(found)


def attachments_of(lines: Sequence[str]) -> tuple[Attached, ...]:
    """The attachments that the closing list names, with the number that an attached text bears."""
    named = list(_listed(lines))
    if not named:
        return ()
    numbers = dict(_own_numbers(lines))
    return tuple(
        Attached(label, title, numbers.get(label) or (numbers.get("附件") if len(named) == 1 else None))
        for label, title in named
    )


def _listed(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """附件：1.…… / 2.……, one a line or several on one."""
    for index, line in enumerate(lines):
        opened = re.match(r"^附\s*件\s*[:：]\s*(?P<rest>.*)$", line)
        if opened is None:
            continue
        entries = [opened["rest"]]
        for following in lines[index + 1 : index + 40]:
            if not re.match(r"^(?:附件)?\s*\d{1,2}\s*[.．、]", following):
                break
            entries.append(following)
        joined = " ".join(entry for entry in entries if entry)
        pieces = re.split(r"(?:^|\s)(?:附件)?(\d{1,2})\s*[.．、]\s*", joined)
        if len(pieces) < 3:
            if title := joined.strip(" 　。；;"):
                yield "附件", title
            return
        for number, title in zip(pieces[1::2], pieces[2::2], strict=False):
            yield f"附件{number}", title.strip(" 　。；;")
        return


def _own_numbers(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """附件1 alone on a line, and within the next lines a 发文字号 of its own."""
    for index, line in enumerate(lines):
        bare = re.sub(r"[\s\u3000:：]", "", line)
        if not re.fullmatch(r"附件(?:\d{1,2}|[一二三四五六七八九十])?", bare):
            continue
        for following in lines[index + 1 : index + 6]:
            if is_number_line(following) and (number := read_number(following)):
                yield bare, number
                break
