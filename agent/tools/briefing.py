"""A briefing as a tool, for officials and staff: the draft in Markdown, every sentence with its source."""

from __future__ import annotations

from pydantic import Field

from agent.briefing.gather import write
from agent.briefing.outline import outline_of
from agent.briefing.plain import to_markdown
from agent.briefing.sources import spans_in
from agent.briefing.wishes import Audience, Length, Wishes
from agent.tools.registry import Args, tool
from agent.tools.session import Result, ToolSession
from corpus.model import Role


class BriefingArgs(Args):
    topic: str = Field(min_length=2, max_length=200, description="题目，如：2026年上半年未来产业培育情况")
    kind: str = Field(default="简报", max_length=12, description="简报、专报或要情")
    region: str | None = Field(default=None, max_length=20, description="地区；不填就看题目")
    period: str | None = Field(default=None, max_length=40, description="时期；不填就看题目")
    length: Length = Field(default=Length.STANDARD, description="篇幅")
    audience: Audience = Field(default=Audience.INTERNAL, description="public：只用公开文件")


@tool("draft_briefing", BriefingArgs, roles=(Role.OFFICIAL, Role.STAFF))
def draft_briefing(session: ToolSession, args: BriefingArgs) -> Result:
    """起草一份简报、专报或要情：每句话附依据，数字已核对。"""
    wishes = Wishes(args.region, args.period, args.length, args.audience)
    made = write(outline_of(args.topic, session.day, args.kind, wishes=wishes), session.library, session.role)
    found = {span.evidence.clause_id: span.evidence for span in spans_in(made)}
    for one in found.values():
        session.token(one)
    return Result(to_markdown(made), tuple(found.values()))
