"""What a proposed question must satisfy. Small rules without a model; the first that fails names why."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from corpus.numbers import Number, find_numbers
from evals.drafting.prompt import Passage, Proposal
from evals.plain_text import clean

SHAPE = "shape"  # an item of the reply that is not of the form asked for
_QUESTION, _FACT, _FACTS = (6, 80), (1, 60), (1, 4)  # characters, characters, how many
_MARKUP = re.compile(r"[<>{}\[\]`|\\\n]|https?:|www\.")
_CLAUSE_NAME = re.compile(r"第[一二三四五六七八九十百千零〇\d]+(?:条|款|项|目|章|节)")
# 基本条件 and 成本项目 hold the characters, but do not point at anything
_POINTING = re.compile(
    r"(?<![基根资成样标版])本(?:办法|通知|细则|规定|意见|条例|文件|法|条(?!件)|款|项(?!目))"
    r"|该(?:条|款|文件|办法|通知|细则|规定|条例)|上述|前款|如下|下列|以下(?:条件|材料|资料|要求|情形)"
    r"|(?:根据|所给|给定|给出的)(?:材料|条款|文本|原文)"
)
_SAME = 0.8  # of the pairs of neighbouring characters, from which on two questions are one
_GIVEN = 0.6  # of a key fact without figures, from which on the question that holds it gives it away


def fault(
    proposal: Proposal, passage: Passage, naming: bool = False, facts_needed: bool = True, about: str = ""
) -> str | None:
    """Why a proposal is dropped; None where nothing is wrong with it.

    Args:
        naming: whether it may say 第几条.
        facts_needed: False where the rule that made the question states no fact.
        about: further text that the question may take its numbers and words from: the question that
            was reworded.
    """
    question, facts = proposal.question, proposal.key_facts
    source = f"{passage.source}\n{about}"
    if not _length(question, _QUESTION) or not all(_length(fact, _FACT) for fact in facts):
        return "length"
    if not (facts or not facts_needed) or len(facts) > _FACTS[1]:
        return "facts"
    if _marked(question) or any(map(_marked, facts)):
        return "markup"
    if not question.endswith(("？", "?")):
        return "no_question"
    if not naming and _CLAUSE_NAME.search(question):
        return "names_clause"
    if _POINTING.search(question):
        return "not_alone"
    if any(_bare(fact) not in _bare(passage.text) for fact in facts):
        return "not_verbatim"
    if _gives_away(question, facts):
        return "gives_away"
    if _foreign(question, source):
        return "foreign_number"
    if len(_pairs(question) & _pairs(source)) < 2:
        return "off_clause"
    return None


def same(question: str) -> str:
    """Equal for questions that differ in white space and in the width of the question mark only."""
    return _bare(question)


def alike(question: str, others: Iterable[str]) -> bool:
    """Whether a question asks in nearly the same words as one of the others."""
    pairs = _pairs(question)
    return any(_overlap(pairs, _pairs(other)) >= _SAME for other in others)


def _marked(text: str) -> bool:
    return _MARKUP.search(text) is not None or clean(text) != text


def _length(text: str, bounds: tuple[int, int]) -> bool:
    return bounds[0] <= len(text) <= bounds[1]


def _gives_away(question: str, facts: Iterable[str]) -> bool:
    asked = _bare(question)
    for fact in map(_bare, facts):
        figures = _numbers(fact)
        if figures:  # 近三年研发费用占比不低于3%: the words are the subject, the figure is the answer
            if figures <= _numbers(asked):
                return True
            continue
        if fact in asked:
            return True
        shared = SequenceMatcher(None, asked, fact, autojunk=False).find_longest_match()
        if shared.size >= max(6, _GIVEN * len(fact)):
            return True
    return False


def _foreign(question: str, source: str) -> bool:
    """Whether the question states a number that the source does not; 9月 is part of 2026年9月, and the
    one of 哪一年 is no number."""
    stated = _found(question.replace("哪一", "哪"))
    held = _found(source)
    keys = {number.key for number in held}
    days = [int(number.value) for number in held if number.kind == "date"]
    return any(
        number.key not in keys
        and not (number.kind == "date" and any(_is_part(int(number.value), day) for day in days))
        for number in stated
    )


def _is_part(day: int, of: int) -> bool:
    """Whether all that `day` says (yyyymmdd, 0 where not said) is said by the other too."""
    parts = [(day // unit % size, of // unit % size) for unit, size in ((10000, 10000), (100, 100), (1, 100))]
    return all(one in (0, other) for one, other in parts)


def _found(text: str) -> list[Number]:
    return [number for number in find_numbers(text) if number.kind not in ("weak", "ordinal")]


def _numbers(text: str) -> set[tuple[object, ...]]:
    return {number.key for number in _found(text)}


def _bare(text: str) -> str:
    """Without white space, and with one kind of question mark: line ends in a clause mean nothing."""
    return re.sub(r"\s+", "", text).replace("?", "？")


def _pairs(text: str) -> set[str]:
    bare = re.sub(r"\W+", "", text)
    return {bare[i : i + 2] for i in range(len(bare) - 1)}


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0
