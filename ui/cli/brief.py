"""`zhixun brief`: a topic becomes a briefing in a file, every sentence with its evidence."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from agent.settings import AgentSettings
from corpus.messages import msg
from corpus.model import Role
from ui.cli import output
from ui.cli.groups import Command
from ui.cli.opening import open_library
from ui.cli.params import as_of_option, clean_question, json_option, role_option


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
    from agent.briefing.layout import write_file
    from agent.briefing.layout.write import check_target
    from agent.briefing.outline import outline_of
    from agent.briefing.plain import to_data
    from corpus.catalog import today

    check_target(target, overwrite=force)
    outline = outline_of(clean_question(topic, AgentSettings().max_question), as_of or today(), kind)
    with open_library() as library:
        briefing = write(outline, library, role)
    write_file(briefing, target, overwrite=force)
    data = to_data(briefing)
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
