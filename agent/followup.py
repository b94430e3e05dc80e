"""Follow-up questions made whole: 那小型企业呢？ -> with the subject of the turns before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.lexis import content, normalise, tokens
from agent.types import Turn

_ELLIPTIC = re.compile(
    r"^(那么?|然后|还有|另外|再|以及|如果|要是|换成|改成|同样|其中|具体|为什么|依据|出处|原文|详细|第[一二三四五六七八九十\d]+[条款项])|(呢|的呢)[？?。]?$"
    r"|^(它|这|那|该|此|其|前者|后者|上述|上面|刚才|前面)|(这个|那个|这条|那条|该|上述|上面|刚才|前面)(政策|办法|文件|规定|条款|法|条|项目|称号|标准|通知|补贴|贴息|措施|数字|数据|企业|条件)|它们?(的|有|是|还|什么|要|能)"
)
_SUBJECTLESS = re.compile(
    r"^(什么时候|何时|多少|几|有哪些|怎么|如何|需要|要|能|可以|是否|有没有|截止|到期|期限|条件|标准|金额|上限|比例|范围|谁|哪)"
)


@dataclass(frozen=True, slots=True)
class Whole:
    """The question standing alone; `titles` are documents that the last answer named first."""

    question: str
    follow_up: bool = False
    titles: tuple[str, ...] = ()


def make_whole(question: str, history: Sequence[Turn]) -> Whole:
    """Puts the subject back where the question leans on the turns before it.

    The subject is what the last questions that stood alone were about; a question with enough
    words of its own is left as it is.
    """
    earlier = [text for who, text in history if who == "user" and text.strip()]
    if not earlier or not _leans(question):
        return Whole(question)
    subject = earlier[-1]
    if len(earlier) > 1 and _leans(subject):
        subject = f"{earlier[-2].rstrip('？?。！')}，{subject}"
    refers = re.search(
        r"第\s*[一二三四五六七八九十百\d]+\s*[条款项]|原文|出处|依据|这(部|条|个|份)|该|它|文件|还有效|有效期|到期|废止",
        question,
    )
    titles = _titles_of_last_answer(history) if refers else ()
    replaced = _swap(subject, question)
    return Whole(replaced or f"{subject.rstrip('？?。！!')}，{question}", True, titles)


def _leans(question: str) -> bool:
    text = normalise(question).strip()
    if _ELLIPTIC.search(text):
        return True
    own = tokens(content(text))
    return len(own) <= 2 or (len(own) <= 5 and bool(_SUBJECTLESS.match(text)))


_SWAP = re.compile(r"^(?:那么?|换成|改成|如果是|要是)?\s*(?P<new>[^？?，,。呢]{2,16}?)\s*(?:的)?呢[？?。]?$")


# One period gives way to another of its kind: 10月呢？ after 8月增资扩产项目完成投资多少？
_PERIODS = (r"\d{1,2}月(?:份)?", r"[一二三四1-4]季度", r"[上下]半年", r"(?:去|今|前|明)年")


def _swap(subject: str, question: str) -> str | None:
    """那小型企业呢？ after 中型企业的标准是什么？ asks 小型企业 in the same place."""
    match = _SWAP.match(question.strip())
    if not match:
        return None
    new = match["new"].strip()
    if not content(new).strip():
        return None
    if re.fullmatch(r"(?:19|20)\d{2}年(?:的?时候)?", new):
        base = re.sub(r"(?:19|20)\d{2}年(?:的?时候|时)?", "", subject)
        return f"{new if new.endswith('时候') else new + '的时候'}，{base}"
    for period in _PERIODS:
        if re.fullmatch(period, new) and re.search(period, subject):
            return re.sub(period, new, subject, count=1)
    for size in range(len(new) - 1, 1, -1):
        ending = new[-size:]
        found = re.search(rf"[\u4e00-\u9fff]{{{len(new) - size}}}{re.escape(ending)}", subject)
        if found and found.group() != new:
            return subject.replace(found.group(), new, 1)
    for size in range(len(new) - 1, 1, -1):  # 单个项目 gives way to 单个企业
        found = re.search(rf"{re.escape(new[:size])}[\u4e00-\u9fff]{{{len(new) - size}}}", subject)
        if found and found.group() != new:
            return subject.replace(found.group(), new, 1)
    return f"{new}：{subject}"


def _titles_of_last_answer(history: Sequence[Turn]) -> tuple[str, ...]:
    for who, text in reversed(history):
        if who == "assistant":
            return tuple(dict.fromkeys(re.findall(r"《([^《》]{3,60})》", text)))[:1]
    return ()
