"""`zhixun brief`: a topic becomes a briefing in a file, every sentence with its evidence."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import click

from agent.settings import AgentSettings
from corpus.errors import InputError
from corpus.messages import msg
from corpus.model import Role
from ui.cli import output
from ui.cli.groups import Command
from ui.cli.opening import open_library
from ui.cli.params import as_of_option, clean_question, json_option, role_option

SUFFIXES = (".md", ".json")


@click.command("brief", cls=Command, help=msg("briefing.help"))
@click.argument("topic", metavar="TOPIC")
@click.option(
    "-o", "--output", "target", required=True, metavar="FILE", type=click.Path(path_type=Path),
    help=msg("briefing.opt_output"),
)  # fmt: skip
@click.option(
    "--kind", metavar="简报|专报|要情", default="简报", show_default=True, help=msg("briefing.opt_kind")
)
@click.option("--force", is_flag=True, help=msg("briefing.opt_force"))
@as_of_option
@role_option
@json_option
def brief(
    topic: str, target: Path, kind: str, force: bool, as_of: date | None, role: Role, as_json: bool
) -> None:
    from agent.briefing.gather import write
    from agent.briefing.outline import outline_of
    from agent.briefing.plain import to_data, to_markdown
    from corpus.catalog import today

    _check(target, force)
    outline = outline_of(clean_question(topic, AgentSettings().max_question), as_of or today(), kind)
    with open_library() as library:
        briefing = write(outline, library, role)
    data = to_data(briefing)
    whole = (
        json.dumps(data, ensure_ascii=False, indent=1) if target.suffix == ".json" else to_markdown(briefing)
    )
    try:
        with target.open("w" if force else "x", encoding="utf-8") as file:
            file.write(whole)
    except FileExistsError as error:
        raise InputError("briefing.exists", path=target) from error
    except OSError as error:
        raise InputError("briefing.cannot_write", path=target, reason=error.strerror) from error
    sentences = sum("text" in block for section in data["sections"] for block in section["blocks"])
    line = {"path": str(target), **data}
    if as_json:
        with output.json_lines() as emit:
            emit(line)
        return
    text = msg(
        "briefing.written",
        path=target,
        sections=len(data["sections"]),
        sentences=sentences,
        unverified=len(data["unverified"]),
    )
    output.console().print(text, soft_wrap=True)
    for warning in briefing.warnings:
        output.note(warning)


def _check(target: Path, force: bool) -> None:
    """Before anything is looked up: the format, and whether the file may be written.

    Raises:
        InputError: neither.
    """
    if target.suffix.lower() not in SUFFIXES:
        raise InputError("briefing.bad_suffix", path=target, known="、".join(SUFFIXES))
    if target.exists() and not force:
        raise InputError("briefing.exists", path=target)
    if not os.access(target.parent, os.W_OK):
        raise InputError("briefing.cannot_write", path=target, reason=str(target.parent))
