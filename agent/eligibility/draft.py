"""A judgement as a draft: a line for each condition, with the clause that states it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from agent.eligibility.extract import profile_from
from agent.eligibility.judge import Judged, Judgement, check_eligibility
from agent.eligibility.matches import asks_which, matches_draft, step_below
from agent.eligibility.profile import Profile, summary
from agent.grounding.numbers import unsupported
from agent.programs.facts import facts
from agent.programs.load import load_programs
from agent.programs.model import Programme
from agent.programs.resolve import Resolver
from agent.state import Draft, Span, Statement, Understanding
from agent.types import Status
from corpus.messages import msg
from corpus.model import Role, Validity
from corpus.numbers import find_numbers, stated_in
from index import Library

_WHETHER = re.compile(r"(?:能|可以|够|符合|是否|算)[^。？?]{0,16}(?:申报|申请|评|认定|报|条件|标准|资格|拿)")


def eligibility_draft(
    plan: Understanding,
    profile: Profile | None,
    library: Library,
    role: Role,
    messages: Sequence[str] = (),
) -> Draft | None:
    """The programme that is named (in the newest of `messages` that names one) against the firm's facts.

    None: no programme is named, the user says nothing of a firm, or the library does not hold its text
    for this role; the texts answer then.
    """
    profile = profile or profile_from([plan.question], plan.as_of)
    if not (profile.single or any(profile.yearly.values()) or profile.titles or profile.issues):
        return None
    lang = plan.lang
    resolver = Resolver(library.catalog, plan.as_of, role)
    cards = load_programs().programmes.values()
    named = (
        named_programme(text, cards, profile, resolver) for text in reversed(messages or [plan.question])
    )
    programme = next((found for found in named if found is not None), None)
    if (programme is None or not programme.conditions) and not asks_which(plan.question):
        return None
    if any(issue.kind == "two_firms" for issue in profile.issues):
        return Draft("clarify", list(issues_of(profile, lang)))

    def spans_of(line: Judged, judgement: Judgement) -> tuple[Span, ...]:
        return _spans(line, judgement, resolver, library, role)

    if programme is None or not programme.conditions:
        draft = matches_draft(list(cards), profile, resolver, spans_of, lang)
        if draft is not None:
            draft.statements += _taken(profile, plan, messages)
        return draft
    standing = resolver.standing(programme)
    if standing.record is None:
        return None
    name = programme.names.of(lang)
    if standing.validity not in (Validity.IN_FORCE, Validity.UNKNOWN):
        return Draft("refused", [Statement(msg("eligibility.not_in_force", lang, name=name), note=True)])
    judgement = check_eligibility(programme, profile, plan.as_of)
    head = msg("eligibility.head", lang, name=name, authority=programme.authority)
    statements = [Statement(head, note=True), *issues_of(profile, lang)]
    lines = judgement.lines
    if profile.empty and judgement.verdict == "not_met":
        # a title alone was said, and it decides: the other conditions are beside the question
        lines = tuple(line for line in lines if line.verdict != "unknown")
    statements += [_line(line, judgement, resolver, library, role, plan) for line in lines]
    statements += _last_year(profile, lang) + _taken(profile, plan, messages) + _ending(judgement, plan)
    if judgement.verdict == "not_met":
        below = step_below(programme, list(cards), profile, resolver, spans_of, lang)
        statements += [below] if below is not None else []
    # as the texts answer it: who gave facts that decide some condition is answered
    status: Status = "answered" if any(line.verdict != "unknown" for line in judgement.lines) else "clarify"
    return Draft(status, statements)


def asks_whether(text: str) -> bool:
    """Whether a text asks if a firm may apply for something, or is recognised as it."""
    return _WHETHER.search(text) is not None


def named_programme(
    question: str, programmes: Collection[Programme], profile: Profile, resolver: Resolver
) -> Programme | None:
    """The programme whose name stands in the question, not as a title that the firm already has; of
    several texts under a name the one in force, and the one for the application that is asked about."""
    free = question
    for words in profile.titles.values():
        free = free.replace(words, " ")
    found: list[tuple[int, bool, Programme]] = []
    for programme in programmes:
        names = (_plain(programme.names.zh), *map(_plain, programme.aliases))
        longest = max((len(name) for name in names if name in _plain(free)), default=0)
        if longest:
            held = resolver.standing(programme)
            alive = held.record is not None and held.validity in (Validity.IN_FORCE, Validity.UNKNOWN)
            found.append((longest, alive, programme))
    if not found:
        return None
    best = max(found, key=lambda item: (item[1], item[0]))[2]
    application = profile.single.get("application")
    for exception in best.exceptions:
        applies = exception.first <= resolver.day <= exception.last
        if applies and application is not None and application.value == exception.application:
            return next((item for item in programmes if item.id == exception.instead), best)
    return best


def _plain(text: str) -> str:
    return re.sub(r"[“”\"'「」（）()\s]", "", text)


def _line(
    line: Judged, judgement: Judgement, resolver: Resolver, library: Library, role: Role, plan: Understanding
) -> Statement:
    lang = plan.lang
    text = msg(f"eligibility.{line.verdict}", lang, said=line.condition.said)
    if line.waived:
        text += msg("eligibility.waived", lang)
    if line.words:
        # what an earlier message said stands in no evidence of this turn: it is not repeated
        here = all(part in plan.question for part in line.words.split("、"))
        text += msg("eligibility.you_said" if here else "eligibility.earlier", lang, words=line.words)
    spans = _spans(line, judgement, resolver, library, role)
    questions = dict.fromkeys(facts()[fact].question(lang) for fact in line.asks)
    # a question whose figures are not the clause's own would not pass verification
    text += "".join(f" {question}" for question in questions if not unsupported(question, spans))
    return Statement(text, spans, note=True)


def _spans(
    line: Judged, judgement: Judgement, resolver: Resolver, library: Library, role: Role
) -> tuple[Span, ...]:
    """The clause that states a condition; () where the library does not hold it for this role."""
    found = resolver.clause(judgement.programme, line.condition.clause)
    if found is None:
        return ()
    clause = found.clause
    unit = clause.parent_id or clause.clause_id
    evidence = library.evidence([clause.clause_id], as_of=resolver.day, role=role)
    evidence = evidence or library.evidence([unit], as_of=resolver.day, role=role)
    return tuple(
        Span(item, clause.clause_id, clause.label, clause.text, clause.page) for item in evidence[:1]
    )


def _last_year(profile: Profile, lang: str) -> list[Statement]:
    """That figures without a year were taken for those of the last one."""
    undated = [facts()[fact].name(lang) for fact in sorted(profile.undated) if profile.yearly.get(fact)]
    if not undated:
        return []
    return [Statement(msg("eligibility.last_year", lang, facts="、".join(undated)), note=True)]


def _taken(profile: Profile, plan: Understanding, messages: Sequence[str]) -> list[Statement]:
    """The firm's facts as they were taken, from this message and the earlier ones, to be corrected."""
    said = "\n".join([*messages, plan.question])
    text = summary(profile, plan.lang, said, plan.as_of)
    known = find_numbers(said)
    figures = [number for number in find_numbers(text) if number.kind != "weak"]
    if not text or not all(stated_in(number, known) for number in figures):
        return []
    return [Statement(text, note=True)]


def _ending(judgement: Judgement, plan: Understanding) -> list[Statement]:
    lang, programme = plan.lang, judgement.programme
    out = []
    for exception in programme.exceptions:
        if exception.first <= plan.as_of <= exception.last:
            out.append(msg("eligibility.other_text", lang))
    if judgement.verdict == "met":
        out.append(msg("eligibility.all_met", lang))
    elif judgement.verdict == "not_met":
        out.append(msg("eligibility.some_not_met", lang))
    if judgement.verdict == "unknown":
        out.append(msg("eligibility.need_more", lang))
    if programme.not_held:
        what = "、".join(item.what.of(lang) for item in programme.not_held)
        out.append(msg("eligibility.not_held", lang, what=what))
    return [Statement(text, note=True) for text in out]


def issues_of(profile: Profile, lang: str) -> list[Statement]:
    """What is wrong with the facts that were given, for the user to put right."""
    out = []
    for issue in profile.issues:
        fact = facts()[issue.fact].name(lang) if issue.fact else ""
        text = msg(f"eligibility.{issue.kind}", lang, fact=fact, words="、".join(issue.words))
        out.append(Statement(text, note=True))
    return out
