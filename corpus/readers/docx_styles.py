"""Paragraph styles of a DOCX: heading level, list, and what a table of contents is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml.etree import _Element as Element

from corpus.readers.docx_numbering import W

_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])", re.I)
_TOC = re.compile(r"(?:toc|目录)\s*\d|toc heading", re.I)


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph has from its style and those that it is based on.

    `outline` is the heading level from 0 (as in w:outlineLvl), `title` that it is the document's title.
    """

    outline: int | None = None
    title: bool = False
    toc: bool = False
    num_id: str | None = None
    depth: int | None = None
    num_style: str | None = None  # the style in the chain that has the list


class Styles:
    """All styles by id, with w:basedOn followed."""

    def __init__(self, root: Element | None) -> None:
        self._nodes: dict[str, Element] = {}
        self.num_of_style: dict[str, str] = {}
        self._default = ""
        for node in root.findall(f"{W}style") if root is not None else ():
            style_id = node.get(f"{W}styleId") or ""
            self._nodes[style_id] = node
            if node.get(f"{W}type") == "paragraph" and node.get(f"{W}default") in ("1", "true"):
                self._default = style_id
            if node.get(f"{W}type") == "numbering":
                num = node.find(f"{W}pPr/{W}numPr/{W}numId")
                if num is not None:
                    self.num_of_style[style_id] = num.get(f"{W}val") or ""
        self._cache: dict[str, Style] = {}

    def get(self, style_id: str | None) -> Style:
        """The resolved style; the document's default where `style_id` is None."""
        key = style_id or self._default
        if key not in self._cache:
            self._cache[key] = self._resolve(key)
        return self._cache[key]

    def _resolve(self, style_id: str) -> Style:
        outline: int | None = None
        num_id: str | None = None
        depth: int | None = None
        num_style: str | None = None
        title = toc = False
        seen: set[str] = set()
        current = style_id
        while current and current not in seen:  # a cycle of basedOn must not hang
            seen.add(current)
            node = self._nodes.get(current)
            if node is None:
                break
            name = _value(node.find(f"{W}name")) or ""
            heading = _HEADING.fullmatch(name.strip())
            if outline is None:
                level = _value(node.find(f"{W}pPr/{W}outlineLvl"))
                if level is not None and level.isdigit():
                    outline = int(level)
                elif heading:
                    outline = int(heading.group(1)) - 1
            title = title or name.strip().lower() in ("title", "标题", "文件标题", "公文标题")
            toc = toc or bool(_TOC.match(name.strip()))
            number = node.find(f"{W}pPr/{W}numPr")
            if number is not None:
                if num_id is None and number.find(f"{W}numId") is not None:
                    num_id, num_style = _value(number.find(f"{W}numId")), current
                level = _value(number.find(f"{W}ilvl"))
                if depth is None and level is not None and level.isdigit():
                    depth = int(level)
            current = _value(node.find(f"{W}basedOn")) or ""
        return Style(
            outline if outline is None or outline < 9 else None, title, toc, num_id, depth, num_style
        )


def _value(node: Element | None) -> str | None:
    return None if node is None else node.get(f"{W}val")
