"""Spans: the verbatim pieces of a unit that can be quoted, scored against a question."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.state import Span
from corpus.model import Clause
from corpus.numbers import stated_numbers
from index.types import Evidence

QUOTE_WHOLE = 260  # characters up to which a 款 is quoted whole
QUOTE_MAX = 700  # a list with its items is quoted whole up to here
RULES = ("法", "条例", "办法", "规定", "细则", "决定", "规则")
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?[”」』）)]*")
_CAPTION = re.compile(r"\n\s*(?:附?表|图|专栏)\s*[\d一二三四五六七八九十]+[ \u3000:：][^。；\n]{0,60}$")
_N = "[一二三四五六七八九十百千零〇两]"
# The number that a clause begins with: 第十条, 一、, （二）, 3.
MARKER = re.compile(
    rf"^(?:第(?:{_N}|\d)+条(?:之{_N})?|{_N}+、|[（(](?:{_N}|\d)+[）)]|\d{{1,2}}[.．、])[\s\u3000]*"
)
_HEADING_ONLY = re.compile(r"^[^。；：！？]{0,40}$")


def is_rule(evidence: Evidence) -> bool:
    """Whether a text lays down rules, as against reporting figures of a period."""
    title = re.sub(r"[（(].*?[）)]$", "", evidence.title).rstrip("》")
    return title.endswith(RULES) or (evidence.label or "").startswith("第")


def in_period(span: Span, periods: Sequence[str]) -> bool:
    """Whether a span, its headings or its document's title speak of the periods asked about: of the
    year, and of the month or another part of it (of one where several are asked about)."""
    return any(_in_period(span, one) for one in _alternatives(periods))


def _alternatives(periods: Sequence[str]) -> list[list[str]]:
    """2026, 8月, 10月 -> (2026, 8月) or (2026, 10月)."""
    years = [period for period in periods if re.fullmatch(r"\d{4}", period)]
    parts = [period for period in periods if period not in years]
    if len(parts) < 2:
        return [list(periods)]
    return [[*(years if len(years) == 1 else []), part] for part in parts]


def covers(span: Span, periods: Sequence[str]) -> set[str]:
    """Which of several parts of a year a span speaks of."""
    return {one[-1] for one in _alternatives(periods) if one and _in_period(span, one)}


_REPORT = re.compile(r"汇编|通报|[月季年]报|报告|情况|统计|结果|名单|简报|监测|公报|数据")


def is_report(evidence: Evidence) -> bool:
    """Whether a text gives figures of its own time, by its title."""
    return not is_rule(evidence) and bool(_REPORT.search(evidence.title))


def _in_period(span: Span, periods: Sequence[str]) -> bool:
    evidence = span.evidence
    # A table row names other days (计划竣工) besides its own period, which stands first.
    row = " | " in span.text
    own = span.text.split(" | ")[0] if row else f"{span.text} {span.lead or ''}"
    if row and re.search(r"(?:19|20)\d{2}", own):
        return all(re.search(rf"(?<!\d){re.escape(period)}", own) for period in periods)
    text = re.sub(r"\s", "", " ".join((own, evidence.title, *evidence.heading_path)))
    return all(re.search(rf"(?<!\d){re.escape(period)}", text) for period in periods)


_NOT_THINGS = ("份", "类", "种", "方面", "部分", "条", "款", "步", "环节")  # 两份名单 counts no projects
_EVERY = re.compile(r"每(?:半?年|季度?|个?月|周|日|[一二三四五\d]+年)")  # how often answers how long

_BASIS_POINTS = re.compile(r"\d+(?:\.\d+)?\s*(?:个?基点|bp)", re.IGNORECASE)  # 加50个基点: 0.5 百分点


def states(span: Span, kinds: frozenset[str], unit: str | None = None) -> bool:
    """Whether a span states a number of one of these kinds, in `unit` where one is asked for.

    A table's bare figures count in the unit of their column. A deadline needs more than a year.
    """
    if "duration" in kinds and _EVERY.search(span.text):
        return True
    if "percent" in kinds and _BASIS_POINTS.search(span.text):
        return True
    head = f"{span.lead}\n" if span.lead and " | " in span.lead else ""
    for number in stated_numbers(head + span.text):
        if number.kind == "point" and "percent" in kinds:
            return True
        if number.kind == "date" and "year" in kinds:
            return True
        if number.kind not in kinds:
            continue
        if number.kind == "count" and (
            number.unit not in (unit, None) if unit else number.unit in _NOT_THINGS
        ):
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
            spans.append(_span(evidence, part, _header(part.heading_path)))
        else:
            spans += _sentences(evidence, part.clause_id, part.label, part.text, part.page)
    return spans


_TABLE_UNIT = re.compile(r"单位[:：]\s*([^\s，,；;。)）、]{1,8})")
_MONEY_COLUMN = re.compile(r"投资|金额|资金|额$|产值|收入|产出|利润|税|费|缺口|贷款|造价")
_NAMES_UNIT = re.compile(r"[（(][^（）()]*[)）]|[元%％]")


def _header(path: Sequence[str]) -> str | None:
    """A row's header, with the unit of money that stands above the table in the columns of money."""
    if not path:
        return None
    units = [found[1] for text in path for found in [_TABLE_UNIT.search(text)] if found]
    if not units or not units[-1].endswith("元"):
        return path[-1]
    columns = path[-1].split(" | ")
    named = [
        f"{column}（{units[-1]}）"
        if _MONEY_COLUMN.search(column) and not _NAMES_UNIT.search(column)
        else column
        for column in columns
    ]
    return " | ".join(named)


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
    """A passage whole when short, else its sentences, a mere heading joined with what follows.

    The caption of the table that follows is no part of what the passage says.
    """
    text = _CAPTION.sub("", text.rstrip()) or text
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
