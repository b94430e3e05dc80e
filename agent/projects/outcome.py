"""What a look-up ends with, and the sentences that several kinds of answer share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from agent.projects.evidence import Sources, day_words, title_of
from agent.projects.model import Asked, ProjectQuery
from agent.state import Draft, Span, Statement
from corpus.messages import msg
from corpus.registry_views import ProjectView


@dataclass(frozen=True, slots=True)
class Outcome:
    """A draft from the registry. `weak`: only where the texts give no answer of the asked period."""

    draft: Draft
    weak: bool = False


def period_words(period: Asked | None) -> str:
    """As the user said it, without 截至: 今年3月."""
    words = period.words if period else ""
    for prefix in ("截至到", "截止到", "截至", "截止", "累计到", "到", "至"):
        words = words.removeprefix(prefix)
    return words


def no_data(what: str, period: Asked | None, as_of: date, latest: Span, words: str) -> Outcome:
    """截至…没有…的数据，最近一期是…: never a figure of another period."""
    missing = msg("projects.no_data", day=as_of, period=period_words(period), what=what)
    last = msg("projects.latest_is", period=words, title=title_of(latest))
    statements = [Statement(missing, (latest,), note=True)]
    if words:
        statements.append(Statement(last, (latest,)))
    return Outcome(Draft("refused", statements), weak=True)


def what_of(query: ProjectQuery) -> str:
    """The projects asked for in words: 南京市在建的省重大工业项目."""
    places = "、".join((*query.regions, *query.counties))
    parts = [places, "、".join((*query.chains, *query.categories))]
    stages = f"{'、'.join(query.stages)}阶段" if query.stages else ""
    before = "".join(part for part in (*parts, stages) if part)
    kinds = "、".join(kind if kind.endswith("项目") else f"{kind}项目" for kind in query.kinds) or "项目"
    return f"{before}的{kinds}" if before else kinds


def reports_of(views: Sequence[ProjectView], sources: Sources) -> str:
    """The reports that views come from, each with its day: 《…》（截至2026年9月30日）."""
    found: dict[tuple[str, date | None], str] = {}
    for view in views:
        snapshot = view.snapshot
        place = (snapshot.doc_id, snapshot.report_date)
        if place not in found:
            span = sources.spans[snapshot.clause_id]
            day = day_words(snapshot.report_date, span)
            found[place] = title_of(span) + (msg("projects.as_of", day=day) if day else "")
    return "、".join(found.values())
