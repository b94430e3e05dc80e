"""What a briefing is, as plain data: written by rules or a model, verified, then laid out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from agent.state import Statement, Table


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A table or chart of its own in the text, numbered in the order of the briefing.

    title: without 表1 or 图1; unit: 亿元, 个, %; "" where columns have units of their own. A table whose
    `chart` is set may be drawn: the first column against the others. Its source line is made from the
    spans of its rows.
    """

    title: str
    unit: str
    table: Table


Block = Statement | Exhibit


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it.

    level: 1 for 一、, 2 for （一）, 3 for 1., 4 for （1）; the mark is added by the layout. A section without
    a heading is the opening paragraph. Statements between which nothing stands form one paragraph.
    """

    heading: str
    level: int
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Briefing:
    """A briefing with its evidence.

    Each statement carries the spans it rests on, verbatim, and the formulas of what was computed.
    `unverified` are the sentences that verification did not pass; they stand in the text, marked, and are
    listed at the head. `sample`: rests on 示例 or 虚构数据, which the document says at its head.
    """

    kind: str  # 简报, 专报, 要情, or a kind of the staff's own
    topic: str
    title: str
    day: date  # 成文日期
    as_of: date
    sections: tuple[Section, ...]
    region: str | None = None
    period: str | None = None  # 2026年上半年
    addressees: tuple[str, ...] = ()  # 主送
    issuer: str | None = None  # 发文机关署名
    number: str | None = None  # 发文字号 or 第3期
    copies_to: tuple[str, ...] = ()  # 抄送
    attachments: tuple[str, ...] = ()  # 附件说明
    unverified: tuple[str, ...] = ()
    warnings: tuple[str, ...] = field(default=())
    sample: bool = False
