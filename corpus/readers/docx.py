"""DOCX: paragraphs with their automatic numbers, headings, tables; tracked changes as accepted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from lxml.etree import _Element as Element

from corpus.model import Block, RawDocument
from corpus.readers.common import CLOSED, MARKER, Source, clean, join_lines, pairs_in
from corpus.readers.docx_images import recognised_blocks
from corpus.readers.docx_numbering import Numbering, W
from corpus.readers.docx_package import Package
from corpus.readers.docx_styles import Styles
from corpus.readers.framed import table_blocks

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_DROPPED = frozenset(
    [
        f"{W}{name}"
        for name in ["del", "moveFrom", "instrText", "delText", "rt", "pPr", "rPr", "sdtPr", "fldData"]
    ]
    + [f"{_MC}Fallback"]
)
_TEXTBOX = f"{W}txbxContent"
_CONTAINERS = frozenset(
    [f"{W}{name}" for name in ["ins", "moveTo", "sdt", "sdtContent", "customXml", "smartTag"]]
    + [f"{_MC}AlternateContent", f"{_MC}Choice"]
)
_TITLE_SIZE = 36  # half points: a centred line from 18 pt up, above the body's, is a title
_HEADING_MAX = 120  # characters; a longer paragraph with an outline level is a clause, no heading
_RUNS_ON = 25  # characters before a line break (Shift+Enter) from which an unfinished sentence may go on


def read(source: Source) -> RawDocument:
    """Read a Word document. Pages are not known (None): Word makes them when it prints."""
    package = Package(source)
    root = package.document()
    body = root.find(f"{W}body")
    if body is None:
        raise ValueError("no body in the document part")
    if next(root.iter(f"{W}altChunk"), None) is not None:
        package.skipped("altChunk")
    reader = _Body(package)
    blocks = reader.blocks(body)
    blocks += reader.notes_left(root)
    if not blocks:
        blocks = recognised_blocks(package, root, source.path)
    return RawDocument(
        path=source.path,
        format="docx",
        blocks=tuple(_with_title(blocks)),
        declared=_declared(package.core(), package.custom()),
        warnings=tuple(package.warnings),
    )


def _with_title(blocks: list[Block]) -> list[Block]:
    """With a title (level 0 so far), it becomes level 1 and the headings go one down."""
    if not any(block.level == 0 for block in blocks):
        return blocks
    return [
        replace(block, level=block.level + 1)
        if block.kind == "heading" and block.level is not None
        else block
        for block in blocks
    ]


def _declared(core: Element | None, custom: Element | None) -> dict[str, str]:
    """Properties that a user or Word filled in: core by local name (title, creator, created, ...),
    custom by theirs, and the key=value pairs that keywords or comments hold."""
    declared: dict[str, str] = {}
    for node in core if core is not None else ():
        if isinstance(node.tag, str) and node.text and node.text.strip():
            declared[node.tag.rpartition("}")[2].lower()] = clean(node.text)
    for name in ("keywords", "description"):
        pairs = pairs_in(declared.get(name, ""))
        pairs.pop("title", None)  # as little to be trusted as Word's own
        declared |= pairs
    for node in custom if custom is not None else ():
        value = clean("".join(str(text) for text in node.itertext()))
        if (key := node.get("name")) and value:
            declared[str(key).strip().lower()] = value
    return declared


class _Body:
    """Walks a document's body; holds the counters of its lists."""

    def __init__(self, package: Package) -> None:
        self._styles = Styles(package.part("styles"))
        self._numbering = Numbering(package.part("numbering"), self._styles.num_of_style)
        self._notes = _notes(package)
        self._of_table: list[str] = []  # notes to the cells of the table being read
        self._depth = 0  # tables inside tables

    def blocks(self, body: Element) -> list[Block]:
        """The blocks of a body, in reading order."""
        blocks: list[Block] = []
        carried = ""  # text of a paragraph whose mark was deleted: it goes on in the next
        title_size: int | None = None
        for node in _flow(body):
            if node.tag == f"{W}tbl":
                blocks += self._table(node, blocks)
                if self._depth == 0:
                    blocks += [Block(text=note) for note in self._of_table]
                    self._of_table.clear()
                continue
            text, boxes, references = _text(node)
            if _mark_deleted(node):
                carried += text
                continue
            text, carried = carried + text, ""
            made = self._paragraph(node, text)
            size = _title_size(node) if len(blocks) < 12 and len(made) == 1 else None
            if size and made[0].kind == "paragraph" and not any(block.level == 0 for block in blocks):
                made = [replace(made[0], kind="heading", level=0)]
                title_size = size
            elif (
                size
                and size == title_size
                and blocks
                and blocks[-1].level == 0
                and made[0].kind == "paragraph"
            ):
                # a title set in two centred paragraphs
                blocks[-1] = replace(blocks[-1], text=join_lines((blocks[-1].text, made[0].text)))
                made = []
            blocks += made
            self._add_notes(blocks, references)
            for box in boxes:
                blocks += self.blocks(box)
        if carried.strip():
            blocks.append(Block(text=clean(carried)))
        return blocks

    def _paragraph(self, node: Element, text: str) -> list[Block]:
        properties = node.find(f"{W}pPr")
        style_node = properties.find(f"{W}pStyle") if properties is not None else None
        style_id = style_node.get(f"{W}val") if style_node is not None else None
        style = self._styles.get(style_id)
        if style.toc:
            return []
        label = self._label(properties, style_id)
        if not text.strip():  # counted all the same, as Word does
            return []
        level = style.outline
        outline = properties.find(f"{W}outlineLvl") if properties is not None else None
        if outline is not None and (outline.get(f"{W}val") or "").isdigit():
            own = int(outline.get(f"{W}val") or "9")
            level = own if own < 9 else None
        if style.title or level is not None:
            heading = label + clean(join_lines(map(clean, text.split("\n"))))
            if len(heading) <= _HEADING_MAX:
                return [Block(text=heading, kind="heading", level=0 if style.title else (level or 0) + 1)]
        if _title_size(node):
            return [Block(text=label + join_lines(map(clean, text.split("\n"))))]
        lines = _broken_lines(text)
        return [Block(text=(label if index == 0 else "") + line) for index, line in enumerate(lines)]

    def _label(self, properties: Element | None, style_id: str | None) -> str:
        """The paragraph's automatic number: its own list, else its style's."""
        style = self._styles.get(style_id)
        num_id, depth = style.num_id, style.depth
        own = properties.find(f"{W}numPr") if properties is not None else None
        if own is not None:
            own_id, own_depth = own.find(f"{W}numId"), own.find(f"{W}ilvl")
            num_id = own_id.get(f"{W}val") if own_id is not None else num_id
            text = own_depth.get(f"{W}val") if own_depth is not None else None
            depth = int(text) if text and text.isdigit() else depth
        if not num_id or num_id == "0":
            return ""
        if depth is None:
            depth = self._numbering.level_of_style(num_id, style.num_style or style_id or "")
        return self._numbering.number(num_id, depth)

    def _table(self, table: Element, before: list[Block]) -> list[Block]:
        """A table with merged cells repeated; a nested table's text stays in its cell."""
        self._depth += 1
        rows: list[list[str]] = []
        above: dict[int, str] = {}
        headers = 0
        for row in _rows(table):
            cells: list[str] = []
            for cell in _cells(row):
                span, merge = _spans(cell)
                text = above.get(len(cells), "") if merge == "continue" else self._cell_text(cell)
                for _ in range(span):
                    if merge is None:
                        above.pop(len(cells), None)
                    else:
                        above[len(cells)] = text
                    cells.append(text)
            if row.find(f"{W}trPr/{W}tblHeader") is not None and headers == len(rows):
                headers += 1
            rows.append(cells)
        self._depth -= 1
        return table_blocks(rows, before=before, header_rows=headers or None)

    def _cell_text(self, cell: Element) -> str:
        parts = [block.text.replace("\n", " ") for block in self.blocks(cell)]
        return "\n".join(parts)

    def _add_notes(self, blocks: list[Block], references: list[str]) -> None:
        """Put notes at the end of the paragraph that refers to them: a paragraph of their own would
        count as one of the article's. Notes to a heading follow it, notes to a cell its table."""
        notes = [text for reference in references if (text := self._note(reference))]
        if not notes:
            return
        if self._depth:
            self._of_table += notes
        elif blocks and blocks[-1].kind == "paragraph":
            blocks[-1] = replace(blocks[-1], text=" ".join((blocks[-1].text, *notes)))
        else:
            blocks += [Block(text=note) for note in notes]

    def _note(self, reference: str) -> str:
        """A note's text, marked; empty for one that is missing or was given before."""
        note = self._notes.pop(reference, None)
        text = join_lines(block.text for block in self.blocks(note)) if note is not None else ""
        return f"[注] {text}" if text else ""

    def notes_left(self, root: Element) -> list[Block]:
        """The notes to which nothing refers, not even deleted text: a damaged document's, kept."""
        for kind in ("footnote", "endnote"):
            for node in root.iter(f"{W}{kind}Reference"):
                self._notes.pop(f"{kind} {node.get(f'{W}id')}", None)
        return [Block(text=text) for reference in list(self._notes) if (text := self._note(reference))]


