"""Gather: the evidence for a plan. Rules choose the tools; role and as-of come from the session."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import date

from agent.documents import local_terms
from agent.meaning import meanings
from agent.projects.look_up import Found, look_up
from agent.settings import AgentSettings
from agent.state import ArticleRef, State, Understanding
from agent.steps.verify import verify
from corpus.model import Clause, Role, Validity
from corpus.numbering import int_to_chinese
from index import Library
from index.asof import named_day
from index.types import Evidence

WIDE = 14  # units of the search itself that are looked into
NEIGHBOURS = 12  # further units of the best documents
UNITS = WIDE + NEIGHBOURS

CURRENT = (Validity.IN_FORCE, Validity.UNKNOWN)


def gather(state: State, library: Library) -> State:
    """Evidence in order of relevance, the units' parts, and what was called with what."""
    began = time.perf_counter()
    plan, role = state["plan"], state["ctx"].role
    tools: list[dict[str, object]] = []
    evidence: list[Evidence] = []
    found = _sure(look_up(plan, library, role), plan, library)
    if found is not None and not found.weak:
        return _from_registry(plan, found, began)
    docs = documents_for(plan, library, role)
    if plan.articles and docs:
        args: dict[str, object] = {
            "doc_ids": docs,
            "articles": [f"第{ref.article}条" for ref in plan.articles],
        }
        tools.append({"name": "lookup_clause", "args": args})
        evidence += lookup_clause(library, docs, plan.articles, plan.as_of, role)
    if not evidence:
        evidence = search_policies(library, plan, docs, role, tools)
        earlier = rule_of_the_year(plan, evidence, library)
        if earlier is not None:
            plan = replace(plan, as_of=earlier, as_of_stated=True, periods=())
            evidence = search_policies(library, plan, docs, role, tools)
        evidence = widen(library, plan, evidence, role)
    units = {item.clause_id: library.catalog.parts(item.clause_id) for item in evidence[:UNITS]}
    further: State = {}
    if found is not None:
        further = {"registry": found.draft, "registry_weak": True}
        tools.append(found.tool)
    return {
        **further,
        "plan": plan,
        "evidence": evidence,
        "units": units,
        "meanings": meanings(plan.question, plan.terms, evidence[:UNITS], library),
        "local": local_terms(plan.terms, (item.doc_id for item in evidence), library.catalog),
        "tools": tools,
        "retrieve_ms": (time.perf_counter() - began) * 1000,
    }


def _sure(found: Found | None, plan: Understanding, library: Library) -> Found | None:
    """Only a draft of which every sentence and row will pass: else the question is left to the texts."""
    if found is None:
        return None
    checked = verify({"draft": replace(found.draft), "plan": plan}, library.catalog)
    return None if checked["problems"] else found


def _from_registry(plan: Understanding, found: Found, began: float) -> State:
    """The rows and tables that the registry's answer rests on stand for what a search finds."""
    spans = [span for statement in found.draft.statements for span in statement.spans]
    return {
        "plan": plan,
        "registry": found.draft,
        "registry_weak": False,
        "evidence": list({span.evidence.clause_id: span.evidence for span in spans}.values()),
        "units": {},
        "meanings": {},
        "local": {},
        "tools": [found.tool],
        "retrieve_ms": (time.perf_counter() - began) * 1000,
    }


def widen(library: Library, plan: Understanding, evidence: list[Evidence], role: Role) -> list[Evidence]:
    """More clauses of the two documents that came out best: the right one may stand next door."""
    best = list(dict.fromkeys(item.doc_id for item in evidence[:6]))[:2]
    if not best or plan.lang == "en" or not plan.parts.neighbours:
        return evidence
    more = library.search(
        plan.query, k=NEIGHBOURS, as_of=plan.as_of, role=role, in_force_only=False, doc_ids=set(best)
    )
    have = {item.clause_id for item in evidence[:WIDE]}
    # Scores of a search within documents are relative to them: never above what led there.
    ceiling = {doc_id: max(item.score for item in evidence if item.doc_id == doc_id) for doc_id in best}
    added = [
        replace(item, score=min(item.score, ceiling[item.doc_id]))
        for item in more
        if item.clause_id not in have
    ]
    return evidence[:WIDE] + added


