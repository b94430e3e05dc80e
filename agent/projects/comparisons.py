"""Indicators compared: ranks of regions and groups, two periods or two places, and 环比."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from agent.projects import figures as reading
from agent.projects.arithmetic import difference, extreme, growth, same, share, written
from agent.projects.evidence import Sources, shown, title_of
from agent.projects.figures import Figure, figure_of, of_what
from agent.projects.indicators import finest, nothing, said_of, unit_words, value, value_words
from agent.projects.model import ALL, Asked, IndicatorQuery
from agent.projects.outcome import Outcome
from agent.projects.period_words import month_words
from agent.state import Draft, Statement, Table, TableRow
from corpus.messages import msg
from corpus.registry_series import Point, Series, last_month

# -- ranks -------------------------------------------------------------------------------------------


def rank(series: Sequence[Series], query: IndicatorQuery, sources: Sources, as_of: date) -> Outcome | None:
    """Regions or groups in order for one period and 口径; all that share the last place."""
    found = reading.apart(series, query)
    if not found or len(query.periods) > 1:
        return None
    last = reading.newest(found)
    if last is None:
        return None
    period = query.periods[0] if query.periods else Asked(last, last, None, month_words(last))
    statements: list[Statement] = []
    for scope in dict.fromkeys(one.scope for one in found):
        made = [
            figure_of(one, point, query.wants, sources)
            for one in found
            if one.scope == scope
            for point in reading.at(one, period)
        ]
        figures = [figure for figure in made if figure is not None]
        if len(figures) < len(made) or any(figure.point.disputed for figure in figures):
            return None
        if len(figures) > 1:
            statements.append(_ranked(figures, query, sources))
    if not statements:
        return nothing(found, period, query, sources, as_of)
    return Outcome(Draft("answered", statements))


def _ranked(figures: Sequence[Figure], query: IndicatorQuery, sources: Sources) -> Statement:
    down = query.order != "least"
    ordered = sorted(figures, key=lambda figure: -figure.value if down else figure.value)
    limit = ordered[min(query.top, len(ordered)) - 1].value
    first = [figure for figure in ordered if (figure.value >= limit if down else figure.value <= limit)]
    unit = figures[0].unit
    formula = extreme([figure.operand for figure in figures], unit, down)
    what = f"{query.name}{msg('projects.yoy') if query.wants == 'yoy' else ''}"
    which = "、".join(
        f"{of_what(figure.series)}（{shown(figure.value)}{unit_words(unit)}）" for figure in first
    )
    text = msg(
        "projects.rank",
        source=title_of(first[0].operand.span),
        period=first[0].when,
        said=msg(f"projects.{query.order or 'most'}_are", what=what, which=which)
        if query.top != ALL
        else msg("projects.in_order", what=what, which=which),
    )
    rows = tuple(
        TableRow(
            (of_what(figure.series), shown(figure.value)),
            (figure.operand.span,),
            (same(figure.operand, unit),),
        )
        for figure in ordered
    )
    columns = (msg("projects.column_what"), msg("projects.column_value", unit=unit or "—"))
    spans = sources.cited((figure.operand.span.clause_id for figure in first), rows=5)
    formulas = (formula, *(same(figure.operand, unit) for figure in first))
    return Statement(text, spans, formulas=formulas, table=Table(columns, rows, chart="bar"))


# -- differences -------------------------------------------------------------------------------------


def compare(series: Sequence[Series], query: IndicatorQuery, sources: Sources, as_of: date) -> Outcome | None:
    """Two periods of one series, or one period of two: both figures and what they differ by."""
    found = reading.chosen(series, query)
    statements: list[Statement] = []
    for scope in dict.fromkeys(one.scope for one in found):
        same_scope = [one for one in found if one.scope == scope]
        pair = _pair(same_scope, query, sources)
        if pair is not None:
            statements.append(_differ(*pair, query))
    if statements:
        return Outcome(Draft("answered", statements))
    return value(series, query, sources, as_of)


def change(series: Sequence[Series], query: IndicatorQuery, sources: Sources, as_of: date) -> Outcome | None:
    """A period against the one right before it (环比): of 当月 where there is that."""
    found = finest(reading.chosen(series, query))
    if len(found) != 1:
        return None
    one = found[0]
    points = one.points if not query.periods else reading.at(one, query.periods[0])
    if not points:
        return nothing(found, query.periods[0], query, sources, as_of)
    now = points[-1]
    at = one.points.index(now)
    before = one.points[at - 1] if at else None
    if before is None or now.disputed or before.disputed or not _follows(before, now, one):
        return None
    pair = [figure_of(one, point, query.wants, sources) for point in (before, now)]
    if pair[0] is None or pair[1] is None:
        return None
    return Outcome(Draft("answered", [_differ(pair[0], pair[1], query)]))


def share_of(
    series: Sequence[Series], query: IndicatorQuery, sources: Sources, as_of: date
) -> Outcome | None:
    """What part of the total a region or a group is, for one period and each 口径."""
    found = [one for one in reading.chosen(series, query) if not reading.is_total(one)]
    totals = [one for one in series if one.name == query.name and reading.is_total(one)]
    last = reading.newest(found)
    if last is None or len(query.periods) > 1 or query.wants != "value":
        return None
    period = query.periods[0] if query.periods else Asked(last, last, None, month_words(last))
    statements = []
    for one in found:
        whole = [other for other in totals if other.scope == one.scope]
        points = [reading.at(each, period) for each in (one, *whole)]
        if len(points) != 2 or any(len(some) != 1 for some in points):
            continue
        part = figure_of(one, points[0][0], "value", sources)
        total = figure_of(whole[0], points[1][0], "value", sources)
        if part is not None and total is not None and part.unit == total.unit:
            statements.append(_part_of(part, total, query))
    return Outcome(Draft("answered", statements)) if statements else None


def _part_of(part: Figure, total: Figure, query: IndicatorQuery) -> Statement:
    rate = share(part.operand, total.operand)
    text = msg(
        "projects.part",
        source=title_of(part.operand.span),
        period=part.when,
        what=said_of(query, part.series),
        value=value_words(part, "value"),
        total=value_words(total, "value"),
        rate=f"{shown(rate.result)}%" if rate else "—",
        formula=written(rate) if rate else "—",
    )
    spans = tuple(dict.fromkeys((part.operand.span, total.operand.span)))
    formulas = (same(part.operand, part.unit), same(total.operand, total.unit))
    return Statement(text, spans, formulas=(*formulas, rate) if rate else formulas)


def _follows(before: Point, now: Point, one: Series) -> bool:
    """Whether two points are of months (or quarters) in a row; a running total starts anew in January."""
    first, second = (last_month(point.value.period) for point in (before, now))
    return reading.apart_by(first, second) == (3 if one.scope == "当季" else 1) and (
        one.scope != "累计" or first[:4] == second[:4]
    )


def _pair(found: Sequence[Series], query: IndicatorQuery, sources: Sources) -> tuple[Figure, Figure] | None:
    """(first, second) of what is compared; None unless each is there exactly once."""
    if len(query.periods) == 2 and len(found) == 1:
        earlier, later = sorted(query.periods, key=lambda period: (period.last, period.first))
        wanted = [(found[0], earlier), (found[0], later)]
    elif len(query.periods) <= 1 and len(found) == 2:
        last = reading.newest(found)
        if last is None:
            return None
        period = query.periods[0] if query.periods else Asked(last, last)
        wanted = [(one, period) for one in found]
    else:
        return None
    made = []
    for one, period in wanted:
        points = reading.at(one, period)
        figure = figure_of(one, points[0], query.wants, sources) if len(points) == 1 else None
        if figure is None:
            return None
        made.append(figure)
    return (made[0], made[1]) if made[0].unit == made[1].unit else None


def _differ(first: Figure, second: Figure, query: IndicatorQuery) -> Statement:
    """Both figures, their difference (of rates in 百分点), and the growth from month to month."""
    rates = first.unit == "%"
    in_time = first.series is second.series
    if not in_time and second.value > first.value:
        first, second = second, first
    lower, upper = (first, second) if in_time else (second, first)
    gap = difference(lower.operand, upper.operand, "百分点" if rates else first.unit)
    formulas = [gap, same(first.operand, first.unit), same(second.operand, second.unit)]
    key = "projects.changed" if in_time else "projects.apart" if gap.result else "projects.equal"
    text = msg(
        key,
        source="、".join(dict.fromkeys(title_of(figure.operand.span) for figure in (first, second))),
        first=f"{first.when}{said_of(query, first.series)}",
        second=f"{second.when}{said_of(query, second.series)}",
        first_value=value_words(first, query.wants),
        second_value=value_words(second, query.wants),
        formula=written(gap),
    )
    months = first.series.scope == "当月" and query.wants == "value" and not rates
    if in_time and months and (rate := growth(first.operand, second.operand)):
        formulas.append(rate)
        text += msg("projects.grown", rate=_moved(rate.result), formula=written(rate))
    spans = tuple(dict.fromkeys((first.operand.span, second.operand.span)))
    return Statement(f"{text}。", spans, formulas=tuple(formulas))


def _moved(rate: Decimal) -> str:
    return msg("projects.falls" if rate < 0 else "projects.rises", amount=f"{shown(abs(rate))}%")