def _notes(package: Package) -> dict[str, Element]:
    """Footnotes and endnotes by kind and id, without the separators."""
    notes: dict[str, Element] = {}
    for kind in ("footnote", "endnote"):
        part = package.part(f"{kind}s")
        for note in part.findall(f"{W}{kind}") if part is not None else ():
            if note.get(f"{W}type") not in ("separator", "continuationSeparator", "continuationNotice"):
                notes[f"{kind} {note.get(f'{W}id')}"] = note
    return notes


def _flow(container: Element) -> Iterator[Element]:
    """Paragraphs and tables in order, out of content controls; tables of contents left out."""
    stack = list(reversed(container))
    while stack:
        node = stack.pop()
        if node.tag in (f"{W}p", f"{W}tbl"):
            yield node
        elif node.tag in _CONTAINERS and not _is_toc(node):
            stack.extend(reversed(node))


def _is_toc(node: Element) -> bool:
    gallery = node.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery is not None and gallery.get(f"{W}val") == "Table of Contents"


def _text(paragraph: Element) -> tuple[str, list[Element], list[str]]:
    """A paragraph's text (line breaks as newline), the text boxes anchored in it, its notes' names.

    Deleted runs, hidden runs, field codes, ruby annotations and mc:Fallback are passed over.
    """
    parts: list[str] = []
    boxes: list[Element] = []
    references: list[str] = []
    stack = list(reversed(paragraph))
    while stack:
        node = stack.pop()
        if node.tag == _TEXTBOX:
            boxes.append(node)
        elif node.tag in (f"{W}t", f"{_M}t"):
            parts.append(node.text or "")
        elif node.tag in (f"{W}br", f"{W}cr"):
            parts.append("\n" if node.get(f"{W}type", "textWrapping") == "textWrapping" else "")
        elif node.tag in (f"{W}tab", f"{W}ptab"):
            parts.append(" ")
        elif node.tag == f"{W}noBreakHyphen":
            parts.append("-")
        elif node.tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
            kind = node.tag.removeprefix(W).removesuffix("Reference")
            references.append(f"{kind} {node.get(f'{W}id')}")
        elif node.tag == f"{W}r" and _on(node.find(f"{W}rPr/{W}vanish")):
            continue
        elif isinstance(node.tag, str) and node.tag not in _DROPPED:
            stack.extend(reversed(node))
    return "".join(parts), boxes, references


