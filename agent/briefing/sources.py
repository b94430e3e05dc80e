"""What a briefing rests on, as notes for readers: by document, rows of one table together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agent.briefing.model import Block, Briefing, Exhibit
from agent.projects.evidence import title_of
from agent.state import Span
from corpus.messages import msg
from index.types import Evidence

_ROW = re.compile(r"(?P<table>.*?表\d+)第(?P<row>\d+)行")
_LONGEST = 90  # characters of a quote in a note


@dataclass(frozen=True, slots=True)
class Source:
    """A document that is cited, with the places in it and the clauses quoted, in order of first use."""

    evidence: Evidence
    spans: tuple[Span, ...]

    @property
    def title(self) -> str:
        number = f"（{self.evidence.doc_number}）" if self.evidence.doc_number else ""
        return f"{title_of(self.spans[0])}{number}"

    @property
    def places(self) -> str:
        return places_of(self.spans)

    @property
    def pages(self) -> str:
        pages = sorted({span.page for span in self.spans if span.page is not None})
        return "、".join(str(page) for page in pages)

    @property
    def validity(self) -> str:
        return msg(f"cli.validity_{self.evidence.validity.value}")


def spans_of_block(block: Block) -> tuple[Span, ...]:
    """The evidence of a sentence, or of all rows of a table."""
    rows = block.table.rows if isinstance(block, Exhibit) else (block,)
    return tuple(dict.fromkeys(span for row in rows for span in row.spans))


def spans_in(briefing: Briefing) -> list[Span]:
    """All evidence of a briefing in order of first use."""
    blocks = [block for section in briefing.sections for block in section.blocks]
    return list(dict.fromkeys(span for block in blocks for span in spans_of_block(block)))


def by_document(spans: Iterable[Span]) -> list[Source]:
    """The documents cited, each once."""
    found: dict[str, list[Span]] = {}
    for span in spans:
        found.setdefault(span.evidence.doc_id, []).append(span)
    return [Source(several[0].evidence, tuple(several)) for several in found.values()]


def places_of(spans: Sequence[Span]) -> str:
    """Where the spans stand in their document: 表4第1—6、9行；三、（二）."""
    rows: dict[str, list[int]] = {}
    named: list[str] = []
    for span in spans:
        label = span.label or ""
        found = _ROW.fullmatch(label)
        if found is None:
            named.append(label or msg("briefing.preamble"))
        else:
            rows.setdefault(found["table"], []).append(int(found["row"]))
    named = [name for name in dict.fromkeys(named) if name not in rows]  # a row says its table, too
    tables = [msg("briefing.rows", table=table, rows=_ranges(numbers)) for table, numbers in rows.items()]
    return "；".join([*tables, *named])


def _ranges(numbers: Sequence[int]) -> str:
    """1—3、7 of 1, 2, 3 and 7."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return "、".join(str(run[0]) if len(run) == 1 else f"{run[0]}—{run[-1]}" for run in runs)


def note(spans: Sequence[Span]) -> str:
    """A footnote: each document with its places; a single clause is quoted."""
    said = []
    for source in by_document(spans):
        text = msg("briefing.note", title=source.title, places=source.places, validity=source.validity)
        if len(source.spans) == 1 and "|" not in source.spans[0].text:
            quote = source.spans[0].text.replace("\n", " ")
            cut = quote if len(quote) <= _LONGEST else f"{quote[:_LONGEST]}……"
            text = msg("briefing.note_quote", note=text, quote=cut)
        said.append(text)
    return "；".join(said) + "。"
