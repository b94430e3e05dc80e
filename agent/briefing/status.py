"""The section of projects: how many and how much, by stage and by region."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.briefing.figures import LEADERS
from agent.briefing.model import Block, Exhibit, Section
from agent.briefing.outline import Outline
from agent.briefing.policy import core_of
from agent.briefing.templates import SectionPlan
from agent.projects import totals
from agent.projects.evidence import Sources, shown
from agent.projects.model import ProjectQuery
from agent.projects.outcome import reports_of, what_of
from agent.projects.selection import Project, by_project, in_period, last_day, matching
from agent.state import Statement, Table
from corpus.messages import msg
from corpus.model import Role
from corpus.registry import Registry
from corpus.registry_model import AMOUNT_UNIT
from index import Library

_LISTED = 7  # groups that a sentence can name


def projects(
    plan: SectionPlan, outline: Outline, registry: Registry, library: Library, role: Role
) -> list[Block | Section]:
    """The sums, then stages and regions with their tables, under headings of their own where apart."""
    day = last_day(outline.period, outline.as_of)
    known = by_project(registry.projects(role, as_of=day))
    made: list[Block | Section] = []
    notes: list[Block] = []
    for kind in _kinds(outline, known):
        regions = (outline.region,) if outline.region else ()
        query = ProjectQuery(
            "group", kinds=(kind,), regions=regions, by="stage", measure="investment_planned"
        )
        found = in_period(matching(known, query), outline.period)
        rows = [view.snapshot.clause_id for project in found for view in project]
        sources = Sources.of(library, rows, outline.as_of, role) if rows else None
        if sources is None or not sources.complete:
            continue
        lead = _lead(found, query, sources)
        groups: list[tuple[str, list[Block]]] = []
        for by in ("stage", "county" if regions else "region"):
            one = totals.grouped(found, replace(query, by=by), sources)
            if one is not None:
                title = msg(f"briefing.by_{by}", what=what_of(query))
                groups.append((title, _blocks(one.draft.statements, title, notes)))
        blocks: list[Block] = [lead] if lead else []
        made += _arranged(plan, what_of(query), blocks, groups)
    return _with_notes(made, notes)


def _kinds(outline: Outline, known: Sequence[Project]) -> list[str]:
    """Those that the outline names, and those that are named after its subject."""
    core = core_of(outline.subject)
    listed = dict.fromkeys(str(kind) for project in known if (kind := project[0].get("kind")))
    alike = [kind for kind in listed if core in kind or kind in outline.subject]
    return list(dict.fromkeys([*outline.projects, *alike]))


def _lead(found: Sequence[Project], query: ProjectQuery, sources: Sources) -> Statement | None:
    """How many they are and what they come to."""
    tally = totals.tally(found, sources)
    if tally is None:
        return None
    views = [project[0] for project in found]
    text = msg(
        "briefing.lead_projects", reports=reports_of(views, sources), what=what_of(query), count=len(found)
    )
    for measure, formula in tally.sums.items():
        field = msg(f"projects.field_{measure}")
        text += msg("briefing.lead_sum_of", field=field, amount=f"{shown(formula.result)}{formula.unit}")
    spans = sources.cited(view.snapshot.clause_id for view in views)
    return Statement(f"{text}。", spans, formulas=tally.formulas())


def _leaders(table: Table) -> Statement:
    """The first rows of a table by region in a sentence; the table has the rest."""
    first = table.rows[:LEADERS]
    listed = "、".join(
        msg("briefing.leader", name=row.cells[0], amount=f"{row.cells[2]}{AMOUNT_UNIT}") for row in first
    )
    spans = tuple(dict.fromkeys(span for row in first for span in row.spans))
    formulas = tuple(formula for row in first for formula in row.formulas)
    return Statement(msg("briefing.leaders", listed=listed), spans, formulas=formulas)


def _blocks(statements: list[Statement], title: str, notes: list[Block]) -> list[Block]:
    """The sentences and their table; what is true of all tables is said once, at the end."""
    blocks: list[Block] = []
    for statement in statements:
        if statement.note:
            if statement not in notes:
                notes.append(statement)
            continue
        table = statement.table
        if table is not None and len(table.rows) > _LISTED:
            blocks += [_leaders(table), Exhibit(title, "", table)]
            continue
        blocks.append(replace(statement, table=None))
        if table is not None:
            blocks.append(Exhibit(title, "", table))
    return blocks


def _arranged(
    plan: SectionPlan, what: str, lead: list[Block], groups: list[tuple[str, list[Block]]]
) -> list[Block | Section]:
    if not plan.apart:
        return [*lead, *(block for _, blocks in groups for block in blocks)]
    sections: list[Block | Section] = list(lead)
    sections += [Section(title, 2, tuple(blocks)) for title, blocks in groups]
    return sections


def _with_notes(made: list[Block | Section], notes: list[Block]) -> list[Block | Section]:
    """The notes at the end, under the last heading."""
    last = made[-1] if made else None
    if isinstance(last, Section):
        return [*made[:-1], replace(last, blocks=(*last.blocks, *notes))]
    return [*made, *notes] if made else []
