"""Derived figures: a result is accepted when the same computation over its evidence gives it again.

Each operand stands verbatim in a cited span of a document; the only changes allowed to it are those of
a unit of money. So a sum, a share or a rank is as checkable as a quotation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from agent.state import Formula, Operand
from corpus.numbers import Number, find_numbers, stated_in
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
    for operand in formula.operands:
        if isinstance(operand, Formula):
            if not holds(operand, text_of):
                return False
        elif not _is_borne_out(operand, formula.operation == "count", text_of):
            return False
    found = compute(formula)
    return found is not None and rounded(found, formula.result) == formula.result


def _is_borne_out(operand: Operand, counted: bool, text_of: Callable[[str], str]) -> bool:
    """What is counted has to stand in its span; what is computed with has to be that figure too."""
    span = operand.span
    if not span.text or span.text not in text_of(span.evidence.doc_id):
        return False
    return _stands(operand.written, span.text) and (counted or _is_figure(operand))


def rounded(value: Decimal, like: Decimal) -> Decimal:
    """`value` with as many decimals as `like`."""
    exponent = like.as_tuple().exponent
    return value.quantize(Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0))


def derives(number: Number, formulas: Sequence[Formula]) -> bool:
    """Whether a figure is a result or an operand of these formulas, in its unit; a bare one (a cell of a
    table, a term of a sum) by its value. A loss may be said without its sign (下降3.2%), never a gain
    with one."""
    size = replace(number, value=abs(number.value))
    for formula in formulas:
        for value in (*_results(formula), *(operand.value for operand in leaves(formula))):
            if number.value < 0 <= value:
                continue
            if size.kind == "plain" and size.value == abs(value):
                return True
            if stated_in(size, find_numbers(f"{abs(value):f}{formula.unit}")):
                return True
    return False


def leaves(formula: Formula) -> Iterator[Operand]:
    """The figures at the bottom of a formula."""
    for operand in formula.operands:
        if isinstance(operand, Formula):
            yield from leaves(operand)
        else:
            yield operand


def _results(formula: Formula) -> Iterator[Decimal]:
    yield formula.result
    for operand in formula.operands:
        if isinstance(operand, Formula):
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
