"""Tools on a firm: one programme condition by condition, and the programmes that it does not fail."""

from __future__ import annotations

from dataclasses import replace

from pydantic import Field

from agent.eligibility.draft import eligibility_draft, named_programme
from agent.eligibility.extract import profile_from
from agent.programs.load import load_programs
from agent.programs.resolve import Resolver
from agent.state import Understanding
from agent.steps.understand import understand
from agent.tools.registry import Args, tool
from agent.tools.session import Result, ToolSession
from agent.types import Ctx
from corpus.messages import msg

_FIRM = "用户说的企业情况，照原话写：营收3800万，研发占比6%，成立5年"


class EligibilityArgs(Args):
    firm: str = Field(min_length=1, max_length=2000, description=_FIRM)
    programme: str = Field(
        min_length=2, max_length=60, description="要申报的称号或政策，如：专精特新中小企业"
    )


@tool("check_eligibility", EligibilityArgs)
def check_eligibility(session: ToolSession, args: EligibilityArgs) -> Result:
    """对照一项政策的条件：每条满足、不满足，还是要再问什么，附条款。企业的情况只能是用户说过的。"""
    profile = profile_from([args.firm], session.day)
    resolver = Resolver(session.library.catalog, session.day, session.role)
    cards = load_programs().programmes.values()
    programme = named_programme(args.programme, cards, profile, resolver)
    if programme is None:
        names = "、".join(one.names.zh for one in cards if one.conditions)
        return Result(msg("tools.no_programme", name=args.programme, known=names), ok=False)
    question = msg("tools.ask_eligibility", firm=args.firm, name=args.programme)
    plan = _plan(session, question)
    draft = eligibility_draft(plan, profile, session.library, session.role, [question])
    if draft is None:
        key = "tools.not_judged" if resolver.standing(programme).record else "tools.programme_not_held"
        return Result(msg(key, name=programme.names.zh), ok=False)
    return session.said(draft, question)


class MatchArgs(Args):
    firm: str = Field(min_length=1, max_length=2000, description=_FIRM)


@tool("match_programs", MatchArgs)
def match_programs(session: ToolSession, args: MatchArgs) -> Result:
    """按企业情况找可以申报的现行政策：没有不满足的条件的，以及只差一条的。"""
    profile = profile_from([args.firm], session.day)
    question = msg("tools.ask_matches", firm=args.firm)
    draft = eligibility_draft(_plan(session, question), profile, session.library, session.role, [question])
    if draft is None:
        return Result(msg("tools.no_match"), ok=False)
    return session.said(draft, question)


def _plan(session: ToolSession, question: str) -> Understanding:
    ctx = Ctx(session.role, session.day, session.ctx.user)
    made = understand({"question": question, "ctx": ctx, "history": []}, session.library, session.today)
    return replace(made["plan"], intent="eligibility")
