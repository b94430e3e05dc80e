"""The extractive writer: quotes the spans that answer, and says when none does."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from agent.lexis import normalise
from agent.relevance import answerable
from agent.settings import AgentSettings
from agent.spans import Scored, score_unit, states, whole_list
from agent.state import Draft, Span, Statement, Understanding
from agent.writers.phrases import named, statement_text
from corpus.messages import msg
from corpus.model import Clause
from index.types import Evidence

_LIST = re.compile(
    r"哪些|哪几|条件|材料|包括|几类|几种|情形|情况下|内容|要求|标准|流程|程序|步骤|怎么|如何|怎样|义务|权利|职责|措施|方式|门槛|资格|what|which|how|list|require", re.IGNORECASE
)
NEAR = 0.86  # a further unit is quoted when it scores this share of the best
OTHER_DOCUMENT = 0.78
GAIN = 0.18  # or when it covers this much more of the question


def rank(
    evidence: Sequence[Evidence], units: Mapping[str, Sequence[Clause]], plan: Understanding
) -> list[Scored]:
    """Units with their spans, best first."""
    scored = [score_unit(item, units.get(item.clause_id, ()), plan) for item in evidence if item.clause_id in units]
    return sorted((item for item in scored if item.spans), key=lambda item: -item.score)


def write(scored: list[Scored], units: Mapping[str, Sequence[Clause]], plan: Understanding) -> Draft:
    """Statements that answer `plan`, or a refusal that says what the library does hold."""
    if not scored or not answerable(scored[0], plan):
        return refusal(scored, plan)
    chosen = select(scored, units, plan)
    if plan.wants and not any(states(span, plan.wants) for span in chosen):
        return not_stated(chosen, plan)
    return Draft("answered", [Statement(statement_text(span, plan.lang), (span,)) for span in chosen])


def select(
    scored: list[Scored], units: Mapping[str, Sequence[Clause]], plan: Understanding
) -> list[Span]:
    """The best span, then those nearly as good that say something more."""
    limit = AgentSettings().max_statements
    best = scored[0]
    chosen: list[Span] = []
    covered: frozenset[str] = frozenset()
    docs: set[str] = set()
    for item in scored:
        if len(chosen) >= limit:
            break
        span = item.spans[0]
        hit = plan.terms.covered(_tokens_of(item))
        gain = plan.terms.mass(hit - covered)
        share = item.score / best.score if best.score else 0.0
        other = item.evidence.doc_id not in docs
        if chosen and not (share >= NEAR or (other and share >= OTHER_DOCUMENT) or (gain >= GAIN and share >= 0.7)):
            continue
        if plan.wants and chosen and not states(span, plan.wants):
            continue
        chosen += expand(item, units, plan)
        covered |= hit
        docs.add(item.evidence.doc_id)
    return chosen


def expand(item: Scored, units: Mapping[str, Sequence[Clause]], plan: Understanding) -> list[Span]:
    """A unit's best span with what it needs to be understood: its list, or further rows."""
    best = item.spans[0]
    parts = units.get(item.evidence.clause_id, ())
    kinds = {part.clause_id: part.kind for part in parts}
    kind = kinds.get(best.clause_id)
    listing = bool(_LIST.search(normalise(plan.question)))
    if kind == "row":
        rows = [span for span in item.spans if span.score >= 0.88 * best.score and kinds.get(span.clause_id) == "row"]
        return rows[:6] if listing else rows[:2]
    if kind in ("item", "subitem"):
        near = [span for span in item.spans if span.score >= 0.8 * best.score]
        if listing or len(near) > 2:
            return [whole_list(best, parts) or best]
        return [best]
    if best.text.rstrip().endswith(("：", ":")) and parts:
        hanging = next((part for part in parts if part.kind in ("item", "subitem")), None)
        if hanging is not None:
            inner = next((span for span in item.spans if span.clause_id == hanging.clause_id), None)
            whole = whole_list(inner, parts) if inner else None
            return [whole or best]
    further = [
        span
        for span in item.spans[1:]
        if span.score >= 0.92 * best.score and span.clause_id != best.clause_id
    ]
    return [best, *further[:1]] if listing else [best]


def _tokens_of(item: Scored) -> frozenset[str]:
    from agent.lexis import tokens

    span = item.spans[0]
    return tokens(span.text) | tokens(" ".join((item.evidence.title, *item.evidence.heading_path)))


def not_stated(chosen: list[Span], plan: Understanding) -> Draft:
    """The subject is there, the figure is not: say so, and show what is there."""
    span = chosen[0]
    what = msg("answer.want_" + sorted(plan.wants)[0], _lang(plan))
    text = msg("answer.not_stated", _lang(plan), what=what)
    return Draft("refused", [Statement(text, note=True), Statement(statement_text(span, plan.lang), (span,))])


def refusal(scored: Sequence[Scored], plan: Understanding) -> Draft:
    """No answer in the library; names the documents that come nearest, if any does."""
    near = [item for item in scored[:3] if item.coverage >= 0.3]
    titles = list(dict.fromkeys(named(item.evidence.title) for item in near))
    if plan.unknown_titles:
        text = msg("answer.unknown_document", _lang(plan), name="、".join(plan.unknown_titles))
    else:
        text = msg("answer.not_found", _lang(plan))
    statements = [Statement(text, note=True)]
    if titles:
        listed = "\n".join(f"- {title}" for title in titles)
        statements.append(Statement(msg("answer.nearest", _lang(plan), titles=listed), note=True))
    return Draft("refused", statements)


def _lang(plan: Understanding) -> str | None:
    return "en" if plan.lang == "en" else None
