"""From units to index rows: what is embedded and what is posted.

A unit is returned whole; for search a long one is split at its paragraphs (款) and sentence ends
into rows that fit the embedding model's window. A unit scores as its best row.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.head import HEAD_CHARS, is_head_matter
from corpus.model import Clause
from corpus.table_heads import MAX_HEAD, head_rows

VERSION = 5  # raised when rows come out differently: part of the collections' names
ROW_CHARS = 600  # about 400 tokens, which leaves room for title and headings in 512
LONG_UNIT = 800  # up to here a unit stays one row
_TITLE_CHARS = 80
_HEADING_CHARS = 80
_SENTENCE = re.compile(r"[^。！？；!?;\n]*[。！？；!?;\n]+[”』」）)]*|[^。！？；!?;\n]+")
MARK = "#"
CELL = " | "  # between the cells of a table's row


@dataclass(frozen=True, slots=True)
class Row:
    """One row of both indexes. `row_id` is the unit's id, or `unit_id#k` for a piece of it.

    Title, heading and body are posted. The headings of a text are not embedded: a chapter's name draws
    every article of it to the same place; those of a `table` are, which tell what its cells are of.
    """

    row_id: str
    doc_id: str
    title: str
    heading: str
    body: str
    table: bool = False

    @property
    def passage(self) -> str:
        """What is embedded: the text with where it stands before it."""
        where = (self.title, self.heading) if self.table else (self.title,)
        return "\n".join(part for part in (*where, self.body) if part)


def unit_of(row_id: str) -> str:
    """The unit that a row belongs to."""
    return row_id.partition(MARK)[0]


def doc_of(row_id: str) -> str:
    """The version that a row belongs to (clause ids begin with their version's id)."""
    return row_id.partition(":")[0]


def rows(doc_id: str, title: str, clauses: Sequence[Clause]) -> list[Row]:
    """The rows of a version, in the order of its text; parts are inside their units."""
    found: list[Row] = []
    for unit in searched(clauses):
        heading = heading_of(title, unit.heading_path)
        found += unit_rows(unit.clause_id, doc_id, title, heading, unit.text, unit.kind == "table")
    return found


def heading_of(title: str, path: Sequence[str]) -> str:
    """The headings above a unit without one that repeats the title, which would count twice."""
    return " ".join(name for name in path if _bare(name) != _bare(title))


def _bare(text: str) -> str:
    return re.sub(r"\W", "", text)


def searched(clauses: Sequence[Clause]) -> list[Clause]:
    """The units of a version that search knows, in the order of its text.

    Head matter (发文机关：…, the number alone) makes no rows: it stays citable, and would be found
    for every question that names an issuer. A version that holds nothing else keeps it.
    """
    units = [clause for clause in clauses if clause.parent_id is None]
    return [unit for unit in units if not _is_head(unit)] or units


def _is_head(unit: Clause) -> bool:
    return unit.kind == "text" and unit.start < HEAD_CHARS and is_head_matter(unit.text)


def unit_rows(
    unit_id: str, doc_id: str, title: str, heading: str, text: str, table: bool = False
) -> list[Row]:
    """The rows of one unit: one, or several for a long text."""
    pieces = [text] if len(text) <= LONG_UNIT else split(text, table)
    ids = [unit_id] if len(pieces) == 1 else [f"{unit_id}{MARK}{k}" for k in range(1, len(pieces) + 1)]
    short_title, short_heading = title[:_TITLE_CHARS], heading[-_HEADING_CHARS:]
    return [
        Row(row, doc_id, short_title, short_heading, body, table)
        for row, body in zip(ids, pieces, strict=True)
    ]


def split(text: str, table: bool = False, limit: int = ROW_CHARS) -> list[str]:
    """Pieces of at most `limit` characters, of about equal length, cut at line and sentence ends.

    A table is cut between its rows, and its head (of one level or several) stands again before each.
    """
    header = ""
    if table and "\n" in text:
        header, text = _head_and_rows(text, limit)
    room = limit - len(header)
    pieces: list[str] = []
    current = ""
    left = len(text)  # characters not yet in a piece
    for atom in (part for sentence in _atoms(text, table) for part in _hard_cut(sentence, room)):
        target = left / -(-left // room)  # equal pieces: no last piece of a few words
        if current and (len(current) + len(atom) > room or len(current) + len(atom) / 2 > target):
            pieces.append(current)
            left -= len(current)
            current = ""
        current += atom
    return [header + piece.strip() for piece in [*pieces, current] if piece.strip()]


def _head_and_rows(text: str, limit: int) -> tuple[str, str]:
    """A table's head as its cells tell it, and its other rows.

    A head that would take half of each piece is no head (a form): its first row, cut, stands for it.
    """
    lines = text.split("\n")
    count = max(1, head_rows([line.split(CELL) for line in lines[: MAX_HEAD + 1]]))
    head = "\n".join(lines[:count])
    if count == 1 or len(head) > limit // 2:
        count, head = 1, lines[0][: limit // 3]
    return head + "\n", "\n".join(lines[count:])


def _atoms(text: str, table: bool) -> list[str]:
    return text.splitlines(keepends=True) if table else _SENTENCE.findall(text)


def _hard_cut(atom: str, limit: int) -> list[str]:
    return [atom[i : i + limit] for i in range(0, len(atom), limit)]
