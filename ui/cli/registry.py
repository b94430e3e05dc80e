"""`zhixun projects` and `zhixun indicators`: the registry's queries, as JSON lines and as tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from corpus.errors import InputError
from corpus.messages import msg
from corpus.model import Role
from ui.cli import output
from ui.cli.groups import Command
from ui.cli.params import as_of_option, json_option, role_option

if TYPE_CHECKING:
    from corpus.catalog import Catalog
    from corpus.registry import Registry


_ARROWS = {1: "↑", -1: "↓", 0: "→"}
_OVERVIEW = 12  # so many series at most are shown in full


class Month(click.ParamType[str]):
    name = "YYYY-MM"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not re.fullmatch(r"(?:19|20)\d{2}-(?:0[1-9]|1[0-2])", str(value)):
            raise InputError("registry.bad_month", value=value)
        return str(value)


@click.command("projects", cls=Command, help=msg("registry.help_projects"))
@click.option("--region", metavar="TEXT", help=msg("registry.opt_region"))
@click.option("--chain", metavar="TEXT", help=msg("registry.opt_chain"))
@click.option("--kind", metavar="TEXT", help=msg("registry.opt_kind"))
@click.option("--stage", metavar="TEXT", help=msg("registry.opt_stage"))
@click.option("--owner", metavar="TEXT", help=msg("registry.opt_owner"))
@click.option("--name", metavar="TEXT", help=msg("registry.opt_name"))
@click.option("--group-by", metavar="FIELD[,FIELD]", help=msg("registry.opt_group_by"))
@click.option("--history", metavar="NAME", help=msg("registry.opt_history"))
@click.option("--conflicts", is_flag=True, help=msg("registry.opt_conflicts"))
@click.option("--unread", is_flag=True, help=msg("registry.opt_unread"))
@click.option("--check-columns", is_flag=True, help=msg("registry.opt_check_columns"))
@as_of_option
@role_option
@json_option
@click.pass_context
def projects(
    ctx: click.Context,
    /,
    group_by: str | None,
    history: str | None,
    conflicts: bool,
    unread: bool,
    check_columns: bool,
    as_of: date | None,
    role: Role,
    as_json: bool,
    **filters: str | None,
) -> None:
    from corpus.registry import ProjectFilter
    from corpus.registry_lines import group_lines, project_lines, unread_lines

    if check_columns:
        ctx.exit(_check_columns())
    wanted = ProjectFilter(**filters)
    ways = {"--group-by": group_by, "--history": history, "--conflicts": conflicts, "--unread": unread}
    chosen = [name for name, value in ways.items() if value]
    if len(chosen) > 1:
        raise InputError("registry.one_way", options="、".join(chosen))
    if history is not None or conflicts or unread:
        _refuse_filters(chosen[0] if chosen else "--history", filters)
    with _open(role) as (catalog, registry):
        if unread:
            _emit(as_json, unread_lines(catalog, registry.unread(role)), _show_unread, "registry.none_unread")
        elif group_by is not None:
            by = [name.strip() for name in group_by.split(",") if name.strip()]
            groups = group_lines(registry.summary(role, by, wanted, as_of), by)
            _emit(as_json, groups, _show_groups, "registry.none_found")
        else:
            if history is not None:
                views = registry.history(role, history, as_of)
            elif conflicts:
                views = registry.conflicts(role, as_of)
            else:
                views = registry.projects(role, wanted, as_of)
            empty = "registry.none_conflicting" if conflicts else "registry.none_found"
            _emit(as_json, project_lines(catalog, views), _show_projects, empty)


@click.command("indicators", cls=Command, help=msg("registry.help_indicators"))
@click.argument("name", required=False, metavar="[NAME]")
@click.option("--region", metavar="TEXT", help=msg("registry.opt_region_exact"))
@click.option("--group", metavar="TEXT", help=msg("registry.opt_group"))
@click.option("--scope", metavar="TEXT", help=msg("registry.opt_scope"))
@click.option("--from", "since", type=Month(), help=msg("registry.opt_from"))
@click.option("--to", "until", type=Month(), help=msg("registry.opt_to"))
@as_of_option
@role_option
@json_option
def indicators(
    name: str | None,
    region: str | None,
    group: str | None,
    scope: str | None,
    since: str | None,
    until: str | None,
    as_of: date | None,
    role: Role,
    as_json: bool,
) -> None:
    from corpus.registry_lines import series_lines

    with _open(role) as (catalog, registry):
        series = registry.indicators(role, name, region, group, scope, since, until, as_of)
        found = series_lines(catalog, series)
    if as_json:
        _emit(True, [line for lines in found for line in lines], _show_unread, "")
    elif not found:
        output.note(msg("registry.none_found"))
    elif len(found) > _OVERVIEW:
        _show_overview(found)
    else:
        for lines in found:
            _show_series(lines)


@contextmanager
def _open(role: Role) -> Iterator[tuple[Catalog, Registry]]:
    """Catalog and registry, without model or index; says so where documents are older than the registry."""
    from corpus.registry import Registry
    from ui.cli.library import open_catalog

    catalog = open_catalog()
    try:
        registry = Registry.open(catalog)
        if older := registry.not_read(role):
            output.note(msg("registry.older", count=len(older)))
        yield catalog, registry
    finally:
        catalog.close()


def _check_columns() -> int:
    """Prints the faults of the columns files; the exit code."""
    from corpus.columns import BUILT_IN, FILE_NAME, faults
    from corpus.settings import CorpusSettings

    own = CorpusSettings().home / FILE_NAME
    found = faults(own if own.is_file() else BUILT_IN)
    for fault in found:
        output.console().print(str(fault), soft_wrap=True)
    if not found:
        output.note(msg("registry.columns_good" if own.is_file() else "registry.columns_built_in", path=own))
    return 1 if found else 0


def _refuse_filters(option: str, filters: dict[str, str | None]) -> None:
    given = [f"--{name}" for name, value in filters.items() if value is not None]
    if given:
        raise InputError("registry.no_filter", option=option, filters="、".join(given))


def _emit(as_json: bool, lines: Sequence[dict[str, Any]], show: Any, empty: str) -> None:
    if as_json:
        with output.json_lines() as emit:
            for line in lines:
                emit(line)
    elif lines:
        show(lines)
    else:
        output.note(msg(empty))


# -- tables -----------------------------------------------------------------------------------------


def _show_projects(lines: Sequence[dict[str, Any]]) -> None:
    names = ("name", "region", "chain", "kind", "stage", "planned", "done", "end", "report_date", "source")
    sources = _Sources()
    rows = []
    for line in lines:
        mark = "※" if line["disputed"] else ""
        rows.append(
            (
                f"{mark}{line['name']}",
                line["region"],
                line["chain"],
                line["kind"] or line["category"],
                line["stage"],
                _amount(line["investment_planned"]),
                _amount(line["investment_done"]),
                line["end"],
                line["report_date"],
                sources.mark(line),
            )
        )
    output.print_table([msg(f"registry.col_{name}") for name in names], rows)
    sources.show()
    disputed = sorted({line["name"] for line in lines if line["disputed"]})
    if disputed:
        output.note(msg("registry.disputed", names="、".join(disputed)))


def _show_groups(lines: Sequence[dict[str, Any]]) -> None:
    keys = list(lines[0]["group"])
    names = ("count", "planned", "done", "left_out", "report_date")
    rows = []
    for line in lines:
        left_out = [
            msg("registry.left_unstated", count=line["unstated_planned"]) if line["unstated_planned"] else "",
            msg("registry.left_disputed", count=len(line["disputed"])) if line["disputed"] else "",
        ]
        days = sorted({day for day in (line["first_report"], line["last_report"]) if day})
        rows.append(
            (
                *(_group_name(value) for value in line["group"].values()),
                line["count"],
                _amount(line["investment_planned"]),
                _amount(line["investment_done"]),
                "，".join(part for part in left_out if part) or None,
                " — ".join(days) or None,
            )
        )
    head = [msg(f"registry.col_{name}") for name in (*keys, *names)]
    output.print_table(head, rows)


def _group_name(value: str | None) -> str:
    from corpus.registry import DISPUTED

    return msg("registry.group_disputed") if value == DISPUTED else value or msg("registry.group_unstated")


def _show_series(lines: Sequence[dict[str, Any]]) -> None:
    first = lines[0]
    parts = (first["region"], first["group"], first["scope"] or msg("registry.no_scope"), first["unit"])
    output.console().print(f"{first['name']}（{'，'.join(part for part in parts if part)}）", soft_wrap=True)
    rows = [
        (
            f"{'※' if line['disputed'] else ''}{line['period']}",
            _amount(line["value"]),
            _yoy(line),
            _change(line["change"]),
            f"{line['title']} {line['clause'] or ''}",
        )
        for line in lines
    ]
    names = ("period", "value", "yoy", "change", "source")
    output.print_table([msg(f"registry.col_{name}") for name in names], rows)
    if any(line["disputed"] for line in lines):
        output.note(msg("registry.disputed", names=first["name"]))


def _show_overview(found: Sequence[Sequence[dict[str, Any]]]) -> None:
    """A line a series: its last figure."""
    names = ("indicator", "region", "group", "scope", "unit", "period", "value", "yoy", "change")
    rows = []
    for lines in found:
        last = lines[-1]
        scope = last["scope"] or msg("registry.no_scope")
        about = (last["name"], last["region"], last["group"], scope, last["unit"])
        rows.append((*about, last["period"], _amount(last["value"]), _yoy(last), _change(last["change"])))
    output.print_table([msg(f"registry.col_{name}") for name in names], rows)
    output.note(msg("registry.overview", count=len(found)))


class _Sources:
    """The documents of a table's rows, by number under it."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def mark(self, line: dict[str, Any]) -> str:
        number = self._numbers.setdefault(f"{line['title']}（{line['doc_id']}）", len(self._numbers) + 1)
        return f"[{number}]{line['clause'] or ''}"

    def show(self) -> None:
        for name, number in self._numbers.items():
            output.console().print(f"[{number}] {name}", soft_wrap=True)


def _show_unread(lines: Sequence[dict[str, Any]]) -> None:
    rows = [(line["title"], line["clause"], line["message"]) for line in lines]
    output.print_table([msg(f"registry.col_{name}") for name in ("title", "clause", "message")], rows)


def _amount(value: float | None) -> str | None:
    return None if value is None else f"{value:.4f}".rstrip("0").rstrip(".")


def _yoy(line: dict[str, Any]) -> str | None:
    return None if line["yoy"] is None else f"{_amount(line['yoy'])} {line['yoy_unit'] or ''}".strip()


def _change(value: float | None) -> str | None:
    if value is None:
        return None
    return f"{_ARROWS[(value > 0) - (value < 0)]} {_amount(abs(value))}"
