"""An article by its number; a number that the text does not reach is answered with how many it has."""

from __future__ import annotations

from datetime import date
from typing import Any

from agent.state import ArticleRef
from agent.steps.gather import is_article, lookup_clause
from agent.types import Ctx
from corpus.messages import msg
from index import Library
from index.types import Evidence


def article(library: Library, doc_id: str, number: int, ctx: Ctx, today: date) -> tuple[str, list[Evidence]]:
    """The text of 第N条 with its evidence, or why there is none; a hidden document is as good as absent."""
    record = library.catalog.snapshot().records.get(doc_id)
    if record is None or record.visibility not in ctx.role.visibilities:
        return msg("tools.no_document"), []
    units = library.catalog.clauses(doc_id)
    if not any(is_article(unit, number) for unit in units):
        count = sum(unit.kind == "article" and " " not in (unit.label or "") for unit in units)
        return msg("tools.no_article", title=record.title, number=number, count=count), []
    found = lookup_clause(library, [doc_id], (ArticleRef(number),), ctx.as_of or today, ctx.role)
    return "\n".join(item.text for item in found), found


def lookup_tool(library: Library, ctx: Ctx, today: date) -> Any:
    """`article` as a LangChain tool; the model gives the document and the number, nothing else."""
    from langchain_core.tools import tool

    @tool("lookup_clause", response_format="content_and_artifact")
    def run(doc_id: str, number: int) -> tuple[str, list[Evidence]]:
        """按文件编号和条号查条文原文。"""
        return article(library, doc_id, number, ctx, today)

    return run
