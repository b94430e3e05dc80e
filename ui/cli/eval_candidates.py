"""`zhixun eval candidates`: what use and documents propose, completed and accepted by a person."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import click

from corpus.errors import InputError
from corpus.messages import msg
from ui.cli import output
from ui.cli.groups import Command, LazyGroup
from ui.cli.opening import open_library
from ui.cli.params import Day, OneOf, json_option

if TYPE_CHECKING:
    from evals.candidates import Candidate, Candidates
    from evals.facts import LibraryFacts

candidates = LazyGroup("candidates", help=msg("evals_use.help_candidates"), no_args_is_help=True)


class OriginChoice(StrEnum):
    """Where candidates come from."""

    FEEDBACK = "feedback"
    DRAFT = "draft"


class StateChoice(StrEnum):
    """Which candidates to list."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    ALL = "all"


@contextmanager
def _opened() -> Iterator[tuple[Candidates, LibraryFacts]]:
    from evals.candidates import Candidates
    from evals.facts import LibraryFacts

    with open_library() as library:
        yield Candidates(library.catalog.engine), LibraryFacts(library.catalog)


def _by(name: str | None) -> str:
    return name or getpass.getuser()


_by_option = click.option("--by", metavar="NAME", help=msg("docs.opt_by"))
_number = click.argument("number", metavar="ID", type=int)
_origin = click.option(
    "--origin", type=OneOf(OriginChoice), metavar="feedback|draft", help=msg("evals_use.opt_origin")
)


@candidates.command("list", cls=Command, help=msg("evals_use.help_list"))
@click.option(
    "--state", type=OneOf(StateChoice), default="open", metavar="open|accepted|rejected|all",
    help=msg("evals_use.opt_state"),
)  # fmt: skip
@_origin
@json_option
def list_(state: StateChoice, origin: OriginChoice | None, as_json: bool) -> None:
    from evals.candidates import missing_fields

    chosen: Any = None if state is StateChoice.ALL else state.value
    with _opened() as (kept, _):
        found = kept.list(chosen, origin.value if origin else None)
    with output.results(as_json, lambda line: None) as emit:
        for one in found:
            emit(one.as_dict())
    if as_json:
        return
    names = ("draft_id", "origin", "draft_question", "opinion", "missing")
    rows = [
        (
            str(one.id),
            msg(f"evals_use.origin_{one.origin}"),
            one.question,
            _opinion(one),
            _fields(missing_fields(one.case)),
        )
        for one in found
    ]
    shown = [i for i, name in enumerate(names) if name != "opinion" or any(row[i] for row in rows)]
    output.print_table(
        [msg(f"evals_use.{names[i]}") for i in shown], [[row[i] for i in shown] for row in rows]
    )
    _print_counts(found)


def _print_counts(found: Sequence[Candidate]) -> None:
    """How often each reason was given, the most frequent first."""
    from evals.feedback import HELPFUL, counts

    by_kind = counts(found)
    if not by_kind:
        return
    helpful = by_kind.pop(HELPFUL, 0)
    unhelpful = by_kind.total()
    total = helpful + unhelpful
    lines = [msg("evals_use.feedback_counts", count=total, helpful=helpful, unhelpful=unhelpful)]
    if by_kind:
        named = [f"{msg(f'feedback.reason_{kind}')} {count}" for kind, count in by_kind.most_common()]
        lines.append(msg("evals_use.feedback_reasons", reasons="、".join(named)))
    output.console().print("\n".join(lines))


def _opinion(one: Candidate) -> str | None:
    """What the reader said, in words; None for what comes from a document."""
    from evals.feedback import HELPFUL, kind

    if one.origin != "feedback":
        return None
    said = kind(one)
    word = msg("feedback.helpful") if said == HELPFUL else msg(f"feedback.reason_{said}")
    remark = str(one.note.get("remark") or "")
    return f"{word}：{remark}" if remark else word


def _fields(names: Sequence[str]) -> str:
    return "、".join(names) or "—"


@candidates.command("show", cls=Command, help=msg("evals_use.help_show"))
@_number
@json_option
def show(number: int, as_json: bool) -> None:
    with _opened() as (kept, _):
        one = kept.get(number)
    _shown(one, as_json)


@candidates.command("set", cls=Command, help=msg("evals_use.help_set"))
@_number
@click.argument("assignments", nargs=-1, required=True, metavar="FIELD=VALUE...")
@json_option
def set_(number: int, assignments: tuple[str, ...], as_json: bool) -> None:
    from evals.candidate_form import parse

    with _opened() as (kept, _):
        one = kept.amend(number, parse(assignments))
    _shown(one, as_json)


@candidates.command("accept", cls=Command, help=msg("evals_use.help_accept"))
@_number
@click.option("--suite", required=True, metavar="FILE.jsonl", help=msg("evals_use.opt_into"))
@_by_option
@json_option
def accept(number: int, suite: str, by: str | None, as_json: bool) -> None:
    with _opened() as (kept, facts):
        case = kept.accept(number, suite, facts, _by(by))
        one = kept.get(number)
    if as_json:
        _shown(one, as_json)
    else:
        output.console().print(msg("evals_use.accepted", id=case.id, suite=one.closed_note))


@candidates.command("reject", cls=Command, help=msg("evals_use.help_reject"))
@_number
@click.option("--why", required=True, metavar="TEXT", help=msg("evals_use.opt_why"))
@_by_option
@json_option
def reject(number: int, why: str, by: str | None, as_json: bool) -> None:
    with _opened() as (kept, _):
        kept.reject(number, _by(by), why)
        one = kept.get(number)
    if as_json:
        _shown(one, as_json)
    else:
        output.console().print(msg("evals_use.rejected", id=number))


@candidates.command("delete", cls=Command, help=msg("evals_use.help_delete"))
@click.argument("numbers", metavar="[ID]...", type=int, nargs=-1)
@_origin
@click.option("--before", type=Day(), metavar="DATE", help=msg("evals_use.opt_before"))
@json_option
def delete(numbers: tuple[int, ...], origin: OriginChoice | None, before: date | None, as_json: bool) -> None:
    if bool(numbers) == bool(origin or before) or (origin and not before):
        raise InputError("evals_use.what_to_delete")
    with _opened() as (kept, _):
        if before is not None:
            chosen = [
                one.id for one in kept.list(None, origin.value if origin else None) if _added(one) < before
            ]
        else:
            chosen = [kept.get(number).id for number in numbers]  # all of them exist, or none goes
        kept.delete(chosen)
    with output.results(as_json, lambda line: None) as emit:
        emit({"deleted": sorted(chosen)})
    if not as_json:
        output.console().print(msg("evals_use.deleted", count=len(chosen)))


def _added(one: Candidate) -> date:
    """The day it came in, by this machine's clock; the catalog holds UTC."""
    return one.added_at.replace(tzinfo=UTC).astimezone().date()


def _shown(one: Candidate, as_json: bool) -> None:
    with output.results(as_json, lambda line: None) as emit:
        emit(one.as_dict())
    if as_json:
        return
    from evals.candidates import FIELDS, missing_fields

    rows = [("id", str(one.id)), (msg("evals_use.origin"), msg(f"evals_use.origin_{one.origin}"))]
    rows += [(msg("evals_use.opinion"), said)] if (said := _opinion(one)) else []
    rows += [(name, _value(one.case[name])) for name in FIELDS if name in one.case]
    rows += [(name, _value(value)) for name, value in one.note.items()]
    rows.append((msg("evals_use.missing"), _fields(missing_fields(one.case))))
    output.print_table((msg("evals_use.field"), msg("evals_use.value")), rows)


def _value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
