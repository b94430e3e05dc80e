"""The options that several commands share, and checks of what a user typed.

A bad value raises `InputError` with a message from the catalogue, which `main` prints; Click's own
English messages are never needed for values.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

import click

from corpus.errors import InputError
from corpus.messages import msg
from corpus.model import Role, Visibility

F = TypeVar("F", bound=Callable[..., Any])
E = TypeVar("E", bound=StrEnum)


def parse_day(value: object) -> date:
    """`YYYY-MM-DD` as a date.

    Raises:
        InputError: another form, or a day that does not exist.
    """
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise InputError("cli.bad_date", value=value) from error
    raise InputError("cli.bad_date", value=value)


def parse_choice(kind: type[E], value: object, name: str) -> E:
    """`value` as a member of `kind`.

    Raises:
        InputError: not one of the members; the message lists them.
    """
    try:
        return kind(str(value))
    except ValueError as error:
        choices = "、".join(member.value for member in kind)
        raise InputError("cli.bad_choice", name=name, value=value, choices=choices) from error


class Day(click.ParamType[date]):
    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        return value if isinstance(value, date) else parse_day(value)


class OneOf(click.ParamType[StrEnum]):
    """A member of a `StrEnum`."""

    def __init__(self, kind: type[StrEnum]) -> None:
        self.kind = kind
        self.name = "|".join(member.value for member in kind)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> StrEnum:
        return parse_choice(self.kind, value, param.opts[0] if param else "?")


class Whole(click.ParamType[int]):
    """A whole number from `low` to `high`."""

    name = "N"

    def __init__(self, low: int, high: int) -> None:
        self.low, self.high = low, high

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if re.fullmatch(r"\d{1,9}", str(value)) and self.low <= int(value) <= self.high:
            return int(value)
        name = param.opts[0] if param else "?"
        raise InputError("cli.bad_number", name=name, low=self.low, high=self.high, value=value)


def json_option(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help=msg("cli.opt_json"))(command)


def as_of_option(command: F) -> F:
    return click.option("--as-of", type=Day(), help=msg("cli.opt_as_of"))(command)


def role_option(command: F) -> F:
    kind = OneOf(Role)
    return click.option(
        "--role", type=kind, metavar=kind.name, default="visitor", show_default=True, help=msg("cli.opt_role")
    )(command)


def batch_option(command: F) -> F:
    return click.option("--batch", metavar="FILE.jsonl", help=msg("cli.opt_batch"))(command)


def visibility_option(command: F) -> F:
    kind = OneOf(Visibility)
    text = msg("cli.opt_visibility")
    return click.option("--visibility", type=kind, metavar=kind.name, default=None, help=text)(command)


def clean_question(text: str, limit: int) -> str:
    """A question fit to be worked on: no lone surrogates or control characters, not blank.

    Raises:
        InputError: empty, or longer than `limit` characters.
    """
    text = text.encode("utf-8", "replace").decode("utf-8")
    text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f\ufeff\u200b]", " ", text).strip()
    if not text:
        raise InputError("cli.empty_question")
    if len(text) > limit:
        raise InputError("cli.long_question", length=len(text), limit=limit)
    return text
