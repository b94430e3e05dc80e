"""What texts in force say on a subject: measures, problems that reports name, next steps; verbatim."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from agent.briefing.model import Block, Section
from agent.briefing.outline import Outline
from agent.briefing.templates import SectionPlan
from agent.projects.evidence import title_of
from agent.spans import MARKER, is_report, spans_of
from agent.state import Span, Statement
from corpus.messages import msg
from corpus.model import Role
from index import Library
from index.types import Evidence

_QUERY = {
    "measures": "支持 措施 培育 政策",
    "problems": "存在问题 需要关注 困难",
    "next": "工作安排 推进 机制",
}
_DOES = re.compile(
    r"支持|奖励|补助|推动|推进|建设|培育|引育|打造|加快|完善|筛选|组织|建立|给予|鼓励|开展|实施|认定|申报|符合"
)
_CONCRETE = re.compile(r"\d|给予|奖励|补助|贴息|减免|不超过|优先|不低于|应当")
_TROUBLE = re.compile(r"反映|尚未|未落实|延长|短缺|不足|滞后|缺口|下滑|偏低|困难|未能|放缓|制约")
_PLAN = re.compile(r"工作安排|行动计划|工作要点|推进机制|实施方案|工作方案|行动方案")
_TERM = re.compile(r"自.{2,20}起(?:施行|实施|执行)|有效期(?:至|为|\d)|(?:执行|有效|实施)至20\d\d年")
_EMPTY = re.compile(r"没有写|未写|以下意见|如下通知|未载明|本[文意通]|公开报道")
_LABEL = re.compile(r"^(?:[^，。；\d]{2,12})。(?=.)")  # the heading that a paragraph begins with
_TARGET = re.compile(r"到(?P<year>20\d{2})年")
_WIDE = re.compile(r"(?:企业|产业|培育|发展|建设|工作|政策|措施|支持|认定|申报|服务)+$")
_SHORTEST = 12
_LONGEST = 160  # characters of a quotation in the text
_ENOUGH = 3  # characters of a subject that name it
_TEXTS = 6  # documents that are quoted
_HITS = 60


def quoted(
    plan: SectionPlan, outline: Outline, library: Library, role: Role, used: set[str]
) -> list[Block | Section]:
    """Quotations for a section; of measures kept apart, under each text's own heading."""
    if plan.part == "measures":
        return _measures(plan, outline, library, role, used)
    problems = plan.part == "problems"
    blocks: list[Block | Section] = []
    for hit in _hits(plan, outline, library, role):
        if is_report(hit) != problems or bool(_PLAN.search(hit.title)) == problems:
            continue
        if problems and not _of_period(hit.issued_on, outline):
            continue
        for text, span in _sentences(spans_of(hit, ())[:3], outline, used):
            if (_TROUBLE if problems else _DOES).search(text):
                used.add(text)
                key = "briefing.reported" if problems else "briefing.quoted"
                blocks.append(Statement(msg(key, title=title_of(span), text=_inner(text)), (span,)))
        if len(blocks) >= plan.limit:
            break
    return blocks[: plan.limit]


def _hits(plan: SectionPlan, outline: Outline, library: Library, role: Role) -> list[Evidence]:
    query = f"{outline.region or ''}{outline.subject} {_QUERY[plan.part]}"
    hits = library.search(query, k=_HITS, as_of=outline.as_of, role=role, in_force_only=True, rerank=True)
    return [hit for hit in hits if _about(hit.title, hit.text, outline)]


