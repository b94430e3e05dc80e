"""Every error that reaches the top, as one message for the user and an exit code.

Exit codes: 1 the work failed or failed in part, 2 the command was written wrongly, 70 a fault of
ours (its traceback goes to a file, never to the screen), 130 interrupted. When the reader of a pipe
goes away, the command ends with 1 and without a word, as Click does.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import sys
import tempfile
import traceback
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

import click

from corpus.errors import InputError, ZhixunError
from corpus.messages import msg
from ui.cli import logs

INTERRUPTED, BROKEN_PIPE, FAULT = 130, 1, 70
_ROOMS = ("corpus", "index", "agent", "ui", "evals")
_FULL = (errno.ENOSPC, errno.EDQUOT)


def explain(error: BaseException) -> tuple[str | None, int]:
    """The message for the user (None: nothing is to be said) and the exit code."""
    if isinstance(error, ZhixunError):
        return _error(error.message()), 2 if isinstance(error, InputError) else 1
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.message, 2
    if isinstance(error, click.UsageError):
        return _error(usage_message(error)), 2
    if isinstance(error, click.ClickException):
        return _error(msg("cli.other_usage", detail=error.format_message())), 2
    if isinstance(error, KeyboardInterrupt | click.Abort):
        return msg("cli.interrupted"), INTERRUPTED
    if isinstance(error, BrokenPipeError):
        return None, BROKEN_PIPE
    if isinstance(error, MemoryError):
        return _error(msg("cli.out_of_memory")), 1
    known = environment_message(error)
    if known is not None:
        return _error(known), 1
    log = write_log(error)
    return _error(msg("cli.unexpected", kind=type(error).__name__, log=log)), FAULT


def usage_message(error: click.UsageError) -> str:
    """A mistake in the command line, in the user's language, with where to read on."""
    text = _usage_text(error)
    if error.ctx is not None:
        text = f"{text.rstrip()}\n{msg('cli.try_help', command=error.ctx.command_path)}"
    return text


def _usage_text(error: click.UsageError) -> str:
    if isinstance(error, click.NoSuchOption):
        return msg("cli.no_such_option", name=error.option_name, hint=_hint(error.possibilities))
    if isinstance(error, click.exceptions.NoSuchCommand):
        return msg("cli.no_such_command", name=error.command_name, hint=_hint(_similar_commands(error)))
    if isinstance(error, click.MissingParameter):
        kind = "option" if isinstance(error.param, click.Option) else "argument"
        return msg(f"cli.missing_{kind}", name=_parameter(error))
    if isinstance(error, click.BadOptionUsage):
        if "requires" in error.message:
            return msg("cli.option_needs_value", name=error.option_name)
        return msg("cli.option_takes_no_value", name=error.option_name, detail=error.message)
    if isinstance(error, click.BadParameter):
        return msg("cli.bad_value", name=_parameter(error), detail=error.message)
    return msg("cli.other_usage", detail=error.format_message())


def _similar_commands(error: click.exceptions.NoSuchCommand) -> list[str]:
    """Click knows loaded commands only; ours are imported when they are used."""
    if error.ctx is None or not isinstance(error.ctx.command, click.Group):
        return []
    return get_close_matches(error.command_name, error.ctx.command.list_commands(error.ctx))


def _hint(names: list[str] | None) -> str:
    return msg("cli.did_you_mean", names=" / ".join(names)) if names else ""


def _parameter(error: click.BadParameter) -> str:
    if isinstance(error.param, click.Option):
        return error.param.opts[0]
    return (error.param.metavar or error.param.name or "?") if error.param else "?"


def environment_message(error: BaseException) -> str | None:
    """What the machine or its settings did: disk, permissions, database, environment variables."""
    if isinstance(error, ModuleNotFoundError) and error.name and error.name.partition(".")[0] not in _ROOMS:
        return msg("cli.missing_package", name=error.name)
    if isinstance(error, OSError):
        return _os_message(error)
    database = _database_reason(error)
    if database is not None:
        if "disk is full" in database:
            return msg("cli.disk_full", home=logs.home())
        return msg("cli.database_damaged", reason=database, home=logs.home())
    return _setting_message(error)


def _os_message(error: OSError) -> str:
    if error.errno in _FULL:
        return msg("cli.disk_full", home=logs.home())
    path = error.filename or logs.home()
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return msg("cli.no_permission", path=path)
    return msg("cli.os_error", path=path, reason=error.strerror or type(error).__name__)


def _database_reason(error: BaseException) -> str | None:
    if isinstance(error, sqlite3.DatabaseError):
        return str(error)
    if "sqlalchemy" in sys.modules:
        from sqlalchemy.exc import DatabaseError

        if isinstance(error, DatabaseError):
            return str(error.orig)
    return None


def _setting_message(error: BaseException) -> str | None:
    from pydantic import ValidationError

    if not isinstance(error, ValidationError) or not error.title.endswith("Settings"):
        return None
    first = error.errors()[0]
    name = "ZHIXUN_" + "_".join(str(part) for part in first["loc"]).upper()
    return msg("cli.bad_setting", name=name, reason=first["msg"])


def write_log(error: BaseException) -> Path:
    """Writes the traceback to `logs/` in the state folder, else to the temporary folder."""
    text = "".join(traceback.format_exception(error))
    name = f"error-{datetime.now():%Y%m%d-%H%M%S}-{os.getpid()}.log"
    header = f"{datetime.now().isoformat(timespec='seconds')} zhixun {' '.join(sys.argv[1:])[:500]}\n"
    for folder in (logs.folder(), Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / name
            path.write_text(header + text, "utf-8", "backslashreplace")
        except OSError:
            continue  # an unwritable state folder must not hide the error itself
        return path
    return Path("-")


def _error(text: str) -> str:
    return msg("cli.error", text=text)
