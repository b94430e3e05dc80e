"""A question on projects or indicators answered from the registry, or left to the texts.

Role and day come from the session: the registry gives what the role may see, and so do the spans.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date

from agent.projects import comparisons, indicators, totals
from agent.projects.evidence import Sources, day_words
from agent.projects.known import Known, known_to
from agent.projects.model import AskBack, IndicatorQuery, ProjectQuery, Query
from agent.projects.outcome import Outcome, no_data, reports_of, what_of
from agent.projects.recognise import recognise
from agent.projects.selection import Project, by_project, in_period, last_day, matching
from agent.projects.status import history_of, state_of
from agent.state import Draft, Span, Statement, Understanding
from corpus.messages import msg
from corpus.model import Role
from corpus.places import COUNTIES
from corpus.registry import Registry
from index import Library

# Official lists whose size the reports state: the rows that a report lists are not all of them.
OFFICIAL = ("省重大工业项目", "省重大项目")
SHOWN = 6  # choices when it is asked back
ANSWERS = {
    "value": indicators.value,
    "trend": indicators.trend,
    "rank": comparisons.rank,
    "compare": comparisons.compare,
    "change": comparisons.change,
    "share": comparisons.share_of,
}


@dataclass(frozen=True, slots=True)
class Found:
    """A draft and the call that made it, for the record of tools. `weak`: see `Outcome`."""

    draft: Draft
    weak: bool
    tool: dict[str, object]


@dataclass(frozen=True, slots=True)
class Desk:
    """Where it is looked up, for whom and for which day: from the session, never from the question."""

    registry: Registry
    library: Library
    role: Role
    as_of: date
    known: Known

    def sources(self, projects: list[Project]) -> Sources:
        rows = (view.snapshot.clause_id for project in projects for view in project)
        return Sources.of(self.library, rows, self.as_of, self.role)


def look_up(plan: Understanding, library: Library, role: Role) -> Found | None:
    """What the registry answers; None where the question is about something else or the rows do not
    plainly answer it."""
    if (
        not plan.parts.registry
        or plan.lang == "en"
        or plan.intent not in ("fact", "compare")
        or plan.articles
        or plan.doc_ids
    ):
        return None
    registry = Registry.open(library.catalog)
    known = known_to(registry, library, role, plan.as_of)
    if not known.views and not known.series:
        return None
    query = recognise(plan.question, known.words, plan.as_of, known.names)
    if query is None:
        return None
    outcome = answer_to(query, Desk(registry, library, role, plan.as_of, known))
    if outcome is None:
        return None
    name = "indicator_series" if isinstance(query, IndicatorQuery) else "query_projects"
    return Found(outcome.draft, outcome.weak, {"name": name, "args": _args(query, plan.as_of)})


def answer_to(query: Query, desk: Desk) -> Outcome | None:
    """The draft of a query; None where the registry's rows do not plainly answer it."""
    if isinstance(query, AskBack):
        return ask_back(query, desk)
    if isinstance(query, ProjectQuery):
        return _projects(query, desk)
    series = desk.known.series
    rows = [p.value.clause_id for one in series if one.name == query.name for p in one.points]
    sources = Sources.of(desk.library, rows, desk.as_of, desk.role)
    return ANSWERS[query.op](series, query, sources, desk.as_of)


def ask_back(query: AskBack, desk: Desk) -> Outcome:
    """Which city, or which of the projects that fit."""
    text = msg(f"projects.which_{query.what}")
    spans: tuple[Span, ...] = ()
    if query.choices:
        names = query.choices[:SHOWN]
        text += f"{msg('projects.fitting')}\n" + "\n".join(f"- {name}" for name in names)
        rows = matching(by_project(desk.known.views), ProjectQuery("list", names=names))
        spans = tuple(desk.sources(rows).spans.values())
    return Outcome(Draft("clarify", [Statement(text, spans, note=True)]))


