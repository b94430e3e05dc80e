"""`zhixun user key`: the API keys of programs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from corpus.messages import msg
from corpus.model import Role
from ui.cli import output
from ui.cli.groups import Command, LazyGroup
from ui.cli.params import OneOf, Whole, json_option

if TYPE_CHECKING:
    from ui.accounts import Audit, Keys

key = LazyGroup("key", help=msg("accounts.help_key"), no_args_is_help=True)


@contextmanager
def _opened() -> Iterator[tuple[Keys, Audit]]:
    from corpus.catalog import Catalog
    from ui.accounts import Audit, Keys

    catalog = Catalog.open()
    try:
        yield Keys(catalog.engine), Audit(catalog.engine)
    finally:
        catalog.close()


@key.command("add", cls=Command, help=msg("accounts.help_key_add"))
@click.argument("label", metavar="LABEL")
@click.option(
    "--role",
    type=OneOf(Role),
    default="visitor",
    show_default=True,
    metavar="visitor|official|staff",
    help=msg("accounts.opt_key_role"),
)
@click.option(
    "--rate", type=Whole(1, 6000), default=60, show_default=True, metavar="N", help=msg("accounts.opt_rate")
)
@json_option
def add(label: str, role: Role, rate: int, as_json: bool) -> None:
    from ui.cli.users import actor

    with _opened() as (keys, audit):
        made, secret = keys.make(label, role, rate)
        audit.write(actor(), "key.add", made.label, {"id": made.key_id, "role": role.value, "rate": rate})
    text = msg("accounts.key_made", id=made.key_id, label=made.label, secret=secret)
    with output.results(as_json, lambda line: print(text)) as emit:
        emit({**made.as_dict(), "secret": secret})


@key.command("list", cls=Command, help=msg("accounts.help_key_list"))
@json_option
def list_(as_json: bool) -> None:
    with _opened() as (keys, _):
        found = keys.list()
    with output.results(as_json, lambda line: None) as emit:
        for one in found:
            emit(one.as_dict())
    if not as_json:
        names = ("id", "label", "hint", "role", "rate", "active", "added", "used")
        rows = [
            (
                one.key_id,
                one.label,
                f"{one.hint}…",
                one.role.value,
                one.rate,
                msg("accounts.yes" if one.active else "accounts.no"),
                one.added_at.date(),
                one.last_used.date() if one.last_used else None,
            )
            for one in found
        ]
        output.print_table([msg(f"accounts.col_{name}") for name in names], rows)


@key.command("revoke", cls=Command, help=msg("accounts.help_key_revoke"))
@click.argument("key_id", metavar="ID", type=Whole(1, 999_999_999))
@json_option
def revoke(key_id: int, as_json: bool) -> None:
    from ui.cli.users import actor

    with _opened() as (keys, audit):
        gone = keys.revoke(key_id)
        audit.write(actor(), "key.revoke", gone.label, {"id": gone.key_id})
    text = msg("accounts.key_revoked", id=gone.key_id, label=gone.label)
    with output.results(as_json, lambda line: print(text)) as emit:
        emit(gone.as_dict())
