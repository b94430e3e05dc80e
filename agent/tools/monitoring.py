"""Tools over the registry of projects and indicators: figures with their cells, never a guess."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from agent.briefing.wishes import period_named, region_named
from agent.projects.known import Known, known_to
from agent.projects.look_up import Desk, answer_to
from agent.projects.model import ALL, Asked, IndicatorQuery, ProjectQuery, Query
from agent.tools.registry import Args, tool
from agent.tools.session import Result, ToolSession
from corpus.messages import msg
from corpus.registry import Registry

Measure = Literal[
    "investment_planned", "investment_done", "investment_year_plan", "investment_year_done",
    "investment_month", "progress", "dates", "owner",
]  # fmt: skip
SHOWN = 40  # names told where one was not known


class ProjectArgs(Args):
    op: Literal["summary", "list", "group", "rank", "state", "history"] = Field(
        default="summary",
        description=(
            "summary 个数和金额合计；list 名单；group 按 by 分组；rank 排序；"
            "state 一个项目的现状；history 它的历次报告"
        ),
    )
    name: str | None = Field(default=None, max_length=80, description="项目名称，state、history 必填")
    region: str | None = Field(default=None, max_length=20, description="设区市，如 南京市；全省不填")
    kind: str | None = Field(default=None, max_length=30, description="名单，如 省重大工业项目")
    chain: str | None = Field(default=None, max_length=30, description="产业链")
    stage: str | None = Field(default=None, max_length=10, description="阶段，如 在建")
    measure: Measure | None = Field(default=None, description="哪一项；不填就问个数和主要金额")
    by: Literal["region", "stage", "chain", "kind", "category"] | None = Field(
        default=None, description="分组或比较的口径"
    )
    order: Literal["most", "least"] | None = Field(default=None, description="排序的方向")
    top: int = Field(default=5, ge=1, le=ALL)
    period: str | None = Field(
        default=None, max_length=40, description="时期，如 2026年上半年；不填就是最近的报告"
    )


@tool("query_projects", ProjectArgs)
def query_projects(session: ToolSession, args: ProjectArgs) -> Result:
    """查项目：多少个、总投资和完成投资、阶段、名单、排序、一个项目的进展。"""
    desk = _desk(session)
    words = desk.known.words
    stage = words.stages.get(args.stage, args.stage) if args.stage else None
    kind = words.kinds.get(args.kind, args.kind) if args.kind else None
    for given, known in (
        (kind, set(words.kinds.values())),
        (stage, set(words.stages.values())),
        (args.chain, set(words.chains)),
        (args.name, {one.name for one in words.projects}),
    ):
        if given is not None and given not in known:
            return _unknown(given, known)
    if args.op in ("state", "history") and args.name is None:
        return Result(msg("tools.name_needed", op=args.op), ok=False)
    if args.op == "group" and args.by is None:
        return Result(msg("tools.by_needed"), ok=False)
    region = region_named(args.region) if args.region else None
    query = ProjectQuery(
        args.op,
        measure=args.measure or ("investment_planned" if args.op == "rank" else None),
        names=(args.name,) if args.name else (),
        regions=(region,) if region else (),
        chains=(args.chain,) if args.chain else (),
        kinds=(kind,) if kind else (),
        stages=(stage,) if stage else (),
        by=args.by,
        order=args.order or ("most" if args.op == "rank" else None),
        top=args.top,
        period=_period(session, args.period),
    )
    return _said(session, desk, query, str(args.period))


class IndicatorArgs(Args):
    name: str = Field(min_length=1, max_length=60, description="指标名称，如 营业收入")
    op: Literal["value", "trend", "rank", "compare", "change", "share"] = Field(
        default="value",
        description="value 数值；trend 各期；rank 排序；compare 比较；change 增减；share 占比",
    )
    wants: Literal["value", "yoy"] = Field(default="value", description="yoy：问同比")
    scope: Literal["当月", "累计", "期末", "当季"] | None = Field(
        default=None, description="当月和累计不能混"
    )
    region: str | None = Field(default=None, max_length=20, description="设区市；全省不填")
    group: str | None = Field(default=None, max_length=40, description="哪个行业、集群、领域")
    period: str | None = Field(default=None, max_length=40, description="时期，如 2026年6月")
    order: Literal["most", "least"] | None = None
    top: int = Field(default=5, ge=1, le=ALL)


@tool("indicator_series", IndicatorArgs)
def indicator_series(session: ToolSession, args: IndicatorArgs) -> Result:
    """查监测指标的数值、同比、各期走势、各市排序。"""
    desk = _desk(session)
    words = desk.known.words
    for given, known in (
        (args.name, {one.name for one in words.indicators}),
        (args.group, set(words.groups)),
    ):
        if given is not None and given not in known:
            return _unknown(given, known)
    region = region_named(args.region) if args.region else None
    period = _period(session, args.period)
    query = IndicatorQuery(
        args.op,
        args.name,
        wants=args.wants,
        scope=args.scope,
        regions=(region,) if region else (),
        groups=(args.group,) if args.group else (),
        periods=(period,) if period else (),
        order=args.order or ("most" if args.op == "rank" else None),
        top=args.top,
    )
    return _said(session, desk, query, str(args.period))


def _desk(session: ToolSession) -> Desk:
    registry = Registry.open(session.library.catalog)
    known: Known = known_to(registry, session.library, session.role, session.day)
    return Desk(registry, session.library, session.role, session.day, known)


def _period(session: ToolSession, text: str | None) -> Asked | None:
    return period_named(text, session.day) if text else None


def _unknown(given: str, known: set[str]) -> Result:
    near = [one for one in sorted(known) if given in one or one in given] or sorted(known)
    return Result(msg("tools.unknown_name", name=given, known="、".join(near[:SHOWN])), ok=False)


def _said(session: ToolSession, desk: Desk, query: Query, asked: str) -> Result:
    outcome = answer_to(query, desk)
    if outcome is None:
        return Result(msg("tools.nothing_plain"), ok=False)
    return session.said(outcome.draft, asked)
