"""Our own suites as a retrieval set: which articles of the library answer a question?

    python -m evals.bench.statutes out/statutes                         # the statutes of ../shared/data/laws
    python -m evals.bench.statutes out/statutes-tune --split tune
    python -m evals.bench.statutes out/samples --suite core --files corpus/samples/files

Passages are the units (articles, numbered sections, tables) that ingestion makes of the files, with their
title, headings and place; of several versions of a text the one in force on the day. Queries are the
questions of the suites that ask for an answer in one turn and name the clauses it stands in.

What "the whole gold" is: the clauses that a suite lists are places that bear the answer out, not all of
which hold all of it. An *alternative* is a smallest set of them that together states every fact of the
question's key that any of them states; where they state none (the key is in other words), each is one by
itself. Passages of an alternative have relevance 2, other places of the suite 1.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import get_args

from corpus.catalog import Catalog, today
from corpus.errors import InputError, ReadError, ZhixunError
from corpus.messages import msg
from corpus.model import Clause, Role, Validity, Visibility
from corpus.parse import parse_file
from corpus.settings import CorpusSettings
from evals.bench.beir import Judgement, Passage, Query, RetrievalSet, write_beir
from evals.facts import LibraryFacts
from evals.metrics.key_facts import states
from evals.metrics.retrieval import overlap
from evals.suite import Case, Split, load_suites
from index.rows import heading_of, searched
from index.walk import files as walked

_LAWS = Path(__file__).parents[3] / "shared" / "data" / "laws"
_CURRENT = (Validity.IN_FORCE, Validity.UNKNOWN)  # as the search sees it
ANSWERS, SUPPORTS = 2, 1  # relevance

Left = Counter[str]  # questions left out, by the message that says why


def convert(
    cases: Sequence[Case], paths: Sequence[Path], day: date, role: Role = Role.VISITOR
) -> tuple[RetrievalSet, Left]:
    """The questions that `role` asks, over what it may see of the files on `day`.

    Raises:
        InputError: no readable file; no question that fits.
    """
    with _catalog(paths) as catalog:
        facts = LibraryFacts(catalog)
        current = _current(facts, day, role)
        passages = [
            _passage(unit, title)
            for doc_id, _, title in sorted(facts.live())
            if doc_id in current
            for unit in searched(facts.clauses(doc_id))
        ]
        left: Left = Counter()
        queries: list[Query] = []
        judgements: list[Judgement] = []
        here = {passage.id for passage in passages}
        for case in cases:
            if (reason := _unfit(case, facts, role, current)) is not None:
                left[reason] += 1
                continue
            gold = _gold(case, facts)
            chosen = tuple(one for one in smallest(case, gold) if here.issuperset(one))
            if not chosen:
                left["bench.left_not_current"] += 1
                continue
            queries.append(Query(case.id, case.question, chosen))
            best = {id for one in chosen for id in one}
            grades = {unit.clause_id: ANSWERS if unit.clause_id in best else SUPPORTS for unit in gold}
            judgements += [Judgement(case.id, id, grade) for id, grade in grades.items() if id in here]
    if not queries:
        raise InputError("bench.no_fitting_questions")
    return RetrievalSet(tuple(passages), tuple(queries), tuple(judgements)), left


def smallest(case: Case, gold: Sequence[Clause]) -> list[tuple[str, ...]]:
    """The smallest sets of gold units, by id, that state every fact of the key that any of them states."""
    holds = {
        unit.clause_id: {
            number for number, fact in enumerate(case.key) if any(states(unit.text, words) for words in fact)
        }
        for unit in gold
    }
    wanted = set().union(*holds.values())
    if not wanted:
        return [(id,) for id in holds]
    found: list[tuple[str, ...]] = []
    for size in range(1, len(wanted) + 1):
        for some in combinations(holds, size):
            known = any(set(one) <= set(some) for one in found)
            if not known and set().union(*(holds[id] for id in some)) == wanted:
                found.append(some)
    return found


def _unfit(case: Case, facts: LibraryFacts, role: Role, current: frozenset[str]) -> str | None:
    """Why a question does not belong in the set; None where it does."""
    if not case.wants_answer or not any(gold.clause for gold in case.gold):
        return "bench.left_no_gold"
    if case.history:
        return "bench.left_turns"
    if case.role.visibilities != role.visibilities:
        return "bench.left_role"
    if case.as_of is not None and _current(facts, case.as_of, role) != current:
        return "bench.left_day"
    return None


def _gold(case: Case, facts: LibraryFacts) -> list[Clause]:
    """The units that the question's gold clauses lie in, or that lie in them, in the suite's order."""
    found = {
        unit.clause_id: unit
        for gold in case.gold
        if gold.clause
        for unit in facts.units_of(gold.doc)
        if overlap(unit.label, gold.clause)
    }
    return list(found.values())


def _current(facts: LibraryFacts, day: date, role: Role) -> frozenset[str]:
    return frozenset(
        doc_id
        for doc_id, _, _ in facts.live()
        if facts.validity(doc_id, day) in _CURRENT and facts.visibility(doc_id) in role.visibilities
    )


def _passage(unit: Clause, title: str) -> Passage:
    heading, is_table = heading_of(title, unit.heading_path), unit.kind == "table"
    return Passage(unit.clause_id, title, unit.text, heading, unit.doc_id, unit.start, is_table)


@contextmanager
def _catalog(paths: Sequence[Path]) -> Iterator[Catalog]:
    """A throw-away catalog of the files, read as ingestion reads them and embedded by nobody."""
    found = walked(paths)
    with tempfile.TemporaryDirectory(prefix="zhixun-set-", ignore_cleanup_errors=True) as home:
        catalog = Catalog.open(CorpusSettings(home=Path(home), database_url=None))
        try:
            live = 0
            for path in found:
                try:
                    parsed = parse_file(path)
                except ReadError as error:
                    print(error.message(), file=sys.stderr)
                    continue
                catalog.stage(parsed, parsed.version.visibility or Visibility.PUBLIC)
                catalog.make_live(parsed.version.doc_id)
                live += 1
            if not live:
                raise InputError("bench.no_files", paths="、".join(str(path) for path in paths))
            yield catalog
        finally:
            catalog.close()


def main(arguments: list[str] | None = None) -> int:
    """`python -m evals.bench.statutes OUT`; 1 and a message on bad input. Prints no question."""
    parser = argparse.ArgumentParser(
        prog="python -m evals.bench.statutes", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("out", type=Path, help="folder for corpus.jsonl, queries.jsonl, qrels.tsv")
    parser.add_argument("--suite", nargs="+", default=["statutes"], help="suites by name or path")
    parser.add_argument("--files", nargs="+", type=Path, default=[_LAWS], help="the library's files")
    parser.add_argument("--split", choices=get_args(Split), help="one half of the questions")
    parser.add_argument("--as-of", type=date.fromisoformat, help="the day (today)")
    parser.add_argument("--role", choices=list(Role), type=Role, default=Role.VISITOR, help="who asks")
    options = parser.parse_args(arguments)
    try:
        cases = load_suites(options.suite, options.split)
        found, left = convert(cases, options.files, options.as_of or today(), options.role)
        write_beir(found, options.out)
    except ZhixunError as error:
        print(error.message(), file=sys.stderr)
        return 1
    passages, queries = len(found.passages), len(found.queries)
    print(msg("evals.converted", path=options.out, passages=passages, queries=queries))
    for reason, count in left.items():
        print(msg("bench.left_out", count=count, reason=msg(reason)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