def _broken_lines(text: str) -> list[str]:
    """A paragraph with line breaks in it: one text a line, save where a sentence runs on."""
    groups: list[list[str]] = []
    for line in filter(None, map(clean, text.split("\n"))):
        before = groups[-1][-1] if groups else ""
        if before and len(before) >= _RUNS_ON and not CLOSED.search(before) and not MARKER.match(line):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [join_lines(group) for group in groups]


def _on(flag: Element | None) -> bool:
    return flag is not None and flag.get(f"{W}val", "1") not in ("0", "false", "off")


def _mark_deleted(paragraph: Element) -> bool:
    mark = paragraph.find(f"{W}pPr/{W}rPr")
    return mark is not None and (mark.find(f"{W}del") is not None or mark.find(f"{W}moveFrom") is not None)


def _title_size(paragraph: Element) -> int | None:
    """Half points of a centred paragraph set in a title's size; None for any other."""
    align = paragraph.find(f"{W}pPr/{W}jc")
    if align is None or align.get(f"{W}val") != "center":
        return None
    sizes = [node.get(f"{W}val") or "" for node in paragraph.iterfind(f"{W}r/{W}rPr/{W}sz")]
    numbers = [int(size) for size in sizes if re.fullmatch(r"\d{1,3}", size)]
    return min(numbers) if numbers and min(numbers) >= _TITLE_SIZE else None


def _rows(table: Element) -> Iterator[Element]:
    for row in _descend(table, f"{W}tr"):
        if row.find(f"{W}trPr/{W}del") is None:
            yield row


def _cells(row: Element) -> Iterator[Element]:
    before = row.find(f"{W}trPr/{W}gridBefore")
    count = before.get(f"{W}val", "0") if before is not None else "0"
    for _ in range(min(int(count), 63) if count.isdigit() else 0):
        yield row.makeelement(f"{W}tc")
    for cell in _descend(row, f"{W}tc"):
        if cell.find(f"{W}tcPr/{W}cellDel") is None:
            yield cell


def _descend(parent: Element, tag: str) -> Iterator[Element]:
    """Children of a kind, also those inside content controls, but not of nested tables."""
    stack = list(reversed(parent))
    while stack:
        node = stack.pop()
        if node.tag == tag:
            yield node
        elif node.tag in _CONTAINERS:
            stack.extend(reversed(node))


def _spans(cell: Element) -> tuple[int, str | None]:
    """How many columns a cell covers, and its vertical merge: restart, continue or None."""
    grid = cell.find(f"{W}tcPr/{W}gridSpan")
    count = grid.get(f"{W}val", "1") if grid is not None else "1"
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    span = max(1, min(int(count), 63)) if count.isdigit() else 1
    return span, None if merge is None else (merge.get(f"{W}val") or "continue")
