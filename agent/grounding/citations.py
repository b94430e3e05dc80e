"""Citations are made from evidence forward: [n] is a span that a statement was built on."""

from __future__ import annotations

from agent.state import Span, Statement
from agent.types import Citation


def number_citations(statements: list[Statement]) -> tuple[str, list[Citation]]:
    """The statements as Markdown with [n], and the citations in order of first use."""
    order: dict[tuple[str, str], int] = {}
    citations: list[Citation] = []
    lines = []
    for statement in statements:
        marks = ""
        for span in statement.spans:
            key = (span.clause_id, span.text)
            if key not in order:
                order[key] = len(order) + 1
                citations.append(_citation(order[key], span))
            marks += f"[{order[key]}]"
        lines.append(f"{statement.text}{marks}")
    return "\n\n".join(lines), citations


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
