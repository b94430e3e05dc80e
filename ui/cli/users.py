"""`zhixun user`: the accounts of officials and staff."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import click

from corpus.errors import InputError
from corpus.messages import msg
from corpus.model import Role
from ui.cli import output
from ui.cli.groups import Command, LazyGroup
from ui.cli.params import OneOf, json_option

if TYPE_CHECKING:
    from ui.accounts import Accounts, Audit, User

user = LazyGroup("user", lazy={"key": "ui.cli.keys:key"}, help=msg("accounts.help"), no_args_is_help=True)

_name = click.argument("name", metavar="NAME")
_role = click.option(
    "--role",
    type=OneOf(Role),
    required=True,
    metavar="visitor|official|staff",
    help=msg("accounts.opt_role"),
)
_stdin = click.option("--password-stdin", "from_stdin", is_flag=True, help=msg("accounts.opt_stdin"))


@contextmanager
def _opened() -> Iterator[tuple[Accounts, Audit]]:
    from corpus.catalog import Catalog
    from ui.accounts import Accounts, Audit

    catalog = Catalog.open()
    try:
        yield Accounts(catalog.engine), Audit(catalog.engine)
    finally:
        catalog.close()


@user.command("add", cls=Command, help=msg("accounts.help_add"))
@_name
@_role
@_stdin
@json_option
def add(name: str, role: Role, from_stdin: bool, as_json: bool) -> None:
    with _opened() as (accounts, audit):
        made = accounts.add(name, role, _password(from_stdin))
        audit.write(actor(), "user.add", made.name, {"role": role.value})
    _said(as_json, _shown(made), msg("accounts.added", name=made.name, role=made.role.value))


@user.command("list", cls=Command, help=msg("accounts.help_list"))
@json_option
def list_(as_json: bool) -> None:
    with _opened() as (accounts, _):
        found = accounts.users()
    with output.results(as_json, lambda line: None) as emit:
        for one in found:
            emit(_shown(one))
    if not as_json:
        columns = [msg(f"accounts.col_{name}") for name in ("name", "role", "active", "added", "seen")]
        rows = [
            (
                one.name,
                one.role.value,
                msg("accounts.yes" if one.active else "accounts.no"),
                one.added_at.date(),
                one.last_seen.date() if one.last_seen else None,
            )
            for one in found
        ]
        output.print_table(columns, cast("Any", rows))


@user.command("remove", cls=Command, help=msg("accounts.help_remove"))
@_name
@json_option
def remove(name: str, as_json: bool) -> None:
    with _opened() as (accounts, audit):
        accounts.remove(name)
        audit.write(actor(), "user.remove", name)
    _said(as_json, {"name": name, "removed": True}, msg("accounts.removed", name=name))


@user.command("role", cls=Command, help=msg("accounts.help_role"))
@_name
@_role
@json_option
def role_(name: str, role: Role, as_json: bool) -> None:
    with _opened() as (accounts, audit):
        accounts.set_role(name, role)
        audit.write(actor(), "user.role", name, {"role": role.value})
        changed = accounts.user(name)
    _said(as_json, _shown(changed), msg("accounts.role_set", name=name, role=role.value))


@user.command("password", cls=Command, help=msg("accounts.help_password"))
@_name
@_stdin
@json_option
def password(name: str, from_stdin: bool, as_json: bool) -> None:
    with _opened() as (accounts, audit):
        accounts.user(name)  # an unknown name is told before anything is asked
        accounts.set_password(name, _password(from_stdin))
        audit.write(actor(), "user.set_pass", name)
    _said(as_json, {"name": name, "password_set": True}, msg("accounts.password_set", name=name))


def actor() -> str:
    """Who the audit log names for a change on the command line: the user of the machine."""
    try:
        return f"cli:{getpass.getuser()}"
    except OSError:  # a user without a name, as in some containers
        return "cli"


def _password(from_stdin: bool) -> str:
    """From the terminal, twice and unseen, or the first line of standard input; never an argument, which
    other users of the machine could read.

    Raises:
        InputError: no terminal and nothing on standard input, or two that differ.
    """
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise InputError("accounts.no_terminal")
    first = getpass.getpass(msg("accounts.ask"))
    if getpass.getpass(msg("accounts.ask_again")) != first:
        raise InputError("accounts.differ")
    return first


def _shown(one: User) -> dict[str, Any]:
    return {
        "name": one.name,
        "role": one.role.value,
        "active": one.active,
        "added_at": one.added_at.isoformat(timespec="seconds"),
        "last_seen": one.last_seen.isoformat(timespec="seconds") if one.last_seen else None,
    }


def _said(as_json: bool, line: dict[str, Any], text: str) -> None:
    with output.results(as_json, lambda line: print(text)) as emit:
        emit(line)
