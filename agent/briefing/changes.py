"""What changed between two drafts of one outline, figure by figure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.briefing.model import Briefing, Exhibit
from agent.briefing.sources import note
from agent.state import Span

_FIGURE = re.compile(r"[−-]?\d+(?:[.,]\d+)*%?")


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that is another now.

    where: the section with the row and column, or the sentence; before or after "" where it is new or gone.
    source: what the newer figure rests on, or the older one where there is no newer.
    """

    where: str
    before: str
    after: str
    source: str


@dataclass(frozen=True, slots=True)
class _Figure:
    value: str
    spans: tuple[Span, ...]


def changes(before: Briefing, after: Briefing) -> list[Change]:
    """The figures that differ, in the order of the newer draft, those that are gone at the end.

    A sentence is the same one where its words are; a table where its title is, but for the period in it.
    """
    old, new = dict(_figures(before)), dict(_figures(after))
    found = [
        Change(where, old[where].value if where in old else "", figure.value, _source(figure))
        for where, figure in new.items()
        if where not in old or old[where].value != figure.value
    ]
    gone = [
        Change(where, figure.value, "", _source(figure)) for where, figure in old.items() if where not in new
    ]
    return [*found, *gone]


def _source(figure: _Figure) -> str:
    return note(figure.spans) if figure.spans else ""


def _figures(briefing: Briefing) -> Iterator[tuple[str, _Figure]]:
    """Every figure by its place, which is the same in both drafts."""
    seen: dict[str, int] = {}
    for section in briefing.sections:
        heading = _masked(section.heading)
        for block in section.blocks:
            if isinstance(block, Exhibit):
                title = _masked(block.title)
                for row in block.table.rows:
                    for column, cell in zip(block.table.columns[1:], row.cells[1:], strict=True):
                        yield f"{title} · {row.cells[0]} · {column}", _Figure(cell, row.spans)
                continue
            if block.note or not _FIGURE.search(block.text):
                continue
            shape = _masked(block.text)
            key = f"{heading}：{shape}" if heading else shape
            seen[key] = seen.get(key, 0) + 1
            if seen[key] > 1:
                key += f"（{seen[key]}）"
            yield key, _Figure("、".join(_FIGURE.findall(block.text)), block.spans)


def _masked(text: str) -> str:
    """A text with its figures taken out: what stays the same from one draft to the next."""
    return _FIGURE.sub("…", text)
