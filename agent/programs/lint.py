"""What the schema cannot say: facts and units exist, the figure and the comparator are in the words, and,
with a library, the words are in the clause that is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from agent.programs.facts import UNITS, Fact, facts
from agent.programs.load import Fault, Loaded, Located
from agent.programs.model import Condition, Window
from agent.programs.resolve import Resolver, bare, references
from corpus.messages import msg
from corpus.model import Validity
from corpus.numbers import find_numbers

# What a text says for each comparator; 以上, 达到 and 不低于 include the bound itself.
_WORDS = {
    "ge": r"以上|不低于|不少于|达到|不小于|前",
    "gt": r"超过|高于|大于|多于",
    "le": r"不超过|不高于|不多于|不大于|以下|以内|前",
    "lt": r"不足|不到|低于|少于|小于|未达到",
}
_OTHER = {"gt": r"不(?:超过|高于|大于|多于)", "lt": r"不(?:低于|少于|小于)"}
_INVERSE = {"ge": "lt", "gt": "le", "le": "gt", "lt": "ge"}
_SPELLED = {1: "一", 2: "两二", 3: "三", 4: "四", 5: "五", 10: "十"}
_NUMERIC = frozenset(_WORDS)
_KINDS = {"flag": {"is"}, "choice": {"is", "in"}, "set": {"has", "lacks"}, "date": {"by", "since"}}


def lint(loaded: Loaded, resolver: Resolver | None = None) -> list[Fault]:
    """Every fault of every file, by file and line."""
    faults = list(loaded.faults)
    for located in loaded.located.values():
        faults += _own(located, loaded)
        if resolver is not None:
            faults += _against(located, resolver)
    return sorted(faults, key=lambda fault: (str(fault.path), fault.line))


def standing_notes(loaded: Loaded, resolver: Resolver) -> Iterator[str]:
    """A line for each programme whose text is not in force on the resolver's day: no fault, to be known."""
    for programme in loaded.programmes.values():
        standing = resolver.standing(programme)
        if standing.record is None or standing.validity in (Validity.IN_FORCE, Validity.UNKNOWN):
            continue
        by = f"《{standing.by.title}》" if standing.by else "—"
        validity = msg(f"programs.validity_{standing.validity.value}")
        yield msg("programs.not_in_force", id=programme.id, validity=validity, by=by, day=resolver.day)


def _own(located: Located, loaded: Loaded) -> Iterator[Fault]:
    programme = located.programme
    seen: set[str] = set()
    for condition in programme.all_conditions():
        line = located.line_of(condition.said)
        if condition.id in seen:
            yield Fault(located.path, line, msg("programs.condition_twice", id=condition.id))
        seen.add(condition.id)
        for text in _condition(condition):
            yield Fault(located.path, line, text)
    for benefit in programme.benefits:
        if benefit.amount is not None and not _stands(benefit.said, benefit.amount, benefit.unit):
            text = msg("programs.figure_not_said", value=f"{benefit.amount:g}", said=benefit.said)
            yield Fault(located.path, located.line_of(benefit.said), text)
        if benefit.amount is None and not re.search(r"[没未不]", benefit.said):
            text = msg("programs.not_stated_how", said=benefit.said)
            yield Fault(located.path, located.line_of(benefit.said), text)
    for window in programme.windows:
        yield from _window(located, window)
    for clause, said in references(programme):
        if clause.partition("#")[0] not in programme.documents:
            text = msg("programs.no_document_key", clause=clause)
            yield Fault(located.path, located.line_of(said), text)
    for exception in programme.exceptions:
        if exception.instead not in loaded.located:
            text = msg("programs.no_programme", id=exception.instead)
            yield Fault(located.path, located.line_of(exception.said), text)


def _window(located: Located, window: Window) -> Iterator[Fault]:
    days = {number.code for number in find_numbers(window.said) if number.kind == "date"}
    for day in (window.first, window.last):
        short = f"--{day:%m-%d}"
        if day.isoformat() not in days and short not in days:
            text = msg("programs.figure_not_said", value=day, said=window.said)
            yield Fault(located.path, located.line_of(window.said), text)