def rule_of_the_year(plan: Understanding, evidence: list[Evidence], library: Library) -> date | None:
    """The day to answer for, where the question names a year before the best document began.

    "2019年加计多少" asks for the rule of that year when the rule found first came later and took
    the place of another; figures of a year (no predecessor) are answered from today's library.
    Likewise a coming day on which the rule found will have been replaced by one that is known.
    """
    if plan.as_of_stated or not plan.years or not evidence or not plan.parts.versions:
        return None
    if plan.intent == "eligibility":  # 2025年营收…, 能申报吗: the year is of the firm's figures
        return None
    snapshot = library.catalog.snapshot()
    found = list(dict.fromkeys(item.doc_id for item in evidence[:4]))
    year_end = date(min(int(year) for year in plan.years), 12, 31)
    for doc_id in found:
        begins = snapshot.records[doc_id].begins_on
        if begins and begins > year_end and snapshot.predecessors(doc_id):
            return year_end
    coming = named_day(plan.question, plan.as_of)
    for doc_id in found:
        succession = snapshot.successions.get(doc_id)
        if coming and succession and plan.as_of < succession.on <= coming.day:
            return coming.day
    return None


def documents_for(plan: Understanding, library: Library, role: Role) -> list[str]:
    """The named documents to look into: those in force on the day, unless only older ones are named."""
    snapshot = library.catalog.snapshot()
    current = [key for key in plan.doc_ids if snapshot.validity(key, plan.as_of) in CURRENT]
    exact = [key for key in plan.doc_ids if _named_by_number(plan.question, snapshot.records[key].doc_number)]
    if plan.old_wanted and plan.doc_ids:
        older = [
            old
            for key in current
            for old in snapshot.predecessors(key)
            if snapshot.records[old].visibility in role.visibilities
        ]
        return [key for key in plan.doc_ids if key not in current] or older or current
    chosen = list(dict.fromkeys([*exact, *([] if exact else current)]))
    return chosen or list(plan.doc_ids)


def _named_by_number(question: str, doc_number: str | None) -> bool:
    serial = re.search(r"(\d+)\s*号$", doc_number or "")
    return bool(serial and re.search(rf"(?<!\d)0*{serial.group(1)}\s*号", question))


def search_policies(
    library: Library, plan: Understanding, docs: list[str], role: Role, tools: list[dict[str, object]]
) -> list[Evidence]:
    """Search, within the named documents where there are any."""
    limit = AgentSettings().candidates
    args: dict[str, object] = {"query": plan.query, "as_of": plan.as_of.isoformat()}
    if docs:
        args["doc_ids"] = docs
    in_force_only = not docs and plan.intent not in ("validity", "compare")
    if not in_force_only and not docs:
        args["in_force_only"] = False
    tools.append({"name": "search_policies", "args": args})
    return library.search(
        plan.query,
        k=limit,
        as_of=plan.as_of,
        role=role,
        in_force_only=in_force_only,
        doc_ids=set(docs) if docs else None,
    )


def lookup_clause(
    library: Library, docs: list[str], articles: tuple[ArticleRef, ...], as_of: date, role: Role
) -> list[Evidence]:
    """The articles asked for, by number."""
    wanted: list[str] = []
    for doc_id in docs:
        units = [clause for clause in library.catalog.clauses(doc_id) if clause.parent_id is None]
        for ref in articles:
            wanted += [unit.clause_id for unit in units if is_article(unit, ref.article)]
    return library.evidence(wanted, as_of=as_of, role=role)


def is_article(unit: Clause, number: int) -> bool:
    """Whether a unit is 第N条 (of the main text or of an attachment)."""
    return unit.kind == "article" and (unit.label or "").split(" ")[-1] == f"第{int_to_chinese(number)}条"
