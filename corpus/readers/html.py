"""HTML: the main text only, what the page says of itself, tables resolved.

Everything walks the tree with a stack of its own, so that nesting as deep as the parser allows
cannot exhaust Python's recursion.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import etree
from lxml.html import HtmlElement
from lxml.html import HTMLParser as LxmlParser

from corpus.model import Block, RawDocument
from corpus.readers.common import Source, clean, join_lines, visual_lines
from corpus.readers.encoding import decode
from corpus.readers.html_main import drop_invisible, main_content, page_title
from corpus.readers.html_meta import declared_of
from corpus.readers.html_tables import as_table, is_data_table

_CHARSET = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I)
_BLOCK_TAGS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "details",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_BOILERPLATE = re.compile(
    r"^(?:[【\[]?\s*(?:打印|关闭|收藏|返回顶部|字体|分享|下载|大|中|小|打印本页|关闭窗口|打印正文|关闭本页)\s*[】\]]?[\s|:：/]*)+$"
    r"|^(?:分享到|当前位置|您的位置|您现在的位置|您当前的位置|扫一扫|浏览次数|点击数|阅读次数|上一篇|下一篇|相关链接|相关阅读|责任编辑|字号)\s*(?:[:：]|在手机)?.{0,60}$"
)


def read(source: Source) -> RawDocument:
    """Read a web page: its main content, without navigation, scripts or hidden parts."""
    found = _CHARSET.search(source.data[:8192])
    text, warnings = decode(source, found.group(1).decode("ascii") if found else None)
    root = parse(text)
    drop_invisible(root)
    declared = declared_of(root)
    content = main_content(root)
    blocks = [block for block in walk(content) if not _BOILERPLATE.match(block.text)]
    title = page_title(root, declared)
    if title and not any(title in block.text for block in blocks[:8]):
        blocks.insert(0, Block(text=title, kind="heading", level=1))
    return RawDocument(
        path=source.path, format="html", blocks=tuple(blocks), declared=declared, warnings=warnings
    )


def parse(text: str) -> HtmlElement:
    """The tree of an HTML text; tolerant of bad markup, never loads anything.

    Raises:
        ValueError: no element at all.
    """
    # huge_tree: without it libxml2 silently stops at 256 levels and the rest is lost
    parser = LxmlParser(encoding="utf-8", recover=True, no_network=True, huge_tree=True)
    data = text.replace("\x00", "").encode("utf-8", errors="replace")
    root = etree.fromstring(data, parser) if data.strip() else None
    if root is None:
        raise ValueError("no element in the HTML")
    return root


def fragment_blocks(html: str, before: Sequence[Block] = ()) -> list[Block]:
    """The blocks of an HTML fragment (as in Markdown); `before` may hold a table's caption."""
    if not re.search(r"<\w", html) or not html.strip():
        return []
    root = parse(f"<html><body>{html}</body></html>")
    drop_invisible(root)
    return list(walk(root, before))


def walk(content: HtmlElement, before: Sequence[Block] = ()) -> list[Block]:
    """Blocks of an element in reading order."""
    blocks: list[Block] = list(before)
    buffer: list[str] = []
    heading: int | None = None
    lists: list[int | None] = []
    prefix = ""

    def flush() -> None:
        nonlocal prefix
        text = "".join(buffer)
        buffer.clear()
        for part in text.split("\v"):
            lines = [clean(part)] if heading else visual_lines(join_lines(part.split("\n")))
            for line in filter(None, lines):
                kind = "heading" if heading else "paragraph"
                blocks.append(Block(text=prefix + line, kind=kind, level=heading))  # type: ignore[arg-type]
                prefix = ""

    stack: list[tuple[HtmlElement, bool]] = [(content, False)]
    while stack:
        element, leaving = stack.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        if leaving:
            if tag in _BLOCK_TAGS:
                flush()
                prefix = "" if tag == "li" else prefix
            if re.fullmatch("h[1-6]", tag):
                heading = None
            if tag in ("ol", "ul") and lists:
                lists.pop()
            if element is not content:
                buffer.append(element.tail or "")
            continue
        if not tag:  # comment, processing instruction
            buffer.append(element.tail or "")
            continue
        if tag in _BLOCK_TAGS:
            flush()
        if tag == "br":
            buffer.append("\v")
        if tag == "table" and is_data_table(element):
            block = as_table(element, blocks)
            if block is not None:
                blocks.append(block)
            if element is not content:
                buffer.append(element.tail or "")
            continue
        if re.fullmatch("h[1-6]", tag):
            heading = int(tag[1])
        if tag == "ol":
            lists.append(int(element.get("start", "1")) if element.get("start", "1").isdigit() else 1)
        elif tag == "ul":
            lists.append(None)
        elif tag == "li" and lists and lists[-1] is not None:
            prefix = f"{lists[-1]}. "
            lists[-1] += 1
        elif tag in ("td", "th") and buffer:
            buffer.append(" ")
        buffer.append(element.text or "")
        stack.append((element, True))
        stack.extend((child, False) for child in reversed(element))
    flush()
    return blocks[len(before) :]
