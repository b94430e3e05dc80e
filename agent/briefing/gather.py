"""Evidence and sentences section by section; what verification does not pass is marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from agent.briefing.figures import blocks_of
from agent.briefing.model import Block, Briefing, Exhibit, Kind, Section
from agent.briefing.outline import Outline
from agent.briefing.sources import spans_in
from agent.projects import totals
from agent.projects.evidence import Sources, title_of
from agent.projects.known import known_to
from agent.projects.model import ProjectQuery
from agent.projects.outcome import what_of
from agent.projects.period_words import month_words
from agent.projects.selection import by_project, in_period, last_day, matching
from agent.spans import MARKER, is_report, spans_of
from agent.state import Draft, Span, Statement
from agent.steps.verify import verify
from corpus.errors import InputError
from corpus.messages import msg
from corpus.model import Role
from corpus.registry import Registry
from corpus.registry_series import Series, last_month
from index import Library

QUOTED = {"measures": 6, "problems": 4, "next": 5}
_QUERY = {
    "measures": "支持 措施 培育 政策",
    "problems": "存在问题 需要关注 困难",
    "next": "工作安排 推进 机制",
}
_DOES = re.compile(
    r"支持|奖励|补助|推动|推进|建设|培育|引育|打造|加快|完善|筛选|组织|建立|给予|鼓励|开展|实施"
)
_TROUBLE = re.compile(r"反映|尚未|未落实|延长|短缺|不足|滞后|缺口|下滑|偏低|困难|未能|放缓|制约")
_PLAN = re.compile(r"工作安排|行动计划|工作要点|推进机制|实施方案|工作方案|行动方案")
_EMPTY = re.compile(r"没有写|未写|以下意见|如下通知|未载明|本[文意通]|公开报道")
_LABEL = re.compile(r"^(?:[^，。；\d]{2,12})。(?=.)")  # the heading that a paragraph begins with
_TARGET = re.compile(r"到(?P<year>20\d{2})年")
_SHORTEST = 12
_ENOUGH = 5  # characters of a subject that name it


def write(outline: Outline, library: Library, role: Role) -> Briefing:
    """The briefing of an outline, by rules, verified.

    Raises:
        InputError: the period has no figures, or nothing in the library is about the topic.
    """
    registry = Registry.open(library.catalog)
    series = known_to(registry, library, role, outline.as_of).series
    makers = {
        "figures": lambda: _figures(outline, series, library, role),
        "projects": lambda: _projects(outline, registry, library, role),
    }
    used: set[str] = set()
    sections, unverified = [], []
    warnings: list[str] = []
    for part in outline.parts:
        maker = makers.get(part)
        blocks = maker() if maker else _quoted(part, outline, library, role, used)
        kept, faulty = _verified(blocks, library)
        unverified += faulty
        if kept:
            sections.append(Section(msg(f"briefing.section_{part}"), 1, tuple(kept)))
        elif part == "problems":
            warnings.append(msg("briefing.no_problems"))
    if not sections:
        raise InputError("briefing.no_evidence", what=outline.subject)
    made = Briefing(
        kind=cast(Kind, outline.kind),
        topic=outline.topic,
        title=outline.topic if outline.topic.endswith(outline.kind) else _title(outline),
        day=outline.as_of,
        as_of=outline.as_of,
        sections=tuple(sections),
        region=outline.region,
        period=outline.period.words if outline.period else None,
        unverified=tuple(unverified),
    )
    sample = any(span.evidence.sample for span in spans_in(made))
    warnings += [msg("briefing.sample")] if sample else []
    return replace(made, sample=sample, warnings=tuple(warnings))


def _title(outline: Outline) -> str:
    kind = f"的{outline.kind}"
    topic = outline.topic if outline.topic.startswith("关于") else f"关于{outline.topic}"
    return msg("briefing.title", topic=topic, kind=kind)


def _figures(outline: Outline, series: Sequence[Series], library: Library, role: Role) -> list[Block]:
    named = [one for one in series if one.name in outline.indicators]
    if not named:
        return []
    months = sorted({last_month(point.value.period) for one in named for point in one.points})
    month = months[-1] if outline.period is None or outline.period.open else outline.period.last
    if month not in months:
        latest = msg("briefing.latest", period=month_words(months[-1]))
        raise InputError(
            "briefing.no_data",
            day=outline.as_of,
            what=outline.subject,
            period=outline.period.words if outline.period else "",
            latest=latest,
        )
    before = _month_before(month)
    rows = [
        point.value.clause_id
        for one in named
        for point in one.points
        if last_month(point.value.period) in (month, before)
    ]
    sources = Sources.of(library, rows, outline.as_of, role)
    return [
        block
        for name in outline.indicators
        for block in blocks_of(name, named, month, before, outline, sources)
    ]


def _month_before(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year}-{number - 1:02d}" if number > 1 else f"{year - 1}-12"


def _projects(outline: Outline, registry: Registry, library: Library, role: Role) -> list[Block]:
    day = last_day(outline.period, outline.as_of)
    blocks: list[Block] = []
    for kind in outline.projects:
        regions = (outline.region,) if outline.region else ()
        query = ProjectQuery(
            "group", kinds=(kind,), regions=regions, by="stage", measure="investment_planned"
        )
        known = by_project(registry.projects(role, as_of=day))
        found = in_period(matching(known, query), outline.period)
        if not found:
            continue
        rows = (view.snapshot.clause_id for project in found for view in project)
        sources = Sources.of(library, rows, outline.as_of, role)
        if not sources.complete:
            continue
        for one in (totals.grouped(found, query, sources), totals.grouped(found, _by_region(query), sources)):
            for statement in one.draft.statements if one else ():
                if statement in blocks:
                    continue  # both tables have the same remark
                blocks.append(replace(statement, table=None))
                if statement.table is not None:
                    blocks.append(Exhibit(what_of(query), "", statement.table))
    return blocks


def _by_region(query: ProjectQuery) -> ProjectQuery:
    return replace(query, by="county" if query.regions else "region")


def _quoted(part: str, outline: Outline, library: Library, role: Role, used: set[str]) -> list[Block]:
    """Sentences of texts in force, verbatim, with where they stand."""
    query = f"{outline.region or ''}{outline.subject} {_QUERY[part]}"
    hits = library.search(query, k=30, as_of=outline.as_of, role=role, in_force_only=True, rerank=True)
    limit = QUOTED[part]
    blocks: list[Block] = []
    for hit in hits:
        if is_report(hit) != (part == "problems") or not _about(hit.title, hit.text, outline):
            continue
        if part != "problems" and bool(_PLAN.search(hit.title)) != (part == "next"):
            continue
        if part == "problems" and not _of_period(hit.issued_on, outline):
            continue
        wanted = _TROUBLE if part == "problems" else _DOES
        for span in spans_of(hit, ())[:3]:
            text = _LABEL.sub("", MARKER.sub("", span.text.strip()))
            if text in used or not wanted.search(text) or not _sayable(text, span, outline):
                continue
            used.add(text)
            key = "briefing.reported" if part == "problems" else "briefing.quoted"
            inner = text.replace("“", "‘").replace("”", "’")
            blocks.append(Statement(msg(key, title=title_of(span), text=inner), (span,)))
        if len(blocks) >= limit:
            break
    return blocks[:limit]


def _sayable(text: str, span: Span, outline: Outline) -> bool:
    """Whether a sentence says something by itself, and no target of a year that has passed."""
    if len(text) < _SHORTEST or "|" in text or "\n" in text or _EMPTY.search(text):
        return False
    years = [int(found["year"]) for found in _TARGET.finditer(span.text)]
    return not years or max(years) >= outline.as_of.year


def _about(title: str, text: str, outline: Outline) -> bool:
    """Whether a unit is of the subject: it or its title names it."""
    subject = outline.subject  # 制造业数字化转型 is also what 数字化转型 says
    endings = [subject[at:] for at in range(max(1, len(subject) - _ENOUGH + 1))]
    return any(one in title for one in endings) or subject in text


def _of_period(day: object, outline: Outline) -> bool:
    """Whether a report was issued in the period or the month after it."""
    if outline.period is None:
        return True
    first, last = outline.period.first, outline.period.last
    return first <= str(day)[:7] <= _month_after(last)


def _month_after(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year}-{number + 1:02d}" if number < 12 else f"{year + 1}-01"


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
