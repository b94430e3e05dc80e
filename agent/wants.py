"""What kind of figure a question asks for."""

from __future__ import annotations

import re
from itertools import pairwise

from agent.lexis import lexicon, normalise
from corpus.numbering import chinese_to_int
from corpus.numbers import find_numbers


def wants(question: str) -> frozenset[str]:
    """Kinds of `corpus.numbers` that would answer; empty where no figure is asked for."""
    text = _NO_DAY.sub("", normalise(question))
    kinds = {
        kind for kind, phrases in lexicon()["wants"].items() if any(phrase in text for phrase in phrases)
    }
    kinds |= _either(text)
    if "date" in kinds and (not _DATED.search(text) or asks_which_text(text)):
        kinds.discard("date")  # 什么时候 asks for circumstances as often as for a day
    return frozenset(kinds)


def asked_count(question: str) -> int | None:
    """How many are asked to be named: 4 in 四大监测是哪四个; None where no number is said."""
    text = normalise(question)
    found = _WHICH_OF.search(text) or _ALL_OF.search(text)
    if found is None:
        return None
    return int(found[1]) if found[1].isdigit() else chinese_to_int(found[1])


def asks_which_text(question: str) -> bool:
    """Whether it is asked which of two texts governs a case: 看新办法还是老办法, 还照13号走吗."""
    return bool(_GOVERNED.search(question))


def _either(text: str) -> set[str]:
    """The kind of figure where one of two is asked for: 要求70%还是90%？"""
    return {
        first.kind
        for first, second in pairwise(find_numbers(text))
        if first.kind == second.kind
        and text[first.end : second.start].strip() in ("还是", "还是要", "或", "或者")
    }


_WHICH_OF = re.compile(
    r"哪(?:个)?(\d{1,2}|[两二三四五六七八九十]{1,3})(?:大|个|项|类|种|家|条|座|座|市|方面|部分|步|场)"
)
# 那16个集群都叫什么, 这10个是哪些, 把31个领域列出来: the number stands before what asks for the names.
_ALL_OF = re.compile(
    r"(?<![\d.第])(\d{1,2}|[两二三四五六七八九十]{1,3})(?:大|个(?!月|文件)|项|类|种|家|条|座|市)"
    r"[^，。？,?\d]{0,12}?(?:(?:是|有|包括)(?:哪些|哪几|谁)|(?:都|分别|各|具体)?叫(?:什么|啥|哪)|列(?:出来|全|一下|举))"
)
_TEXT = r"(?:的)?(?:办法|标准|规定|政策|文件|版|要求|条件|口径)"
_GOVERNED = re.compile(
    rf"[新旧老原]{_TEXT}[^。？]{{0,6}}(?:还是|或者|和)[^。？]{{0,6}}[新旧老原]"
    rf"|(?:按|照|看|用|依|走)(?:照|据)?(?:哪(?:个|一|份|套|年)*(?:的)?|[新旧老原]){_TEXT}|还(?:是|能|要)?(?:按|照|依)"
)
# 几号字, 几号文, 还没到截止时间: no day is asked for.
_NO_DAY = re.compile(
    r"几号(?=字|文|令|公告|线|楼|机)|(?:没到|未到|不到|过了|已过|超过了?|错过了?)截止(?:日期|时间)"
)
_DATED = re.compile(
    r"截止|日期|几号|哪天|哪一天|哪年|哪一年|施行|实施|生效|到期|开始|结束|公布|发布|印发|几月|申报|报名|可以报|能报|开报|受理|审完|办完|起止|失效|废止|开工|投产|竣工|时间"
)
