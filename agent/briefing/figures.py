"""The section of figures: totals, comparison, ranking and table, each figure from a cell or a formula."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from agent.briefing.model import Block, Exhibit
from agent.briefing.outline import Outline
from agent.projects.arithmetic import difference, growth, share, total
from agent.projects.evidence import Sources, shown, title_of
from agent.projects.figures import Figure, figure_of, is_total, of_what
from agent.projects.indicators import unit_words
from agent.state import Formula, Span, Statement, Table, TableRow
from corpus.messages import msg
from corpus.registry_series import Series, last_month

LEADERS = 3
_TREND_FROM = 4  # months that make a trend


@dataclass(frozen=True, slots=True)
class Of:
    """The figures of an indicator in one period under one 口径: of its parts, the total that is stated,
    and those on which reports disagree."""

    name: str
    parts: tuple[Figure, ...]
    total: Figure | None
    disputed: tuple[tuple[Figure, ...], ...] = ()

    @property
    def when(self) -> str:
        return (self.total or self.parts[0]).when

    @property
    def unit(self) -> str:
        return (self.total or self.parts[0]).unit

    @property
    def sum(self) -> Formula | None:
        return total([one.operand for one in self.parts], self.unit) if len(self.parts) > 1 else None


def of_period(series: Sequence[Series], month: str, sources: Sources) -> Of | None:
    """The figures of the period that ends with `month`; None where there are none."""
    parts: list[Figure] = []
    whole: Figure | None = None
    disputed: list[tuple[Figure, ...]] = []
    for one in series:
        points = [point for point in one.points if last_month(point.value.period) == month]
        found = [made for point in points if (made := figure_of(one, point, "value", sources))]
        if len({made.value for made in found}) > 1:
            disputed.append(tuple(found))
        elif found and is_total(one):
            whole = found[0]
        elif found:
            parts.append(found[0])
    if not parts and whole is None and not disputed:
        return None
    units = {one.unit for one in parts}
    if len(units) > 1 or (not parts and whole is None):
        return Of(series[0].name, (), whole, tuple(disputed)) if whole or disputed else None
    ordered = sorted(parts, key=lambda one: one.value, reverse=True)
    return Of(series[0].name, tuple(ordered), whole, tuple(disputed))


@dataclass(frozen=True, slots=True)
class Months:
    """The months that a section is about, as 2026-06: its own, the one before, the same a year before,
    and those of its trend, oldest first."""

    now: str
    before: str
    year_before: str
    trend: tuple[str, ...] = ()

    @classmethod
    def of(cls, month: str, trend: int) -> Months:
        months = [_shifted(month, -back) for back in reversed(range(trend))]
        return cls(month, _shifted(month, -1), _shifted(month, -12), tuple(months))

    def all(self) -> set[str]:
        return {self.now, self.before, self.year_before, *self.trend}


def _shifted(month: str, by: int) -> str:
    number = int(month[:4]) * 12 + int(month[5:]) - 1 + by
    return f"{number // 12}-{number % 12 + 1:02d}"


def groups_of(
    name: str, series: Sequence[Series], months: Months, outline: Outline, sources: Sources
) -> list[tuple[str, list[Block]]]:
    """Sentences and tables of an indicator under a title each, 累计 before 当月, never mixed."""
    made: list[tuple[str, list[Block]]] = []
    for scope in ("累计", None, "当季", "当月", "期末"):
        chosen = [one for one in series if one.name == name and one.scope == scope and _in(one, outline)]
        now = of_period(chosen, months.now, sources) if chosen else None
        if now is None:
            continue
        blocks: list[Block] = [_disputed(sides) for sides in now.disputed]
        if now.parts or now.total is not None:
            blocks += _said_of(now, chosen, months, sources, against_before=scope == "当月")
        when = (now.total or (now.parts[0] if now.parts else now.disputed[0][0])).when
        made.append((msg("briefing.table_title", when=when, what=name), blocks))
    return made


def _said_of(
    now: Of, chosen: Sequence[Series], months: Months, sources: Sources, *, against_before: bool
) -> list[Block]:
    """Headline, comparisons, ranking, rates, table and trend of one 口径."""
    made: list[Block] = [_headline(now)]
    made += _differing(now)
    made += _missing(now, chosen)
    wanted = (months.before, months.year_before) if against_before else (months.year_before,)
    for month in wanted:
        earlier = of_period(chosen, month, sources)
        if earlier is not None and (moved := _against(now, earlier)):
            made.append(moved)
    if len(now.parts) > LEADERS and now.unit != "%":
        made.append(_ranking(now))
    if rates := _rates(now, sources):
        made.append(_fastest(rates))
    if len(now.parts) > 1:
        made.append(_table(now, sources))
    if against_before and (trend := _trend(now, chosen, months, sources)):
        made.append(trend)
    return made


def _differing(of: Of) -> list[Statement]:
    """A stated total that its parts do not come to, beyond what rounding explains."""
    whole, summed = of.total, of.sum
    if whole is None or summed is None or of.unit in ("%", "百分点"):
        return []
    decimals = max(-int(one.value.as_tuple().exponent) for one in (*of.parts, whole))
    rounding = Decimal(5).scaleb(-decimals - 1) * (len(of.parts) + 1)
    if abs(summed.result - whole.value) <= rounding:
        return []
    gap = difference(whole.operand, summed, of.unit)
    text = msg(
        "briefing.differs",
        unit_of=_unit_of(of),
        summed=_amount(summed.result, of.unit),
        total=_amount(whole.value, of.unit),
        gap=_amount(abs(gap.result), of.unit),
    )
    return [Statement(text, (whole.operand.span, *_spans(of.parts)), formulas=(summed, gap))]


def _missing(of: Of, chosen: Sequence[Series]) -> list[Statement]:
    """Parts that other periods have and this one has not: no sum of it contains them."""
    have = {_key(one) for one in of.parts} | {of_what(side[0].series) for side in of.disputed}
    known = dict.fromkeys(of_what(one) for one in chosen if not is_total(one))
    names = [name for name in known if name and name not in have]
    if not of.parts or not names:
        return []
    return [Statement(msg("briefing.missing", names="、".join(names)), note=True)]


def _trend(of: Of, chosen: Sequence[Series], months: Months, sources: Sources) -> Exhibit | None:
    """The months before in a table that may be drawn; only those with the same parts."""
    keys = sorted(map(_key, of.parts))
    rows: list[TableRow] = []
    for month in months.trend:
        then = of_period(chosen, month, sources)
        if then is None or then.disputed or sorted(map(_key, then.parts)) != keys:
            continue
        value = then.total or then.sum or then.parts[0]
        spans = (value.operand.span,) if isinstance(value, Figure) else _spans(then.parts)
        amount = value.value if isinstance(value, Figure) else value.result
        formulas = (value,) if isinstance(value, Formula) else ()
        rows.append(TableRow((then.when, shown(amount)), spans, formulas))
    if len(rows) < _TREND_FROM:
        return None
    columns = (msg("briefing.col_month"), f"{of.name}（{unit_words(of.unit)}）")
    title = msg("briefing.trend_title", count=len(rows), what=of.name)
    return Exhibit(title, unit_words(of.unit), Table(columns, tuple(rows), "line"))


def _in(one: Series, outline: Outline) -> bool:
    return outline.region is None or one.region == outline.region


def _amount(value: Decimal, unit: str) -> str:
    return f"{shown(value)}{unit_words(unit)}"


def _unit_of(of: Of) -> str:
    return msg("briefing.group" if of.parts and of.parts[0].series.group else "briefing.region")


def _headline(of: Of) -> Statement:
    whole, summed = of.total, of.sum
    if whole is None and summed is None:
        whole = of.parts[0]
    if whole is not None:
        place = of_what(whole.series)
        what = f"{of.name}{place}" if place == "合计" else f"{place}{of.name}"
        amount = _amount(whole.value, whole.unit)
        text = msg("briefing.lead_total", when=of.when, what=what, total=amount)
        return Statement(text, (whole.operand.span,))
    assert summed is not None
    counted = Formula("count", tuple(one.operand for one in of.parts), Decimal(len(of.parts)), "个")
    amount = _amount(summed.result, summed.unit)
    text = msg(
        "briefing.lead_sum",
        when=of.when,
        count=len(of.parts),
        unit_of=_unit_of(of),
        what=of.name,
        total=amount,
    )
    return Statement(text, _spans(of.parts), formulas=(summed, counted))


def _against(now: Of, earlier: Of) -> Statement | None:
    """The same parts, a period before; None where they are not the same."""
    if [*sorted(map(_key, now.parts))] != [*sorted(map(_key, earlier.parts))]:
        return None
    first = earlier.sum or (earlier.parts[0].operand if earlier.parts else None)
    second = now.sum or (now.parts[0].operand if now.parts else None)
    if first is None or second is None or now.unit in ("%", "百分点"):
        return None
    gap = difference(first, second, now.unit)
    rate = growth(first, second)
    key = "briefing.less" if gap.result < 0 else "briefing.more"
    moved = msg(key, amount=_amount(abs(gap.result), now.unit))
    formulas = [gap]
    text = f"{moved}，{_percent(rate)}" if rate else moved
    if rate:
        formulas.append(rate)
    sums = [one for one in (first, second) if isinstance(one, Formula)]
    said = msg(
        "briefing.against_before",
        before=earlier.when,
        what=now.name,
        moved=text,
    )
    return Statement(said, _spans((*now.parts, *earlier.parts)), formulas=(*sums, *formulas))


def _percent(rate: Formula) -> str:
    key = "projects.falls" if rate.result < 0 else "projects.rises"
    return msg(key, amount=f"{shown(abs(rate.result))}%")


def _key(figure: Figure) -> str:
    return of_what(figure.series)


def _said(figure: Figure) -> str:
    return f"{of_what(figure.series)}（{_amount(figure.value, figure.unit)}）"


def _ranking(of: Of) -> Statement:
    first = "、".join(_said(one) for one in of.parts[:LEADERS])
    text = msg("briefing.rank", unit_of=_unit_of(of), first=first, last=_said(of.parts[-1]))
    return Statement(text, _spans(of.parts))


def _rates(of: Of, sources: Sources) -> list[Figure]:
    """同比 of the parts, highest first; [] unless every part states it."""
    found = [figure_of(one.series, one.point, "yoy", sources) for one in of.parts]
    whole = [one for one in found if one is not None]
    if len(whole) < max(2, len(found)) or len({one.unit for one in whole}) > 1:
        return []
    return sorted(whole, key=lambda one: one.value, reverse=True)


def _fastest(rates: Sequence[Figure]) -> Statement:
    text = msg("briefing.yoy_rank", first=_said(rates[0]), last=_said(rates[-1]))
    return Statement(text, _spans(rates))


def _disputed(sides: Sequence[Figure]) -> Statement:
    listed = "，".join(
        msg("briefing.side", title=title_of(one.operand.span), value=_amount(one.value, one.unit))
        for one in sides
    )
    what = f"{of_what(sides[0].series)}{sides[0].series.name}"
    return Statement(msg("briefing.disputed", what=what, when=sides[0].when, sides=listed), _spans(sides))


def _table(of: Of, sources: Sources) -> Exhibit:
    summed, rates = of.sum, {_key(one): one for one in _rates(of, sources)}
    shares = summed if summed and summed.result and of.unit not in ("%", "百分点") else None
    columns = [_unit_of(of)[:2], f"{of.name}（{unit_words(of.unit)}）"]
    columns += [msg("briefing.col_yoy")] if rates else []
    columns += [msg("briefing.col_share")] if shares else []
    rows = []
    for one in of.parts:
        cells = [_key(one), shown(one.value)]
        formulas: list[Formula] = []
        if rates:
            rate = rates[_key(one)]
            cells.append(_amount(rate.value, rate.unit))
        if shares and (part := share(one.operand, shares)):
            formulas = [part]
            cells.append(shown(part.result) + "%")
        rows.append(TableRow(tuple(cells), (one.operand.span,), tuple(formulas)))
    title = msg("briefing.table_title", when=of.when, what=of.name)
    return Exhibit(title, unit_words(of.unit), Table(tuple(columns), tuple(rows), "bar"))


def _spans(figures: Sequence[Figure]) -> tuple[Span, ...]:
    return tuple(dict.fromkeys(one.operand.span for one in figures))
