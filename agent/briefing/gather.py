"""A briefing by its outline: evidence and sentences section by section, verified; what fails is marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.briefing.figures import Months, groups_of
from agent.briefing.model import Block, Briefing, Exhibit, Section
from agent.briefing.outline import Outline
from agent.briefing.policy import core_of, quoted
from agent.briefing.sources import spans_in
from agent.briefing.status import projects
from agent.briefing.templates import SectionPlan
from agent.briefing.wishes import Audience
from agent.projects.evidence import Sources
from agent.projects.known import known_to
from agent.projects.period_words import month_words
from agent.state import Draft, Statement
from agent.steps.verify import verify
from corpus.errors import InputError
from corpus.messages import msg
from corpus.model import Role
from corpus.registry import Registry
from corpus.registry_series import Series, last_month
from index import Library


def write(outline: Outline, library: Library, role: Role) -> Briefing:
    """The briefing of an outline, by rules, verified; one for the public rests on public documents alone.

    Raises:
        InputError: the period has no figures, or nothing in the library is about the topic.
    """
    role = Role.VISITOR if outline.audience is Audience.PUBLIC else role
    registry = Registry.open(library.catalog)
    series = known_to(registry, library, role, outline.as_of).series
    used: set[str] = set()
    sections: list[Section] = []
    unverified: list[str] = []
    warnings: list[str] = []
    for plan in outline.sections:
        if plan.part == "figures":
            found = _figures(plan, outline, series, library, role)
        elif plan.part == "projects":
            found = projects(plan, outline, registry, library, role)
        else:
            found = quoted(plan, outline, library, role, used)
        made, faulty = _section(plan, found, library)
        unverified += faulty
        sections += made
        if plan.part == "problems" and not made:
            warnings.append(msg("briefing.no_problems"))
    if not sections:
        raise InputError("briefing.no_evidence", what=outline.subject)
    if outline.opening and (opening := _opening(sections)):
        sections = [opening, *_without(sections, opening)]
    made_of = Briefing(
        kind=outline.kind,
        topic=outline.topic,
        title=outline.title,
        day=outline.as_of,
        as_of=outline.as_of,
        sections=tuple(sections),
        region=outline.region,
        period=outline.period.words if outline.period else None,
        addressees=outline.addressees,
        issuer=outline.issuer,
        unverified=tuple(unverified),
    )
    sample = any(span.evidence.sample for span in spans_in(made_of))
    warnings += [msg("briefing.sample")] if sample else []
    return replace(made_of, sample=sample, warnings=tuple(warnings))


def _figures(
    plan: SectionPlan, outline: Outline, series: Sequence[Series], library: Library, role: Role
) -> list[Block | Section]:
    names = _indicators(outline, series)
    named = [one for one in series if one.name in names]
    if not named:
        return []
    known = sorted({last_month(point.value.period) for one in named for point in one.points})
    month = known[-1] if outline.period is None or outline.period.open else outline.period.last
    if month not in known:
        latest = msg("briefing.latest", period=month_words(known[-1]))
        raise InputError(
            "briefing.no_data",
            day=outline.as_of,
            what=outline.subject,
            period=outline.period.words if outline.period else "",
            latest=latest,
        )
    months = Months.of(month, plan.trend)
    rows = [
        point.value.clause_id
        for one in named
        for point in one.points
        if last_month(point.value.period) in months.all()
    ]
    sources = Sources.of(library, rows, outline.as_of, role)
    groups = [group for name in names for group in groups_of(name, named, months, outline, sources)]
    if plan.apart:
        return [Section(title, 2, tuple(blocks)) for title, blocks in groups]
    return [block for _, blocks in groups for block in blocks]


def _indicators(outline: Outline, series: Sequence[Series]) -> list[str]:
    """Those that the outline names, and those that are named after its subject."""
    core = core_of(outline.subject)
    alike = [one.name for one in series if core in one.name or one.name in outline.subject]
    return list(dict.fromkeys([*outline.indicators, *alike]))


def _section(
    plan: SectionPlan, found: Sequence[Block | Section], library: Library
) -> tuple[list[Section], list[str]]:
    """The section of a plan with those under it, verified and no longer than it may be; and what failed."""
    trim = _Trim(plan)
    faulty: list[str] = []

    def kept(blocks: Sequence[Block]) -> tuple[Block, ...]:
        passed, failed = _verified(trim.blocks(blocks), library)
        faulty.extend(failed)
        return tuple(passed)

    own = kept([one for one in found if not isinstance(one, Section)])
    below = [replace(one, blocks=kept(one.blocks)) for one in found if isinstance(one, Section)]
    below = [one for one in below if one.blocks]
    if not own and not below:
        return [], faulty
    return [Section(plan.heading, 1, own), *below], faulty


class _Trim:
    """Counts sentences, tables and pictures of a section, and leaves out what is over the plan's limits."""

    def __init__(self, plan: SectionPlan) -> None:
        self._plan = plan
        self._said = self._tables = self._charts = 0

    def blocks(self, blocks: Sequence[Block]) -> list[Block]:
        kept: list[Block] = []
        for block in blocks:
            if isinstance(block, Exhibit):
                if self._tables < self._plan.tables:
                    self._tables += 1
                    kept.append(self._chart(block))
            elif block.note or self._said < self._plan.limit:
                self._said += not block.note
                kept.append(block)
        return kept

    def _chart(self, block: Exhibit) -> Exhibit:
        if block.table.chart is None:
            return block
        if self._charts < self._plan.charts:
            self._charts += 1
            return block
        return replace(block, table=replace(block.table, chart=None))


def _opening(sections: Sequence[Section]) -> Section | None:
    """The first sentence of each part that has figures; None where that is one sentence or none."""
    firsts: list[Statement] = []
    for section in sections:
        said = [block for block in section.blocks if isinstance(block, Statement) and not block.note]
        if said and (said[0].formulas or any("|" in span.text for span in said[0].spans)):
            firsts.append(said[0])
    return Section("", 1, tuple(firsts[:3])) if len(firsts) > 1 else None


def _without(sections: Sequence[Section], opening: Section) -> list[Section]:
    """The sections without the sentences of the opening, which would be said twice; none is left empty."""
    made: list[Section] = []
    for at, section in enumerate(sections):
        rest = tuple(block for block in section.blocks if block not in opening.blocks)
        below = at + 1 < len(sections) and sections[at + 1].level > section.level
        made.append(replace(section, blocks=rest) if rest or below else section)
    return made


def _verified(blocks: Sequence[Block], library: Library) -> tuple[list[Block], list[str]]:
    """The blocks as the step `verify` passes them; a sentence that it drops stays, marked."""
    kept: list[Block] = []
    faulty: list[str] = []
    for block in blocks:
        alone = (
            Statement("", block.table.rows[0].spans, table=block.table)
            if isinstance(block, Exhibit)
            else block
        )
        state = verify({"draft": Draft("answered", [alone])}, library.catalog)
        if not state["problems"]:
            kept.append(block)
        elif isinstance(block, Exhibit):
            left = state["draft"].statements
            if left and left[0].table is not None:
                kept.append(replace(block, table=left[0].table))
            faulty.append(block.title)
        else:
            kept.append(replace(block, text=msg("briefing.mark") + block.text))
            faulty.append(block.text)
    return kept, faulty
