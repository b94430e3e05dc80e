"""Compose: evidence -> draft, by intent. The extractive writer needs no model."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from agent.documents import local_terms
from agent.eligibility.draft import asks_whether, eligibility_draft, issues_of
from agent.eligibility.extract import profile_from
from agent.lexis import asks, lexicon, tokens
from agent.llm.client import ChatServer
from agent.meaning import meanings
from agent.scoring import Scored
from agent.spans import in_period
from agent.state import Draft, Span, State, Statement, Understanding
from agent.steps.gather import CURRENT, documents_for
from agent.writers.extractive import rank, refusal, write
from agent.writers.library import library_draft
from agent.writers.model import PROMPT, Tell, phrased
from agent.writers.phrases import named, statement_text
from agent.writers.versions import mentioned_draft, validity_draft, version_warnings
from corpus.messages import msg
from corpus.model import Clause, Role
from index import Library
from index.types import Evidence

# What the catalog says of versions and of the library is said in fixed words, never by a model.
_PHRASED = ("fact", "clause", "eligibility")


def compose(
    state: State, library: Library, server: ChatServer | None = None, tell: Tell | None = None
) -> State:
    """The draft for a plan and its evidence.

    Args:
        server: the model that puts it into its own words.
        tell: is given each sentence of the model that has passed, as an event of the stream.
    """
    plan, role = state["plan"], state["ctx"].role
    scored = rank(state["evidence"], state["units"], plan, state.get("local"), state.get("meanings"))
    draft = state.get("registry")
    weak = state.get("registry_weak", False)
    judged = _judged(state, library) if draft is None else None
    draft = judged or draft
    if draft is None or weak:
        texts = _by_intent(plan, scored, state["units"], library, role)
        draft = draft if draft is not None and gives_way(texts, draft, plan) else texts
    # figures with their formulas, verdicts with their clauses: nothing to put into other words
    exact = judged is not None or draft is state.get("registry")
    spans = [span for statement in draft.statements for span in statement.spans]
    if plan.parts.versions:
        told = replace(plan, as_of=_published(spans, plan)) if exact and judged is None else plan
        draft.warnings += version_warnings(spans, told, library.catalog.snapshot())
    draft.warnings += library.notices(plan.lang)
    if plan.as_of_stated:
        draft.warnings.insert(0, msg("answer.as_of", "en" if plan.lang == "en" else None, day=plan.as_of))
    if server is None or not plan.parts.llm or plan.intent not in _PHRASED or exact:
        return {"draft": draft}
    before = (server.counts.prompt_tokens, server.counts.completion_tokens)
    draft = phrased(draft, plan, server, tell)
    read, written = server.counts.prompt_tokens - before[0], server.counts.completion_tokens - before[1]
    tool: dict[str, object] = {"name": "write", "args": {"model": server.model, "prompt": PROMPT}}
    return {
        "draft": draft,
        "tools": [*state.get("tools", []), tool],
        "usage": {"prompt_tokens": read, "completion_tokens": written},
    }


def _judged(state: State, library: Library) -> Draft | None:
    """The firm's facts against the programme that is asked about, where both are given."""
    plan = state["plan"]
    said = [text for role, text in state.get("history", []) if role == "user"]
    messages = [*said, state["question"]]
    asked = plan.intent == "eligibility" or (
        # no 我公司, or an answer to what was asked back: figures of a firm, and whether it may apply
        plan.intent == "fact"
        and _tells(said, state["question"], plan)
        and any(asks_whether(text) for text in messages[-2:])
    )
    if not asked and not said and _only_facts(state["question"], plan):
        return Draft("clarify", [*issues_of(profile_from(messages, plan.as_of), plan.lang), _what_for(plan)])
    if not asked or plan.articles:
        return None
    return eligibility_draft(plan, profile_from(messages, plan.as_of), library, state["ctx"].role, messages)


def _tells(said: Sequence[str], text: str, plan: Understanding) -> bool:
    """Whether a message gives figures of a firm, or puts right what was said before it."""
    if not profile_from([text], plan.as_of).empty:
        return True
    before, now = profile_from(said, plan.as_of), profile_from([*said, text], plan.as_of)
    return not now.empty and before.as_dict() != now.as_dict()


