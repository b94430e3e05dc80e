"""The readable sources of the sample library: front matter and a simple Markdown body.

A source is `sources/<name>.md`. Its front matter names the real document that the text digests
(or says that the data are invented); its body uses four marks only: `## ` and `### ` headings,
a `表N …` caption line above a pipe table, and one paragraph a line. Everything that a reader of
the finished file sees above the body (label, title, number, issuer, date, source) is made here,
so that all four formats say the same.
"""

from __future__ import annotations

import re
from dataclasses import MISSING, dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

SOURCES = Path(__file__).parent / "sources"
DIGEST, INVENTED = "示例摘编", "虚构数据"
SUFFIXES = {
    **{"pdf": ".pdf", "docx": ".docx", "html": ".html", "md": ".md"},
    **{"xlsx": ".xlsx", "ofd": ".ofd", "scan": ".pdf"},  # scan: a PDF of pictures
}
UNKNOWN_NUMBER = "文号：未查得"

BlockKind = Literal["heading", "subheading", "paragraph", "caption", "table"]


@dataclass(frozen=True, slots=True)
class SourceBlock:
    """One block of a source's body; `rows` is filled for a table, header row first."""

    kind: BlockKind
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample document as its source states it; `validity` is the one expected on 2026-11-22."""

    name: str
    title: str
    issuer: str
    subject: str
    level: str
    region: str
    sample: str
    source: str
    format: str
    visibility: str
    validity: str
    doc_number: str | None = None
    genre: str | None = None
    issued_on: date | None = None
    issued_text: str | None = None
    published_on: date | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    superseded_by: str | None = None
    autonumber: str | None = None
    encoding: str = "utf-8"
    batch: str | None = None  # the day on which later sources joined; the first ones have none
    blocks: tuple[SourceBlock, ...] = ()

    @property
    def file_name(self) -> str:
        return self.name + SUFFIXES[self.format]

    @property
    def label(self) -> str:
        """The line that stands first in every finished file."""
        if self.sample == INVENTED:
            where = "【虚构数据】【内部】" if self.visibility == "internal" else "【虚构数据】"
            return f"{where}本文的企业、项目和数值均为虚构，仅供演示，不反映任何真实情况。"
        return (
            "【示例摘编】本文由本项目用自己的话摘写，条款序号自编，不是官方文本；"
            "内容以发文机关公布的正式文本为准。"
        )

    @property
    def number_line(self) -> str:
        if self.doc_number:
            return self.doc_number
        return "文号：无（虚构数据）" if self.sample == INVENTED else UNKNOWN_NUMBER

    @property
    def issued_line(self) -> str:
        """The date of issue as a text; what is known only by month or year says so."""
        return chinese_date(self.issued_on) if self.issued_on else (self.issued_text or "未查得")

    @property
    def head(self) -> tuple[str, ...]:
        """The lines between the number line and the body."""
        kind = "数据来源" if self.sample == INVENTED else "摘编来源"
        return (f"发文机关：{self.issuer}", f"成文日期：{self.issued_line}", f"{kind}：{self.source}")

    def metadata(self) -> dict[str, str]:
        """What the file states of itself in its machine-readable place (ISO dates)."""
        pairs = {
            "title": self.title,
            "doc_number": self.doc_number,
            "issuer": self.issuer,
            "issued_on": self.issued_on,
            "published_on": self.published_on,
            "effective_from": self.effective_from,
            "effective_to": self.effective_to,
            "genre": self.genre,
            "subject": self.subject,
            "level": self.level,
            "region": self.region,
            "sample": self.sample,
            "source": self.source,
            "visibility": self.visibility,
        }
        return {key: str(value) for key, value in pairs.items() if value}


_FIELDS = {f.name: f for f in fields(Sample) if f.name not in ("name", "blocks")}
_REQUIRED = {name for name, f in _FIELDS.items() if f.default is MISSING}


def chinese_date(day: date) -> str:
    """2026-04-01 as 2026年4月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


def load(path: Path) -> Sample:
    """Read one source.

    Raises:
        ValueError: the front matter lacks a field, has one we do not know, or a table is ragged.
    """
    head, body = _split(path)
    values: dict[str, str] = {}
    for line in head.splitlines():
        key, _, value = line.partition(":")
        if key.strip() not in _FIELDS:
            raise ValueError(f"{path.name}: unknown field {key.strip()!r}")
        if value.strip():
            values[key.strip()] = value.strip()
    if missing := sorted(_REQUIRED - values.keys()):
        raise ValueError(f"{path.name}: missing {', '.join(missing)}")
    dates = {
        key: date.fromisoformat(values.pop(key))
        for key in ("issued_on", "published_on", "effective_from", "effective_to")
        if key in values
    }
    blocks = tuple(_blocks(body, path.name))
    return Sample(name=path.stem, blocks=blocks, **values, **dates)  # type: ignore[arg-type]


@cache
def load_all() -> tuple[Sample, ...]:
    """Every source, in the order of file names."""
    return tuple(load(path) for path in sorted(SOURCES.glob("*.md")))


def _split(path: Path) -> tuple[str, str]:
    parts = path.read_text(encoding="utf-8").split("---\n", 2)
    if len(parts) != 3 or parts[0]:
        raise ValueError(f"{path.name}: no front matter")
    return parts[1], parts[2]


def _blocks(body: str, name: str) -> list[SourceBlock]:
    blocks: list[SourceBlock] = []
    rows: list[tuple[str, ...]] = []

    def close_table() -> None:
        if rows:
            if len({len(row) for row in rows}) != 1:
                raise ValueError(f"{name}: ragged table near {rows[0]}")
            blocks.append(SourceBlock("table", rows=tuple(rows)))
            rows.clear()

    for raw in body.splitlines():
        line = raw.strip()
        if line.startswith("|"):
            cells = tuple(cell.strip() for cell in line.strip("|").split("|"))
            if not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
                rows.append(cells)
            continue
        close_table()
        if line.startswith("### "):
            blocks.append(SourceBlock("subheading", line[4:]))
        elif line.startswith("## "):
            blocks.append(SourceBlock("heading", line[3:]))
        elif re.match(r"表\d+ ", line):
            blocks.append(SourceBlock("caption", line))
        elif line:
            blocks.append(SourceBlock("paragraph", line))
    close_table()
    return blocks
