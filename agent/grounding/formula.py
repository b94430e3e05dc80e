"""Derived figures: a result is accepted when the same computation over its evidence gives it again.

Each operand stands verbatim in a cited span of a document; the only changes allowed to it are those of
a unit of money. So a sum, a share or a rank is as checkable as a quotation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from agent.state import Formula, Operand
from corpus.numbers import Number, find_numbers
from corpus.registry_cells import MONEY_SCALES, figure, plain

_FACTORS = frozenset(scale / MONEY_SCALES["亿元"] for scale in MONEY_SCALES.values()) | {Decimal(1)}
_CELLS = " | "
_PAIRS = ("difference", "share", "growth")


def compute(formula: Formula) -> Decimal | None:
    """What the formula gives over its operands, unrounded; None where it cannot be computed."""
    values = [_value(operand) for operand in formula.operands]
    if not values or (formula.operation in _PAIRS and len(values) != 2):
        return None
    if formula.operation == "count":
        return Decimal(len({_place(operand) for operand in formula.operands}))
    if formula.operation == "sum":
        return sum(values, Decimal(0))
    if formula.operation == "same":
        return values[0] if len(values) == 1 else None
    if formula.operation in ("most", "least"):
        return max(values) if formula.operation == "most" else min(values)
    first, second = values
    if formula.operation == "difference":
        return second - first
    if formula.operation == "share":
        return 100 * first / second if second else None
    return 100 * (second - first) / abs(first) if first else None


def holds(formula: Formula, text_of: Callable[[str], str]) -> bool:
    """Whether every operand stands in its document's text and the result follows from them.

    Args:
        text_of: the text of a version by its doc_id.
    """
    for operand in leaves(formula):
        span = operand.span
        counted = formula.operation == "count"
        if not span.text or span.text not in text_of(span.evidence.doc_id):
            return False
        if not _stands(operand.written, span.text):
            return False
        if not counted and not _is_figure(operand):
            return False
    for inner in formula.operands:
        if isinstance(inner, Formula) and not holds(inner, text_of):
            return False
    found = compute(formula)
    return found is not None and rounded(found, formula.result) == formula.result


def rounded(value: Decimal, like: Decimal) -> Decimal:
    """`value` with as many decimals as `like`."""
    exponent = like.as_tuple().exponent
    return value.quantize(Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0))


def derived(formulas: Sequence[Formula]) -> list[Number]:
    """The figures that these formulas bear out: their results and their operands, in their units."""
    return [
        number
        for formula in formulas
        for value in (formula.result, *(operand.value for operand in leaves(formula)), *_results(formula))
        for number in find_numbers(f"{abs(value):f}{formula.unit}")
    ]


def leaves(formula: Formula) -> Iterator[Operand]:
    """The figures at the bottom of a formula."""
    for operand in formula.operands:
        if isinstance(operand, Formula):
            yield from leaves(operand)
        else:
            yield operand


def _results(formula: Formula) -> Iterator[Decimal]:
    for operand in formula.operands:
        if isinstance(operand, Formula):
            yield operand.result
            yield from _results(operand)


def _value(operand: Operand | Formula) -> Decimal:
    return operand.result if isinstance(operand, Formula) else operand.value


def _place(operand: Operand | Formula) -> object:
    return (operand.span.clause_id, operand.written) if isinstance(operand, Operand) else id(operand)


def _stands(written: str, text: str) -> bool:
    """As a cell of its own where the span is a row of a table, else as a figure of the text."""
    if not written:
        return False
    if _CELLS in text:
        return any(plain(cell) == plain(written) for line in text.split("\n") for cell in line.split(_CELLS))
    return written in text


def _is_figure(operand: Operand) -> bool:
    if operand.factor not in _FACTORS:
        return False
    found = figure(operand.written)
    return found is not None and found.value * operand.factor == operand.value
