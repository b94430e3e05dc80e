"""Spans: the verbatim pieces of a unit that can be quoted, scored against a question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.documents import Local
from agent.lexis import lexicon, tokens
from agent.state import Span, Understanding
from corpus.model import Clause
from corpus.numbers import stated_numbers
from index.types import Evidence

QUOTE_WHOLE = 260  # characters up to which a 款 is quoted whole
QUOTE_MAX = 700  # a list with its items is quoted whole up to here
RULES = ("法", "条例", "办法", "规定", "细则", "决定", "规则")
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?[”」』）)]*")
MARKER = re.compile(
    r"^(?:第[一二三四五六七八九十百千零〇两\d]+条(?:之[一二三四五])?|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]|\d{1,2}[.．、])[\s\u3000]*"
)
_HEADING_ONLY = re.compile(r"^[^。；：！？]{0,40}$")


@dataclass(frozen=True, slots=True)
class Scored:
    """A unit with its spans, best first, and how well it fits the question."""

    evidence: Evidence
    spans: tuple[Span, ...]
    coverage: float  # share of the question's weight in the unit, its title and headings
    score: float


def score_unit(
    evidence: Evidence, parts: Sequence[Clause], plan: Understanding, local: Local | None = None
) -> Scored:
    """Spans of a unit with scores in about [0, 1.2]; the unit's own score is its best span's.

    `local` weighs the question's words by their rarity within the document: where every clause
    says 小巨人, it is 上市 that tells which clause is meant.
    """
    if plan.lang == "en":
        return _by_embedding(evidence, parts)
    context = tokens(" ".join((evidence.title, *evidence.heading_path)))
    coverage = plan.terms.coverage_of(tokens(evidence.text) | context)
    spans = []
    for span in _telling(spans_of(evidence, parts)):
        own = tokens(span.text) | (tokens(span.lead) if span.lead else frozenset())
        direct = plan.terms.coverage_of(own)
        framed = plan.terms.coverage_of(own | context)
        within = local.terms.coverage_of(own) if local else direct
        document = local.coverage if local else coverage
        score = 0.25 * direct + 0.15 * framed + 0.2 * within + 0.2 * document
        score += 0.05 * coverage + 0.15 * evidence.score + _closeness(evidence.dense)
        if plan.wants:
            score += 0.12 if states(span, plan.wants, plan.wants_unit) else -0.08
        if plan.periods and not is_rule(evidence):
            score += 0.1 if in_period(span, plan.periods) else -0.1
        for name in plan.attributes:
            score += 0.12 if any(word in span.text for word in lexicon()["attributes"][name]) else -0.12
        score += _qualified(span, plan)
        about_dates = plan.intent in ("validity", "compare") or plan.wants & {"date", "duration"}
        if not about_dates and _CLOSING.search(span.text):
            score -= 0.1
        if _is_head_matter(evidence):
            score -= 0.3
        elif not evidence.label and local and local.numbered:
            score -= 0.08
        if " | " in span.text and not _names_row(span, plan):
            score -= 0.1
        spans.append(replace(span, score=score))
    spans.sort(key=lambda span: -span.score)
    return Scored(evidence, tuple(spans), coverage, spans[0].score if spans else 0.0)


def is_rule(evidence: Evidence) -> bool:
    """Whether a text lays down rules, as against reporting figures of a period."""
    title = re.sub(r"[（(].*?[）)]$", "", evidence.title).rstrip("》")
    return title.endswith(RULES) or (evidence.label or "").startswith("第")


def in_period(span: Span, periods: Sequence[str]) -> bool:
    """Whether a span, its headings or its document's title speak of all the periods asked about."""
    evidence = span.evidence
    text = re.sub(r"\s", "", " ".join((span.text, span.lead or "", evidence.title, *evidence.heading_path)))
    return all(re.search(rf"(?<!\d){re.escape(period)}", text) for period in periods)


_CLOSING = re.compile(r"起(?:施行|实施|执行)|同时废止|负责解释|有效期至")


def _qualified(span: Span, plan: Understanding) -> float:
    """A malus where question and span differ in a qualifier: 合计 and single, 累计 and 当月."""
    malus = 0.0
    for words in lexicon()["qualifiers"]["groups"]:
        asked = any(word in plan.question for word in words)
        stated = any(word in span.text for word in words)
        if asked and not stated:
            malus -= 0.1
        elif stated and not asked:
            malus -= 0.05
    return malus


def _closeness(dense: float) -> float:
    """The cosine as a bonus or malus of at most 0.15: it moves within a few hundredths."""
    return max(-0.15, min(0.15, 4 * (dense - 0.89)))


def _names_row(span: Span, plan: Understanding) -> bool:
    """Whether the question names the row: a table's first cells say what a row is about."""
    cells = tokens(" ".join(span.text.split(" | ")[:2]))
    return bool(plan.terms.covered(cells))


def _telling(spans: list[Span]) -> list[Span]:
    """Without spans that are a heading or a table's caption and say nothing themselves."""
    return [span for span in spans if span.lead or " | " in span.text or not _is_heading(span.text)]


