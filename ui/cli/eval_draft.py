"""`zhixun eval draft`: candidate cases from documents that no question touches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from corpus.errors import InputError
from corpus.messages import msg
from ui.cli import output
from ui.cli.groups import Command
from ui.cli.opening import open_library
from ui.cli.params import Whole, json_option

if TYPE_CHECKING:
    from evals.candidates import Candidate, Candidates
    from evals.drafting.propose import Options, Outcome
    from evals.facts import LibraryFacts
    from evals.suite import Case


@click.command("draft", cls=Command, help=msg("evals_use.help_draft"))
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--suite", "suites", multiple=True, metavar="SUITE", help=msg("evals_use.opt_suites"))
@click.option("--llm", is_flag=True, help=msg("drafting.opt_llm"))
@click.option("--reword", is_flag=True, help=msg("drafting.opt_reword"))
@click.option("--per-clause", type=Whole(1, 10), metavar="N", help=msg("drafting.opt_per_clause"))
@click.option("--clauses", type=Whole(1, 1000), metavar="N", help=msg("drafting.opt_clauses"))
@click.option("--name-clauses", is_flag=True, help=msg("drafting.opt_naming"))
@click.option("--internal", is_flag=True, help=msg("drafting.opt_internal"))
@json_option
def draft(
    files: tuple[str, ...],
    suites: tuple[str, ...],
    llm: bool,
    reword: bool,
    per_clause: int | None,
    clauses: int | None,
    name_clauses: bool,
    internal: bool,
    as_json: bool,
) -> None:
    from evals.candidates import Candidates
    from evals.drafting.propose import Options
    from evals.facts import LibraryFacts
    from evals.suite import load_suites

    if not (llm or reword) and (per_clause or clauses or name_clauses or internal):
        raise InputError("drafting.needs_llm", options="--per-clause、--clauses、--name-clauses、--internal")
    plain = Options()
    options = Options(
        llm, reword, per_clause or plain.per_clause, clauses or plain.clauses, name_clauses, internal
    )
    cases = load_suites(suites) if suites else []
    with output.results(as_json, lambda line: None) as emit, open_library() as library:
        kept, facts = Candidates(library.catalog.engine), LibraryFacts(library.catalog)
        propose = _with_model if llm or reword else _by_rule
        made = [kept.get(number) for number in propose(facts, kept, cases, files, options)]
        for one in made:
            emit(one.as_dict())
    if not as_json:
        _print(made)


def _by_rule(
    facts: LibraryFacts, kept: Candidates, cases: Sequence[Case], files: Sequence[str], options: Options
) -> list[int]:
    from corpus.catalog import today
    from evals.drafts import propose

    return propose(facts, kept, cases, today(), files)


def _with_model(
    facts: LibraryFacts, kept: Candidates, cases: Sequence[Case], files: Sequence[str], options: Options
) -> list[int]:
    """By rule and by model; what came of the model goes to stderr, so that it is seen with `--json` too."""
    from corpus.catalog import today
    from corpus.settings import CorpusSettings
    from evals.drafting.prompt import VERSION
    from evals.drafting.propose import propose_with
    from evals.drafting.settings import DraftSettings
    from evals.drafting.writer import Writer

    settings = DraftSettings()
    with (
        Writer(settings, CorpusSettings().home / "drafts") as writer,
        output.progress("draft") as advance,
    ):
        found = propose_with(writer, facts, kept, cases, today(), files, options, advance)
    counts = writer.counts
    output.note(
        msg(
            "drafting.made",
            model=writer.model,
            version=VERSION,
            count=len(found.by_model),
            reworded=found.reworded,
            requests=counts.requests,
            cached=counts.cached,
            tokens=counts.tokens,
        )
    )
    for line in _warnings(found, settings.max_calls, settings.max_tokens):
        output.note(line)
    return found.made


def _warnings(found: Outcome, calls: int | None, tokens: int | None) -> list[str]:
    lines = []
    if found.dropped:
        reasons = _listed(found.dropped, lambda reason: msg(f"drafting.drop_{reason}"))
        lines.append(msg("drafting.dropped", count=found.dropped.total(), reasons=reasons))
    if found.failed:
        reasons = _listed(found.failed, lambda reason: _malformed(reason))
        lines.append(msg("drafting.failed", count=found.failed.total(), reasons=reasons))
    if found.withheld:
        lines.append(msg("drafting.withheld", count=found.withheld))
    if found.stopped is not None:
        lines.append(f"{found.stopped.message()}{msg('drafting.unasked', unasked=found.unasked)}")
    elif found.spent:
        lines.append(msg("drafting.spent", calls=calls or "—", tokens=tokens or "—", unasked=found.unasked))
    return lines


def _malformed(reason: str) -> str:
    return msg("drafting.malformed") if reason == "malformed" else reason


def _listed(found: Counter[str], name: Callable[[str], str]) -> str:
    return "、".join(f"{name(reason)} {count}" for reason, count in found.most_common())


def _print(made: Sequence[Candidate]) -> None:
    output.console().print(msg("evals_use.drafted", count=len(made)))
    header = [msg(f"evals_use.draft_{name}") for name in ("id", "question", "key", "place")]
    rows = []
    for one in made:
        place = one.case["gold"][0]
        key = "、".join(fact[0] for fact in one.case.get("key", ()))
        rows.append((str(one.id), one.question, key or None, f"{place['doc']} {place['clause']}"))
    output.print_table(header, rows)