def _projects(query: ProjectQuery, desk: Desk) -> Outcome | None:
    registry, role = desk.registry, desk.role
    day = last_day(query.period, desk.as_of)
    if query.op == "history":
        views = [view for name in query.names for view in registry.history(role, name, day)]
        if not views:
            return None
        sources = desk.sources([(view,) for view in views])
        return history_of(views, query, sources) if sources.complete else None
    if not query.narrows and (set(query.kinds) & set(OFFICIAL) or not query.kinds):
        return None
    known = by_project(desk.known.views if day == desk.as_of else registry.projects(role, as_of=day))
    found = in_period(matching(known, query), query.period)
    if not found:
        return _none(query, desk)
    sources = desk.sources(found)
    outcome = _of_op(found, query, sources) if sources.complete else None
    if outcome is not None and _without_county(known, query):
        outcome.draft.statements.append(Statement(msg("projects.without_county"), note=True))
    # What a report says of all its projects it says itself, in its own words.
    return Outcome(outcome.draft, weak=True) if outcome and not query.narrows else outcome


def _without_county(projects: list[Project], query: ProjectQuery) -> bool:
    """Whether some row of the city of a county asked for names no county: it may be one of them."""
    if not query.counties:
        return False
    cities = {f"{city}市" for city, names in COUNTIES.items() if set(query.counties) & set(names.split())}
    wide = replace(query, counties=(), regions=tuple(cities & set(query.regions) or cities))
    return any(project[0].get("county") is None for project in matching(projects, wide))


def _of_op(found: list[Project], query: ProjectQuery, sources: Sources) -> Outcome | None:
    if query.op == "state":
        return state_of(found[0], query, sources) if len(found) == 1 else None
    if query.op == "group":
        return totals.grouped(found, query, sources)
    if query.op == "rank":
        return totals.ranked(found, query, sources)
    return totals.summary(found, query, sources)


def _none(query: ProjectQuery, desk: Desk) -> Outcome | None:
    """No such project: none at the stage, none in what the reports of the period list, or no report."""
    day = last_day(query.period, desk.as_of)
    of_day = by_project(desk.registry.projects(desk.role, as_of=day))
    anywhere = in_period(matching(of_day, replace(query, stages=())), query.period)
    if query.stages and anywhere:
        sources = desk.sources(anywhere)
        return totals.none_at_stage(anywhere, query, sources) if sources.complete else None
    of_kind = in_period(matching(of_day, ProjectQuery("list", kinds=query.kinds)), query.period)
    if query.kinds and of_kind:
        if _without_county(of_day, query):
            return None
        sources = desk.sources(of_kind)
        return none_listed(query, of_kind, sources) if sources.complete else None
    fitting = matching(by_project(desk.known.views), query)
    sources = desk.sources(fitting)
    return _no_report(query, fitting, sources, desk) if fitting and sources.complete else None


def _no_report(query: ProjectQuery, fitting: list[Project], sources: Sources, desk: Desk) -> Outcome:
    """No report of the period lists what is asked for: which is the last that does."""
    views = [project[0] for project in fitting]
    last = max(views, key=lambda view: view.snapshot.report_date or date.min)
    span = sources.spans[last.snapshot.clause_id]
    words = day_words(last.snapshot.report_date, span)
    what = query.names[0] if query.names else what_of(query)
    found = no_data(what, query.period, desk.as_of, span, words)
    return replace(found, weak=not query.narrows)


def none_listed(query: ProjectQuery, consulted: list[Project], sources: Sources) -> Outcome:
    """The reports list projects of the kind, but none that fits."""
    views = [project[0] for project in consulted]
    text = msg("projects.none_listed", what=what_of(query), reports=reports_of(views, sources))
    spans = sources.cited((view.snapshot.clause_id for view in views), rows=0)
    return Outcome(Draft("refused", [Statement(text, spans)]))


def _args(query: Query, as_of: date) -> dict[str, object]:
    """The query as the record of tools shows it: what is set, and the day of the session."""
    args: dict[str, object] = {name: value for name, value in asdict(query).items() if value}
    return {**args, "as_of": as_of.isoformat()}
