"""Respond: the verified draft as an answer. Reached from verify alone."""

from __future__ import annotations

from agent.grounding.citations import number_citations
from agent.state import State
from agent.types import Answer
from corpus.messages import msg


def respond(state: State) -> State:
    """The answer; a draft that verification emptied becomes a refusal that says so."""
    draft = state["draft"]
    text, citations = number_citations(draft.statements)
    status = draft.status
    warnings = list(draft.warnings)
    if state.get("problems"):
        warnings.append(msg("answer.dropped", count=len(state["problems"])))
    if not draft.statements:
        status, text = "refused", msg("answer.unverified")
    tables = [statement.table for statement in draft.statements if statement.table is not None]
    formulas = [formula for statement in draft.statements for formula in statement.formulas]
    formulas += [formula for table in tables for row in table.rows for formula in row.formulas]
    answer = Answer(
        question=state["question"],
        status=status,
        answer=text,
        citations=citations,
        warnings=warnings,
        tools=list(state.get("tools", [])),
        usage=state.get("usage"),
        formulas=formulas,
        tables=tables,
    )
    return {"answer": answer}
