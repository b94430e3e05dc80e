"""Indicators: the figure of a period, 当月 and 累计 apart, and the points of a trend."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from agent.projects import figures as reading
from agent.projects.arithmetic import difference, extreme, same, total, written
from agent.projects.evidence import Sources, first_stated, shown, title_of
from agent.projects.figures import Figure, figure_of, of_what
from agent.projects.model import Asked, IndicatorQuery
from agent.projects.outcome import Outcome, no_data
from agent.projects.period_words import month_words, wordings
from agent.state import Draft, Formula, Statement, Table, TableRow
from corpus.messages import msg
from corpus.registry_series import Series, last_month

POINTS = 12  # of a trend
TREND_SCOPES = ("当月", "当季", "期末", None, "累计")


def said_of(query: IndicatorQuery, one: Series) -> str:
    """盐城市县域特色产业产值, with 同比 where that is asked for."""
    place = "" if of_what(one) in (reading.PROVINCE, "合计") and not query.regions else of_what(one)
    return f"{place}{one.name}{msg('projects.yoy') if query.wants == 'yoy' else ''}"


def value_words(figure: Figure, wants: str) -> str:
    """38.0亿元, 增长3.2%, 下降1.1个百分点."""
    amount = f"{shown(abs(figure.value))}{unit_words(figure.unit)}"
    if wants == "yoy":
        return msg("projects.falls" if figure.value < 0 else "projects.rises", amount=amount)
    return f"{'−' if figure.value < 0 else ''}{amount}"


def unit_words(unit: str) -> str:
    return f"个{unit}" if unit == "百分点" else unit


# -- a figure ----------------------------------------------------------------------------------------


def value(series: Sequence[Series], query: IndicatorQuery, sources: Sources, as_of: date) -> Outcome | None:
    """The figures of the periods asked about, 当月 and 累计 apart; the last ones where no period is named."""
    found = reading.chosen(series, query)
    if not found:
        return None
    last = reading.newest(found)
    periods = query.periods or ((Asked(last, last, None, month_words(last)),) if last else ())
    statements: list[Statement] = []
    for period in periods:
        made = _of_period(found, period, query, sources)
        if made is None:
            return None
        if not made:
            return nothing(found, period, query, sources, as_of)
        statements += made
    return Outcome(Draft("answered", statements))


def _of_period(
    found: Sequence[Series], period: Asked, query: IndicatorQuery, sources: Sources
) -> list[Statement] | None:
    """A sentence a 口径; [] where there is no figure of the period; None where one cannot be shown."""
    statements = []
    for scope in dict.fromkeys(one.scope for one in found):
        figures = []
        same_scope = [one for one in found if one.scope == scope]
        for one in same_scope:
            for point in reading.at(one, period):
                figure = figure_of(one, point, query.wants, sources)
                if figure is None:
                    return None
                figures.append(figure)
        if figures:
            statements += _said(figures, query, sources)
        elif query.wants == "value" and (summed := _months(same_scope, period, query, sources)):
            statements.append(summed)
    if period.scope in ("当季", "累计") or not period.is_month:
        exact = [one for one in statements if not one.formulas or one.formulas[0].operation != "sum"]
        return exact or statements
    return statements


def _months(
    found: Sequence[Series], period: Asked, query: IndicatorQuery, sources: Sources
) -> Statement | None:
    """A period that no report gives as such, as the sum of its months: of one series."""
    if len(found) != 1 or period.scope == "累计":
        return None
    points = reading.months(found[0], period)
    figures = [figure_of(found[0], point, "value", sources) for point in points]
    operands = [figure.operand for figure in figures if figure is not None]
    units = {figure.unit for figure in figures if figure is not None}
    if not operands or len(operands) < len(points) or len(units) != 1 or units & {"%", "百分点", ""}:
        return None
    formula = total(operands, units.pop())
    text = msg(
        "projects.month_sum",
        first=month_words(period.first),
        last=month_words(period.last),
        what=said_of(query, found[0]),
        formula=written(formula),
    )
    return Statement(text, tuple(operand.span for operand in operands), formulas=(formula,))


def _said(figures: Sequence[Figure], query: IndicatorQuery, sources: Sources) -> list[Statement]:
    """One figure as a sentence, several as a table with their sum where they can be added up."""
    if len(figures) <= 2:
        statements = [_sentence(figure, query) for figure in figures]
        if any(figure.point.disputed for figure in figures):
            statements.append(Statement(msg("projects.figures_differ"), note=True))
        return statements
    first = figures[0]
    rows = tuple(
        TableRow(
            (of_what(figure.series), f"{shown(figure.value)}"),
            (figure.operand.span,),
            (same(figure.operand, figure.unit),),
        )
        for figure in sorted(figures, key=lambda figure: -figure.value)
    )
    when = first.when
    what = f"{query.name}{msg('projects.yoy') if query.wants == 'yoy' else ''}"
    text = msg("projects.by_each", source=title_of(first.operand.span), period=when, what=what)
    formulas: tuple[Formula, ...] = ()
    additive = first.unit not in ("%", "百分点", "") and first.series.scope is not None
    if additive and not any(figure.point.disputed for figure in figures):
        summed = total([figure.operand for figure in figures], first.unit)
        formulas = (summed,)
        text += msg("projects.together", formula=written(summed))
    columns = (msg("projects.column_what"), msg("projects.column_value", unit=first.unit or "—"))
    spans = sources.cited(figure.operand.span.clause_id for figure in figures)
    return [Statement(f"{text}。", spans, formulas=formulas, table=Table(columns, rows, chart="bar"))]


def _sentence(figure: Figure, query: IndicatorQuery) -> Statement:
    span = figure.operand.span
    text = msg(
        "projects.figure",
        source=f"{title_of(span)}{span.label or ''}",
        period=figure.when,
        what=said_of(query, figure.series),
        value=value_words(figure, query.wants),
    )
    formulas = [same(figure.operand, figure.unit)]
    return Statement(text, (span,), formulas=tuple(formulas))


def nothing(
    found: Sequence[Series], period: Asked, query: IndicatorQuery, sources: Sources, as_of: date
) -> Outcome | None:
    """No figure of the period: which is the last there is."""
    points = [(one, point) for one in found for point in one.points]
    one, point = max(points, key=lambda pair: last_month(pair[1].value.period))
    span = sources.spans.get(point.value.clause_id)
    if span is None:
        return None
    what = f"{query.scope or ''}{said_of(query, one)}"
    latest = first_stated(wordings(point.value.period, one.scope), span)
    return no_data(what, period, as_of, span, latest or "")


# -- trends ------------------------------------------------------------------------------------------


def trend(series: Sequence[Series], query: IndicatorQuery, sources: Sources, as_of: date) -> Outcome | None:
    """The points of one series in a table, from first to last, with the highest and the lowest."""
    found = finest(reading.chosen(series, query))
    if len(found) != 1:
        return None
    one = found[0]
    points = [point for point in one.points if _inside(last_month(point.value.period), query.periods)]
    if not points:
        return nothing(found, query.periods[0], query, sources, as_of) if query.periods else None
    made = [figure_of(one, point, query.wants, sources) for point in points[-(query.months or POINTS) :]]
    figures = [figure for figure in made if figure is not None]
    if len(figures) < len(made) or len({figure.unit for figure in figures}) != 1:
        return None
    unit = figures[0].unit
    rows = tuple(
        TableRow(
            (figure.when, shown(figure.value)),
            (figure.operand.span,),
            (same(figure.operand, unit),),
        )
        for figure in figures
    )
    columns = (msg("projects.column_period"), msg("projects.column_value", unit=unit or "—"))
    table = Table(columns, rows, chart="line")
    statement = _course(figures, query, table)
    return Outcome(Draft("answered", [statement]))


def _course(figures: Sequence[Figure], query: IndicatorQuery, table: Table) -> Statement:
    one, unit = figures[0].series, figures[0].unit
    first, last = figures[0], figures[-1]
    ends = (first.when, last.when)
    what = said_of(query, one)
    if len(figures) == 1 or any(figure.point.disputed for figure in figures):
        text = msg("projects.series", what=what, begin=ends[0], end=ends[1])
        return Statement(text, (first.operand.span, last.operand.span), table=table)
    operands = [figure.operand for figure in figures]
    top, low = extreme(operands, unit, True), extreme(operands, unit, False)
    move = difference(first.operand, last.operand, "百分点" if unit == "%" else unit)
    highest = next(figure for figure in figures if figure.value == top.result)
    lowest = next(figure for figure in figures if figure.value == low.result)
    text = msg(
        "projects.course",
        what=what,
        begin=ends[0],
        end=ends[1],
        first=f"{shown(first.value)}{unit_words(unit)}",
        last=f"{shown(last.value)}{unit_words(unit)}",
        move=written(move),
        high=f"{shown(highest.value)}{unit_words(unit)}",
        high_at=highest.when,
        low=f"{shown(lowest.value)}{unit_words(unit)}",
        low_at=lowest.when,
    )
    spans = tuple(dict.fromkeys(figure.operand.span for figure in (first, last, highest, lowest)))
    return Statement(text, spans, formulas=(top, low, move), table=table)


def _inside(month: str, periods: Sequence[Asked]) -> bool:
    if not periods:
        return True
    return min(p.first for p in periods) <= month <= max(p.last for p in periods)


def finest(found: Sequence[Series]) -> list[Series]:
    """The series of the finest 口径, where none is asked for."""
    for scope in TREND_SCOPES:
        if same_scope := [one for one in found if one.scope == scope]:
            return same_scope
    return []
