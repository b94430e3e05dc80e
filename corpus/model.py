"""The words that all else speaks: documents, versions, clauses, tables, validity.

Everything here is plain data without behaviour beyond small derived properties. Offsets are
counted in characters of the version's plain text (`Version.text`), half open: text[start:end].
Pages are counted from 1. Dates are `datetime.date`; a date that nothing states is None.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Literal


class Visibility(StrEnum):
    """Who may see a document; enforced by the retriever."""

    PUBLIC = "public"
    INTERNAL = "internal"


class Role(StrEnum):
    """Who asks. Staff sees what officials see; visitors see public documents only."""

    VISITOR = "visitor"
    OFFICIAL = "official"
    STAFF = "staff"

    @property
    def visibilities(self) -> frozenset[Visibility]:
        if self is Role.VISITOR:
            return frozenset({Visibility.PUBLIC})
        return frozenset({Visibility.PUBLIC, Visibility.INTERNAL})


class Validity(StrEnum):
    """Validity of a version on a given day (现行有效, 尚未施行, 已失效, 已废止, 效力待核)."""

    IN_FORCE = "in_force"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    REPEALED = "repealed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Table:
    """A table as read: rows of cell texts, the first `header_rows` of them being headers."""

    rows: tuple[tuple[str, ...], ...]
    caption: str | None = None
    unit: str | None = None
    header_rows: int = 1


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading or table in reading order, as a reader found it.

    `level` is the heading level (1 = document title) where the format states one, else None.
    An automatic list number (DOCX) is already part of `text`. A table's `text` is its rows,
    cells joined by " | ", rows by newline.
    """

    text: str
    kind: Literal["heading", "paragraph", "table"] = "paragraph"
    level: int | None = None
    page: int | None = None
    table: Table | None = None


Format = Literal[
    "pdf",
    "docx",
    "html",
    "markdown",
    "text",
    "xlsx",
    "csv",
    "ofd",
    "image",
    "doc",
    "rtf",
    "odt",
    "xls",
    "ods",
]
"""What a file is by its content; WPS and ET files are `doc` and `xls`, as they are written."""

SHEETS: frozenset[str] = frozenset({"xlsx", "csv", "xls", "ods"})
"""Formats of tables: without a title line they go by their file name, not by a sheet's name."""


@dataclass(frozen=True, slots=True)
class RawDocument:
    """What a reader gives: blocks in reading order, and what the file says of itself.

    `declared` holds key-value pairs that the file states about itself in a machine-readable
    place (Markdown front matter, HTML meta, DOCX core properties), keys lower case.
    """

    path: Path
    format: Format
    blocks: tuple[Block, ...]
    pages: int | None = None
    declared: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


ClauseKind = Literal["article", "paragraph", "item", "subitem", "section", "text", "table", "row"]


@dataclass(frozen=True, slots=True)
class Clause:
    """A citable piece of a version.

    A *unit* (parent_id None) is what is counted, embedded and searched: an article (条), a
    numbered section of a notice, an unnumbered passage, a table. A *part* (parent_id set) lies
    inside a unit and exists to be cited more closely: 款 (paragraph), 项 (item), 目 (subitem),
    table row. `text` is verbatim: Version.text[start:end].
    """

    clause_id: str
    doc_id: str
    seq: int
    kind: ClauseKind
    # 第十条第一款 | 一、（二） | 附件1 第三条 | 表2 第3行; None where the text has no number
    label: str | None
    heading_path: tuple[str, ...]
    text: str
    start: int
    end: int
    page: int | None = None
    parent_id: str | None = None


RelationKind = Literal["replaces", "repeals", "lapses", "amends", "extends", "interprets"]


@dataclass(frozen=True, slots=True)
class Relation:
    """What a version's text says of another document (同时废止《…》, 代替, 修订, 延长有效期).

    `lapses` is 宣布失效. `amends` leaves the target in force: 第X条废止, 修改, 不一致的以本办法为准.
    """

    kind: RelationKind
    target_title: str | None
    target_number: str | None
    clause_label: str | None = None  # the part of the target that is meant; None: all of it
    quote: str | None = None
    target_date: date | None = None  # the issue or signing date by which the target is named
    effective_on: date | None = None  # the day that the sentence gives; of `extends`: the new last day
    term_months: int | None = None  # of `extends`: by how much, where no last day is given
    target_id: str | None = None  # the very version, where staff named it (`corpus/hand_links.py`)


@dataclass(frozen=True, slots=True)
class Attached:
    """An attachment that the text names or carries: 附件1, its title, its own number if it has one."""

    label: str
    title: str
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One text of one document, with the dates that it states of itself.

    `effective_to` is the last day in force as the text itself states it (inclusive);
    what follows from other documents is the catalog's business.
    """

    doc_id: str
    title: str
    text: str
    doc_number: str | None = None
    issuer: str | None = None
    issued_on: date | None = None  # 成文日期
    published_on: date | None = None  # 公布日期
    effective_from: date | None = None  # 施行日期
    effective_to: date | None = None  # 有效期截止 (inclusive)
    level: str | None = None  # 国家 | 省 | 市 | 县
    region: str | None = None  # 全国 | 江苏省 | 南京市 ...
    genre: str | None = None  # 文种: 法律 办法 通知 意见 报告 ...
    subject: str | None = None  # 扶持政策 | 未来产业 | 项目状态 | 法律法规
    sample: str | None = None  # 示例摘编 | 虚构数据; None for a document as issued
    source: str | None = None  # for a digest: title, number and date of the real document
    visibility: Visibility | None = None  # as the document states it of itself
    basis: dict[str, str] = field(default_factory=dict)  # field -> where its value was read
    relations: tuple[Relation, ...] = ()
    confidence: dict[str, str] = field(default_factory=dict)  # field -> 高 | 中 | 低
    issuers: tuple[str, ...] = ()  # each of them; `issuer` joins them with 、
    application_from: date | None = None  # 申报窗口, first day
    application_to: date | None = None  # 申报窗口, last day (inclusive)
    audience: tuple[str, ...] = ()  # 适用对象: 中小企业, 规上企业 ...
    attachments: tuple[Attached, ...] = ()


@dataclass(frozen=True, slots=True)
class TableRow:
    """A data row of a table: the clause that cites it, and its cells, as many as the table has columns."""

    clause_id: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClauseTable:
    """A table of a version as data, tied to the clauses that cite it.

    `columns` holds the header path of each column, outermost header first (投资完成 > 当月), a merged
    header repeated for each column it spans; a table without headers has empty paths.
    """

    clause_id: str
    label: str | None
    caption: str | None
    unit: str | None
    columns: tuple[tuple[str, ...], ...]
    rows: tuple[TableRow, ...]
    page: int | None = None


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A file read to the end: its version, clauses (units and parts, in order) and warnings."""

    version: Version
    clauses: tuple[Clause, ...]
    path: Path
    sha256: str
    format: str
    pages: int | None = None
    warnings: tuple[str, ...] = ()
    tables: tuple[ClauseTable, ...] = ()

    @property
    def unit_count(self) -> int:
        """Clauses as a reader counts them: a statute's articles, without its unnumbered preamble."""
        units = [clause for clause in self.clauses if clause.parent_id is None]
        numbered = [clause for clause in units if clause.kind != "text"]
        return len(numbered if any(clause.kind == "article" for clause in units) else units)