def _measures(
    plan: SectionPlan, outline: Outline, library: Library, role: Role, used: set[str]
) -> list[Block | Section]:
    texts: dict[str, list[Evidence]] = {}
    for hit in _hits(plan, outline, library, role):
        if not is_report(hit) and not _PLAN.search(hit.title):
            texts.setdefault(hit.doc_id, []).append(hit)
    chosen = list(texts.items())[:_TEXTS]
    share = max(2, -(-plan.limit // len(chosen))) if chosen else 0
    made: list[Block | Section] = []
    left = plan.limit
    for doc_id, hits in chosen:
        if _named(hits[0].title, outline):  # a text about the subject: all of it, not only what was found
            ids = [unit.clause_id for unit in library.catalog.clauses(doc_id) if unit.parent_id is None]
            hits = library.evidence(ids, as_of=outline.as_of, role=role)
        found = _chosen(hits, outline, used, min(share, left))
        term = _term(hits, used) if plan.apart else None
        statements = _said(found, own_heading=plan.apart)
        if term is not None:
            statements.append(Statement(msg("briefing.term", text=_inner(term[0])), (term[1],)))
        if not statements:
            continue
        left -= len(found)
        if plan.apart:
            number = f"（{hits[0].doc_number}）" if hits[0].doc_number else ""
            made.append(Section(f"{title_of(statements[0].spans[0])}{number}", 2, tuple(statements)))
        else:
            made += statements
        if left <= 0:
            break
    return made


def _chosen(hits: Sequence[Evidence], outline: Outline, used: set[str], limit: int) -> list[tuple[str, Span]]:
    """The sentences that say most, in the order of the text."""
    spans = [span for hit in hits for span in spans_of(hit, ())[:4]]
    found = [pair for pair in _sentences(spans, outline, used) if _DOES.search(pair[0])]
    ranked = sorted(range(len(found)), key=lambda at: (not _CONCRETE.search(found[at][0]), at))
    kept = [found[at] for at in sorted(ranked[:limit])]
    used.update(text for text, _ in kept)
    return kept


def _said(found: Iterable[tuple[str, Span]], *, own_heading: bool) -> list[Statement]:
    """Each quotation with the place that says it; the text's name once."""
    statements: list[Statement] = []
    for text, span in found:
        place = span.label or ""
        if own_heading:
            said = msg("briefing.clause_says", place=place, text=_inner(text))
        elif statements:
            said = msg("briefing.also_says", text=_inner(text))
        else:
            said = msg("briefing.quoted", title=title_of(span), text=_inner(text))
        statements.append(Statement(said, (span,)))
    return statements


def _term(hits: Sequence[Evidence], used: set[str]) -> tuple[str, Span] | None:
    """The sentence on from when to when the text holds."""
    for hit in reversed(hits):
        for span in reversed(spans_of(hit, ())):
            text = _LABEL.sub("", MARKER.sub("", span.text.strip()))
            if _TERM.search(text) and len(text) <= _LONGEST and "\n" not in text and text not in used:
                used.add(text)
                return text, span
    return None


def _sentences(spans: Iterable[Span], outline: Outline, used: set[str]) -> list[tuple[str, Span]]:
    """The quotable sentences, without the mark that they begin with, each once."""
    found: list[tuple[str, Span]] = []
    for span in spans:
        text = _LABEL.sub("", MARKER.sub("", span.text.strip()))
        if text not in used and _sayable(text, span, outline) and all(text != one for one, _ in found):
            found.append((text, span))
    return found


def _inner(text: str) -> str:
    return text.replace("“", "‘").replace("”", "’")


def _sayable(text: str, span: Span, outline: Outline) -> bool:
    """Whether a sentence says something by itself, and no target of a year that has passed."""
    if not _SHORTEST <= len(text) <= _LONGEST or "|" in text or "\n" in text or _EMPTY.search(text):
        return False
    if text.endswith(("：", ":")):
        return False
    years = [int(found["year"]) for found in _TARGET.finditer(span.text)]
    return not years or max(years) >= outline.as_of.year


def _about(title: str, text: str, outline: Outline) -> bool:
    """Whether a unit is of the subject: it or its title names it."""
    return _named(title, outline) or core_of(outline.subject) in text


def _named(title: str, outline: Outline) -> bool:
    """制造业数字化转型 is also what 数字化转型 says; 专精特新企业培育 is what 专精特新 says."""
    subject = outline.subject
    endings = [subject[at:] for at in range(max(1, len(subject) - _ENOUGH - 1))]
    core = core_of(subject)
    return core in title or any(one in title for one in endings if len(core_of(one)) >= _ENOUGH)


def core_of(subject: str) -> str:
    """A subject without the words that any subject may end with."""
    core = _WIDE.sub("", subject)
    return core if len(core) >= 2 else subject


def _of_period(day: object, outline: Outline) -> bool:
    """Whether a report was issued in the period or the month after it."""
    if outline.period is None:
        return True
    first, last = outline.period.first, outline.period.last
    return first <= str(day)[:7] <= _month_after(last)


def _month_after(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year}-{number + 1:02d}" if number < 12 else f"{year + 1}-01"
