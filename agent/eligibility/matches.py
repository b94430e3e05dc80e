"""Which programmes a firm may look at: those without a condition that it fails; and the step below."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from agent.eligibility.judge import Judged, Judgement, check_eligibility, match_programs
from agent.eligibility.profile import Profile
from agent.programs.model import Programme
from agent.programs.resolve import Resolver
from agent.state import Draft, Span, Statement
from corpus.messages import msg
from corpus.model import Validity
from corpus.numbers import find_numbers

MATCHES = 6  # programmes shown
NEARLY = 3  # of those with a single condition not met
_LINES = 3  # conditions named of each

_WHAT = r"(?:什么|哪些|哪个|哪类|哪种|哪几|啥)"
_MAY = r"(?:能|可以|够|符合|适合|达到)"
_OPEN = re.compile(
    rf"{_MAY}[^。？?，,]{{0,8}}(?:申报|申请|评|报|享受|拿|够|条件)[^。？?，,]{{0,4}}{_WHAT}"
    rf"|{_WHAT}[^。？?，,]{{0,8}}(?:政策|称号|资质|补贴|奖励|支持|项目|牌子|荣誉)[^。？?，,]{{0,8}}{_MAY}"
    rf"|{_MAY}[^。？?，,]{{0,6}}{_WHAT}[^。？?，,]{{0,6}}(?:政策|称号|资质|补贴|奖励|支持|项目|牌子|荣誉)"
    rf"|够得上{_WHAT}"
)
_CURRENT = (Validity.IN_FORCE, Validity.UNKNOWN)

Spans = Callable[[Judged, Judgement], tuple[Span, ...]]


def asks_which(text: str) -> bool:
    """Whether a text asks what a firm may apply for, naming nothing."""
    return _OPEN.search(text) is not None


def matches_draft(
    programmes: Sequence[Programme], profile: Profile, resolver: Resolver, spans: Spans, lang: str
) -> Draft | None:
    """The programmes in force that the firm does not fail, the nearest first, with the conditions met and
    those still open; then those that it fails by one condition. None: there is none of either."""
    current = [one for one in programmes if one.kind != "size" and _held(one, resolver)]
    found = match_programs(current, profile, resolver.day)[:MATCHES]
    nearly = [
        judgement
        for judgement in (check_eligibility(one, profile, resolver.day) for one in current if one.conditions)
        if len(_lines(judgement, "not_met")) == 1
    ][:NEARLY]
    statements: list[Statement] = []
    if found:
        statements.append(Statement(msg("eligibility.matches", lang), note=True))
        statements += [_match(judgement, spans, lang) for judgement in found]
    if nearly:
        statements.append(Statement(msg("eligibility.nearly", lang), note=True))
        statements += [_near(judgement, spans, lang) for judgement in nearly]
    if not statements:
        return None
    statements.append(Statement(msg("eligibility.no_promise", lang), note=True))
    return Draft("answered", statements)


def step_below(
    programme: Programme,
    programmes: Sequence[Programme],
    profile: Profile,
    resolver: Resolver,
    spans: Spans,
    lang: str,
) -> Statement | None:
    """The highest title below one that the firm fails, of which it fails no condition and meets some."""
    if programme.gradient is None:
        return None
    below = [
        check_eligibility(one, profile, resolver.day)
        for one in programmes
        if one.gradient is not None and one.gradient < programme.gradient and _held(one, resolver)
    ]
    held = set(profile.titles)
    open_ = [
        judgement
        for judgement in below
        if judgement.programme.grants not in held
        and not _lines(judgement, "not_met")
        and _lines(judgement, "met")
    ]
    best = max(open_, key=lambda judgement: judgement.programme.gradient or 0, default=None)
    if best is None:
        return None
    met = _lines(best, "met")[:_LINES]
    text = msg("eligibility.step_below", lang, name=_name(best.programme, lang), met=_said(met))
    return Statement(text, _all_spans(met, best, spans), note=True)


def _held(programme: Programme, resolver: Resolver) -> bool:
    standing = resolver.standing(programme)
    return standing.record is not None and standing.validity in _CURRENT


def _lines(judgement: Judgement, verdict: str) -> list[Judged]:
    return [line for line in judgement.lines if line.verdict == verdict]


def _said(lines: Sequence[Judged]) -> str:
    return "；".join(line.condition.said.strip("，。；、") for line in lines)


def _name(programme: Programme, lang: str) -> str:
    """A programme's name; the title of its text where the name has a figure (14条) that no clause states."""
    name = programme.names.of(lang)
    figures = [number for number in find_numbers(name) if number.kind != "weak"]
    return f"《{programme.documents['main'].title}》" if figures else name


def _all_spans(lines: Sequence[Judged], judgement: Judgement, spans: Spans) -> tuple[Span, ...]:
    found = [span for line in lines for span in spans(line, judgement)]
    return tuple({(span.clause_id, span.text): span for span in found}.values())


def _match(judgement: Judgement, spans: Spans, lang: str) -> Statement:
    met, left = _lines(judgement, "met")[:_LINES], _lines(judgement, "unknown")[:_LINES]
    name = _name(judgement.programme, lang)
    text = msg("eligibility.match", lang, name=name, met=_said(met))
    if left:
        text += msg("eligibility.match_open", lang, left=_said(left))
    return Statement(text, _all_spans([*met, *left], judgement, spans), note=True)


def _near(judgement: Judgement, spans: Spans, lang: str) -> Statement:
    (line,) = _lines(judgement, "not_met")
    name = _name(judgement.programme, lang)
    text = msg("eligibility.near", lang, name=name, said=line.condition.said.strip("，。；、"))
    return Statement(text, spans(line, judgement), note=True)
