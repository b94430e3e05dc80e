"""How a statement names its source: 《…》第十条第一款规定：…"""

from __future__ import annotations

import re

from agent.spans import MARKER, is_rule
from agent.state import Span
from corpus.messages import msg


def named(title: str) -> str:
    """A title in book marks, unless it has them already as a whole."""
    return title if re.fullmatch(r"《[^《》]+》.{0,12}", title) else f"《{title}》"


def source_of(span: Span) -> str:
    """《标题》第十条第一款, or the heading or page where there is no number."""
    evidence = span.evidence
    label = span.label or ""
    if not label and evidence.heading_path:
        label = f"“{evidence.heading_path[-1]}”"
    return f"{named(evidence.title)}{label}"


def quote_text(span: Span) -> str:
    """The quoted text without its own clause number, on one line unless it is a list."""
    text = MARKER.sub("", span.text.strip()) if span.label and "表" not in span.label else span.text.strip()
    return re.sub(r"[ \u3000]+", " ", text)


def statement_text(span: Span, lang: str) -> str:
    key = "answer.rule" if is_rule(span.evidence) else "answer.report"
    return msg(key, "en" if lang == "en" else "zh", source=source_of(span), text=_laid_out(span))


def _laid_out(span: Span) -> str:
    """A table row with its header; a list with an item a line."""
    text = quote_text(span)
    if span.label and "表" in span.label and "行" in span.label:
        return _row(span, text)
    lead = f"{quote_lead(span.lead)} " if span.lead else ""
    lines = [line.strip() for line in f"{lead}{text}".split("\n") if line.strip()]
    if len(lines) > 1 and len(lines[0]) <= 40 and not re.search(r"[。；：:！？]", lines[0]):
        lines = lines[1:]  # the section's heading; the label says where it stands
    if len(lines) == 1:
        return lines[0]
    return lines[0] + "\n" + "\n".join(f"- {line}" for line in lines[1:])


def quote_lead(lead: str | None) -> str:
    return MARKER.sub("", (lead or "").strip())


def _row(span: Span, text: str) -> str:
    """表头：值；… from the header path of the row and its cells."""
    cells = [cell.strip() for cell in text.split(" | ")]
    headers = (span.lead or "").split(" | ")
    if len(headers) != len(cells):
        return text
    return "；".join(f"{head.strip()}：{cell}" for head, cell in zip(headers, cells, strict=True) if cell)