_A_FIRM = re.compile(r"我|咱|本企业|本公司|公司|企业|厂")
_ASKED_ANYHOW = re.compile(r"[？?]|还是|算|够|能|可以|想|要|求|帮|查|说|告诉|列")


def _only_facts(text: str, plan: Understanding) -> bool:
    """Whether a message tells of a firm and asks nothing: 我公司营收3000."""
    profile = profile_from([text], plan.as_of)
    pieces = [piece for piece in re.split(r"[，,。；;、\s]+", text) if piece]
    told = bool(profile.issues) or not profile.empty
    told = told and all(re.search(r"\d", piece) for piece in pieces)  # each part tells a figure
    return (
        told
        and plan.intent == "fact"
        and bool(_A_FIRM.search(text))
        and not (asks(text) or _ASKED_ANYHOW.search(text))
    )


def _what_for(plan: Understanding) -> Statement:
    return Statement(msg("eligibility.what_for", "en" if plan.lang == "en" else None), note=True)


def _published(spans: Sequence[Span], plan: Understanding) -> date:
    """A report of a day comes out after it: its standing is that on the day on which all were out."""
    issued = [span.evidence.issued_on for span in spans if span.evidence.issued_on]
    return max([plan.as_of, *issued])


def gives_way(texts: Draft, registry: Draft, plan: Understanding) -> bool:
    """Whether the registry speaks where it would leave the word to the texts: these have no answer, or
    one of another period than the one for which the registry has none either."""
    if texts.status not in ("answered", "partial"):
        return True
    spans = [span for statement in texts.statements for span in statement.spans]
    if registry.status == "refused" and not plan.periods:
        return True
    return registry.status == "refused" and not any(in_period(span, plan.periods) for span in spans)


def _by_intent(
    plan: Understanding,
    scored: list[Scored],
    units: Mapping[str, Sequence[Clause]],
    library: Library,
    role: Role,
) -> Draft:
    if plan.intent == "library":
        return library_draft(plan, library, role)
    if plan.unknown_titles and not plan.doc_ids:
        said = mentioned_draft(plan, library, role) if plan.intent == "validity" else None
        return said or refusal(scored, plan)
    if _too_general(plan):
        return Draft("clarify", [Statement(msg("answer.what_about"), note=True)])
    if plan.articles and plan.doc_ids:
        return _clause_draft(plan, scored, library, role)
    versions: Draft | None = None
    if plan.intent == "validity":
        versions = validity_draft(plan, _subject_documents(plan, scored, library), library, role)
    elif plan.intent == "compare":
        versions = _compare(plan, scored, library, role)
    if versions is not None:
        return versions
    if plan.intent in ("validity", "compare") and not plan.doc_ids and not plan.old_wanted:
        # both were looked for in texts of all times; what is quoted is what holds on the day
        scored = [item for item in scored if item.evidence.validity in CURRENT] or scored
    draft = write(scored, units, plan)
    if plan.intent == "eligibility" and draft.status == "answered":
        key = "answer.check_yourself" if plan.has_facts else "answer.tell_me_more"
        draft.statements.append(Statement(msg(key), note=True))
        draft.status = "answered" if plan.has_facts else "clarify"
    return draft


def _too_general(plan: Understanding) -> bool:
    """能申报什么政策？ — nothing but general words: the answer depends on what was not said."""
    if plan.lang == "en" or plan.doc_ids or plan.articles:
        return False
    general = re.compile(
        "|".join(map(re.escape, sorted(lexicon()["general"]["words"], key=len, reverse=True)))
    )
    from agent.lexis import content

    rest = general.sub(" ", content(plan.question))
    return not {token for token in tokens(rest) if len(token) > 1}


