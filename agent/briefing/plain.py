"""A briefing as Markdown and as JSON, with the list of its sources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agent.briefing.marks import mark
from agent.briefing.model import Block, Briefing, Exhibit
from agent.briefing.sources import spans_in
from agent.briefing.working import spelled
from agent.projects.evidence import title_of
from agent.state import Span
from corpus.messages import msg


def to_markdown(briefing: Briefing) -> str:
    """Title, warnings, sections with [n], sources."""
    numbers = {span: n for n, span in enumerate(spans_in(briefing), 1)}
    lines = [f"# {briefing.title}", "", msg("briefing.as_of", day=briefing.as_of), ""]
    lines += [f"> {warning}\n" for warning in briefing.warnings]
    if briefing.unverified:
        lines += [f"> {msg('briefing.left_out')}", *(f"> - {one}" for one in briefing.unverified), ""]
    counts = [0, 0, 0, 0]
    for section in briefing.sections:
        if section.heading:
            counts[section.level - 1] += 1
            counts[section.level :] = [0] * (4 - section.level)
            number = mark(section.level, counts[section.level - 1])
            lines += [f"{'#' * (section.level + 1)} {number}{section.heading}", ""]
        for block in section.blocks:
            lines += [_block(block, numbers), ""]
    lines += [f"## {msg('briefing.sources')}", ""]
    return "\n".join([*lines, *(_source(n, span) for span, n in numbers.items()), ""])


def _block(block: Block, numbers: dict[Span, int]) -> str:
    if not isinstance(block, Exhibit):
        return block.text + _refs(block.spans, numbers)
    rows = [block.table.columns, tuple("---" for _ in block.table.columns)]
    listed = ["| " + " | ".join(row) + " |" for row in (*rows, *(one.cells for one in block.table.rows))]
    return f"**{block.title}**\n\n" + "\n".join(listed)


def _refs(spans: Sequence[Span], numbers: dict[Span, int]) -> str:
    return "".join(f"[{numbers[span]}]" for span in spans)


def _source(n: int, span: Span) -> str:
    number = f"（{span.evidence.doc_number}）" if span.evidence.doc_number else ""
    validity = msg(f"cli.validity_{span.evidence.validity.value}")
    place = " · ".join(part for part in (span.label, validity) if part)
    text = span.text.replace("\n", " ")
    return f"{n}. {title_of(span)}{number} {place}：{text[:120]}"


def to_data(briefing: Briefing) -> dict[str, Any]:
    """The briefing as JSON can hold it, every sentence with its evidence."""
    return {
        "kind": briefing.kind,
        "topic": briefing.topic,
        "title": briefing.title,
        "as_of": briefing.as_of.isoformat(),
        "region": briefing.region,
        "period": briefing.period,
        "sample": briefing.sample,
        "warnings": list(briefing.warnings),
        "unverified": list(briefing.unverified),
        "sections": [
            {"heading": one.heading, "blocks": [_data(block) for block in one.blocks]}
            for one in briefing.sections
        ],
    }


def _data(block: Block) -> dict[str, Any]:
    if isinstance(block, Exhibit):
        rows = [
            {
                "cells": list(row.cells),
                "evidence": [_span(s) for s in row.spans],
                "formulas": [spelled(one) for one in row.formulas],
            }
            for row in block.table.rows
        ]
        return {"title": block.title, "columns": list(block.table.columns), "rows": rows}
    return {
        "text": block.text,
        "evidence": [_span(span) for span in block.spans],
        "formulas": [spelled(one) for one in block.formulas],
    }


def _span(span: Span) -> dict[str, Any]:
    evidence = span.evidence
    return {
        "doc_id": evidence.doc_id,
        "title": evidence.title,
        "doc_number": evidence.doc_number,
        "place": span.label,
        "page": span.page,
        "clause_id": span.clause_id,
        "validity": evidence.validity.value,
        "quote": span.text,
    }
