"""Tools over the documents: search, an article by its number, two versions compared, the list."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from agent.state import ArticleRef
from agent.steps.gather import CURRENT, is_article, lookup_clause
from agent.tools.documents import best, named
from agent.tools.registry import Args, tool
from agent.tools.session import Result, ToolSession
from corpus.diff import counts, diff
from corpus.messages import msg
from corpus.model import Validity
from corpus.record import Record

CHANGES = 30  # at most: a model reads no more
LISTED = 30


class SearchArgs(Args):
    query: str = Field(min_length=1, max_length=500, description="要查的内容，用完整的词句")
    documents: list[str] = Field(default=[], max_length=5, description="只在这些文件里查：标题、文号或编号")
    in_force_only: bool = Field(default=True, description="只查现行有效的；问以前的规定时设为 false")
    k: int = Field(default=6, ge=1, le=12, description="几条")


@tool("search_policies", SearchArgs)
def search_policies(session: ToolSession, args: SearchArgs) -> Result:
    """查政策文件和监测报告的条款原文。"""
    doc_ids: set[str] = set()
    for name in args.documents:
        found = named(session, name)
        if not found:
            return Result(msg("tools.no_such_document", name=name), ok=False)
        doc_ids |= {record.doc_id for record in found}
    hits = session.library.search(
        args.query,
        k=args.k,
        as_of=session.day,
        role=session.role,
        in_force_only=args.in_force_only and not doc_ids,
        doc_ids=doc_ids or None,
    )
    return session.quoted(hits)


class ClauseArgs(Args):
    document: str = Field(min_length=1, max_length=200, description="文件的标题、文号或编号")
    article: int = Field(ge=1, le=2000, description="第几条")


@tool("lookup_clause", ClauseArgs)
def clause(session: ToolSession, args: ClauseArgs) -> Result:
    """按文件和条号查条文原文。"""
    record = best(session, args.document)
    if record is None:
        return Result(msg("tools.no_such_document", name=args.document), ok=False)
    units = session.library.catalog.clauses(record.doc_id)
    if not any(is_article(unit, args.article) for unit in units):
        count = sum(unit.kind == "article" and " " not in (unit.label or "") for unit in units)
        text = msg("tools.no_article", title=record.title, number=args.article, count=count)
        return Result(text, ok=False)
    ref = (ArticleRef(args.article),)
    return session.quoted(
        lookup_clause(session.library, [record.doc_id], ref, session.day, session.role), 6000
    )


class CompareArgs(Args):
    document: str = Field(min_length=1, max_length=200, description="新文件的标题、文号或编号")
    earlier: str | None = Field(default=None, max_length=200, description="旧文件；不写就用被它代替的那一份")


@tool("compare_versions", CompareArgs)
def compare_versions(session: ToolSession, args: CompareArgs) -> Result:
    """比较一份文件的新旧两版：逐条写明新增、删去、修改，以及各自的施行日期。"""
    new = best(session, args.document)
    if new is None:
        return Result(msg("tools.no_such_document", name=args.document), ok=False)
    old = best(session, args.earlier) if args.earlier else _before(session, new)
    if old is None and args.earlier:
        return Result(msg("tools.no_such_document", name=args.earlier), ok=False)
    if old is None:
        return Result(msg("tools.no_earlier", title=new.title), ok=False)
    if old.doc_id == new.doc_id:
        return Result(msg("tools.same_document", title=new.title), ok=False)
    catalog = session.library.catalog
    changes = diff(catalog.clauses(old.doc_id), catalog.clauses(new.doc_id))
    told = [change for change in changes if change.op != "same"]
    units = [unit.clause_id for change in told[:CHANGES] for unit in (change.old, change.new) if unit]
    found = {
        one.clause_id: one for one in session.library.evidence(units, as_of=session.day, role=session.role)
    }
    sums = counts(changes)
    lines = [
        msg(
            "tools.compared",
            old=_version(session, old),
            new=_version(session, new),
            added=sums["added"],
            deleted=sums["deleted"],
            changed=sums["changed"],
            same=sums["same"] + sums["moved"],
        )
    ]
    for change in told[:CHANGES]:
        sides = [
            found[unit.clause_id] for unit in (change.old, change.new) if unit and unit.clause_id in found
        ]
        text = "\n".join(f"[{session.token(one)}] {one.text}" for one in sides)
        lines.append(f"{msg(f'tools.change_{change.op}')}\n{text}")
    if len(told) > CHANGES:
        lines.append(msg("tools.more_changes", count=len(told) - CHANGES))
    return Result("\n\n".join(lines), tuple(found.values()))


def _before(session: ToolSession, record: Record) -> Record | None:
    snapshot = session.library.catalog.snapshot()
    older = [snapshot.records[key] for key in snapshot.predecessors(record.doc_id)]
    seen = [one for one in older if one.visibility in session.role.visibilities]
    return max(
        seen, key=lambda one: (one.begins_on is not None, one.begins_on or session.today), default=None
    )


def _version(session: ToolSession, record: Record) -> str:
    validity = session.library.catalog.snapshot().validity(record.doc_id, session.day)
    return msg(
        "tools.version",
        title=record.title,
        number=record.doc_number or msg("tools.without_number"),
        begins=msg("tools.begins", day=record.begins_on) if record.begins_on else msg("tools.day_unknown"),
        validity=msg(f"answer.validity_{validity.value}"),
    )


class ListArgs(Args):
    words: str = Field(
        default="", max_length=100, description="标题、文号或机关里的词，用空格分开；空着就列全部"
    )
    subject: str | None = Field(default=None, max_length=30, description="扶持政策、未来产业或项目状态")
    standing: Literal["in_force", "not_yet", "ended", "any"] = Field(default="in_force", description="效力")


@tool("list_documents", ListArgs)
def list_documents(session: ToolSession, args: ListArgs) -> Result:
    """列出文库里有哪些文件，新的在前。"""
    snapshot = session.library.catalog.snapshot()
    words = args.words.split()
    found: list[tuple[Record, Validity]] = []
    for record in snapshot.records.values():
        text = f"{record.title} {record.doc_number or ''} {record.issuer or ''}"
        validity = snapshot.validity(record.doc_id, session.day)
        if (
            record.visibility in session.role.visibilities
            and all(word in text for word in words)
            and (args.subject is None or args.subject == record.subject)
            and _stands(validity, args.standing)
        ):
            found.append((record, validity))
    if not found:
        return Result(msg("tools.none_listed"), ok=False)
    found.sort(key=lambda item: str(item[0].issued_on or item[0].begins_on or ""), reverse=True)
    lines = [msg("tools.listed", count=len(found))]
    lines += [f"- {_version(session, record)}" for record, _ in found[:LISTED]]
    if len(found) > LISTED:
        lines.append(msg("tools.more_listed", count=len(found) - LISTED))
    return Result("\n".join(lines))


def _stands(validity: Validity, wanted: str) -> bool:
    if wanted == "in_force":
        return validity in CURRENT
    if wanted == "not_yet":
        return validity is Validity.NOT_YET
    return wanted == "any" or validity in (Validity.REPEALED, Validity.EXPIRED)
