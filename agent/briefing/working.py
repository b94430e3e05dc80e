"""How the computed figures of a briefing were computed, one line each."""

from __future__ import annotations

import re

from agent.briefing.model import Briefing, Exhibit
from agent.projects.evidence import shown
from agent.state import Formula, Operand
from corpus.messages import msg


def workings(briefing: Briefing) -> list[str]:
    """Each recorded formula with what it is of, in the order of the text; counts are not shown."""
    lines: list[str] = []
    table = 0
    for section in briefing.sections:
        for block in section.blocks:
            if isinstance(block, Exhibit):
                table += 1
                for row in block.table.rows:
                    of = msg("briefing.row_of", n=table, row=row.cells[0])
                    lines += [_line(of, one) for one in row.formulas if one.operation != "count"]
            else:
                shown_of = [one for one in block.formulas if one.operation not in ("count", "same")]
                lines += [_line(_said(block.text, one) or section.heading, one) for one in shown_of]
    return list(dict.fromkeys(lines))


def _said(text: str, formula: Formula) -> str:
    """The part of a sentence that states a formula's result: 总投资262.1亿元."""
    result = shown(abs(formula.result))
    parts = re.split(r"[，；、。：]", text)
    return next((part for part in parts if re.search(rf"(?<![\d.]){re.escape(result)}(?![\d.])", part)), "")


def _line(of: str, formula: Formula) -> str:
    kind = msg(f"briefing.kind_{formula.operation}")
    return msg("briefing.working", of=of, kind=kind, formula=spelled(formula))


def spelled(formula: Formula) -> str:
    """A formula in full: 29.3+25.0=54.3亿元; 29.3÷122.6=23.9%."""
    values = [shown(one.result if isinstance(one, Formula) else one.value) for one in formula.operands]
    values = [f"（{value}）" if value.startswith("−") else value for value in values]
    result = f"{shown(formula.result)}{'个' if formula.unit == '百分点' else ''}{formula.unit}"
    if formula.operation in ("most", "least", "same", "count"):
        return result
    if formula.operation == "sum":
        return f"{'+'.join(values)}={result}"
    first, second = values
    if formula.operation == "difference":
        return f"{second}−{first}={result}"
    if formula.operation == "share":
        return f"{first}÷{second}×100%={result}"
    return f"（{second}−{first}）÷{first}×100%={result}"


def operands(formula: Formula) -> list[Operand]:
    """The cells that a formula rests on, down to the last."""
    return [
        cell for one in formula.operands for cell in (operands(one) if isinstance(one, Formula) else [one])
    ]
