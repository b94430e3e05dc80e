"""Citations are made from evidence forward: [n] is a span that a statement was built on."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from agent.state import Span, Statement, Table
from agent.types import Citation
from corpus.messages import msg

_FEWEST, _WIDEST, _BLOCK = 3, 12, "█"


def number_citations(statements: list[Statement]) -> tuple[str, list[Citation]]:
    """The statements as Markdown with [n], and the citations in order of first use."""
    order: dict[tuple[str, str], int] = {}
    citations: list[Citation] = []

    def marks(spans: Iterable[Span]) -> str:
        written = ""
        for span in spans:
            key = (span.clause_id, span.text)
            if key not in order:
                order[key] = len(order) + 1
                citations.append(_citation(order[key], span))
            written += f"[{order[key]}]"
        return written

    lines = []
    for statement in statements:
        lines.append(f"{statement.text}{marks(statement.spans)}")
        if statement.table is not None:
            lines.append(_markdown(statement.table, marks))
    return "\n\n".join(lines), citations


def _markdown(table: Table, marks: Callable[[Iterable[Span]], str]) -> str:
    """A row a line, each with the marks of its own evidence; a table for a chart has bars."""
    bars = _bars(table)
    head = [*table.columns, *([msg("projects.chart")] if bars else ()), msg("projects.source")]
    lines = [head, ["---"] * len(head)]
    for at, row in enumerate(table.rows):
        lines.append([*row.cells, *([bars[at]] if bars else ()), marks(row.spans)])
    return "\n".join(f"| {' | '.join(cell.replace('|', '／') for cell in line)} |" for line in lines)


def _bars(table: Table) -> list[str]:
    """A bar a row, as long as the figure in the second column; [] where there is nothing to draw."""
    if table.chart is None or len(table.rows) < _FEWEST:
        return []
    try:
        values = [float(row.cells[1]) for row in table.rows]
    except (IndexError, ValueError):  # a row without a figure, or one below zero
        return []
    most = max(values)
    return [_BLOCK * max(round(_WIDEST * value / most), int(value > 0)) for value in values] if most else []


def _citation(n: int, span: Span) -> Citation:
    evidence = span.evidence
    return Citation(
        n=n,
        doc_id=evidence.doc_id,
        title=evidence.title,
        doc_number=evidence.doc_number,
        issuer=evidence.issuer,
        validity=evidence.validity.value,
        clause=span.label,
        page=span.page,
        quote=span.text,
        clause_id=span.clause_id,
    )