def _clause_draft(plan: Understanding, scored: list[Scored], library: Library, role: Role) -> Draft:
    """The article asked for, or that there is no such article."""
    catalog = library.catalog
    wanted = {item.evidence.clause_id: item.evidence for item in scored}
    statements: list[Statement] = []
    for evidence in wanted.values():
        for ref in plan.articles:
            if not _label_is(evidence, ref.article):
                continue
            parts = catalog.parts(evidence.clause_id)
            span = _pick_part(evidence, parts, ref.paragraph, ref.item)
            statements.append(Statement(statement_text(span, plan.lang), (span,)))
    if statements:
        return Draft("answered", statements[:4])
    snapshot = catalog.snapshot()
    lines = []
    for doc_id in documents_for(plan, library, role)[:2]:
        articles = [clause for clause in catalog.clauses(doc_id) if clause.kind == "article"]
        title = named(snapshot.records[doc_id].title)
        if articles:
            lines.append(msg("answer.no_article", title=title, last=articles[-1].label or ""))
        else:
            lines.append(msg("answer.no_articles", title=title))
    return Draft("refused", [Statement("\n".join(lines), note=True)])


def _label_is(evidence: Evidence, number: int) -> bool:
    from corpus.numbering import int_to_chinese

    return (evidence.label or "").split(" ")[-1] == f"第{int_to_chinese(number)}条"


def _pick_part(evidence: Evidence, parts: Sequence[Clause], paragraph: int | None, item: int | None) -> Span:
    """第N条, or its 第M款 or 第K项 where asked for and present."""
    paragraphs = [part for part in parts if part.kind == "paragraph"]
    chosen: Clause | None = None
    if paragraph and paragraph <= len(paragraphs):
        chosen = paragraphs[paragraph - 1]
    if item:
        owner = chosen.clause_id if chosen else None
        items = [part for part in parts if part.kind == "item" and (owner is None or part.parent_id == owner)]
        chosen = items[item - 1] if item <= len(items) else chosen
    if chosen is None:
        return Span(evidence, evidence.clause_id, evidence.label, evidence.text, evidence.page)
    return Span(evidence, chosen.clause_id, chosen.label, chosen.text, chosen.page)


def _subject_documents(plan: Understanding, scored: list[Scored], library: Library) -> list[str]:
    """The documents whose validity is asked: those named, else the one whose title fits best."""
    if plan.doc_ids:
        return list(plan.doc_ids)
    snapshot = library.catalog.snapshot()
    found = list(dict.fromkeys(item.evidence.doc_id for item in scored[:8]))
    local = local_terms(plan.terms, found, library.catalog)

    def fit(doc_id: str) -> float:
        title = plan.terms.coverage_of(tokens(snapshot.records[doc_id].title))
        return title + 0.5 * (local[doc_id].coverage if doc_id in local else 0.0)

    best = max(found, key=fit, default=None)
    return [best] if best and fit(best) >= 0.5 else []


def _compare(plan: Understanding, scored: list[Scored], library: Library, role: Role) -> Draft | None:
    """The clause that holds now beside the one it replaced."""
    snapshot = library.catalog.snapshot()
    docs = documents_for(plan, library, role) or _subject_documents(plan, scored, library)
    if not docs and scored:
        docs = [scored[0].evidence.doc_id]
    pair: tuple[str, str] | None = None
    for doc_id in docs:
        later = snapshot.superseded_by(doc_id)
        for other in snapshot.predecessors(doc_id) or ([later] if later else []):
            if pair is None and snapshot.records[other].visibility in role.visibilities:
                pair = (doc_id, other)
    if pair is None:
        return None
    statements: list[Statement] = []
    newest_first = sorted(pair, key=lambda key: str(snapshot.records[key].begins_on), reverse=True)
    for doc_id in newest_first:
        found = library.search(
            plan.query, k=6, as_of=plan.as_of, role=role, in_force_only=False, doc_ids={doc_id}
        )
        parts = {item.clause_id: library.catalog.parts(item.clause_id) for item in found}
        words = meanings(plan.question, plan.terms, found, library)
        best = write(rank(found, parts, plan, meanings=words), parts, plan)
        statements += [statement for statement in best.statements if statement.spans][:2]
    return Draft("answered", statements) if statements else None
