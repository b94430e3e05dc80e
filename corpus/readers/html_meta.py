"""What a web page says of itself: <title>, <meta>, and the metadata box of government sites."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from corpus.readers.common import clean
from corpus.readers.html_tables import grid, measure, text_of

_KEYS = [
    "索引号",
    "发文字号",
    "文号",
    "发文文号",
    "文件编号",
    "发布机构",
    "发文机关",
    "发文单位",
    "发布单位",
    "公开主体",
    "信息来源",
    "来源",
    "成文日期",
    "发文日期",
    "发布日期",
    "发布时间",
    "公开日期",
    "公布日期",
    "公开时间",
    "印发日期",
    "生成日期",
    "生效日期",
    "实施日期",
    "施行日期",
    "失效日期",
    "废止日期",
    "有效期",
    "有效性",
    "时效性",
    "时效",
    "信息时效",
    "效力状态",
    "标题",
    "名称",
    "信息名称",
    "文件名称",
    "主题分类",
    "主题词",
    "组配分类",
    "信息分类",
    "公文种类",
    "体裁分类",
    "文种",
    "关键词",
    "内容概述",
    "内容概览",
]
_BOX_KEYS = frozenset(
    [
        "索引号",
        "公开主体",
        "信息来源",
        "公开日期",
        "公开时间",
        "生成日期",
        "有效性",
        "时效性",
        "效力状态",
        "信息时效",
        "信息名称",
        "主题分类",
        "主题词",
        "组配分类",
        "信息分类",
        "公文种类",
        "体裁分类",
    ]
)
"""Keys that only a metadata box has; without one of them the element stays part of the text."""
_KEY = re.compile(rf"^[\[【]?({'|'.join(sorted(_KEYS, key=len, reverse=True))})[\]】]?[:：]?$")
_PAIR = re.compile(rf"^[\[【]?({'|'.join(sorted(_KEYS, key=len, reverse=True))})[\]】]?[:：](.{{0,200}})$")
_LETTER_SPACES = re.compile(r"(?<=[\u4e00-\u9fff])[\s\u3000]+(?=[\u4e00-\u9fff:：])")
_OWN = "zhixun."  # <meta name="zhixun.issuer">: outweighs what a site's own template says
_MAX_BOX = 1500  # characters; a longer element is no metadata box


def declared_of(root: HtmlElement) -> dict[str, str]:
    """Key-value pairs, Latin keys in lower case; metadata boxes are removed from the tree."""
    declared: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = (meta.get("name") or meta.get("property") or "").strip().lower()
        value = clean(meta.get("content") or "")
        if name and value and name not in ("viewport", "renderer", "robots", "generator", "format-detection"):
            declared.setdefault(name, value)
            if name.startswith(_OWN):
                declared[name.removeprefix(_OWN)] = value
    title = next((clean(text_of(node)) for node in root.iter("title")), "")
    if title:
        declared["title"] = title
    boxes: dict[str, str] = {}
    for table in list(root.iter("table")):
        _take_table(table, boxes)
    _take_lists(root, boxes)
    for key, value in boxes.items():
        declared.setdefault(key, value)
    return declared


def _take_table(table: HtmlElement, boxes: dict[str, str]) -> None:
    """A table of which two cells or more are known keys, each with its value beside or within."""
    if any(node is not table for node in table.iter("table")) or len(text_of(table)) > _MAX_BOX:
        return
    found: dict[str, str] = {}
    for row in grid(table):
        cells = [_tight(cell) for cell in row]
        for index, cell in enumerate(cells):
            pair = _PAIR.match(cell)
            if pair and pair.group(2):
                found.setdefault(pair.group(1), pair.group(2).strip())
            elif (key := _KEY.match(cell)) and index + 1 < len(cells):
                value = cells[index + 1]
                if value and value != cell and not _KEY.match(value):
                    found.setdefault(key.group(1), value)
    if len(found) >= 2:
        for key_name, value in found.items():
            boxes.setdefault(key_name, value)
        if _BOX_KEYS & found.keys():
            _remove(table)


def _take_lists(root: HtmlElement, boxes: dict[str, str]) -> None:
    """Boxes of <li>, <p>, <div> or <dt>/<dd>: a short element of two "key：value" lines or more."""
    sizes = measure(root)
    holders: dict[HtmlElement, dict[str, str]] = {}
    for node in root.iter("li", "p", "div", "dt", "span", "dl"):
        size, inside = sizes[node]
        text = _tight(text_of(node)) if size <= 240 and inside <= 30 else ""
        pair = _PAIR.match(text)
        parent = node.getparent()
        if parent is None or not text:
            continue
        if pair and pair.group(2) and not re.search(r"[。；]", text):
            if len([key for key in _KEYS if f"{key}：" in text or f"{key}:" in text]) > 1:
                continue  # several pairs in one element: its children speak
            holders.setdefault(parent, {}).setdefault(pair.group(1), pair.group(2).strip())
        elif (key := _KEY.match(text)) and (value := _next_text(node)):
            holders.setdefault(parent, {}).setdefault(key.group(1), value)
    for holder, found in holders.items():
        for name, value in found.items():
            boxes.setdefault(name, value)
        box_text = len(_tight(text_of(holder)))
        pairs_text = sum(len(name) + len(value) + 1 for name, value in found.items())
        if (
            len(found) >= 2
            and _BOX_KEYS & found.keys()
            and box_text <= 2 * pairs_text + 40
            and holder.tag not in ("body", "html")
        ):
            _remove(holder)


def _next_text(node: HtmlElement) -> str:
    """The text after a bare key: of its next sibling, or of its own tail."""
    tail = _tight(node.tail or "").lstrip(":：")
    if tail:
        return tail[:200]
    sibling = node.getnext()
    value = _tight(text_of(sibling)) if sibling is not None and isinstance(sibling.tag, str) else ""
    return "" if len(value) > 200 or _KEY.match(value) else value


def _tight(text: str) -> str:
    return _LETTER_SPACES.sub("", clean(text.replace("\u3000", " ")))


def _remove(node: HtmlElement) -> None:
    if node.getparent() is not None:
        node.drop_tree()
