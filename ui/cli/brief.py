"""`zhixun brief`: a topic becomes a briefing in a file, every sentence with its evidence."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from agent.briefing.wishes import Audience, Length, Wishes
from agent.settings import AgentSettings
from corpus.errors import InputError
from corpus.messages import msg
from corpus.model import Role
from ui.cli import output
from ui.cli.groups import Command
from ui.cli.opening import open_library
from ui.cli.params import OneOf, as_of_option, clean_question, json_option, role_option

if TYPE_CHECKING:
    from agent.briefing.outline import Outline


@click.command("brief", cls=Command, help=msg("briefing.help"))
@click.argument("topic", metavar="TOPIC")
@click.option(
    "-o", "--output", "target", required=True, metavar="FILE", type=click.Path(path_type=Path),
    help=msg("briefing.opt_output"),
)  # fmt: skip
@click.option(
    "--kind", metavar="简报|专报|要情", default="简报", show_default=True, help=msg("briefing.opt_kind")
)
@click.option("--region", metavar="地区", help=msg("briefing.opt_region"))
@click.option("--period", metavar="时期", help=msg("briefing.opt_period"))
@click.option(
    "--length", type=OneOf(Length), default=Length.STANDARD.value, show_default=True,
    help=msg("briefing.opt_length"),
)  # fmt: skip
@click.option(
    "--audience", type=OneOf(Audience), default=Audience.INTERNAL.value, show_default=True,
    help=msg("briefing.opt_audience"),
)  # fmt: skip
@click.option("--to", "addressees", multiple=True, metavar="机关", help=msg("briefing.opt_addressee"))
@click.option("--issuer", metavar="单位", help=msg("briefing.opt_issuer"))
@click.option("--force", is_flag=True, help=msg("briefing.opt_force"))
@click.option("--save", is_flag=True, help=msg("briefing.opt_save"))
@click.option(
    "--outline",
    "outline_path",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=False),
    help=msg("briefing.opt_outline"),
)
@click.option("--outline-only", is_flag=True, help=msg("briefing.opt_outline_only"))
@as_of_option
@role_option
@json_option
def brief(
    topic: str,
    target: Path,
    kind: str,
    force: bool,
    save: bool,
    outline_path: Path | None,
    outline_only: bool,
    as_of: date | None,
    role: Role,
    as_json: bool,
    **wished: Any,
) -> None:
    from agent.briefing.drafts import Drafts
    from agent.briefing.gather import write
    from agent.briefing.layout import write_file
    from agent.briefing.layout.write import check_target, write_text
    from agent.briefing.outline import outline_of
    from agent.briefing.phrase import smoothed
    from agent.briefing.plain import to_data
    from corpus.catalog import today
    from ui.cli.drafts import owner

    topic = clean_question(topic, AgentSettings().max_question)
    if outline_path is None:
        outline = outline_of(topic, as_of or today(), kind, wishes=Wishes(**wished))
    else:
        outline = _read_outline(outline_path)
        outline = outline.model_copy(update={"as_of": as_of}) if as_of else outline
    if outline_only:
        write_text(outline.to_yaml(), target, overwrite=force)
        output.note(msg("briefing.outline_written", path=target))
        return
    check_target(target, overwrite=force)
    with open_library() as library:
        briefing = smoothed(write(outline, library, role), library)
        kept = Drafts(library.catalog.engine).add(owner(), role, outline, briefing) if save else None
    write_file(briefing, target, overwrite=force)
    if kept is not None:
        output.note(msg("briefing.kept_as", id=kept))
    data = to_data(briefing)
    sentences = sum("text" in block for section in data["sections"] for block in section["blocks"])
    line = {"path": str(target), "draft": kept, **data}
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


def _read_outline(path: Path) -> Outline:
    """
    Raises:
        InputError: the file cannot be read, or holds no outline.
    """
    from agent.briefing.outline import Outline

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("briefing.bad_outline", path=path, reason=str(error)) from error
    return Outline.from_yaml(text, str(path))
