"""A question that asks several things: what the chosen evidence leaves open is looked for beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.lexis import Terms, asks, content, normalise, tokens
from agent.scoring import Scored
from agent.spans import states
from agent.state import Span, Understanding
from agent.wants import wants

SCORE = 0.7  # of the best span's score
COVERED = 0.6  # share of a part's words that counts as answered
MORE = 0.25  # by which another span must cover more


def for_other_parts(scored: Sequence[Scored], chosen: Sequence[Span], plan: Understanding) -> list[Span]:
    """Spans of the same documents for those parts of the question that `chosen` does not speak of.

    Only parts that ask for a figure: 省重大项目总数多少，产业类占几个？ — a clause each.
    """
    parts = [part for part in re.split(r"[，,；;。？?！!]", normalise(plan.question)) if asks(part)]
    if len(parts) < 2 or not chosen:
        return []
    added: list[Span] = []
    documents = {span.evidence.doc_id for span in chosen}
    for part in parts:
        own, wanted = _terms(part, plan.terms), wants(part)
        if not own or not wanted:
            continue
        have = max((own.coverage_of(_words(span)) for span in (*chosen, *added)), default=0.0)
        if have >= COVERED:
            continue
        found = [
            (own.coverage_of(_words(span)), span.score, span)
            for item in scored
            if item.evidence.doc_id in documents and item.score >= SCORE * chosen[0].score
            for span in item.spans
            if states(span, wanted)
        ]
        best = max(found, key=lambda entry: entry[:2], default=None)
        if best and best[0] >= max(COVERED, have + MORE) and best[2] not in (*chosen, *added):
            added.append(best[2])
    return added


def _terms(part: str, whole: Terms) -> Terms:
    """The question's terms that this part says, weighing 1 together."""
    own = tokens(content(part)) & whole.weights.keys()
    total = sum(whole.weights[token] for token in own)
    weights = {token: whole.weights[token] / total for token in own} if total else {}
    return Terms(weights, whole.synonyms, whole.known)


def _words(span: Span) -> frozenset[str]:
    return tokens(span.text) | (tokens(span.lead) if span.lead else frozenset())
