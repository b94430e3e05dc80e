"""A language model puts the chosen clauses into its own words; each sentence it writes is checked.

The clauses are those that the rules chose, so the model can add no source. Its reply is taken apart, each
sentence held against what it cites, told once what was wrong, and left out if it is wrong again; where
nothing useful is left, the extractive answer stands, with a notice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from agent.grounding.phrasing import faults
from agent.llm.client import ChatServer, Messages, Spent, Unavailable
from agent.state import Draft, Span, Statement, Understanding
from agent.writers.phrases import source_of
from corpus.errors import StateError
from corpus.messages import msg

PROMPT = "write.v1"
MAX_TOKENS = 700
_CANNOT = "无法回答"
_MARK = re.compile(r"\[(\d{1,2})\]")
# a sentence with the marks behind it, wherever the model put the full stop
_SENTENCE = re.compile(
    r"[^。！？；\n]*[^。！？；\n\s](?:[。！？；]*(?:\s*\[\d{1,2}\])+[。！？；]?|[。！？；]|(?=\n|$))"
)
_LIST_MARK = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.、)]|（[一二三四五六七八九十\d]+）)\s*")


@dataclass(frozen=True, slots=True)
class _Judged:
    good: list[Statement]
    bad: list[tuple[str, list[str]]]  # the sentence and its faults


Tell = Callable[[dict[str, object]], None]


def phrased(draft: Draft, plan: Understanding, server: ChatServer, tell: Tell | None = None) -> Draft:
    """The draft in the model's words, or as it is with a warning; only what rests on clauses goes out.

    Args:
        tell: is given each sentence as it has passed, while the model writes on.
    """
    spans = _spans(draft)
    if draft.status not in ("answered", "partial") or not spans:
        return draft
    try:
        judged = _written(plan.question, spans, server, tell)
    except (Unavailable, Spent, StateError) as error:
        reason = str(error) if isinstance(error, Unavailable) else type(error).__name__
        return _kept(draft, msg("llm.fallback_server", plan.lang, reason=reason))
    if judged is None or not judged.good or not _keeps_the_first(judged.good, draft):
        return _kept(draft, msg("llm.fallback_unfaithful", plan.lang))
    notes = [statement for statement in draft.statements if statement.note]
    warnings = list(draft.warnings)
    if judged.bad:
        warnings.append(msg("llm.dropped", plan.lang, count=len(judged.bad)))
    return replace(draft, statements=[*judged.good, *notes], warnings=warnings)


def _kept(draft: Draft, warning: str) -> Draft:
    return replace(draft, warnings=[*draft.warnings, warning])


def _spans(draft: Draft) -> list[Span]:
    """The distinct spans of the draft in order: [n] of the prompt is the n-th."""
    found: dict[tuple[str, str], Span] = {}
    for statement in draft.statements:
        for span in statement.spans:
            found.setdefault((span.clause_id, span.text), span)
    return list(found.values())


def _written(question: str, spans: Sequence[Span], server: ChatServer, tell: Tell | None) -> _Judged | None:
    """What came back, repaired once; None where the model says that it cannot answer, or says nothing."""
    messages = _messages(question, spans)
    heard = _Heard(question, spans, tell) if tell is not None else None
    reply = server.reply(messages, MAX_TOKENS, heard)
    judged = _judge(reply, spans, question)
    if judged is None or not judged.bad:
        return judged
    told = "\n".join(f"- {sentence}：{'、'.join(names)}" for sentence, names in judged.bad[:6])
    again: Messages = [
        *messages,
        {"role": "assistant", "content": reply},
        {"role": "user", "content": f"下面的句子与依据不符，请改正或删去后重写全文：\n{told}"},
    ]
    try:
        repaired = _judge(server.reply(again, MAX_TOKENS), spans, question)
    except (Unavailable, Spent):
        return judged  # the first reply's good sentences are there all the same
    if repaired is None or len(repaired.good) < len(judged.good):
        return judged
    return repaired


class _Heard:
    """Tells each sentence that passes while the rest is still being written: never the last one of what
    has come, which may go on or have its marks still to come."""

    def __init__(self, question: str, spans: Sequence[Span], tell: Tell) -> None:
        self._question, self._spans, self._tell = question, spans, tell
        self._text = ""
        self._told = 0

    def __call__(self, piece: str) -> None:
        self._text += piece
        if not re.search(r"[。！？；\n\]]", piece) or self._text.count("<think>") > self._text.count(
            "</think>"
        ):
            return
        *whole, _ = [match.end() for match in _SENTENCE.finditer(self._text)] or [0]
        judged = _judge(self._text[: whole[-1]], self._spans, self._question) if whole else None
        good = judged.good if judged is not None else []
        for statement in good[self._told :]:
            self._tell({"sentence": statement.text})
        self._told = max(self._told, len(good))


def _messages(question: str, spans: Sequence[Span]) -> Messages:
    """The clauses as data between markers that they cannot close: angle brackets are taken out of them."""
    blocks = [
        f"[{n}] {_inert(source_of(span))}\n{_inert(_whole(span))}" for n, span in enumerate(spans, start=1)
    ]
    text = "\n\n".join(blocks)
    return [
        {"role": "system", "content": _prompt()},
        {"role": "user", "content": f"<依据>\n{text}\n</依据>\n\n<问题>\n{_inert(question)}\n</问题>"},
    ]


def _whole(span: Span) -> str:
    return f"{span.lead}\n{span.text}" if span.lead else span.text


def _inert(text: str) -> str:
    return text.replace("<", "〈").replace(">", "〉")


@cache
def _prompt() -> str:
    path = Path(__file__).parent.parent / "prompts" / f"{PROMPT}.md"
    return path.read_text(encoding="utf-8")


def _judge(reply: str, spans: Sequence[Span], question: str) -> _Judged | None:
    text = re.sub(r"(?s)<think>.*?</think>", "", reply).strip()
    if not text or _CANNOT in text[:20]:
        return None
    judged = _Judged([], [])
    for match in _SENTENCE.finditer(text):
        raw = match.group().strip()
        sentence = _LIST_MARK.sub("", _MARK.sub("", raw)).strip().strip("*#").strip()
        if not re.search(r"[\w\u4e00-\u9fff]", sentence):
            continue
        cited = list(dict.fromkeys(int(n) for n in _MARK.findall(raw)))
        theirs = tuple(spans[n - 1] for n in cited if 1 <= n <= len(spans))
        wrong = faults(sentence, theirs, question) + (["uncited"] if len(theirs) < len(cited) else [])
        if wrong:
            judged.bad.append((sentence, wrong))
        else:
            judged.good.append(Statement(sentence, theirs))
    return judged


def _keeps_the_first(good: Sequence[Statement], draft: Draft) -> bool:
    """Whether the first clause of the draft is still cited: a fluent answer that leaves it out is another."""
    first = next(statement.spans[0] for statement in draft.statements if statement.spans)
    return any(first == span for statement in good for span in statement.spans)
