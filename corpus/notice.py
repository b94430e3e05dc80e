"""Notices, opinions, plans, reports: 一、（一）1.（1） sections, unnumbered passages, questions.

A section becomes a unit at the level where it reads as one thing: short sections stay whole and
keep their numbered points as parts; long ones are divided at the next level of numbering.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from corpus.head import HEAD_CHARS, is_head_line
from corpus.markers import ATTACHMENT, BULLET, QUESTION, section_marker, section_order
from corpus.units import Draft, Line, table_draft

WHOLE_SECTION = 500  # characters up to which a section with numbered points stays one unit
PASSAGE_MIN = 60  # shorter unnumbered paragraphs are joined with what follows
PASSAGE_MAX = 500

_CLOSING_LINES = 16  # a signature with a list of attachments before it and a note after it
_DATE_LINE = re.compile(
    r"^\d{4}\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?$"
    r"|^[二〇○零一三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月(?:[一二三四五六七八九十]{1,3}日)?$"
)
_ORGAN_END = "厅|局|部|委|政府|办公室|委员会|总局|院|银行|中心|协会|学会|联合会|公司|集团|领导小组|处|办|署"
_SIGNATURE = re.compile(rf"^[^。，；：:！？\d]{{2,60}}(?:{_ORGAN_END})(?:[（(][^（）()]{{1,12}}[）)])?$")
_NOTE_LINE = re.compile(r"^[（(][^）)]{2,60}[）)]$")
_PRINTED = re.compile(r"^(?:抄送|主送|抄报)[:：]|\d{4}年\d{1,2}月\d{1,2}日印发$")
_ATTACHMENTS = re.compile(r"^附件[:：]")
_ATTACHMENT_ITEM = re.compile(r"^\d{1,2}[.．、](?!\d)[^。；;]{2,60}$")


_QUESTION_RANK = 9  # a question lies below any section


@dataclass(slots=True)
class _Node:
    """A numbered section with its own lines and the sections below it."""

    rank: int
    marker: str
    lines: list[Line]
    path: tuple[str, ...]
    children: list[_Node] = field(default_factory=list)

    def all_lines(self) -> list[Line]:
        return self.lines + [line for child in self.children for line in child.all_lines()]

    @property
    def heading(self) -> str:
        return " ".join(self.lines[0].text.split())[:60]


def is_closing(line: Line) -> bool:
    """Signature, date, note in brackets, printing note or list of attachments at the end of a text."""
    text = _bare(line)
    if line.is_table or len(text) > 120:
        return False
    if _PRINTED.search(text) or (_ATTACHMENTS.match(text) and not ATTACHMENT.match(text)):
        return True
    if len(text) > 60 or section_marker(text) is not None:
        return False
    return any(pattern.match(text) for pattern in (_DATE_LINE, _SIGNATURE, _NOTE_LINE))


def closing_lines(lines: Sequence[Line]) -> int:
    """How many lines at the end close the text: attachments listed, signature, date, notes.

    The list's further items (2. …) are numbered as points are: they close only after 附件：.
    """
    count = items = 0
    for line in reversed(lines[1:][-_CLOSING_LINES:]):
        if is_closing(line):
            if items and not _ATTACHMENTS.match(_bare(line)):
                break  # the numbered lines between belong to the text
            count, items = count + items + 1, 0
        elif not line.is_table and _ATTACHMENT_ITEM.match(_bare(line)):
            items += 1
        elif count == 1 and not items and _signs(line, lines[-1]):
            count += 1
        else:
            break
    return count


def _signs(line: Line, following: Line) -> bool:
    """A short line without marker or full stop right above the date: somebody's name."""
    text = _bare(line)
    plain = not re.search(r"[。，；：:！？|]", text) and section_marker(line.text) is None
    short = 2 < len(text) <= 30 and not line.is_table and not line.is_division
    return short and plain and bool(_DATE_LINE.match(_bare(following)))


def _bare(line: Line) -> str:
    return line.text.replace(" ", "").replace("\u3000", "")


def notice_units(lines: Sequence[Line], prefix: str = "", path: tuple[str, ...] = ()) -> list[Draft]:
    """Units of a run of lines without articles."""
    drafts: list[Draft] = []
    loose: list[Line] = []
    roots: list[_Node] = []
    stack: list[_Node] = []
    headings: list[tuple[int, str]] = []

    def here() -> tuple[str, ...]:
        return path + tuple(text for _, text in headings)

    def flush() -> None:
        drafts.extend(_passages(loose, here(), prefix))
        loose.clear()
        for root in roots:
            drafts.extend(_section_units(root, prefix))
        roots.clear()
        stack.clear()

    tail = closing_lines(lines)
    if lines and tail == len(lines) - 1 and is_closing(lines[0]):
        tail += 1  # a closing that a statute's last article has left
    for line in lines[: len(lines) - tail]:
        marker = None if line.is_table or QUESTION.match(line.text) else section_marker(line.text)
        if marker and _fits(marker, stack) and not _in_answer(marker, stack, loose):
            rank, shown = marker
            drafts.extend(_passages(loose, here(), prefix))
            loose.clear()
            while stack and stack[-1].rank >= rank:
                stack.pop()
            above = tuple(node.heading for node in stack)
            node = _Node(rank, shown, [line], here() + above)
            (stack[-1].children if stack else roots).append(node)
            stack.append(node)
        elif line.is_division:
            flush()
            rank = line.block.level or (1 if line.block.kind == "heading" else 2)
            headings = [(other, text) for other, text in headings if other < rank]
            headings.append((rank, " ".join(line.text.split())))
        elif stack and QUESTION.match(line.text):  # a question inside a section
            while stack[-1].rank == _QUESTION_RANK:
                stack.pop()
            asked = _Node(_QUESTION_RANK, "", [line], here() + tuple(node.heading for node in stack))
            stack[-1].children.append(asked)
            stack.append(asked)
        elif stack:
            stack[-1].lines.append(line)
        else:
            loose.append(line)
    flush()
    headings = []
    drafts.extend(_passages(list(lines[len(lines) - tail :]), path, prefix))
    return sorted(drafts, key=lambda draft: draft.start)


