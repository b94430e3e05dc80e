"""A derived figure passes only where the same computation over its evidence gives it again."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from agent.grounding.formula import compute, derives, holds
from agent.state import Formula, Operand, Span
from corpus.model import Validity, Visibility
from corpus.numbers import find_numbers
from index.types import Evidence

ROWS = {
    "r1": "甲产线项目 | 南京市 | 12.5 | 3.5 | 在建",
    "r2": "乙产线项目 | 苏州市 | 7.5 | 下降3.2% | 在建",
    "r3": "丙产线项目 | 苏州市 | 75000 | 1.0 | 签约",
}
TEXT = "\n".join(ROWS.values())


def span(row: str) -> Span:
    evidence = Evidence(
        clause_id="t",
        doc_id="d",
        label="表1",
        heading_path=("表1",),
        text=TEXT,
        page=None,
        title="月报",
        doc_number=None,
        issuer=None,
        validity=Validity.UNKNOWN,
        visibility=Visibility.PUBLIC,
        score=1.0,
    )
    return Span(evidence, row, "表1第1行", ROWS[row], None)


def operand(row: str, written: str, value: str, factor: str = "1") -> Operand:
    return Operand(span(row), written, Decimal(value), Decimal(factor))


A, B = operand("r1", "12.5", "12.5"), operand("r2", "7.5", "7.5")
SUM = Formula("sum", (A, B), Decimal("20.0"), "亿元")


def text_of(doc_id: str) -> str:
    return TEXT


@pytest.mark.parametrize(
    ("operation", "operands", "result", "unit"),
    [
        ("sum", (A, B), "20.0", "亿元"),
        ("difference", (A, B), "-5.0", "亿元"),
        ("growth", (A, B), "-40.0", "%"),
        ("share", (B, SUM), "37.5", "%"),
        ("most", (A, B), "12.5", "亿元"),
        ("least", (A, B), "7.5", "亿元"),
        ("same", (operand("r3", "75000", "7.5", "0.0001"),), "7.5", "亿元"),
        ("count", (operand("r1", "甲产线项目", "1"), operand("r2", "乙产线项目", "1")), "2", "个"),
        ("same", (operand("r2", "下降3.2%", "-3.2"),), "-3.2", "%"),
    ],
)
def test_holds(operation: str, operands: tuple[Operand, ...], result: str, unit: str) -> None:
    formula = Formula(operation, operands, Decimal(result), unit)  # type: ignore[arg-type]
    assert holds(formula, text_of)
    assert not holds(replace(formula, result=Decimal(result) + 1), text_of)


@pytest.mark.parametrize(
    "wrong",
    [
        operand("r1", "12.5", "13.5"),  # another value than is written
        operand("r1", "7.5", "7.5"),  # stands in another row
        operand("r1", "2.5", "2.5"),  # part of a figure
        operand("r1", "12.5", "25", "2"),  # no change of unit
        operand("r1", "在建", "12.5"),  # no figure
        replace(A, span=replace(A.span, text="甲产线项目 | 12.5")),  # no such row in the document
    ],
)
def test_an_operand_that_does_not_stand_in_its_evidence(wrong: Operand) -> None:
    result = wrong.value + B.value
    assert not holds(Formula("sum", (wrong, B), result, "亿元"), text_of)


def test_an_inner_formula_is_computed_too() -> None:
    wrong = replace(SUM, result=Decimal("30.0"))
    assert not holds(Formula("share", (B, wrong), Decimal("25.0"), "%"), text_of)


def test_one_row_counts_once_and_nothing_divides_by_nothing() -> None:
    twice = Formula("count", (operand("r1", "甲产线项目", "1"),) * 2, Decimal(1), "个")
    assert compute(twice) == 1
    zero = replace(B, value=Decimal(0))
    assert compute(Formula("share", (A, zero), Decimal(0), "%")) is None
    assert compute(Formula("sum", (), Decimal(0), "亿元")) is None


def test_what_a_formula_bears_out_keeps_its_unit() -> None:
    def stands(text: str, formula: Formula) -> bool:
        return derives(find_numbers(text)[0], [formula])

    assert stands("合计20.0亿元", SUM)
    assert stands("12.5亿元", SUM)
    assert stands("12.5+7.5", SUM)
    assert not stands("20.0万元", SUM)
    assert not stands("12.6", SUM)
    points = Formula("difference", (A, B), Decimal("-5.0"), "百分点")
    assert stands("5.0个百分点", points)
    assert not stands("5.0%", points)
