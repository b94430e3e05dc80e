"""A language model smooths the sentences of a briefing; each goes through only if it says the same.

The rules choose what is said and with which evidence. The model gets finished sentences and gives them back:
the same figures and names in the same order, the same quotations, the same directions, hardly any word that
is not there already. What differs is dropped and the sentence of the rules stands, which the warnings say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from agent.briefing.model import Block, Briefing, Section
from agent.llm.client import ChatServer, Spent, Unavailable
from agent.llm.writer_settings import WriterSettings
from agent.state import Draft, Statement
from agent.steps.verify import verify
from corpus.errors import StateError
from corpus.messages import msg
from index import Library

PROMPT = "brief.v1"
_BATCH = 12  # sentences a request
_TOKENS = 1600
_NEW_SIGNS = 12  # characters of a sentence that the rules' sentence has not
_LINE = re.compile(r"^\s*(\d{1,2})[.．、]\s*(.+?)\s*$")
_FIGURE = re.compile(r"[−-]?\d+(?:[.,]\d+)*%?|[一二三四五六七八九十两]+成")
_QUOTE = re.compile(r"“[^”]*”|《[^》]*》")
_WAYS = re.compile(
    r"增加|增长|上升|提高|减少|下降|降低|回落|居前|最高|最低|最小|最大|不超过|不低于|以上|以下|没有|未|不"
)
# What a sentence may gain: words that join, and no more.
_JOINING = set("其中同时此外方面分别为和与及并达到累计实现看来总的以上，、；：。较了也均共有的是在")


def phrased(briefing: Briefing, server: ChatServer, library: Library) -> Briefing:
    """The briefing in smoother words, or with a warning where the model gave none that may stand."""
    places = [
        (at, n)
        for at, section in enumerate(briefing.sections)
        for n, block in enumerate(section.blocks)
        if isinstance(block, Statement) and block.spans and block.text not in briefing.unverified
    ]
    sections = [list(section.blocks) for section in briefing.sections]
    dropped = 0
    for first in range(0, len(places), _BATCH):
        batch = places[first : first + _BATCH]
        said = [sections[at][n] for at, n in batch]
        try:
            written = _written([one.text for one in said if isinstance(one, Statement)], server)
        except (Unavailable, Spent, StateError) as error:
            reason = str(error) if isinstance(error, Unavailable) else type(error).__name__
            warning = msg("briefing.model_failed", reason=reason)
            return replace(_with(briefing, sections), warnings=(*briefing.warnings, warning))
        for number, ((at, n), block) in enumerate(zip(batch, said, strict=True), 1):
            assert isinstance(block, Statement)
            new = written.get(number)
            if new is None or new == block.text:
                continue
            if _same(block.text, new) and _passes(replace(block, text=new), library):
                sections[at][n] = replace(block, text=new)
            else:
                dropped += 1
    warnings = [msg("briefing.model_dropped", count=dropped)] if dropped else []
    return replace(_with(briefing, sections), warnings=(*briefing.warnings, *warnings))


def smoothed(briefing: Briefing, library: Library) -> Briefing:
    """`phrased` by the model that `ZHIXUN_LLM_...` names; without one the briefing as it is.

    Raises:
        InputError: the server's address cannot be used.
    """
    settings = WriterSettings()
    if not settings.base_url:
        return briefing
    server = ChatServer(settings)
    try:
        return phrased(briefing, server, library)
    finally:
        server.close()


def _with(briefing: Briefing, blocks: Sequence[Sequence[Block]]) -> Briefing:
    made: list[Section] = [
        replace(section, blocks=tuple(new)) for section, new in zip(briefing.sections, blocks, strict=True)
    ]
    return replace(briefing, sections=tuple(made))


def _written(sentences: Sequence[str], server: ChatServer) -> dict[int, str]:
    """The model's lines by their numbers; a number given twice counts as not given."""
    listed = "\n".join(
        f"{n}. {text.replace('<', '〈').replace('>', '〉')}" for n, text in enumerate(sentences, 1)
    )
    reply = server.reply(
        [
            {"role": "system", "content": _prompt()},
            {"role": "user", "content": f"<语句>\n{listed}\n</语句>"},
        ],
        _TOKENS,
    )
    text = re.sub(r"(?s)<think>.*?</think>", "", reply)
    found = [match for line in text.splitlines() if (match := _LINE.match(line))]
    times = Counter(match[1] for match in found)
    return {int(match[1]): match[2] for match in found if times[match[1]] == 1}


def _same(old: str, new: str) -> bool:
    """Whether a sentence says what the other says: figures, names and quotations in order, and directions."""
    if not 0.5 * len(old) <= len(new) <= 1.5 * len(old) + _NEW_SIGNS or "\n" in new:
        return False
    for pattern in (_FIGURE, _QUOTE):
        if pattern.findall(old) != pattern.findall(new):
            return False
    if Counter(_WAYS.findall(old)) != Counter(_WAYS.findall(new)):
        return False
    pairs = zip(_pieces(old), _pieces(new), strict=True)  # as many figures, so as many pieces
    if not all(_within(before, after) for before, after in pairs):
        return False
    gained = Counter(new) - Counter(old)
    strange = sum(count for sign, count in gained.items() if sign not in _JOINING)
    return strange <= _NEW_SIGNS // 3 and sum(gained.values()) <= _NEW_SIGNS


def _pieces(text: str) -> list[str]:
    """What stands before, between and after the figures, without the words that only join."""
    pieces = _FIGURE.split(text)
    return ["".join(sign for sign in piece if sign not in _JOINING) for piece in pieces]


def _within(before: str, after: str) -> bool:
    """Whether every sign is still there, in order: whose a figure is must not change."""
    left = iter(after)
    return all(sign in left for sign in before)


def _passes(statement: Statement, library: Library) -> bool:
    return not verify({"draft": Draft("answered", [statement])}, library.catalog)["problems"]


@cache
def _prompt() -> str:
    path = Path(__file__).parent.parent / "prompts" / f"{PROMPT}.md"
    return path.read_text(encoding="utf-8")
