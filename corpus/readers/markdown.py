"""Markdown (CommonMark with tables): the text as a reader sees it, front matter as declared."""

from __future__ import annotations

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from corpus.model import Block, RawDocument
from corpus.readers.common import Source, clean, join_lines, table_block, visual_lines
from corpus.readers.encoding import decode

_FRONT_MATTER = re.compile(r"\s*---[ \t]*\r?\n(.*?)(?:^|\n)---[ \t]*(?:\r?\n|$)", re.S)
_KEY_VALUE = re.compile(r"([^\s:：#\-][^:：\n]{0,60}?)\s*[:：](?:\s+(.*)|)$")
_TIGHT_HEADING = re.compile(r"^(#{1,6})(?=[\u3400-\u9fff（“《])", re.M)
_LEFT_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_BREAK = re.compile(r"<br\s*/?>", re.I)


@cache
def _parser() -> MarkdownIt:
    # Chinese texts indent paragraphs by four spaces: these are no code
    return MarkdownIt("commonmark", {"html": True, "maxNesting": 100}).enable("table").disable("code")


def read(source: Source) -> RawDocument:
    """Read a Markdown file; list numbers stay in the text, marks of emphasis and links go."""
    text, warnings = decode(source)
    declared, body = front_matter(text)
    blocks = blocks_of(body)
    return RawDocument(
        path=source.path, format="markdown", blocks=tuple(blocks), declared=declared, warnings=warnings
    )


def front_matter(text: str) -> tuple[dict[str, str], str]:
    """The `key: value` lines between `---` at the start, and the rest of the text.

    Keys in lower case, quotes removed, list items joined with "；". Where the block holds anything
    else it is no front matter and stays text.
    """
    match = _FRONT_MATTER.match(text)
    if match is None:
        return {}, text
    declared: dict[str, str] = {}
    key = ""
    for line in match.group(1).splitlines():
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        pair = None if line[0].isspace() or stripped.startswith("- ") else _KEY_VALUE.match(stripped)
        if pair:
            key = pair.group(1).strip().strip("\"'").lower()
            value = _unquote((pair.group(2) or "").strip())
            declared[key] = "" if value in (">", "|", ">-", "|-") else value
        elif key and stripped.startswith("- "):
            declared[key] = "；".join(filter(None, (declared[key], _unquote(stripped[2:].strip()))))
        elif key and line[0].isspace():
            declared[key] = join_lines((declared[key], _unquote(stripped)))
        else:
            return {}, text
    return {name: value for name, value in declared.items() if value}, text[match.end() :]


def _unquote(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value


def blocks_of(text: str) -> list[Block]:
    """The blocks of a Markdown text without front matter."""
    text = _TIGHT_HEADING.sub(r"\1 ", text)
    blocks: list[Block] = []
    tokens = _parser().parse(text)
    numbers: list[int | None] = []  # a list's next number a nesting level; None for bullets
    prefix = ""
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.type == "ordered_list_open":
            numbers.append(int(token.attrGet("start") or 1))
        elif token.type == "bullet_list_open":
            numbers.append(None)
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            numbers.pop()
        elif token.type == "list_item_open":
            number = numbers[-1]
            if number is not None:
                prefix = f"{token.info or number}{token.markup} "
                numbers[-1] = number + 1
        elif token.type == "list_item_close":
            prefix = ""
        elif token.type == "heading_open":
            heading = join_lines(_inline(tokens[index + 1]).split("\n"))
            if heading := clean(heading):
                blocks.append(Block(text=heading, kind="heading", level=int(token.tag[1])))
            index += 2
        elif token.type == "inline":
            for line in _paragraphs(token):
                blocks.append(Block(text=prefix + line))
                prefix = ""
        elif token.type == "fence":
            blocks += [Block(text=line) for line in map(clean, token.content.splitlines()) if line]
        elif token.type == "table_open":
            index = _table(tokens, index, blocks)
        elif token.type == "html_block":
            index = _html(tokens, index, blocks)
        index += 1
    return blocks


def _paragraphs(token: Token) -> list[str]:
    """A paragraph's lines: hard breaks always split, soft ones where a line of its own begins."""
    return [line for part in _inline(token).split("\v") for line in visual_lines(part, as_written=True)]


def _inline(token: Token) -> str:
    """Inline content as text: soft breaks as newline, hard ones as vertical tab."""
    parts: list[str] = []
    stack = list(reversed(token.children or []))
    while stack:
        child = stack.pop()
        if child.type == "softbreak":
            parts.append("\n")
        elif child.type == "hardbreak" or (child.type == "html_inline" and _BREAK.match(child.content)):
            parts.append("\v")
        elif child.type == "image" or child.type in ("text", "text_special", "code_inline"):
            parts.append(child.content)
    # CommonMark leaves **“重点”**内容 as it stands (no right-flanking run before a letter)
    return _LEFT_EMPHASIS.sub(r"\2", "".join(parts))


def _table(tokens: list[Token], index: int, blocks: list[Block]) -> int:
    """Append the table that opens at `index`; return the index of its closing token."""
    rows: list[list[str]] = []
    while tokens[index].type != "table_close":
        token = tokens[index]
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_inline(token).replace("\v", "\n"))
        index += 1
    block = table_block(rows, before=blocks)
    if block is not None:
        blocks.append(block)
    return index


def _html(tokens: list[Token], index: int, blocks: list[Block]) -> int:
    """Append what HTML blocks in a row show; return the index of the last of them."""
    from corpus.readers.html import fragment_blocks

    last = index
    while last + 1 < len(tokens) and tokens[last + 1].type == "html_block":
        last += 1
    html = "\n".join(token.content for token in tokens[index : last + 1])
    blocks += fragment_blocks(html, before=blocks)
    return last