def _in_answer(marker: tuple[int, str], stack: list[_Node], loose: Sequence[Line]) -> bool:
    """Whether a numbered line is a point of the answer to an open question, not the next section."""
    rank, shown = marker
    asked = stack[-1].rank == _QUESTION_RANK if stack else any(QUESTION.match(line.text) for line in loose)
    if not asked or rank == 1:
        return False
    order = section_order(shown)
    return not any(node.rank == rank and section_order(node.marker) == order - 1 for node in stack)


def _fits(marker: tuple[int, str], stack: list[_Node]) -> bool:
    """Whether a marker goes on with a numbering: its next number, or 1 of a new one.

    A year or amount at the beginning of a line ("3. 5亿元") opens no section.
    """
    rank, shown = marker
    order = section_order(shown)
    same = next((node for node in reversed(stack) if node.rank == rank), None)
    if same is not None and section_order(same.marker) < order:
        return True
    return order <= 1 or rank <= 2 or same is None


def _section_units(node: _Node, prefix: str, above: str = "") -> list[Draft]:
    label = f"{above}{node.marker}"
    lines = node.all_lines()
    if node.rank == _QUESTION_RANK:
        return _passages(lines, node.path, f"{prefix}{above}")
    text_lines = [line for line in lines if not line.is_table]
    size = sum(len(line.text) for line in text_lines)
    # A lead that ends in a colon belongs with its points: 应当符合下列条件：（一）…
    is_list = node.lines[-1].text.rstrip().endswith(("：", ":"))
    inner = any(child.rank <= 2 or child.rank == _QUESTION_RANK for child in node.children)
    divided = size > WHOLE_SECTION or (inner and not is_list)
    if node.children and divided:
        own = _whole(node, node.lines, f"{prefix}{label}") if _has_body(node) else []
        return own + [unit for child in node.children for unit in _section_units(child, prefix, label)]
    units = _whole(node, lines, f"{prefix}{label}")
    if units and units[0].kind == "section":
        units[0].parts = _points(node.children, f"{prefix}{label}")
    return units


def _has_body(node: _Node) -> bool:
    """Whether a section says something itself before its subsections begin."""
    return len(node.lines) > 1 or node.lines[0].text.rstrip().endswith(("。", "；", "："))


def _whole(node: _Node, lines: Sequence[Line], label: str) -> list[Draft]:
    """The lines as one unit, its tables as further ones."""
    texts = [line for line in lines if not line.is_table]
    path = node.path + ((node.heading,) if len(texts) > 1 and len(node.lines[0].text) <= 40 else ())
    unit = Draft("section", label, path, texts[0].start, texts[-1].end, texts[0].page)
    tables = [table_draft(line, (*node.path, node.heading)) for line in lines if line.is_table]
    return [unit, *tables]


def _points(children: Sequence[_Node], above: str) -> list[Draft]:
    """Numbered points inside a section that stays whole."""
    points: list[Draft] = []
    for child in children:
        lines = [line for line in child.all_lines() if not line.is_table]
        label = f"{above}{child.marker}"
        point = Draft("item", label, child.path, lines[0].start, lines[-1].end, lines[0].page)
        point.parts = _points(child.children, label)
        points.append(point)
    return points


def _passages(lines: Sequence[Line], path: tuple[str, ...], prefix: str) -> list[Draft]:
    """Unnumbered paragraphs as units; short ones joined, pseudo-headings put into the path."""
    drafts: list[Draft] = []
    group: list[Line] = []
    heading: tuple[str, ...] = ()

    def close() -> None:
        if group:
            first, last = group[0], group[-1]
            label = prefix.strip() or None
            drafts.append(Draft("text", label, path + heading, first.start, last.end, first.page))
            group.clear()

    for line in lines:
        if line.is_table:
            close()
            drafts.append(table_draft(line, path + heading))
            continue
        size = sum(len(other.text) for other in group)
        if group and _heads(group[-1]) is not _heads(line):
            close()
        if QUESTION.match(line.text):
            close()
            heading = (line.text,)
        elif _is_pseudo_heading(line):
            close()
            heading = (BULLET.sub("", line.text),)
        elif group and not QUESTION.match(group[0].text) and not _heads(line):
            if size >= PASSAGE_MIN or size + len(line.text) > PASSAGE_MAX:
                close()
        elif group and size + len(line.text) > PASSAGE_MAX:
            close()
        group.append(line)
    close()
    return drafts


def _heads(line: Line) -> bool:
    """Whether a line is head matter, which stands as a unit of its own."""
    return line.start < HEAD_CHARS and is_head_line(line.text)


def _is_pseudo_heading(line: Line) -> bool:
    """A dash or bullet with a short line that ends without a full stop: ——实时监测与项目服务并行"""
    return bool(BULLET.match(line.text)) and 4 < len(line.text) <= 45 and line.text[-1] not in "。；，：;:"
