"""An answer as plain JSON data and back, so that it can be kept and sent.

What a reader sees comes back whole: text, citations, warnings, tables, timings. What only verification
needed does not: the spans and formulas behind a table's figures, and `Answer.formulas`. They carry whole
clauses each, and the citations already lead to those.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from agent.types import Answer


@cache
def _adapter() -> TypeAdapter[Answer]:
    from agent.state import Formula, Table

    made = TypeAdapter(Answer)
    made.rebuild(_types_namespace={"Formula": Formula, "Table": Table})  # types only, where it is written
    return made


def to_json(answer: Answer) -> dict[str, Any]:
    """Plain data; `from_json` gives the answer again."""
    tables = [
        replace(table, rows=tuple(replace(row, spans=(), formulas=()) for row in table.rows))
        for table in answer.tables
    ]
    made: dict[str, Any] = _adapter().dump_python(
        replace(answer, formulas=[], tables=tables), mode="json", exclude_defaults=True
    )
    return made


def from_json(data: dict[str, Any]) -> Answer | None:
    """The answer; None for data of another version that is no longer understood."""
    try:
        return _adapter().validate_python(data)
    except ValidationError:
        return None
