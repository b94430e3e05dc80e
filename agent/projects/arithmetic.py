"""Derived figures with their formula, and the formula in words."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from agent.grounding.formula import compute, rounded
from agent.projects.evidence import places_of, shown
from agent.state import Formula, Operand
from corpus.messages import msg

ONE_PLACE = Decimal("0.1")
_LONG = 6  # operands that are written out


def total(operands: Sequence[Operand | Formula], unit: str) -> Formula:
    """The sum, with the decimals that the figures have."""
    return _made("sum", operands, unit, places_of([_value(one) for one in operands]))


def count(operands: Sequence[Operand]) -> Formula:
    return Formula("count", tuple(operands), Decimal(len(operands)), "个")


def difference(first: Operand | Formula, second: Operand | Formula, unit: str) -> Formula:
    """Second less first; of two rates in 百分点."""
    return _made("difference", (first, second), unit, places_of((_value(first), _value(second))))


def share(part: Operand | Formula, whole: Operand | Formula) -> Formula | None:
    """Part of whole in %, one decimal; None of nothing."""
    return _made("share", (part, whole), "%", ONE_PLACE) if _value(whole) else None


def growth(first: Operand | Formula, second: Operand | Formula) -> Formula | None:
    """From first to second in %, one decimal; None from nothing."""
    return _made("growth", (first, second), "%", ONE_PLACE) if _value(first) else None


def extreme(operands: Sequence[Operand | Formula], unit: str, most: bool) -> Formula:
    values = [_value(one) for one in operands]
    return Formula("most" if most else "least", tuple(operands), max(values) if most else min(values), unit)


def same(operand: Operand, unit: str) -> Formula:
    return Formula("same", (operand,), operand.value, unit)


def _made(operation: str, operands: Sequence[Operand | Formula], unit: str, places: Decimal) -> Formula:
    draft = Formula(operation, tuple(operands), places, unit)  # type: ignore[arg-type]
    found = compute(draft)
    assert found is not None, operation
    return Formula(draft.operation, draft.operands, rounded(found, places), unit)


def _value(operand: Operand | Formula) -> Decimal:
    return operand.result if isinstance(operand, Formula) else operand.value


def written(formula: Formula) -> str:
    """A formula as it is shown: 38.0+13.2=51.2亿元."""
    values = [shown(_value(one)) for one in formula.operands]
    result = f"{shown(formula.result)}{'个' if formula.unit == '百分点' else ''}{formula.unit}"
    if formula.operation == "sum":
        if len(values) > _LONG:
            return msg("projects.long_sum", result=result)
        return f"{'+'.join(_bracketed(value) for value in values)}={result}"
    first, second = values
    if formula.operation == "difference":
        return f"{second}−{_bracketed(first)}={result}"
    if formula.operation == "share":
        return f"{first}÷{second}={result}"
    return f"（{second}−{_bracketed(first)}）÷{_bracketed(first.removeprefix('−'))}={result}"


def _bracketed(value: str) -> str:
    return f"（{value}）" if value.startswith("−") else value
