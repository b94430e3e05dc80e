"""Blocks -> plain text and clauses.

A document is a sequence of *scopes*: its main text, then each attachment (附件). A scope that
numbers articles (第X条) is read as a statute from its first article on; everything else as a
notice: 一、 （一） 1. （1）, unnumbered passages, questions and answers. Tables are units of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from corpus.markers import ARTICLE, ATTACHMENT, CONTENTS, article_number, is_reference
from corpus.model import Block, Clause, ClauseTable, TableRow
from corpus.notice import notice_units
from corpus.numbering import int_to_chinese
from corpus.statute import statute_units
from corpus.table_heads import filled_down, header_paths
from corpus.units import Draft, Line


@dataclass(slots=True)
class _Scope:
    """A run of lines with one numbering: the main text or an attachment."""

    prefix: str
    lines: list[Line] = field(default_factory=list)


def structure(blocks: Sequence[Block]) -> tuple[str, list[Draft]]:
    """The plain text of `blocks` and its units (with their parts) in order."""
    text, lines = _lay_out(blocks)
    drafts: list[Draft] = []
    scopes = _scopes(lines)
    articles = [_first_article(scope.lines) for scope in scopes]
    # A notice that issues a measure has articles in its attachment alone: they are cited plainly.
    only = sum(first < len(scope.lines) for first, scope in zip(articles, scopes, strict=True)) == 1
    for first, scope in zip(articles, scopes, strict=True):
        head, body = scope.lines[:first], scope.lines[first:]
        drafts += notice_units(head, scope.prefix)
        drafts += statute_units(body, "" if only else scope.prefix)
    tables = 0
    for draft in drafts:
        if draft.kind == "table":
            tables += 1
            draft.name_table(tables)
    return text, [draft for draft in drafts if text[draft.start : draft.end].strip()]


def to_clauses(doc_id: str, text: str, drafts: Sequence[Draft]) -> tuple[Clause, ...]:
    """Drafts as clauses with ids `doc_id:seq`, parts after the unit they lie in."""
    clauses: list[Clause] = []

    def add(draft: Draft, parent: str | None) -> None:
        clause_id = f"{doc_id}:{len(clauses)}"
        clauses.append(
            Clause(
                clause_id=clause_id,
                doc_id=doc_id,
                seq=len(clauses),
                kind=draft.kind,
                label=draft.label,
                heading_path=draft.path,
                text=text[draft.start : draft.end],
                start=draft.start,
                end=draft.end,
                page=draft.page,
                parent_id=parent,
            )
        )
        for part in draft.parts:
            add(part, clause_id)

    for draft in drafts:
        add(draft, None)
    return tuple(clauses)


def to_tables(clauses: Sequence[Clause], drafts: Sequence[Draft]) -> tuple[ClauseTable, ...]:
    """The tables of a version as data, tied to their clauses; `clauses` are those of `to_clauses`.

    Cells of a group's first column are filled down; the clauses' texts stay as written.
    """
    found: list[ClauseTable] = []
    rows: dict[str, list[TableRow]] = {}
    for clause, draft in zip(clauses, _in_order(drafts), strict=True):
        if draft.table is not None:
            table = draft.table
            header = table.rows[: table.header_rows]
            width = max((len(row) for row in table.rows), default=0)
            columns = header_paths(header) or ((),) * width
            rows[clause.clause_id] = []
            place = (clause.clause_id, clause.label, table.caption, table.unit, columns)
            found.append(ClauseTable(*place, rows=(), page=clause.page))
        elif clause.kind == "row" and clause.parent_id in rows:
            rows[clause.parent_id].append(TableRow(clause.clause_id, draft.cells))
    return tuple(
        replace(table, rows=_with_groups(rows[table.clause_id], len(table.columns))) for table in found
    )


def _with_groups(rows: Sequence[TableRow], width: int) -> tuple[TableRow, ...]:
    """Rows of equal length; the name of a group, written in its first row alone, in each of its rows."""
    cells = filled_down([(*row.cells[:width], *[""] * (width - len(row.cells))) for row in rows])
    return tuple(replace(row, cells=filled) for row, filled in zip(rows, cells, strict=True))


def _in_order(drafts: Sequence[Draft]) -> Iterator[Draft]:
    """Drafts with their parts after each, as `to_clauses` numbers them."""
    for draft in drafts:
        yield draft
        yield from _in_order(draft.parts)


def _lay_out(blocks: Sequence[Block]) -> tuple[str, list[Line]]:
    """Joins the blocks by newlines; each line knows its place and the block it came from."""
    out: list[str] = []
    lines: list[Line] = []
    at = 0

    def put(content: str, block: Block) -> None:
        nonlocal at
        out.append(content)
        lines.append(Line(content, at, at + len(content), block))
        at += len(content) + 1

    for block in blocks:
        if block.kind == "table" and block.table is not None:
            caption = block.table.caption
            if caption and not (lines and _bare(caption) in _bare("".join(line.text for line in lines[-2:]))):
                put(caption, Block(caption, page=block.page))
            put(block.text, block)
            continue
        for content in block.text.split("\n"):
            if content.strip():
                put(content.strip(), block)
    return "\n".join(out), lines


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def _scopes(lines: list[Line]) -> list[_Scope]:
    """Splits at attachment headings, and where article numbering begins again at 第一条."""
    scopes = [_Scope("")]
    seen_article = 0
    restarts = 1
    for line in _without_contents(lines):
        if match := ATTACHMENT.match(line.text):
            if scopes[-1].lines or scopes[-1].prefix:
                number = match["number"]
                scopes.append(_Scope(f"附{match['word']}{number or ''} "))
                seen_article = 0
        elif line.block.kind != "table" and article_number(line.text) == (1, 0):
            if seen_article > 1 and not is_reference(line.text):
                restarts += 1
                scopes.append(_Scope(f"第{int_to_chinese(restarts)}部分 "))
            seen_article = 1
        elif line.block.kind != "table" and (number_ := article_number(line.text)):
            seen_article = max(seen_article, number_[0])
        scopes[-1].lines.append(line)
    return scopes


def _without_contents(lines: list[Line]) -> list[Line]:
    """Drops the list of chapters after a 目录 line: it repeats headings that come later."""
    for index, line in enumerate(lines):
        if CONTENTS.match(line.text):
            end = index + 1
            while end < len(lines) and len(lines[end].text) < 60 and not ARTICLE.match(lines[end].text):
                end += 1
            listed = lines[index + 1 : end]
            later = {_bare(other.text) for other in lines[end:]}
            names = [_bare(re.sub(r"[.…·\s]*\d*$", "", item.text)) for item in listed]
            # The real headings begin where the first listed one comes a second time.
            for offset in range(1, len(names)):
                if names[offset] == names[0]:
                    return lines[:index] + lines[index + 1 + offset :]
            if names and all(name in later for name in names):
                return lines[:index] + lines[end:]
            return lines
        if ARTICLE.match(line.text):
            break
    return lines


def _first_article(lines: list[Line]) -> int:
    """Where the statute part of a scope begins (its headings included); len(lines) if it has none."""
    starts = [
        index
        for index, line in enumerate(lines)
        if line.block.kind != "table" and article_number(line.text) and not is_reference(line.text)
    ]
    if not starts or (len(starts) < 2 and article_number(lines[starts[0]].text) != (1, 0)):
        return len(lines)
    first = starts[0]
    while first > 0 and lines[first - 1].is_division:
        first -= 1
    return first
