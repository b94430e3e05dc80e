"""Several questions in one message: what the answer to the whole leaves open is asked by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from agent.lexis import asks, content, terms, tokens
from agent.spans import states
from agent.state import Draft, Span, State, Statement
from agent.types import Status, Turn
from agent.wants import wants
from corpus.messages import msg
from corpus.numbers import find_numbers
from index import Library

MOST = 4  # questions that one message may hold
_COMMON = 2  # words that make a question an aside to what is quoted
COVERED = 0.5  # share of a question's words in what is quoted, from which it counts as answered
_SHORT = 4  # characters of content that a question of its own has at least
_ENDS = re.compile(r"[？?；;。!！\n]|[，,](?=\s*(?:另外|还有|顺便|此外|再问|再有|以及))")
_OPENS = re.compile(r"^\s*(?:另外|还有|顺便|此外|再问|再有|以及|那么?)(?:想?问?一?下)?[，,]?")

Answered = Callable[[State], State]


def parts_of(question: str) -> list[str]:
    """The questions of a message in order, what is told before one with it; [] where there is only one."""
    found: list[str] = []
    told = ""
    for sentence in filter(str.strip, _ENDS.split(question)):
        text = f"{told}，{sentence}" if told else sentence
        if _is_question(sentence):
            found.append(_OPENS.sub("", text).strip())
            told = ""
        else:
            told = text
    return found if 2 <= len(found) <= MOST else []


_THEN_AND_NOW = re.compile(
    r"(?P<about>[^。？?；;]{4,60}?)[，,](?P<then>(?:19|20)\d{2}年[^，,。？?；;]{0,24})[，,]"
    r"(?P<now>(?:而|那)?(?:现在|如今|目前|今年)[^，,。？?；;]{0,24})[？?。]?$"
)
_WHEN = re.compile(r"(?:19|20)\d{2}年(?:\d{1,2}月)?(?:\d{1,2}日)?")


def then_and_now(question: str) -> list[str]:
    """贴息上限，2024年3月刚出台时是多少，现在又是多少: what is asked about at each time; else []."""
    match = _THEN_AND_NOW.fullmatch(question.strip())
    if match is None or not (_asks(match["then"]) and _asks(match["now"])):
        return []
    return [f"{match['about']}，{match['then']}", f"{match['about']}，{match['now']}"]


def _asks(text: str) -> bool:
    return asks(text) or bool(wants(text))


def _is_question(text: str) -> bool:
    return _asks(text) and len(re.sub(r"\W", "", content(text))) >= _SHORT


def several(state: State, library: Library, answered: Answered) -> State:
    """The composed state with answers to those of its questions that its draft does not speak of.

    Args:
        answered: the steps from understanding to composing, for one question.
    """
    draft, plan = state["draft"], state["plan"]
    if plan.lang == "zh" and (times := then_and_now(state["question"])):
        return _at_each(times, state, library, answered)
    parts = parts_of(state["question"]) if plan.lang == "zh" and draft.status != "clarify" else []
    if not parts:
        return state
    spans = [span for statement in draft.statements for span in statement.spans]
    said: list[Turn] = list(state.get("history", []))
    added: list[tuple[str, Draft]] = []
    for part in parts:
        if draft.status == "refused" or not _covered(part, spans, library):
            own = _asked(part, said, state, answered)
            if own is not None:
                added.append((part, own))
        said.append(("user", part))
    return {**state, "draft": _joined(draft, added, spans)} if added else state


def _at_each(times: Sequence[str], state: State, library: Library, answered: Answered) -> State:
    """What held at one time and what holds at another: answered apart, since each has its own text."""
    found = [
        answered({**_bare(state), "question": part, "history": list(state.get("history", []))})
        for part in times
    ]
    drafts = [one.get("draft") for one in found]
    latest = max((one["plan"].as_of for one in found if "plan" in one), default=None)
    statements: list[Statement] = []
    for part, one, draft in zip(times, found, drafts, strict=True):
        if draft is None or draft.status not in ("answered", "partial") or latest is None:
            return state
        when = _WHEN.search(part.rpartition("，")[2]) if one["plan"].as_of != latest else None
        label = msg("answer.at_time", time=when.group()) if when else msg("answer.at_present")
        statements.append(Statement(label, note=True))
        statements += [_seen_from(latest, statement, library) for statement in draft.statements]
    return {**state, "draft": Draft("answered", statements)}


def _seen_from(day: date, statement: Statement, library: Library) -> Statement:
    """With the validity that the quoted documents have on that day: what held then may be replaced."""
    snapshot = library.catalog.snapshot()
    spans = tuple(
        replace(span, evidence=replace(span.evidence, validity=snapshot.validity(span.evidence.doc_id, day)))
        for span in statement.spans
    )
    return replace(statement, spans=spans)


def _asked(part: str, said: Sequence[Turn], state: State, answered: Answered) -> Draft | None:
    found = answered({**_bare(state), "question": part, "history": list(said)})
    draft = found.get("draft") or found.get("halt")
    return draft if draft is not None and draft.status in ("answered", "partial", "refused") else None


def _bare(state: State) -> State:
    kept: State = {"ctx": state["ctx"]}
    if "parts" in state:
        kept["parts"] = state["parts"]
    return kept


def _covered(part: str, spans: Sequence[Span], library: Library) -> bool:
    """Whether what is quoted speaks of a question, and states the kind of figure that it asks for."""
    wanted = wants(part)
    if wanted and not any(states(span, wanted) for span in spans):
        return False
    words = terms(part, library.doc_freq, library.unit_count)
    return any(words.coverage_of(tokens(f"{span.lead or ''}{span.text}")) >= COVERED for span in spans)


def _joined(draft: Draft, added: Sequence[tuple[str, Draft]], spans: Sequence[Span]) -> Draft:
    """One draft: the whole's, then each question of its own under its words, none quoted twice."""
    seen = {(span.clause_id, span.text) for span in spans}
    statements = list(draft.statements) if draft.status != "refused" else []
    warnings = list(draft.warnings)
    answered = draft.status != "refused"
    left = False
    for part, own in added:
        fresh = [one for one in own.statements if not one.spans or _new(one, seen)]
        if own.status == "refused":
            if not _near(part, spans):  # else it may be an aside to what is answered
                left = True
                statements.append(Statement(msg("answer.part_not_found", part=_named(part)), note=True))
            continue
        if not any(one.spans for one in fresh):
            continue
        answered = True
        statements.append(Statement(msg("answer.part", part=_named(part)), note=True))
        statements += fresh
        seen |= {(span.clause_id, span.text) for one in fresh for span in one.spans}
        warnings += [warning for warning in own.warnings if warning not in warnings]
    if not answered:
        return draft
    status: Status = "partial" if left else "answered"
    draft.status, draft.statements, draft.warnings = status, statements, warnings
    return draft


def _new(statement: Statement, seen: set[tuple[str, str]]) -> bool:
    return any((span.clause_id, span.text) not in seen for span in statement.spans)


def _near(part: str, spans: Sequence[Span]) -> bool:
    words = tokens(content(part))
    return any(len(words & tokens(f"{span.lead or ''}{span.text}")) >= _COMMON for span in spans)


def _named(part: str) -> str:
    """The words of a question, without figures of the user's, which are in no evidence."""
    pieces = [piece for piece in re.split(r"[，,]", part) if _is_question(piece)] or [part]
    text = pieces[-1]
    for number in sorted(find_numbers(text), key=lambda number: -number.start):
        if number.kind != "weak":
            text = f"{text[: number.start]}…{text[number.end :]}"
    return text
