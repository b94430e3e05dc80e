"""The annexes: where every figure and measure stands, and how computed figures were computed."""

from __future__ import annotations

from docx.document import Document
from docx.enum.text import WD_BREAK

from agent.briefing.layout import standard as gb
from agent.briefing.layout.blocks import make_table
from agent.briefing.model import Briefing
from agent.briefing.sources import by_document, spans_in
from agent.briefing.working import workings
from corpus.messages import msg

_COLUMNS = (("n", 10), ("title", 62), ("places", 46), ("pages", 16), ("validity", 22))  # mm


def annex_titles(briefing: Briefing) -> list[str]:
    """The names of the annexes that a briefing gets."""
    titles = [msg("briefing.annex_sources")] if spans_in(briefing) else []
    return [*titles, msg("briefing.annex_formulas")] if workings(briefing) else titles


def add_annexes(document: Document, briefing: Briefing) -> None:
    """Each on a new page: 附件N, its title, its content."""
    titles = annex_titles(briefing)
    before = len(briefing.attachments)
    for at, title in enumerate(titles, 1):
        mark = document.add_paragraph(style=gb.STYLE_ANNEX)
        mark.add_run().add_break(WD_BREAK.PAGE)
        several = before + len(titles) > 1
        mark.add_run(msg("briefing.annex", n=before + at if several else ""))
        document.add_paragraph(style=gb.STYLE_BODY)
        document.add_paragraph(title, gb.STYLE_TITLE)
        document.add_paragraph(style=gb.STYLE_BODY)
        if title == msg("briefing.annex_sources"):
            _sources(document, briefing)
        else:
            for line in workings(briefing):
                document.add_paragraph(line, gb.STYLE_SOURCE)


def _sources(document: Document, briefing: Briefing) -> None:
    found = by_document(spans_in(briefing))
    head = [msg(f"briefing.col_{name}") for name, _ in _COLUMNS]
    lines = [
        [str(n), source.title, source.places, source.pages or "—", source.validity]
        for n, source in enumerate(found, 1)
    ]
    make_table(document, [head, *lines], [float(width) for _, width in _COLUMNS])
