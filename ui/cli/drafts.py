"""`zhixun drafts`: briefings that were kept, and redrawn on newer data."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from corpus.messages import msg
from corpus.model import Role
from ui.cli import output
from ui.cli.groups import Command, LazyGroup
from ui.cli.opening import open_library
from ui.cli.params import as_of_option, json_option, role_option

if TYPE_CHECKING:
    from agent.briefing.drafts import Drafts, Entry
    from index import Library

drafts = LazyGroup("drafts", help=msg("briefing.help_drafts"), no_args_is_help=True)

_number = click.argument("number", metavar="ID", type=int)


def owner() -> str:
    """Whose drafts the command line keeps: the machine's user."""
    return f"local:{getpass.getuser()}"[:80]


@contextmanager
def _opened() -> Iterator[tuple[Drafts, Library]]:
    from agent.briefing.drafts import Drafts

    with open_library() as library:
        yield Drafts(library.catalog.engine), library


@drafts.command("list", cls=Command, help=msg("briefing.help_drafts_list"))
@json_option
def list_(as_json: bool) -> None:
    with _opened() as (kept, _):
        found = kept.list(owner())
    with output.results(as_json, lambda line: None) as emit:
        for one in found:
            emit(_shown(one))
    if not as_json:
        columns = [msg(f"briefing.list_{name}") for name in ("id", "kind", "title", "as_of", "changed")]
        rows = [(one.draft_id, one.kind, one.title, one.as_of, one.changed_at.date()) for one in found]
        output.print_table(columns, rows)


@drafts.command("show", cls=Command, help=msg("briefing.help_drafts_show"))
@_number
@click.option(
    "-o",
    "--output",
    "target",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=msg("briefing.opt_output"),
)
@click.option("--force", is_flag=True, help=msg("briefing.opt_force"))
@role_option
@json_option
def show(number: int, target: Path | None, force: bool, role: Role, as_json: bool) -> None:
    from agent.briefing.layout import write_file
    from agent.briefing.plain import to_data, to_markdown

    with _opened() as (kept, _):
        found = kept.get(owner(), number, role)
    if target is not None:
        write_file(found.briefing, target, overwrite=force)
    with output.results(as_json, lambda line: None) as emit:
        emit({**_shown(found.entry), **to_data(found.briefing), "path": str(target) if target else None})
    if not as_json:
        text = msg("briefing.draft_written", path=target) if target else to_markdown(found.briefing)
        output.console().print(text, soft_wrap=True)


@drafts.command("refresh", cls=Command, help=msg("briefing.help_drafts_refresh"))
@_number
@as_of_option
@role_option
@json_option
def refresh(number: int, as_of: date | None, role: Role, as_json: bool) -> None:
    from agent.briefing.changes import changes
    from agent.briefing.drafts import redrawn
    from corpus.catalog import today

    with _opened() as (kept, library):
        found = kept.get(owner(), number, role)
        outline, briefing = redrawn(found, library, role, as_of or today())
        listed = changes(found.briefing, briefing)
        kept.put(owner(), number, role, outline, briefing)
    with output.results(as_json, lambda line: None) as emit:
        for one in listed:
            emit({"where": one.where, "before": one.before, "after": one.after, "source": one.source})
    if as_json:
        return
    if not listed:
        output.console().print(msg("briefing.nothing_changed", day=outline.as_of))
        return
    columns = [msg(f"briefing.change_{name}") for name in ("where", "before", "after", "source")]
    output.print_table(columns, [(one.where, one.before, one.after, one.source) for one in listed])


@drafts.command("remove", cls=Command, help=msg("briefing.help_drafts_remove"))
@_number
@json_option
def remove(number: int, as_json: bool) -> None:
    with _opened() as (kept, _):
        kept.remove(owner(), number)
    with output.results(as_json, lambda line: print(msg("briefing.draft_removed", id=number))) as emit:
        emit({"id": number, "removed": True})


def _shown(one: Entry) -> dict[str, Any]:
    return {
        "id": one.draft_id,
        "kind": one.kind,
        "title": one.title,
        "as_of": one.as_of.isoformat(),
        "made_at": one.made_at.isoformat(timespec="seconds"),
        "changed_at": one.changed_at.isoformat(timespec="seconds"),
    }
