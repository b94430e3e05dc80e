"""Under which comparator a figure stands: 不低于, 以上, 最多, an end of a range."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.numbers import Number

_NOT = r"(?:不(?:得|能|可|应|应当|可以|会|准|要|允许|需)?|无法|未|没有)"
_MORE, _LESS = (
    r"(?:超过|超出|突破|高于|大于|多于|高过|晚于|逾|超)",
    r"(?:低于|少于|小于|不足|不到|未满|不满|早于)",
)
_BEFORE = (
    ("most", rf"{_NOT}{_MORE}|至多|最多|最高|最长|上限|封顶|顶格|限额|为限|≤|<=|小于等于|最迟|最大"),
    ("least", rf"{_NOT}(?:低于|少于|小于|短于|早于)|至少|最少|最低|最短|下限|起码|门槛|≥|>=|大于等于|已?满"),
    ("more", rf"(?<!不){_MORE}|>"),
    ("less", rf"(?<!不){_LESS}|<"),
    ("reach", r"达到?|为|是"),
)
_AFTER = (
    ("least", r"^[^，,。;；、\n\d]{0,3}?(?:及其?以上|\(含\)以上|以上|之上|起步|起(?=[，,。;；、)]|$)|打底)"),
    (
        "most",
        r"^[^，,。;；、\n\d]{0,3}?(?:及其?以下|\(含\)以下|以下|以内|之内|之下|封顶)"
        r"|^(?:的?(?:为|作为)?上限|为限|为顶|为最高|内(?!部|容|资|设|外|蒙))",
    ),
)
_STOP = re.compile(r"[，,。;；\n:：|]")
_JOIN = re.compile(r"^[^，,。;；\n]{0,4}?[、和与及或][^，,。;；\n]{0,3}$")
_TO = ("到", "至", "-", "~", "—", "－", "–")
_ANY = re.compile("|".join(pattern for _, pattern in (*_BEFORE[:-1], *_AFTER)).replace("^", ""))


def without_comparators(text: str) -> str:
    """The text with a comma in place of every comparator."""
    return _ANY.sub(",", text)


def comparators(text: str, numbers: Sequence[Number]) -> list[str | None]:
    """The class of comparator of each number of a canonical text, in order.

    least (不低于, 以上), most (不超过, 以内), more (超过), less (低于), reach (达到: as good as none and as
    least), None. A range gives least to its lower end and most to its upper one.
    """
    found: list[str | None] = []
    for at, number in enumerate(numbers):
        twin = at > 0 and _is_range(text, numbers[at - 1], number)
        follows = at + 1 < len(numbers) and _is_range(text, number, numbers[at + 1])
        if (twin or follows) and number.kind not in ("date", "doc_number"):
            found.append("most" if twin else "least")
            continue
        begin = numbers[at - 1].end if at else 0
        before = text[begin : number.start]
        piece = _STOP.split(before)[-1]
        until = next((other.start for other in numbers[at + 1 :] if other.start > number.start), len(text))
        own = _behind(text[number.end : until]) or _ahead(piece, cut=at > 0 and piece == before)
        if own is None and at and _JOIN.match(before) and found[-1] in ("most", "least"):
            own = found[-1]  # 分别不超过30万元、50万元
        found.append(own)
    return found


def _is_range(text: str, first: Number, second: Number) -> bool:
    """Whether two numbers are the ends of one range: 30%至50%, 三成到五成."""
    if first.start == second.start:
        return True
    return first.kind == second.kind and text[first.end : second.start].strip() in _TO


def _behind(after: str) -> str | None:
    piece = re.split(r"[，,。;；\n]", after)[0]
    return next((name for name, pattern in _AFTER if re.search(pattern, piece)), None)


def _ahead(piece: str, cut: bool) -> str | None:
    """The nearest comparator before a figure; `cut`: the piece begins behind another figure, whose own
    comparator (以上, 以内) is no concern of this one."""
    hits = [(match.end(), name) for name, pattern in _BEFORE for match in re.finditer(pattern, piece)]
    if not hits:
        return None
    reach = [hit for hit in hits if hit[1] != "reach"]
    return max(reach)[1] if reach else max(hits)[1]


def agree(claimed: str | None, stated: str | None) -> bool:
    """Whether a sentence may put a figure under `claimed` where its clause puts it under `stated`."""
    if claimed == stated:
        return True
    pair = {claimed, stated}
    return pair == {"reach", None} or pair == {"reach", "least"}
