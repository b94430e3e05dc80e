"""Plain text: a line is a paragraph, unless the file was wrapped at a fixed width."""

from __future__ import annotations

import re

from corpus.head import is_head_line
from corpus.model import Block, RawDocument
from corpus.readers.common import (
    ARTICLE,
    CLOSED,
    DATED,
    MARKER,
    SIGNED,
    Source,
    clean,
    display_width,
    join_lines,
)
from corpus.readers.encoding import decode

_SLACK = 4  # columns by which a wrapped line may miss the margin (kinsoku, a Latin word)
_INDENT = re.compile(r"(?:\u3000|\t| {2,})")


def read(source: Source) -> RawDocument:
    """Read a text file: blank lines, indents and clause markers open paragraphs."""
    text, warnings = decode(source)
    blocks = tuple(Block(text=paragraph) for paragraph in paragraphs(text))
    return RawDocument(path=source.path, format="text", blocks=blocks, warnings=warnings)


def paragraphs(text: str) -> list[str]:
    """Split a plain text into paragraphs, rejoining lines wrapped at a fixed width."""
    lines = re.split(r"\r\n|[\n\r\f\v\u2028\u2029\u0085]", text)
    width = _wrap_width(lines)
    result: list[list[str]] = []
    previous = ""
    for line in lines:
        stripped = clean(line)
        if not stripped:
            previous = ""
            continue
        if width is not None and previous and _continues(previous, line, stripped, width):
            result[-1].append(stripped)
        else:
            result.append([stripped])
        previous = line.rstrip()
    return [join_lines(group) for group in result]


def _continues(previous: str, line: str, stripped: str, width: int) -> bool:
    """Whether `line` goes on with the paragraph that `previous` (a line as it stands) is in."""
    if display_width(previous) < width - _SLACK:
        return False
    if _INDENT.match(line) and not _INDENT.match(previous):
        return False
    if CLOSED.search(previous) and (SIGNED.match(stripped) or DATED.match(stripped)):
        return False  # a signature below a closing sentence as long as a full line
    if is_head_line(stripped):  # a number or a label below a title as long as a full line
        return False
    opens = MARKER.match(stripped) or ARTICLE.match(stripped)
    # "依照本法 / 第三条规定": a reference at a line's start is no new clause
    return not (opens and (CLOSED.search(previous) or MARKER.match(stripped)))


def _wrap_width(lines: list[str]) -> int | None:
    """The column at which the text was wrapped, None where lines are whole paragraphs.

    Wrapped: a third of the lines end within a few columns of one margin and almost none beyond.
    """
    widths = sorted(display_width(line.rstrip()) for line in lines if line.strip())
    if len(widths) < 4:
        return None
    margin = widths[int(len(widths) * 0.9)]
    if not 30 <= margin <= 140:
        return None
    near = sum(1 for width in widths if abs(width - margin) <= _SLACK)
    beyond = sum(1 for width in widths if width > margin + _SLACK)
    full = [line for line in lines if abs(display_width(line.rstrip()) - margin) <= _SLACK]
    unfinished = sum(1 for line in full if not CLOSED.search(line.rstrip()))
    wrapped = near / len(widths) >= 0.33 and beyond / len(widths) <= 0.05 and unfinished / len(full) >= 0.5
    return margin if wrapped else None
