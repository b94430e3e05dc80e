"""Bodies that issue documents: 厅, 局, 委员会, 人民政府 … and several of them in one value."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.places import CITIES, COUNTIES, PROVINCES

_END = (
    r"(?:人民政府办公厅|人民政府办公室|人民政府|办公厅|委员会|国务院|总局|厅|局|部|委|办公室"
    r"|银行|分行|支行|院|署|中心|协会|管理局|监管局|集团|公司|联合会|管委会|监会|领导小组|指挥部|海关|工商联|总工会)"
)
BODY = rf"(?:[\u4e00-\u9fff]{{2,20}}?{_END})"
BODIES = re.compile(rf"{BODY}(?:[\s、]*{BODY})*")
# Names glued together (…厅江苏省财政厅) part where the next one names its place or is a ministry.
_PLACES = "|".join(
    [
        *(f"{name}(?:省|市|自治区|壮族自治区|回族自治区|维吾尔自治区)" for name in PROVINCES),
        *(f"{city}市" for city in CITIES),
        *sorted({name for names in COUNTIES.values() for name in names.split()}),
    ]
)
_MINISTRIES = (
    r"工业和信息化部|财政部|科技部|科学技术部|商务部|教育部|公安部|自然资源部|生态环境部|交通运输部|水利部|农业农村部|审计署"
    r"|人力资源(?:和)?社会保障部|住房(?:和)?城乡建设部|应急管理部|文化和旅游部|中国人民银行|税务总局|海关总署"
    r"|市场监管总局|金融监管总局|国家发展改革委|国家发展和改革委员会"
    r"|国家[\u4e00-\u9fff]{2,8}(?:总局|局)|国务院[\u4e00-\u9fff]{2,8}委(?:员会)?"
)
_GLUED = re.compile(
    rf"(?<=[厅局部委会府院行署室])(?=(?:{_PLACES}|{_MINISTRIES}))(?!(?:{_PLACES})[^、]{{0,2}}$)"
)


def split_bodies(value: str) -> tuple[str, ...]:
    """The bodies of a value one by one, in its order, whatever sets them apart.

    >>> split_bodies("江苏省工业和信息化厅 江苏省财政厅")
    ('江苏省工业和信息化厅', '江苏省财政厅')
    >>> split_bodies("江苏省工业和信息化厅江苏省财政厅")
    ('江苏省工业和信息化厅', '江苏省财政厅')
    """
    pieces = [piece for piece in re.split(r"[、,，;；/\n]+", value.strip()) if piece.strip()]
    found: list[str] = []
    for piece in pieces:
        words = piece.split()
        # 江 苏 省 财 政 厅 and 江苏省 财政厅 are one body, A厅 B局 are two.
        apart = len(words) > 1 and all(len(word) > 3 and re.search(rf"{_END}$", word) for word in words)
        for name in words if apart else ["".join(words)]:
            found += [part for part in _GLUED.split(name) if part]
    return tuple(dict.fromkeys(found))


def signers(above: Sequence[str]) -> list[str]:
    """The bodies that sign right above the date, one a line or several, in their order."""
    bodies: list[str] = []
    for line in reversed(above):
        text = re.sub(r"[\s\u3000]+", " ", line).strip()
        short = re.fullmatch(rf"国务院|{_MINISTRIES}", text)  # 财政部
        if not (short or (3 < len(text) <= 60 and BODIES.fullmatch(text))):
            break
        bodies[:0] = split_bodies(text)
    return bodies
