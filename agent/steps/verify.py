"""Verify: no draft leaves without this step. Quotes verbatim, figures in the cited evidence."""

from __future__ import annotations

from agent.grounding.numbers import unsupported
from agent.grounding.quotes import is_verbatim
from agent.state import State
from corpus.catalog import Catalog
from corpus.numbers import find_numbers, stated_in


def verify(state: State, catalog: Catalog) -> State:
    """`problems`: one line for each statement that the evidence does not bear out."""
    draft = state["draft"]
    problems: list[str] = []
    kept = []
    for statement in draft.statements:
        found = [f"quote:{span.clause_id}" for span in statement.spans if not is_verbatim(span, catalog)]
        if statement.spans or statement.note:
            asked = find_numbers(state["plan"].question) if statement.note and "plan" in state else []
            found += [
                f"number:{number.text}"
                for number in unsupported(statement.text, statement.spans)
                if not stated_in(number, asked)  # a note may repeat the period that was asked about
            ]
        elif draft.status in ("answered", "partial"):
            found.append("uncited")
        if found:
            problems += found
        else:
            kept.append(statement)
    if problems:
        draft.statements = kept
    return {"draft": draft, "problems": problems}
