"""A briefing as the page shows it: numbered headings, sentences, tables, and which of these are drawn."""

from __future__ import annotations

from dataclasses import dataclass

from agent.briefing.marks import mark
from agent.briefing.model import Block, Briefing, Exhibit
from agent.briefing.sources import Source, by_document, spans_of_block
from agent.briefing.working import operands, spelled
from agent.charts import Chart, describe, of_table
from agent.state import Span, Statement


@dataclass(frozen=True, slots=True)
class Shown:
    """A block of the page: `sources` are its documents with their quotes, `chart` its picture's number."""

    text: str
    sources: list[Source]
    formulas: list[str]
    exhibit: Exhibit | None = None
    number: int = 0
    chart: int | None = None
    alt: str = ""
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class ShownSection:
    heading: str
    level: int
    blocks: list[Shown]


def shown(briefing: Briefing) -> list[ShownSection]:
    """The sections in the page's terms."""
    made: list[ShownSection] = []
    counts = [0, 0, 0, 0]
    tables = charts = 0
    for section in briefing.sections:
        heading = ""
        if section.heading:
            counts[section.level - 1] += 1
            counts[section.level :] = [0] * (4 - section.level)
            heading = mark(section.level, counts[section.level - 1]) + section.heading
        blocks: list[Shown] = []
        for block in section.blocks:
            sources = by_document(_all_spans(block))
            if isinstance(block, Statement):
                formulas = [spelled(one) for one in block.formulas if one.operation != "count"]
                bad = any(block.text.endswith(one) for one in briefing.unverified)
                blocks.append(Shown(block.text, sources, formulas, unverified=bad))
                continue
            tables += 1
            drawn = _chart(block)
            at = None
            if drawn is not None:
                at, charts = charts, charts + 1
            worked = [
                spelled(one) for row in block.table.rows for one in row.formulas if one.operation != "count"
            ]
            alt = describe(drawn) if drawn else ""
            blocks.append(Shown(block.title, sources, worked, block, tables, at, alt))
        made.append(ShownSection(heading, section.level, blocks))
    return made


def _all_spans(block: Block) -> list[Span]:
    """The evidence of a block with the rows that its computed figures rest on."""
    rows = block.table.rows if isinstance(block, Exhibit) else (block,)
    cells = [operand.span for row in rows for formula in row.formulas for operand in operands(formula)]
    return list(dict.fromkeys([*spans_of_block(block), *cells]))


def chart_of(briefing: Briefing, at: int) -> Chart | None:
    """The picture of this number, as `shown` counts them."""
    blocks = [block for section in briefing.sections for block in section.blocks]
    drawn = [one for block in blocks if isinstance(block, Exhibit) and (one := _chart(block)) is not None]
    return drawn[at] if 0 <= at < len(drawn) else None


def _chart(block: Exhibit) -> Chart | None:
    return of_table(block.title, block.unit, block.table) if block.table.chart else None
