"""HTML: the main text only, what the page says of itself, tables resolved.

Everything walks the tree with a stack of its own, so that nesting as deep as the parser allows
cannot exhaust Python's recursion.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from lxml import etree
from lxml.html import HtmlElement
from lxml.html import HTMLParser as LxmlParser

from corpus.messages import msg
from corpus.model import Block, RawDocument
from corpus.readers import mhtml
from corpus.readers.common import Source, clean, join_lines, visual_lines
from corpus.readers.encoding import decode
from corpus.readers.html_links import attachments
from corpus.readers.html_main import drop_invisible, main_content, page_title
from corpus.readers.html_meta import declared_of
from corpus.readers.html_tables import as_table, is_data_table

_CHARSET = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I)
_HEADING = re.compile("h[1-6]")
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
    charset: str | None = None
    if mhtml.is_archive(source.data):
        page, charset = mhtml.page_of(source.data)
        source = replace(source, data=page)
    found = _CHARSET.search(source.data[:8192])
    text, warnings = decode(source, found.group(1).decode("ascii") if found else charset)
    root = parse(text)
    drop_invisible(root)
    declared = declared_of(root)
    attached = attachments(root)  # often below the main content
    if attached:
        declared["attachments"] = "；".join(attached)
        warnings = (
            *warnings,
            msg("formats.html_attachments", count=len(attached), names="；".join(attached)),
        )
    content = main_content(root)
    blocks = [block for block in walk(content) if not _BOILERPLATE.match(block.text)]
    title = page_title(root, declared)
    if title:
        declared.setdefault("articletitle", title)
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
    """Blocks of an element in reading order; `before` are the blocks above it."""
    walker = _Walker(content, before)
    stack: list[tuple[HtmlElement, bool]] = [(content, False)]
    while stack:
        element, leaving = stack.pop()
        if leaving:
            walker.leave(element)
        elif walker.enter(element):
            stack.append((element, True))
            stack.extend((child, False) for child in reversed(element))
    walker.flush()
    return walker.blocks[len(before) :]


class _Walker:
    """Gathers inline text between block elements, and makes a block of it at each of their edges."""

    def __init__(self, content: HtmlElement, before: Sequence[Block]) -> None:
        self.blocks: list[Block] = list(before)
        self._content = content
        self._buffer: list[str] = []
        self._heading: int | None = None
        self._lists: list[int | None] = []  # a list's next number a nesting level; None for bullets
        self._prefix = ""

    def flush(self) -> None:
        """Make blocks of the text gathered so far; <br> (a vertical tab in it) splits."""
        text = "".join(self._buffer)
        self._buffer.clear()
        for part in text.split("\v"):
            joined = join_lines(part.split("\n"))
            for line in [clean(joined)] if self._heading else visual_lines(joined):
                if not line:
                    continue
                if self._heading:
                    block = Block(text=self._prefix + line, kind="heading", level=self._heading)
                else:
                    block = Block(text=self._prefix + line)
                self.blocks.append(block)
                self._prefix = ""

    def enter(self, element: HtmlElement) -> bool:
        """Open an element; False where its children are not to be walked."""
        tag = element.tag if isinstance(element.tag, str) else ""
        if not tag:  # comment, processing instruction
            self._tail(element)
            return False
        if tag in _BLOCK_TAGS:
            self.flush()
        if tag == "table" and is_data_table(element):
            self.blocks += as_table(element, self.blocks)
            self._tail(element)
            return False
        if tag == "br":
            self._buffer.append("\v")
        elif _HEADING.fullmatch(tag):
            self._heading = int(tag[1])
        elif tag == "ol":
            start = element.get("start", "1")
            self._lists.append(int(start) if start.isdecimal() else 1)
        elif tag == "ul":
            self._lists.append(None)
        elif tag == "li" and self._lists:
            number = self._lists[-1]
            if number is not None:
                self._prefix = f"{number}. "
                self._lists[-1] = number + 1
        self._buffer.append(element.text or "")
        return True

    def leave(self, element: HtmlElement) -> None:
        """Close an element that was entered."""
        if element.tag in _BLOCK_TAGS:
            self.flush()
        if element.tag == "li":
            self._prefix = ""
        elif element.tag in ("ol", "ul"):
            self._lists.pop()
        elif _HEADING.fullmatch(element.tag):
            self._heading = None
        self._tail(element)

    def _tail(self, element: HtmlElement) -> None:
        if element is not self._content:
            self._buffer.append(element.tail or "")