def _is_heading(text: str) -> bool:
    lines = [MARKER.sub("", line).strip() for line in text.strip().split("\n")]
    return all(len(line) <= 45 and not re.search(r"[。；：！？]", line) for line in lines)


_LABELLED = re.compile(r"^[\u4e00-\u9fff]{2,8}：", re.MULTILINE)


def _is_head_matter(evidence: Evidence) -> bool:
    """Number, issuer and salutation lines before the first clause: about the text, not of it."""
    if evidence.label:
        return False
    lines = evidence.text.count("\n") + 1
    labelled = len(_LABELLED.findall(evidence.text))
    return labelled >= 2 or (
        lines <= 3 and bool(re.search(r"(有关事项通知如下|：\n|制定本措施|印发给你们)", evidence.text))
    )


def _by_embedding(evidence: Evidence, parts: Sequence[Clause]) -> Scored:
    """A question in another language shares no words with the text: the embedding alone decides."""
    spans = [replace(span, score=evidence.dense) for span in spans_of(evidence, parts)]
    return Scored(evidence, tuple(spans), 0.0, evidence.dense)


def states(span: Span, kinds: frozenset[str], unit: str | None = None) -> bool:
    """Whether a span states a number of one of these kinds, in `unit` where one is asked for.

    A table's bare figures count in the unit of their column. A deadline needs more than a year.
    """
    head = f"{span.lead}\n" if span.lead and " | " in span.lead else ""
    for number in stated_numbers(head + span.text):
        if number.kind == "point" and "percent" in kinds:
            return True
        if number.kind not in kinds:
            continue
        if number.kind == "count" and unit and number.unit not in (unit, None):
            continue
        if number.kind == "date" and re.fullmatch(r"\d{4}", number.code or "") and kinds == {"date"}:
            continue
        return True
    return False


def spans_of(evidence: Evidence, parts: Sequence[Clause]) -> list[Span]:
    """What can be quoted from a unit: its 款, 项 and rows; an undivided unit by sentences."""
    children: dict[str | None, list[Clause]] = {}
    for part in parts:
        children.setdefault(part.parent_id, []).append(part)
    if not parts:
        return _sentences(evidence, evidence.clause_id, evidence.label, evidence.text, evidence.page)
    spans: list[Span] = []
    top = children.get(evidence.clause_id, [])
    if top and top[0].kind in ("item", "subitem"):
        lead = _lead(evidence.text, top[0].text)
        if lead:
            spans += _sentences(evidence, evidence.clause_id, evidence.label, lead, evidence.page)
    for part in top:
        items = children.get(part.clause_id, [])
        if part.kind == "paragraph" and items:
            lead = _lead(part.text, items[0].text)
            spans += [_span(evidence, item, lead) for item in items]
        elif part.kind in ("item", "subitem"):
            spans.append(_span(evidence, part, _lead(evidence.text, top[0].text)))
        elif part.kind == "row":
            spans.append(_span(evidence, part, part.heading_path[-1] if part.heading_path else None))
        else:
            spans += _sentences(evidence, part.clause_id, part.label, part.text, part.page)
    return spans


def whole_list(span: Span, parts: Sequence[Clause]) -> Span | None:
    """The 款 or section with all its items around an item's span; None where it is too long."""
    by_id = {part.clause_id: part for part in parts}
    part = by_id.get(span.clause_id)
    if part is None:
        return None
    owner = by_id.get(part.parent_id or "")
    text, label, clause_id, page = (
        (owner.text, owner.label, owner.clause_id, owner.page)
        if owner is not None
        else (span.evidence.text, span.evidence.label, span.evidence.clause_id, span.evidence.page)
    )
    if len(text) > QUOTE_MAX:
        return None
    return Span(span.evidence, clause_id, label, text, page, span.score)


def _span(evidence: Evidence, part: Clause, lead: str | None) -> Span:
    return Span(evidence, part.clause_id, part.label, part.text, part.page, lead=lead or None)


def _lead(text: str, first_item: str) -> str:
    """What stands before the first item of a list."""
    at = text.find(first_item)
    return text[:at].strip() if at > 0 else ""


def _sentences(
    evidence: Evidence, clause_id: str, label: str | None, text: str, page: int | None
) -> list[Span]:
    """A passage whole when short, else its sentences, a mere heading joined with what follows."""
    if len(text) <= QUOTE_WHOLE:
        return [Span(evidence, clause_id, label, text.strip(), page)]
    pieces: list[tuple[int, int]] = []
    for match in _SENTENCE.finditer(text):
        if not match.group().strip():
            continue
        if pieces and (_short(text[slice(*pieces[-1])]) or len(match.group().strip()) < 12):
            pieces[-1] = (pieces[-1][0], match.end())
        else:
            pieces.append(match.span())
    return [Span(evidence, clause_id, label, text[start:end].strip(), page) for start, end in pieces]


def _short(text: str) -> bool:
    """A numbered heading or an opening of a few words says nothing alone."""
    bare = MARKER.sub("", text.strip())
    return len(bare) < 16 or bool(_HEADING_ONLY.match(bare) and "\n" not in bare and not bare.endswith("。"))