def _condition(condition: Condition) -> Iterator[str]:
    for row in condition.score:
        if row.fact not in facts():
            yield msg("programs.unknown_fact", fact=row.fact)
        if f"{row.points}分" not in row.said:
            yield msg("programs.figure_not_said", value=row.points, said=row.said)
        for bound in (row.low, row.high):
            if bound is not None and not re.search(rf"(?<!\d){bound:g}(?!\d)", row.said):
                yield msg("programs.figure_not_said", value=f"{bound:g}", said=row.said)
    if condition.fact is None:
        if condition.score:
            yield from _numeric(condition)
        return
    fact = facts().get(condition.fact)
    if fact is None:
        yield msg("programs.unknown_fact", fact=condition.fact)
        return
    if condition.op not in _KINDS.get(fact.kind, _NUMERIC):
        yield msg("programs.bad_op", op=condition.op, fact=condition.fact)
    elif condition.op in _NUMERIC:
        yield from _unit(condition, fact)
        yield from _numeric(condition)
    elif fact.values:
        wanted = condition.value if isinstance(condition.value, tuple) else (condition.value,)
        for value in wanted:
            if value not in fact.values:
                yield msg("programs.unknown_choice", value=value, choices="、".join(fact.values))
    elif fact.kind == "date":
        days = {number.code for number in find_numbers(condition.said)}
        if str(condition.value) not in days:
            yield msg("programs.figure_not_said", value=condition.value, said=condition.said)


def _unit(condition: Condition, fact: Fact) -> Iterator[str]:
    unit = UNITS.get(condition.unit or "")
    if unit is None or fact.kind not in unit[0]:
        yield msg("programs.bad_unit", unit=condition.unit or "—", fact=condition.fact)
    if condition.over != "latest" and not fact.yearly:
        yield msg("programs.not_yearly", fact=condition.fact, over=condition.over)


def _numeric(condition: Condition) -> Iterator[str]:
    value = condition.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield msg("programs.bad_value", field="value", value=value)
        return
    said = condition.said
    if not _stands(said, value, condition.unit):
        yield msg("programs.figure_not_said", value=f"{value:g}{condition.unit or ''}", said=said)
    op = _INVERSE[condition.op or "ge"] if condition.negated else condition.op or "ge"
    words = re.sub(_OTHER[op], "", said) if op in _OTHER else said
    if op == "ge":
        words = re.sub(r"未达到", "", words)
    if not re.search(_WORDS[op], words):
        yield msg("programs.comparator_not_said", op=condition.op, said=said)


def _stands(said: str, value: float, unit: str | None) -> bool:
    """Whether the words state this quantity, in whatever unit and digits."""
    amount = Decimal(str(value))
    for number in find_numbers(said):
        if unit in ("元", "万元", "亿元"):
            if number.kind == "money" and number.value == amount * UNITS[unit][1]:
                return True
        elif unit == "年":
            if number.kind == "duration" and number.unit == "月" and number.value == amount * 12:
                return True
        elif unit in ("%", "百分点"):
            kind = "percent" if unit == "%" else "point"
            if number.kind == kind and number.value == amount:
                return True
        elif number.value == amount:
            return True
    digits = _SPELLED.get(int(value), "")
    return unit == "名" and bool(digits) and re.search(rf"前[{digits}]", said) is not None


def _against(located: Located, resolver: Resolver) -> Iterator[Fault]:
    programme = located.programme
    for key, source in programme.documents.items():
        if resolver.document(source) is None:
            text = msg("programs.no_document", title=source.title)
            yield Fault(located.path, located.line("documents", key), text)
    for clause, said in references(programme):
        named = programme.documents.get(clause.partition("#")[0])
        if named is None or resolver.document(named) is None:
            continue  # reported above
        found = resolver.clause(programme, clause)
        line = located.line_of(said)
        if found is None:
            yield Fault(located.path, line, msg("programs.no_clause", clause=clause))
        elif bare(said) not in bare(found.quote):
            yield Fault(located.path, line, msg("programs.not_in_clause", said=said, clause=clause))
