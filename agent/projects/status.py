"""One project: where it stands, and how it came there, by the reports that list it."""

from __future__ import annotations

from collections.abc import Sequence

from agent.projects.arithmetic import difference, same, share, written
from agent.projects.evidence import Sources, day_words, shown, title_of
from agent.projects.model import ProjectQuery
from agent.projects.outcome import Outcome, what_of
from agent.projects.selection import Project
from agent.state import Draft, Formula, Operand, Statement, Table, TableRow
from corpus.messages import msg
from corpus.registry_model import AMOUNT_UNIT, MONEY_FIELDS
from corpus.registry_views import ProjectView

_DATES = ("start", "end")


def state_of(project: Project, query: ProjectQuery, sources: Sources) -> Outcome | None:
    """What the latest report says of a project; each of several that disagree; None where it does not say
    what is asked."""
    statements = []
    for view in project:
        said = _sentence(view, query.measure, sources)
        if said is None:
            return None
        statements.append(said)
    disputed = project[0].disputed
    if disputed:
        fields = "、".join(msg(f"projects.field_{name}") for name in disputed)
        statements.append(Statement(msg("projects.disputed", fields=fields), note=True))
    return Outcome(Draft("answered", statements))


def _sentence(view: ProjectView, measure: str | None, sources: Sources) -> Statement | None:
    snapshot = view.snapshot
    span = sources.spans[snapshot.clause_id]
    formulas: list[Formula] = []
    parts = []
    if snapshot.stage:
        parts.append(msg("projects.in_stage", stage=snapshot.stage))
    amounts: dict[str, Operand] = {}
    for name in MONEY_FIELDS:
        operand = money(view, name, sources)
        if operand is not None:
            amounts[name] = operand
            formulas.append(same(operand, AMOUNT_UNIT))
            field = msg(f"projects.field_{name}")
            parts.append(msg("projects.amount", field=field, value=shown(operand.value), unit=AMOUNT_UNIT))
    if measure == "progress":
        done, planned = amounts.get("investment_done"), amounts.get("investment_planned")
        rate = share(done, planned) if done and planned else None
        if rate is None:
            return None
        formulas.append(rate)
        parts.append(msg("projects.rate", rate=shown(rate.result), formula=written(rate)))
    elif measure == "owner":
        if snapshot.owner is None:
            return None
        parts.insert(0, f"{msg('projects.field_owner')}{snapshot.owner}")
    elif measure == "dates":
        if not any(name in snapshot.cells for name in _DATES):
            return None
    elif measure is not None and measure not in amounts:
        return None
    for name in _DATES:
        if name in snapshot.cells:
            parts.append(f"{msg(f'projects.field_{name}')}{snapshot.cells[name].text.strip()}")
    if not parts:
        return None
    where = f"{snapshot.region or ''}{snapshot.county or ''}"
    facts = msg("projects.joint").join(parts)
    day = day_words(snapshot.report_date, span)
    text = msg(
        "projects.state",
        source=f"{title_of(span)}{span.label or ''}",
        day=msg("projects.as_of", day=day) if day else "",
        name=snapshot.name,
        where=msg("projects.where", where=where) if where else "",
        facts=facts,
    )
    return Statement(text, (span,), formulas=tuple(formulas))


def money(view: ProjectView, name: str, sources: Sources) -> Operand | None:
    """The amount of a field as it stands in the view's row, in 亿元."""
    snapshot = view.snapshot
    return sources.operand(snapshot.clause_id, snapshot.cells.get(name), getattr(snapshot, name))


def history_of(views: Sequence[ProjectView], query: ProjectQuery, sources: Sources) -> Outcome | None:
    """A row a report, oldest first, and how far the project came between the first and the last."""
    rows = []
    done: list[tuple[Operand, str]] = []
    for view in views:
        snapshot = view.snapshot
        span = sources.spans[snapshot.clause_id]
        day = day_words(snapshot.report_date, span)
        amounts = [money(view, name, sources) for name in ("investment_planned", "investment_done")]
        cells = (day, snapshot.stage or "", *(shown(one.value) if one else "" for one in amounts))
        formulas = tuple(same(one, AMOUNT_UNIT) for one in amounts if one)
        rows.append(TableRow(cells, (span,), formulas))
        if amounts[1] is not None and not view.disputed:
            done.append((amounts[1], day))
    if not rows:
        return None
    columns = tuple(msg(f"projects.column_{name}") for name in ("day", "stage", "planned", "done"))
    first, last = views[0].snapshot, views[-1].snapshot
    ends = tuple(dict.fromkeys((rows[0].spans[0], rows[-1].spans[0])))
    text = msg("projects.history", what=what_of(query) if not query.names else first.name)
    formulas = ()
    if len(done) > 1 and first.stage and last.stage:
        (before, begin), (after, end) = done[0], done[-1]
        rise = difference(before, after, AMOUNT_UNIT)
        formulas = (rise,)
        text += msg(
            "projects.came",
            begin=begin,
            end=end,
            first=first.stage,
            last=last.stage,
            formula=written(rise),
        )
    return Outcome(
        Draft("answered", [Statement(text, ends, formulas=formulas, table=Table(columns, tuple(rows)))])
    )
