"""The linter of suites: everything that would make a run worthless, before anything is asked.

>>> problems = lint(["first"], LibraryFacts(catalog))
>>> [problem.message() for problem in problems if problem.level == "error"]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from evals.facts import LibraryFacts
from evals.problems import Problem, refuse
from evals.suite import Case, Placed, Split, load_suites, read_cases, suite_files


def lint(names: Sequence[str | Path], facts: LibraryFacts | None) -> list[Problem]:
    """All errors and warnings of the suites, in the order of files and lines.

    Args:
        facts: the library that the gold documents and clauses must be in; None: form only.

    Raises:
        InputError: a suite that does not exist or cannot be read at all.
    """
    files = suite_files(names)
    placed, problems = read_cases(files)
    for item in placed:
        problems += _of_case(item)
        if facts is not None:
            problems += _of_library(item, facts)
    order = {path: number for number, path in enumerate(files)}
    return sorted(problems, key=lambda problem: (order[problem.path], problem.line))


def checked_cases(
    names: Sequence[str | Path], facts: LibraryFacts | None, split: Split | None = None
) -> list[Case]:
    """The cases to ask, once the linter has no error in any of the suites.

    Raises:
        SuiteError: every error, with its line.
        InputError: a suite that is missing, unreadable, or without a question of the split.
    """
    refuse(lint(names, facts))
    return load_suites(names, split)


def _of_case(item: Placed) -> Iterator[Problem]:
    case = item.case
    for field, groups in (("key", case.key), ("forbidden", (case.forbidden,))):
        for number, group in enumerate(groups):
            if any(not text.strip() for text in group):
                line = item.line(field, number) if field == "key" else item.line(field)
                yield Problem(item.path, line, "evalrun.blank", {"id": case.id, "field": field})
    accepted = {text for fact in case.key for text in fact}
    for text in dict.fromkeys(case.forbidden):
        if text in accepted:
            where = item.line("forbidden")
            yield Problem(item.path, where, "evalrun.key_forbidden", {"id": case.id, "text": text})
    if "split" not in case.model_fields_set:
        yield Problem(item.path, item.record.line, "evalrun.no_split", {"id": case.id}, "warning")
    if case.wants_answer and not (case.key or case.gold or case.as_of):
        yield Problem(item.path, item.record.line, "evalrun.nothing_to_score", {"id": case.id}, "warning")


def _of_library(item: Placed, facts: LibraryFacts) -> Iterator[Problem]:
    case = item.case
    for number, gold in enumerate(case.gold):
        params = {"id": case.id, "doc": gold.doc}
        line = item.line("gold", number, "doc")
        if not facts.has_file(gold.doc):
            yield Problem(item.path, line, "evalrun.unknown_document", params)
        elif gold.clause is not None and not facts.has_clause(gold.doc, gold.clause):
            line = item.line("gold", number, "clause")
            yield Problem(item.path, line, "evalrun.unknown_clause", params | {"clause": gold.clause})
    known = [gold.doc for gold in case.gold if facts.has_file(gold.doc)]
    hidden = [doc for doc in known if not facts.visible_file(doc, case.role.visibilities)]
    if case.wants_answer and "refused" not in case.expected_status and known and len(hidden) == len(known):
        params = {"id": case.id, "doc": "、".join(dict.fromkeys(hidden)), "role": case.role.value}
        yield Problem(item.path, item.line("gold"), "evalrun.hidden_gold", params)


__all__ = ["checked_cases", "lint"]
