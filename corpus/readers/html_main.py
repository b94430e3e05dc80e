"""Which part of a web page is its text."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from corpus.readers.common import clean
from corpus.readers.html_tables import is_data_table, measure, text_of

_NEVER = [
    "script",
    "style",
    "noscript",
    "template",
    "iframe",
    "object",
    "embed",
    "applet",
    "svg",
    "canvas",
    "audio",
    "video",
    "select",
    "button",
    "input",
    "textarea",
    "nav",
    "aside",
    "dialog",
    "map",
]
_NOISE_TOKENS = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|breadcrumbs?|crumbs?|share|bdshare|bshare|social|sidebar|footer|foot|header|"
    r"copyright|toolbar|print|pager|pagination|related|recommend|qrcode|ewm|dqwz|position|location|search|login|comments?|"
    r"bottom-?bar|top-?bar|fenxiang|daohang|mianbaoxie|dayin)(?:$|[\s_\d-])",
    re.I,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_CONTAINERS = (
    '//*[@id="UCAP-CONTENT"]',
    '//*[contains(concat(" ", normalize-space(@class), " "), " TRS_Editor ")]',
    '//*[contains(concat(" ", normalize-space(@class), " "), " trs_editor_view ")]',
    '//*[@id="zoom" or @id="Zoom"]',
    '//*[contains(concat(" ", normalize-space(@class), " "), " article-content ")]',
    '//*[contains(concat(" ", normalize-space(@class), " "), " pages_content ")]',
    '//*[contains(concat(" ", normalize-space(@class), " "), " article ") or @id="article"]',
    "//article",
    '//*[contains(concat(" ", normalize-space(@class), " "), " content ") or @id="content"]',
    "//main",
)
_SITE_SUFFIX = re.compile(r"\s*(?:[_|]|\s[-–—]\s|--|—).*$")
_ENOUGH = 0.4  # share of the densest element's text that a named container must hold


def drop_invisible(root: HtmlElement) -> None:
    """Remove what a reader does not see as text: scripts, hidden elements, navigation, chrome."""
    sizes = measure(root)
    titled: set[HtmlElement] = set()  # what holds an <h1> is no chrome
    for heading in root.iter("h1"):
        node = heading.getparent()
        while node is not None and node not in titled:
            titled.add(node)
            node = node.getparent()
    total = sizes[root][0]
    stack: list[HtmlElement] = [root]
    while stack:
        node = stack.pop()
        kept = (
            node.getparent() is None or node.tag in ("html", "body", "head") or not isinstance(node.tag, str)
        )
        noise = not kept and _noise(node) and sizes[node][0] <= 0.5 * total and node not in titled
        if not kept and (node.tag in _NEVER or _hidden(node) or noise):
            node.drop_tree()
        else:
            stack.extend(node)


def _hidden(node: HtmlElement) -> bool:
    return node.get("hidden") is not None or bool(_HIDDEN.search(node.get("style", "")))


def _noise(node: HtmlElement) -> bool:
    if node.tag in ("header", "footer"):
        return True
    names = f"{node.get('class', '')} {node.get('id', '')} "
    return bool(names.strip()) and bool(_NOISE_TOKENS.search(names))


def main_content(root: HtmlElement) -> HtmlElement:
    """The element that holds the page's text.

    A container usual on government sites, if it holds a fair share of what the densest element
    holds; else the densest element, unless the page has a good deal of text outside it.
    """
    sizes = measure(root)

    def length(node: HtmlElement) -> int:
        return sizes[node][0]

    bodies = root.xpath("//body")
    body: HtmlElement = bodies[0] if bodies else root
    dense = _around_table(_densest(body, sizes))
    for xpath in _CONTAINERS:
        found = max(root.xpath(xpath), key=length, default=None)
        if found is not None and length(found) >= max(1, _ENOUGH * length(dense)):
            return found
    return dense if length(dense) >= 0.6 * length(body) else body


def _around_table(node: HtmlElement) -> HtmlElement:
    """What holds a table of data: its caption, unit and notes stand outside it."""
    for table in [node, *node.iterancestors()]:
        holder = table.getparent()
        if table.tag == "table" and holder is not None and is_data_table(table):
            return holder
    return node


def _densest(body: HtmlElement, sizes: dict[HtmlElement, tuple[int, int]]) -> HtmlElement:
    """The element whose own paragraphs carry most text outside links."""
    scores: dict[HtmlElement, float] = {}
    for node in body.iter("p", "h2", "h3", "h4", "li", "tr", "div", "td"):
        own = len(clean(node.text or "")) + sum(
            len(clean(child.tail or ""))
            + (sizes[child][0] if child.tag in ("span", "b", "strong", "font", "em") else 0)
            for child in node
            if child.tag not in ("a", "p", "div", "table", "ul")
        )
        holder = node.getparent()
        for weight in (1.0, 0.5):
            if holder is None or holder.tag in ("html",):
                break
            scores[holder] = scores.get(holder, 0.0) + weight * own
            holder = holder.getparent()
    if not scores:
        return body
    return max(scores, key=lambda node: scores[node])


def page_title(root: HtmlElement, declared: dict[str, str]) -> str | None:
    """The title of the text: the site's own metadata, the only <h1>, else <title> without the site."""
    for key in ("articletitle", "标题", "文件名称", "og:title"):
        if declared.get(key):
            return declared[key]
    headings = [clean(text_of(node).replace("\n", "")) for node in root.iter("h1")]
    headings = [text for text in headings if text]
    if len(headings) == 1:
        return headings[0]
    title = declared.get("title", "")
    return _SITE_SUFFIX.sub("", title) or None
