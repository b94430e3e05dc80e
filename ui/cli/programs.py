"""`zhixun programs list | show | lint`: support programmes as data, held against the library."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from corpus.errors import InputError
from corpus.messages import msg
from corpus.model import Role
from ui.cli import output
from ui.cli.groups import Command, LazyGroup
from ui.cli.params import as_of_option, json_option, role_option

if TYPE_CHECKING:
    from agent.programs.model import Programme
    from agent.programs.resolve import Resolver

programs = LazyGroup("programs", help=msg("programs.help"), no_args_is_help=True)


@contextmanager
def _resolver(as_of: date | None, role: Role) -> Iterator[Resolver]:
    from agent.programs.resolve import Resolver
    from corpus.catalog import Catalog, today
    from corpus.settings import CorpusSettings

    catalog = Catalog.open(CorpusSettings())
    try:
        yield Resolver(catalog, as_of or today(), role)
    finally:
        catalog.close()


def _line(programme: Programme, resolver: Resolver) -> dict[str, Any]:
    standing = resolver.standing(programme)
    return {
        "id": programme.id,
        "name": programme.names.zh,
        "level": programme.level,
        "region": programme.region,
        "document": standing.record.title if standing.record else None,
        "doc_number": standing.record.doc_number if standing.record else None,
        "validity": standing.validity.value,
        "superseded_by": standing.by.title if standing.by else None,
        "conditions": len(list(programme.all_conditions())),
    }


@programs.command("list", cls=Command, help=msg("programs.help_list"))
@as_of_option
@role_option
@json_option
def list_(as_of: date | None, role: Role, as_json: bool) -> None:
    from agent.programs import load_programs

    loaded = load_programs()
    with _resolver(as_of, role) as resolver:
        lines = [_line(programme, resolver) for programme in loaded.programmes.values()]
    if as_json:
        with output.json_lines() as emit:
            for line in lines:
                emit(line)
    else:
        columns = ("id", "name", "document", "validity", "conditions")
        header = [msg(f"programs.col_{name}") for name in columns]
        rows = [
            (
                line["id"],
                line["name"],
                line["document"] or "—",
                msg(f"programs.validity_{line['validity']}"),
                str(line["conditions"]),
            )
            for line in lines
        ]
        output.print_table(header, rows)
    for fault in loaded.faults:
        output.note(str(fault))


@programs.command("show", cls=Command, help=msg("programs.help_show"))
@click.argument("name", metavar="ID")
@as_of_option
@role_option
@json_option
def show(name: str, as_of: date | None, role: Role, as_json: bool) -> None:
    from agent.programs import load_programs

    programmes = load_programs().programmes
    if name not in programmes:
        raise InputError("programs.unknown", id=name, known="、".join(programmes))
    programme = programmes[name]
    with _resolver(as_of, role) as resolver:
        line = _line(programme, resolver)
        conditions = [
            {
                "id": condition.id,
                "said": condition.said,
                "clause": condition.clause,
                "quote": found.quote if (found := resolver.clause(programme, condition.clause)) else None,
            }
            for condition in programme.all_conditions()
        ]
    if as_json:
        with output.json_lines() as emit:
            emit({**line, "conditions": conditions})
        return
    output.console().print(
        f"{line['name']} · {line['document'] or '—'} · {msg('programs.validity_' + line['validity'])}"
    )
    header = [msg("programs.col_clause"), msg("programs.col_said")]
    output.print_table(
        header, [(str(one["clause"]).partition("#")[2], one["said"] or "") for one in conditions]
    )


@programs.command("lint", cls=Command, help=msg("programs.help_lint"))
@click.argument("paths", nargs=-1, metavar="[FILE...]", type=click.Path(path_type=Path))
@click.option("--library", "with_library", is_flag=True, help=msg("programs.opt_library"))
@as_of_option
@click.pass_context
def lint(ctx: click.Context, paths: tuple[Path, ...], with_library: bool, as_of: date | None) -> None:
    from agent.programs import lint as check
    from agent.programs import load_programs

    loaded = load_programs(paths or None)
    notes: list[str] = []
    if with_library:
        with _resolver(as_of, Role.STAFF) as resolver:
            faults = check.lint(loaded, resolver)
            notes = list(check.standing_notes(loaded, resolver))
    else:
        faults = check.lint(loaded)
    for line in [*map(str, faults), *notes]:
        output.console().print(line, soft_wrap=True)
    output.console().print(msg("programs.linted", count=len(loaded.programmes), faults=len(faults)))
    ctx.exit(1 if faults else 0)
