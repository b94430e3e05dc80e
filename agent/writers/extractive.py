"""The extractive writer: quotes the spans that answer, and says when none does."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from agent.documents import Local
from agent.grounding.numbers import unsupported
from agent.lexis import lexicon, normalise, tokens
from agent.meaning import Meaning
from agent.relevance import Gap, answerable, missing
from agent.scoring import Scored, names, score_unit
from agent.settings import AgentSettings
from agent.spans import covers, in_period, is_rule, states, whole_list
from agent.state import Draft, Span, Statement, Understanding
from agent.wants import asked_count
from agent.writers.parts import for_other_parts
from agent.writers.phrases import named, statement_text
from corpus.messages import msg
from corpus.model import Clause
from index.types import Evidence

_LIST = re.compile(
    r"哪些|哪几|条件|材料|包括|几类|几种|情形|情况下|内容|要求|标准|流程|程序|步骤|怎么|如何|怎样|义务|权利|职责|措施|方式|门槛|资格|what|which|how|list|require",
    re.IGNORECASE,
)
# A further unit is quoted when it scores this share of the best one, and covers this much of the
# question by itself; where the question asks for the law at large, other documents at less.
NEAR = 0.985
OTHER_DOCUMENT = 0.965
OTHER_LAW = 0.7
OTHER_PERIOD = 0.8  # the same figure of another month that is asked about too
ENOUGH = 0.55
SECOND = 0.85
BEHIND = 0.85
OWN = 0.2  # share of the question that an item says beyond its lead
IN_UNIT = 0.6
_REFERS_BACK = re.compile(r"前[两三四]?款|上述|本条")
_AT_LARGE = re.compile(r"法律|法规|哪些(政策|文件|规定|措施)|各(项|级|地)|分别|依据")


def rank(
    evidence: Sequence[Evidence],
    units: Mapping[str, Sequence[Clause]],
    plan: Understanding,
    local: Mapping[str, Local] | None = None,
    meanings: Mapping[str, Meaning] | None = None,
) -> list[Scored]:
    """Units with their spans, best first."""
    local, meanings = local or {}, meanings or {}
    scored = [
        score_unit(item, units[item.clause_id], plan, local.get(item.doc_id), meanings.get(item.clause_id))
        for item in evidence
        if item.clause_id in units
    ]
    return sorted((item for item in scored if item.spans), key=lambda item: -item.score)


def write(scored: list[Scored], units: Mapping[str, Sequence[Clause]], plan: Understanding) -> Draft:
    """Statements that answer `plan`, or a refusal that says what the library does hold."""
    if not scored or not answerable(scored[0], plan):
        return refusal(scored, plan)
    chosen = select(scored, units, plan)
    if missing(chosen, plan, _around(scored, chosen)) is not None:
        chosen = _elsewhere_in_unit(scored, plan) or _second_look(scored, units, plan) or chosen
    if (gap := missing(chosen, plan, _around(scored, chosen))) is not None:
        return not_stated(gap, chosen, plan)
    return Draft("answered", [to_statement(span, plan) for span in chosen])


def _elsewhere_in_unit(scored: list[Scored], plan: Understanding) -> list[Span]:
    """Where the best span of the best unit does not state the figure asked for: one of the same unit that
    refers back to it and does. The fine for what the first 款 forbids stands in the second: 违反前款规定的…
    """
    best = scored[0].spans[0]
    for span in scored[0].spans[1:]:
        if span.score < IN_UNIT * best.score or not _REFERS_BACK.search(span.text):
            continue
        if missing([span], plan, _around(scored, [span])) is None:
            return [span]
    return []


def _second_look(
    scored: list[Scored], units: Mapping[str, Sequence[Clause]], plan: Understanding
) -> list[Span]:
    """Where the best unit does not state what is asked: the next of its document that
    does and is nearly as good."""
    for at, item in enumerate(scored[1:6], 1):
        if item.evidence.doc_id != scored[0].evidence.doc_id:
            continue
        if item.score < SECOND * scored[0].score or not answerable(item, plan):
            break
        chosen = select(scored[at:], units, plan)
        if missing(chosen, plan, _around(scored, chosen)) is None:
            return chosen
    return []


def _around(scored: Sequence[Scored], chosen: Sequence[Span]) -> str:
    """What was found of the documents that are quoted."""
    documents = {span.evidence.doc_id for span in chosen}
    return "".join(item.evidence.text for item in scored if item.evidence.doc_id in documents)


def to_statement(span: Span, plan: Understanding) -> Statement:
    """A span as a statement; a lead that has figures of its own is cited too."""
    spans: tuple[Span, ...] = (span,)
    if span.lead and " | " not in span.lead and unsupported(span.lead, spans):
        head = replace(
            span, clause_id=span.evidence.clause_id, label=span.evidence.label, text=span.lead, lead=None
        )
        spans = (head, span)
    return Statement(statement_text(span, plan.lang), spans)


def select(scored: list[Scored], units: Mapping[str, Sequence[Clause]], plan: Understanding) -> list[Span]:
    """The best span, then those nearly as good that say something more."""
    limit = 1 if plan.lang == "en" else AgentSettings().max_statements
    best = _latest_of_series(scored, plan)
    chosen: list[Span] = []
    docs: set[str] = set()
    series: set[str] = set()
    count = asked_count(plan.question)
    for item in [best, *(other for other in scored if other is not best)]:
        if len(chosen) >= limit:
            break
        name = _series(item.evidence.title)
        if chosen:
            new = covers(item.spans[0], plan.periods) - {p for s in chosen for p in covers(s, plan.periods)}
            other_period = len(plan.periods) > 1 and bool(new) and item.score >= OTHER_PERIOD * best.score
            if not other_period and not _worth_adding(item, best, item.evidence.doc_id in docs, plan):
                continue
            if name in series and item.evidence.doc_id not in docs and not other_period:
                continue  # the same report of another month
            if plan.wants and not states(item.spans[0], plan.wants, plan.wants_unit):
                continue
            if _asks_figure(plan) and any(_falls_behind(item.spans[0], span, plan) for span in chosen):
                continue
            if count is not None and names(chosen[0], count) and not names(item.spans[0], count):
                continue
            if plan.periods and not is_rule(item.evidence) and not in_period(item.spans[0], plan.periods):
                continue
            if plan.attributes and not _has_attribute(item.spans[0], plan):
                continue
        chosen += expand(item, units, plan)
        docs.add(item.evidence.doc_id)
        series.add(name)
    chosen = _of_what_is_asked(chosen, plan)
    chosen += _for_other_wants(scored, chosen, plan)
    return chosen + for_other_parts(scored, chosen, plan)


def _of_what_is_asked(chosen: list[Span], plan: Understanding) -> list[Span]:
    """Without spans that leave out the words beside the question word, where others have them: 每年12亿元，
    怎么申请 is not answered by the 12亿元."""
    asked = tokens(plan.focus) & plan.terms.weights.keys()
    on_it = [span for span in chosen if asked and asked <= plan.terms.covered(_words_of(span))]
    return on_it or chosen


def _asks_figure(plan: Understanding) -> bool:
    return bool(plan.wants) or "多少" in plan.question


def _for_other_wants(scored: Sequence[Scored], chosen: Sequence[Span], plan: Understanding) -> list[Span]:
    """Where several figures are asked for, the best spans of the same document for those left."""
    added: list[Span] = []
    if len(plan.wants) < 2 or not chosen:
        return added
    document = chosen[0].evidence.doc_id
    for kind in sorted(plan.wants):
        wanted = frozenset({kind})
        if any(states(span, wanted, plan.wants_unit) for span in (*chosen, *added)):
            continue
        near = (
            span
            for item in scored
            if item.evidence.doc_id == document
            for span in item.spans
            if span.score >= 0.6 * chosen[0].score and states(span, wanted, plan.wants_unit)
        )
        added += [span for span in [next(near, None)] if span is not None]
    return added


def _has_attribute(span: Span, plan: Understanding) -> bool:
    return any(word in span.text for name in plan.attributes for word in lexicon()["attributes"][name])


def _worth_adding(item: Scored, best: Scored, same_document: bool, plan: Understanding) -> bool:
    """Whether a unit after the best one says enough of what is asked to be quoted too."""
    share = item.score / best.score if best.score > 0 else 0.0
    covered = plan.terms.coverage_of(_tokens_of(item))
    if same_document and plan.wants:
        # One figure is asked for: a second from the same text is another figure, unless the two
        # stand side by side and the question does not tell them apart.
        beside = item.evidence.heading_path == best.evidence.heading_path and item.evidence.heading_path
        return bool(beside) and share >= NEAR
    if not same_document and _AT_LARGE.search(plan.question):
        return share >= OTHER_LAW and covered >= 0.6
    return share >= (NEAR if same_document else OTHER_DOCUMENT) and covered >= ENOUGH


def _falls_behind(span: Span, best: Span, plan: Understanding) -> bool:
    """Whether a span speaks of less of what is asked than one that is quoted already: 省级 is asked for and
    this is the figure of 国家级. Its figure would be taken for an answer."""
    mine, its = (plan.terms.covered(_words_of(one)) for one in (span, best))
    return mine < its or plan.terms.mass(mine) < BEHIND * plan.terms.mass(its)


def _stands_out(best: Span, near: Sequence[Span], plan: Understanding) -> bool:
    """Whether the best item of a list speaks of what is asked in words of its own and the others do not."""

    def own(span: Span) -> float:
        shared = plan.terms.covered(tokens(span.lead or ""))
        return plan.terms.mass(plan.terms.covered(tokens(span.text)) - shared)

    return own(best) >= OWN and all(own(span) <= own(best) / 2 for span in near if span is not best)


def _words_of(span: Span) -> frozenset[str]:
    return tokens(f"{span.lead or ''}\n{span.text}")


def _series(title: str) -> str:
    """A title without its figures: the same for the reports of all months."""
    return re.sub(r"[\d一二三四五六七八九十]+", "#", title)


def _latest_of_series(scored: Sequence[Scored], plan: Understanding) -> Scored:
    """The best unit; of reports that follow each other the latest, where no period is asked for."""
    best = scored[0]
    if plan.periods or plan.years:
        return best
    same = [
        item
        for item in scored
        if _series(item.evidence.title) == _series(best.evidence.title)
        and item.evidence.doc_id != best.evidence.doc_id
        and item.score >= 0.9 * best.score
        and _day(item) > _day(best)
    ]
    return max(same, key=_day) if same else best


def _day(item: Scored) -> str:
    evidence = item.evidence
    return str(evidence.issued_on or evidence.effective_from or "")


def expand(item: Scored, units: Mapping[str, Sequence[Clause]], plan: Understanding) -> list[Span]:
    """A unit's best span with what it needs to be understood: its list, or further rows."""
    best = item.spans[0]
    parts = units.get(item.evidence.clause_id, ())
    kinds = {part.clause_id: part.kind for part in parts}
    kind = kinds.get(best.clause_id)
    # Who asks for one figure of a list wants its item, who asks for conditions wants them all.
    listing = bool(_LIST.search(normalise(plan.question))) and not plan.wants
    listing = listing or plan.intent == "eligibility" or asked_count(plan.question) is not None
    if kind == "row":
        rows = [
            span
            for span in item.spans
            if span.score >= 0.88 * best.score and kinds.get(span.clause_id) == "row"
        ]
        return rows[:6] if listing else rows[:2]
    if kind in ("item", "subitem"):
        near = [span for span in item.spans if span.score >= 0.8 * best.score]
        if plan.wants:
            near = [span for span in near if states(span, plan.wants, plan.wants_unit)]
            near = [span for span in near if span is best or not _falls_behind(span, best, plan)]
        if listing or (len(near) > 2 and not _stands_out(best, near, plan)):
            whole = whole_list(best, parts)
            return [whole] if whole else near[:4]
        return [best]
    if best.text.rstrip().endswith(("：", ":")) and parts:
        hanging = next((part for part in parts if part.kind in ("item", "subitem")), None)
        if hanging is not None:
            inner = next((span for span in item.spans if span.clause_id == hanging.clause_id), None)
            whole = whole_list(inner, parts) if inner else None
            items = [span for span in item.spans if kinds.get(span.clause_id) in ("item", "subitem")]
            return [whole] if whole else items[:4] or [best]
    further = [
        span
        for span in item.spans[1:]
        if span.score >= 0.92 * best.score and span.clause_id != best.clause_id
    ]
    return [best, *further[:1]] if listing else [best]


def _tokens_of(item: Scored) -> frozenset[str]:
    span = item.spans[0]
    return tokens(span.text) | tokens(" ".join((item.evidence.title, *item.evidence.heading_path)))


def not_stated(gap: Gap, chosen: list[Span], plan: Understanding) -> Draft:
    """The subject is there, what is asked of it is not: say so, and show what is there."""
    if gap.elsewhere:
        listed = "\n".join(dict.fromkeys(f"- {named(span.evidence.title)}" for span in chosen))
        text = msg("answer.not_stated_here", _lang(plan), what=gap.what, titles=listed)
        return Draft("refused", [Statement(text, note=True)])
    text = msg("answer.not_stated", _lang(plan), what=gap.what)
    return Draft("refused", [Statement(text, note=True), to_statement(chosen[0], plan)])


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
