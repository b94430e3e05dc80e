"""Click commands whose help speaks the user's language, and a group that imports them when needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import click

from corpus.errors import InputError
from corpus.messages import msg


class Command(click.Command):
    """A command with translated help; a stray argument is an `InputError` that explains quoting."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("options_metavar", msg("cli.options_metavar"))
        super().__init__(*args, **kwargs)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.allow_extra_args = True
        rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            raise InputError("cli.extra_argument", value=rest[0])
        return rest

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _translated(super().get_help_option(ctx))

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_usage(self, ctx, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_options(self, ctx, formatter)


class LazyGroup(click.Group):
    """A group whose commands are named as `module:attribute` and imported on use.

    Args:
        lazy: command name -> `module:attribute`, in the order of the help page.
    """

    command_class = Command

    def __init__(self, *args: Any, lazy: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("options_metavar", msg("cli.options_metavar"))
        kwargs.setdefault("subcommand_metavar", msg("cli.command_metavar"))
        super().__init__(*args, **kwargs)
        self._lazy = dict(lazy or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self._lazy, *sorted(set(self.commands) - set(self._lazy))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self._lazy:
            module, _, attribute = self._lazy[cmd_name].partition(":")
            command: click.Command = getattr(import_module(module), attribute)
            return command
        return super().get_command(ctx, cmd_name)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _translated(super().get_help_option(ctx))

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_usage(self, ctx, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_options(self, ctx, formatter)
        rows = []
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None and not command.hidden:
                rows.append((name, command.get_short_help_str(limit=200)))
        if rows:
            with formatter.section(msg("cli.commands")):
                formatter.write_dl(rows)


def command(name: str, help_key: str) -> Callable[[Callable[..., Any]], Command]:
    """A `Command` whose help is the message `cli.<help_key>`."""
    return click.command(name, cls=Command, help=msg(f"cli.{help_key}"))


def _translated(option: click.Option | None) -> click.Option | None:
    if option is not None:
        option.help = msg("cli.help_option")
    return option


def _write_usage(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    pieces = " ".join(command.collect_usage_pieces(ctx))
    formatter.write_usage(ctx.command_path, pieces, prefix=msg("cli.usage"))


def _write_options(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    records = [param.get_help_record(ctx) for param in command.get_params(ctx)]
    # Arguments stand in the usage line; without a help text they would be empty rows here.
    rows = [(name, _default(text)) for name, text in (row for row in records if row) if text]
    if rows:
        with formatter.section(msg("cli.options")):
            formatter.write_dl(rows)


def _default(text: str) -> str:
    """`[default: x]` as Click writes it, in the user's language."""
    return text.replace("[default: ", f"[{msg('cli.default')}: ")
