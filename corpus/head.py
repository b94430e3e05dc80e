"""The head matter of a document: label lines (发文机关：…), the number on a line of its own, and marks.

What stands there says what the document is, not what it provides: metadata reads it, the structure
keeps it as a unit of its own, and the index leaves it out of the search.
"""

from __future__ import annotations

import re

from corpus.dates import narrow
from corpus.numbering import DOC_NUMBER, read_number

LABELS = {
    "doc_number": ("发文字号", "文号", "文件编号", "发文号", "文件号", "发文文号"),
    "issuer": (
        *("发文机关", "发布机构", "发布机关", "发布单位", "制定机关", "发文单位", "印发机关", "制发机关"),
        *("发文机构", "成文机关"),
    ),
    "issued_on": ("成文日期", "签发日期", "印发日期", "发文日期", "成文时间", "印发时间", "发文时间"),
    "published_on": ("公布日期", "发布日期", "发布时间", "公开日期", "生成日期", "公布时间"),
    "effective_from": ("施行日期", "实施日期", "生效日期", "执行日期"),
    "effective_to": ("失效日期", "废止日期", "有效期至", "截止日期", "失效时间"),
}
_OTHER_LABELS = (
    *(
        "来源",
        "摘编来源",
        "数据来源",
        "资料来源",
        "文件来源",
        "信息来源",
        "索引号",
        "公开主体",
        "主题分类",
        "主题词",
    ),
    *("信息名称", "文件名称", "文种", "公文种类", "体裁分类", "信息分类", "组配分类", "有效性", "时效性"),
    *("效力状态", "密级", "紧急程度", "签发人", "公开方式", "公开属性", "公开类别", "统一登记号", "关键词"),
)
_HEAD_LABELS = frozenset([*_OTHER_LABELS, *(label for labels in LABELS.values() for label in labels)])

LABELLED = re.compile(
    r"^[\s\u3000>*]*(?P<key>[\u4e00-\u9fff](?:[\s\u3000]*[\u4e00-\u9fff]){1,7})"
    r"[\s\u3000]*[:：][\s\u3000]*(?P<value>.+)$"
)
RED_HEAD = re.compile(r"^[\u4e00-\u9fff、\s（）]{4,60}文件$")
SAMPLE_MARK = re.compile(r"示例摘编|虚构数据")
_SIGNED_BY = re.compile(r"[\s\u3000]*签\s*发\s*人\s*[:：].*$")  # beside the number of what goes to a superior
HEAD_CHARS = 2000  # head matter stands within so many characters of the beginning
_LABEL_LINE_MAX = 300


def label_of(line: str) -> tuple[str, str] | None:
    """(key, value) of a `key：value` line, the key without spaces between its letters."""
    match = LABELLED.match(line)
    if match is None:
        return None
    return re.sub(r"[\s\u3000]", "", match["key"]), match["value"].strip()


def is_number_line(line: str) -> bool:
    """Whether a 发文字号 stands alone on the line, perhaps in brackets."""
    line = _SIGNED_BY.sub("", narrow(line))
    bare = re.sub(r"[\s\u3000]", "", line).strip("（()）")
    number = read_number(line.strip().strip("（()）"))
    return bool(DOC_NUMBER.fullmatch(bare)) or (
        number is not None and re.sub(r"\s", "", number) == bare and "《" not in bare
    )


def is_head_line(line: str) -> bool:
    """A label line, a number alone, a red head or the note that marks sample content."""
    text = line.strip()
    if len(text) > _LABEL_LINE_MAX:
        return False
    label = label_of(text)
    if label is not None and label[0] in _HEAD_LABELS:
        return True
    if SAMPLE_MARK.match(text.lstrip("【[>（( ")) and text[:1] in "【[>（(":
        return True
    return bool(RED_HEAD.match(text)) or is_number_line(text)


def is_head_matter(text: str) -> bool:
    """Whether every line of a passage is a head line."""
    lines = [line for line in text.split("\n") if line.strip()]
    return bool(lines) and all(is_head_line(line) for line in lines)
