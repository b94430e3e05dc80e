"""Projects counted, summed, listed, grouped and ranked, each figure with its formula."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from agent.projects.arithmetic import count, difference, extreme, same, share, total, written
from agent.projects.evidence import Sources, day_words, shown, title_of
from agent.projects.model import ALL, ProjectQuery
from agent.projects.outcome import Outcome, reports_of, what_of
from agent.projects.selection import Project
from agent.projects.status import money
from agent.state import Draft, Formula, Operand, Statement, Table, TableRow
from corpus.messages import msg
from corpus.registry_model import AMOUNT_UNIT, STAGES
from corpus.registry_views import ProjectView

LISTED = 12  # rows of a table
SUMMED = ("investment_planned", "investment_done")


@dataclass(frozen=True, slots=True)
class Tally:
    """Some projects with what can be added up of them; `left_out` are not in the sum of a field."""

    number: Formula
    sums: dict[str, Formula]
    disputed: dict[str, tuple[Project, ...]]
    silent: dict[str, tuple[Project, ...]]

    def formulas(self) -> tuple[Formula, ...]:
        return (self.number, *self.sums.values())


def tally(projects: Sequence[Project], sources: Sources, measures: Sequence[str] = SUMMED) -> Tally | None:
    """None where a name does not plainly stand in its row."""
    names = [_name(project[0], sources) for project in projects]
    if any(name is None for name in names):
        return None
    sums: dict[str, Formula] = {}
    disputed: dict[str, tuple[Project, ...]] = {}
    silent: dict[str, tuple[Project, ...]] = {}
    for measure in measures:
        split = tuple(project for project in projects if measure in project[0].disputed)
        agreed = [project for project in projects if measure not in project[0].disputed]
        found = [(project, money(project[0], measure, sources)) for project in agreed]
        operands = [operand for _, operand in found if operand is not None]
        if operands:
            sums[measure] = total(operands, AMOUNT_UNIT)
        disputed[measure] = split
        silent[measure] = tuple(project for project, operand in found if operand is None)
    return Tally(count([name for name in names if name is not None]), sums, disputed, silent)


def _name(view: ProjectView, sources: Sources) -> Operand | None:
    return sources.name(view.snapshot.clause_id, view.snapshot.cells.get("name"))


# -- counts and sums --------------------------------------------------------------------------------


def summary(projects: Sequence[Project], query: ProjectQuery, sources: Sources) -> Outcome | None:
    """How many, and what they come to; the projects themselves in a table."""
    measures = [*SUMMED]
    wanted = query.measure
    if wanted is not None and wanted != "progress" and wanted not in measures:
        measures.append(wanted)
    found = tally(projects, sources, measures)
    if found is None or (wanted in measures and wanted not in found.sums):
        return None
    formulas = list(found.formulas())
    views = [project[0] for project in projects]
    text = msg(
        "projects.summary",
        reports=reports_of(views, sources),
        what=what_of(query),
        count=len(projects),
    )
    for measure, formula in found.sums.items():
        field = msg(f"projects.field_{measure}")
        text += msg("projects.summed", field=field, formula=_formula(formula))
    if wanted == "progress":
        rate = _progress(found)
        if rate is None:
            return None
        formulas.append(rate)
        text += msg("projects.rated", rate=shown(rate.result), formula=written(rate))
    spans = sources.cited(view.snapshot.clause_id for view in views)
    table = listing(projects, sources) if len(projects) > 1 or query.op == "list" else None
    statements = [Statement(f"{text}。", spans, formulas=tuple(formulas), table=table)]
    statements += left_out(found, sources)
    if len(projects) > LISTED:
        statements.append(Statement(msg("projects.only_some"), note=True))
    statements.append(Statement(msg("projects.as_listed"), note=True))
    return Outcome(Draft("answered", statements))


def _progress(found: Tally) -> Formula | None:
    """Done of planned, where both sums are of all the projects."""
    planned, done = (found.sums.get(name) for name in SUMMED)
    if planned is None or done is None or any(found.disputed.values()) or any(found.silent.values()):
        return None
    return share(done, planned)


def _formula(formula: Formula) -> str:
    """A sum of one is no computation."""
    if len(formula.operands) == 1:
        return f"{shown(formula.result)}{formula.unit}"
    return msg("projects.computed", value=shown(formula.result), unit=formula.unit, formula=written(formula))


def left_out(found: Tally, sources: Sources) -> list[Statement]:
    """What is not in the sums, and why: reports that disagree are both given."""
    statements = []
    for measure, projects in found.disputed.items():
        field = msg(f"projects.field_{measure}")
        for project in projects:
            statements += disagreement(project, measure, field, sources)
    for measure, projects in found.silent.items():
        if projects and measure in found.sums:
            names = "、".join(project[0].snapshot.name for project in projects)
            field = msg(f"projects.field_{measure}")
            spans = tuple(sources.spans[project[0].snapshot.clause_id] for project in projects)
            statements.append(Statement(msg("projects.silent", names=names, field=field), spans))
    return statements


def disagreement(project: Project, measure: str, field: str, sources: Sources) -> list[Statement]:
    """What each report says of a field on which they disagree."""
    said, spans, formulas = [], [], []
    for view in project:
        operand = money(view, measure, sources)
        if operand is None:
            continue
        day = day_words(view.snapshot.report_date, operand.span)
        source = title_of(operand.span) + (msg("projects.as_of", day=day) if day else "")
        said.append(msg("projects.says", source=source, value=f"{shown(operand.value)}{AMOUNT_UNIT}"))
        spans.append(operand.span)
        formulas.append(same(operand, AMOUNT_UNIT))
    name = project[0].snapshot.name
    text = msg("projects.conflict", name=name, field=field, said="；".join(said))
    return [Statement(text, tuple(spans), formulas=tuple(formulas))] if said else []


def listing(projects: Sequence[Project], sources: Sources, in_order: bool = False) -> Table:
    """A row a project, the largest first unless they are in an order already."""
    ordered = list(projects)
    if not in_order:
        ordered.sort(key=lambda project: -(project[0].snapshot.investment_planned or 0))
    rows = []
    for project in ordered[:LISTED]:
        for view in project:
            rows.append(_row(view, sources))
    names = ("name", "place", "stage", "planned", "done", "day")
    return Table(tuple(msg(f"projects.column_{name}") for name in names), tuple(rows))


def _row(view: ProjectView, sources: Sources) -> TableRow:
    snapshot = view.snapshot
    span = sources.spans[snapshot.clause_id]
    amounts = [money(view, name, sources) for name in SUMMED]
    cells = (
        snapshot.name,
        f"{snapshot.region or ''}{snapshot.county or ''}",  # as this row says, nothing carried over
        snapshot.stage or "",
        *(shown(one.value) if one else "" for one in amounts),
        day_words(snapshot.report_date, span),
    )
    return TableRow(cells, (span,), tuple(same(one, AMOUNT_UNIT) for one in amounts if one))


# -- groups -------------------------------------------------------------------------------------------


def none_at_stage(projects: Sequence[Project], query: ProjectQuery, sources: Sources) -> Outcome | None:
    """None is at the stages asked for: at which they are instead."""
    wide = replace(query, op="group", stages=(), by="stage", order=None, top=ALL, measure=None)
    reports = reports_of([project[0] for project in projects], sources)
    text = msg("projects.none_at", reports=reports, what=what_of(wide), stages="、".join(query.stages))
    return grouped(projects, wide, sources, text)


def grouped(
    projects: Sequence[Project], query: ProjectQuery, sources: Sources, opening: str | None = None
) -> Outcome | None:
    """Counts and sums by region, chain, kind or stage; what leads, or how two differ."""
    by = query.by or "stage"
    split: dict[str, list[Project]] = {}
    for project in projects:
        value = project[0].get(by)
        if value is None or by in project[0].disputed:
            return None
        split.setdefault(str(value), []).append(project)
    tallies = {key: tally(members, sources) for key, members in split.items()}
    made = {key: one for key, one in tallies.items() if one is not None}
    measure = query.measure if query.measure in SUMMED else None
    if len(made) < len(split) or (measure and any(measure not in one.sums for one in made.values())):
        return None
    values = {key: one.sums[measure] if measure else one.number for key, one in made.items()}
    ordered = _in_order(values, by, query)
    views = [project[0] for project in projects]
    ids = [view.snapshot.clause_id for view in views]
    text = opening or msg("projects.grouped", reports=reports_of(views, sources), what=what_of(query))
    said, formulas = _leading(ordered, query, measure)
    rows = [
        TableRow(
            (
                key,
                shown(made[key].number.result),
                *(shown(made[key].sums[name].result) if name in made[key].sums else "" for name in SUMMED),
            ),
            sources.cited([p[0].snapshot.clause_id for p in split[key]], rows=3),
            made[key].formulas(),
        )
        for key, _ in ordered
    ]
    columns = tuple(msg(f"projects.column_{name}") for name in (by, "count", "planned", "done"))
    table = Table(columns, tuple(rows), chart="bar")
    statements = [Statement(f"{text}{said}。", sources.cited(ids), formulas=formulas, table=table)]
    for one in made.values():
        statements += left_out(one, sources)
    return Outcome(Draft("answered", [*statements, Statement(msg("projects.as_listed"), note=True)]))


def _in_order(values: dict[str, Formula], by: str, query: ProjectQuery) -> list[tuple[str, Formula]]:
    if query.order is None and by == "stage":
        return sorted(values.items(), key=lambda pair: STAGES.index(pair[0]))
    down = query.order != "least"
    return sorted(values.items(), key=lambda pair: (-pair[1].result if down else pair[1].result, pair[0]))


def _leading(
    ordered: Sequence[tuple[str, Formula]], query: ProjectQuery, measure: str | None
) -> tuple[str, tuple[Formula, ...]]:
    """The groups in words, and what bears them out."""
    formulas = tuple(formula for _, formula in ordered)
    if query.order is None or query.top == ALL:
        return "、".join(_valued(key, formula) for key, formula in ordered), formulas
    limit = ordered[min(query.top, len(ordered)) - 1][1].result
    down = query.order == "most"
    first = [pair for pair in ordered if (pair[1].result >= limit if down else pair[1].result <= limit)]
    text = msg(
        f"projects.{query.order}_are",
        what=msg(f"projects.field_{measure}") if measure else msg("projects.field_count"),
        which="、".join(_valued(key, formula) for key, formula in first),
    )
    formulas = (*formulas, extreme(formulas, formulas[0].unit, down))
    if len(ordered) == 2:
        gap = difference(ordered[1][1], ordered[0][1], formulas[0].unit)
        formulas = (*formulas, gap)
        text += msg("projects.other", other=_valued(*ordered[1]), formula=written(gap))
    return text, formulas


def _valued(key: str, formula: Formula) -> str:
    return f"{key}{shown(formula.result)}{formula.unit}"


# -- rankings -----------------------------------------------------------------------------------------


def ranked(projects: Sequence[Project], query: ProjectQuery, sources: Sources) -> Outcome | None:
    """The projects with most or least of an amount; all that share the last place."""
    measure = query.measure or "investment_planned"
    needed = SUMMED if measure == "progress" else (measure,)
    agreed = [project for project in projects if not set(needed) & set(project[0].disputed)]
    found = [(project, _rank_value(project, measure, sources)) for project in agreed]
    values = [(project, value) for project, value in found if value is not None]
    if not values:
        return None
    down = query.order != "least"
    values.sort(key=lambda pair: -_number(pair[1]) if down else _number(pair[1]))
    limit = _number(values[min(query.top, len(values)) - 1][1])
    first = [pair for pair in values if (_number(pair[1]) >= limit if down else _number(pair[1]) <= limit)]
    unit = "%" if measure == "progress" else AMOUNT_UNIT
    formulas = tuple(value if isinstance(value, Formula) else same(value, unit) for _, value in values)
    formulas = (*formulas, extreme(formulas, unit, down))
    which = "、".join(f"{p[0].snapshot.name}（{shown(_number(value))}{unit}）" for p, value in first[:LISTED])
    views = [project[0] for project, _ in values]
    text = msg("projects.ranked", reports=reports_of(views, sources), what=what_of(query))
    field = msg(f"projects.field_{measure}")
    text += msg(f"projects.{query.order or 'most'}_are", what=field, which=which)
    table = listing([project for project, _ in first], sources, in_order=True)
    rows = [project[0].snapshot.clause_id for project, _ in first[:LISTED]]
    spans = sources.covering(rows, (view.snapshot.clause_id for view in views))
    statements = [Statement(f"{text}。", spans, formulas=formulas, table=table)]
    if len(first) > LISTED:
        statements.append(Statement(msg("projects.tied"), note=True))
    for project in projects:
        for name in set(needed) & set(project[0].disputed):
            statements += disagreement(project, name, msg(f"projects.field_{name}"), sources)
    if silent := [project[0].snapshot for project, value in found if value is None]:
        names = "、".join(snapshot.name for snapshot in silent)
        spans = tuple(sources.spans[snapshot.clause_id] for snapshot in silent)
        statements.append(Statement(msg("projects.silent", names=names, field=field), spans))
    return Outcome(Draft("answered", [*statements, Statement(msg("projects.as_listed"), note=True)]))


def _rank_value(project: Project, measure: str, sources: Sources) -> Operand | Formula | None:
    if measure != "progress":
        return money(project[0], measure, sources)
    planned, done = (money(project[0], name, sources) for name in SUMMED)
    return share(done, planned) if planned and done else None


def _number(value: Operand | Formula) -> Decimal:
    return value.result if isinstance(value, Formula) else value.value
