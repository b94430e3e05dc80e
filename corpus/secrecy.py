"""Whether a document says of itself that it is not for everybody: 密级, 内部资料, 不公开.

Reads only what the document states; a mark of secrecy anywhere outweighs `public` elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from corpus.head import label_of
from corpus.model import Visibility

_DECLARED_KEYS = ("visibility", "zhixun.visibility", "密级", "公开方式", "公开属性", "公开类别")
_VALUES = {
    Visibility.INTERNAL: re.compile(
        r"internal|private|confidential|restricted|secret|内部.{0,6}|绝密.*|机密.*|秘密.*"
        r"|不公开|不予公开|非公开|依申请公开",
        re.I,
    ),
    Visibility.PUBLIC: re.compile(r"public|公开|主动公开|全文公开|社会公开", re.I),
}
_MARKED_LABELS = frozenset({"密级", "公开方式", "公开属性", "公开类别", "信息公开选项", "公开选项"})
_CARE = r"请?(?:注意|妥善)?(?:保存|保管|保密)|(?:请勿|不得|严禁)(?:外传|翻印|公开)|(?:注意回收|[用阅]后收回)"
_KEEP = rf"(?:[\s\u3000,，、。．!！—\-·：:★]*(?:{_CARE}))*"
_INSIDE = rf"(?:内部)(?:资料|文件|材料|参考|使用|掌握|传阅|发行|刊物|情况)?{_KEEP}[\s\u3000。!！]*"
_SECRET = (
    r"(?:绝密|机密|秘密)(?:[\s\u3000]*[★☆*][\s\u3000]*\S{0,8}|[\s\u3000]*\d{1,2}\s*[年月]|[\s\u3000]*长期)?"
)
_MARK = re.compile(rf"[【\[（(〔]?(?:{_INSIDE}|{_SECRET})[】\]）)〕]?")
_BRACKETED = re.compile(rf"^(?:[【\[〔][^】\]〕]{{1,20}}[】\]〕])*[【\[〔]{_INSIDE}[】\]〕]")
_CLOSING = re.compile(r"[（(]?此件(?:不公开|不予公开|依申请公开|属于?内部)[^）)]{0,12}[）)]?")
_FIRST_LINES = 8
_LAST_LINES = 8


def declared_visibility(declared: Mapping[str, str], lines: Sequence[str]) -> tuple[Visibility, str] | None:
    """The visibility that a document states of itself, and where; None where it says nothing.

    `lines` are the lines of its text without empty ones. 依申请公开 (on application only) counts
    as internal: such a document is not published of its issuer's own accord.
    """
    found = [
        (visibility, f"declared {key}")
        for key in _DECLARED_KEYS
        for visibility, pattern in _VALUES.items()
        if pattern.fullmatch((declared.get(key) or "").strip())
    ]
    found += [(Visibility.INTERNAL, "first lines") for line in lines[:_FIRST_LINES] if is_mark(line)]
    found += [
        (Visibility.INTERNAL, "closing note")
        for line in lines[-_LAST_LINES:]
        if _CLOSING.fullmatch(line.strip())
    ]
    internal = (entry for entry in found if entry[0] is Visibility.INTERNAL)
    return next(internal, next(iter(found), None))


def is_mark(line: str) -> bool:
    """A line that is such a mark, or begins with it in brackets; never a title that speaks of one."""
    text = line.strip().lstrip("> ")
    if _MARK.fullmatch(text) or _BRACKETED.match(text):
        return True
    label = label_of(text)
    return (
        label is not None
        and label[0] in _MARKED_LABELS
        and bool(_VALUES[Visibility.INTERNAL].fullmatch(label[1]))
    )
