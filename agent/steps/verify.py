"""Verify: no draft leaves without this step. Quotes verbatim, figures in the cited evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

from agent.grounding.formula import derives, holds
from agent.grounding.numbers import unsupported
from agent.grounding.quotes import is_verbatim
from agent.state import Formula, Span, State, Table
from corpus.catalog import Catalog
from corpus.numbers import Number, find_numbers, stated_in


def verify(state: State, catalog: Catalog) -> State:
    """`problems`: one line for each statement that the evidence does not bear out."""
    draft = state["draft"]
    problems: list[str] = []
    kept = []
    plan = state.get("plan")
    earlier = "\n".join(text for who, text in state.get("history", []) if who == "user")
    asked = find_numbers(f"{plan.question}\n{plan.as_of}\n{earlier}" if plan else earlier)
    text_of = cache(catalog.text)
    for statement in draft.statements:
        found = [f"quote:{span.clause_id}" for span in statement.spans if not is_verbatim(span, catalog)]
        if statement.spans or statement.note:
            # a note may repeat what the user said, now or before, and the day of the session
            known = asked if statement.note else []
            found += _figures(statement.text, statement.spans, statement.formulas, known, text_of)
        elif draft.status in ("answered", "partial"):
            found.append("uncited")
        table, faults = _table(statement.table, catalog, text_of)
        problems += [*found, *faults]
        if not found:
            kept.append(replace(statement, table=table) if faults else statement)
    if problems:
        draft.statements = kept
    return {"draft": draft, "problems": problems}


def _figures(
    text: str,
    spans: Sequence[Span],
    formulas: Sequence[Formula],
    known: Sequence[Number],
    text_of: Callable[[str], str],
) -> list[str]:
    """Figures that neither the spans state nor `known` has nor a formula that holds gives."""
    broken = [f"formula:{formula.operation}" for formula in formulas if not holds(formula, text_of)]
    sound = () if broken else formulas
    return broken + [
        f"number:{number.text}"
        for number in unsupported(text, spans)
        if not stated_in(number, known) and not derives(number, sound)
    ]


def _table(
    table: Table | None, catalog: Catalog, text_of: Callable[[str], str]
) -> tuple[Table | None, list[str]]:
    """The table without the rows that their evidence does not bear out; what was wrong with those."""
    if table is None:
        return None, []
    rows, faults = [], []
    for row in table.rows:
        found = [f"quote:{span.clause_id}" for span in row.spans if not is_verbatim(span, catalog)]
        found += _figures(" ".join(row.cells), row.spans, row.formulas, (), text_of)
        found += [] if row.spans else ["uncited"]
        faults += found
        if not found:
            rows.append(row)
    return (replace(table, rows=tuple(rows)) if rows else None), faults
