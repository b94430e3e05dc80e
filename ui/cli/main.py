"""`zhixun`: the entry, the quiet environment, and the one place where errors become messages."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Sequence

import click

from corpus.messages import msg
from ui.cli import logs
from ui.cli.boundary import explain
from ui.cli.groups import LazyGroup

COMMANDS = {
    "ingest": "ui.cli.library:ingest",
    "library": "ui.cli.library_commands:library",
    "docs": "ui.cli.docs.listing:docs",
    "ask": "ui.cli.ask:ask",
    "search": "ui.cli.search:search",
    "projects": "ui.cli.registry:projects",
    "indicators": "ui.cli.registry:indicators",
    "brief": "ui.cli.brief:brief",
    "drafts": "ui.cli.drafts:drafts",
    "programs": "ui.cli.programs:programs",
    "serve": "ui.cli.serve:serve",
    "user": "ui.cli.users:user",
    "eval": "ui.cli.evals:evals",
    "bench": "ui.cli.bench:bench",
    "doctor": "ui.cli.doctor:doctor",
}

# Nothing is sent or fetched, nothing is printed by libraries. Set before they are imported.
# What a user has set stays, except where it would send questions to another host.
_FORCED = {
    "LANGSMITH_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "ANONYMIZED_TELEMETRY": "false",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "LANGGRAPH_STRICT_MSGPACK": "true",
}
_DEFAULTS = {
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "TQDM_DISABLE": "1",
    "PYTHONWARNINGS": "ignore",
}


def build() -> LazyGroup:
    """The command tree, with help in the language of the moment (`ZHIXUN_LANG`)."""
    group = LazyGroup("zhixun", lazy=COMMANDS, help=msg("cli.help"), no_args_is_help=True)
    return click.version_option(package_name="zhixun", message="%(version)s", help=msg("cli.version_option"))(
        group
    )


def main(argv: Sequence[str] | None = None) -> None:
    """Runs the command line and exits; no exception leaves it but SystemExit."""
    prepare()
    try:
        code = build().main(args=argv, prog_name="zhixun", standalone_mode=False)
        sys.stdout.flush()
    except SystemExit:
        raise
    except BaseException as error:  # the one boundary: also KeyboardInterrupt and Rust panics
        text, code = explain(error)
        if text:
            print(text, file=sys.stderr)
    _close_stdout()
    sys.exit(code if isinstance(code, int) else 0)


def prepare() -> None:
    """The environment of a run: offline, quiet, and streams that can print any text."""
    os.environ.update(_FORCED)
    for name, value in _DEFAULTS.items():
        os.environ.setdefault(name, value)
    for name in [name for name, value in os.environ.items() if name.startswith("ZHIXUN_") and not value]:
        del os.environ[name]  # `ZHIXUN_HOME=` means: not set, and not the current folder
    warnings.filterwarnings("ignore")
    logs.configure()
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character must not stop the command.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _close_stdout() -> None:
    """Flushes what is left; a pipe whose reader is gone is pointed at nothing instead."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


if __name__ == "__main__":
    main()
