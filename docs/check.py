"""`make check`'s own part: what the documents say must be what the code does.

    python docs/check.py            checks; prints each fault, exits 1 if there is one
    python docs/check.py --write    rewrites docs/cli.md from the commands' help

1. Every `zhixun …` command and option in README, docs/ and CONTRIBUTING exists; every `make …` target too.
2. docs/cli.md is what the code prints as help.
3. Imports run one way: corpus <- index <- agent <- (ui, evals).
4. Every message has zh and en with the same placeholders; every `msg("room.key")` exists.
5. Files stay under 400 lines.
"""

from __future__ import annotations

import ast
import os
import re
import shlex
import string
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["ZHIXUN_LANG"] = "zh"  # docs/cli.md is in Chinese
os.environ["COLUMNS"] = "100"

import click  # noqa: E402

from ui.cli.main import build  # noqa: E402

MAY_IMPORT = {
    "corpus": set(),
    "index": {"corpus"},
    "agent": {"corpus", "index"},
    "ui": {"corpus", "index", "agent", "evals"},  # evals: its commands are started from ui.cli only
    "evals": {"corpus", "index", "agent"},
}
MAX_LINES = 400
CLI_PAGE = ROOT / "docs" / "cli.md"


def commands(group: click.Group, path: str, ctx: click.Context) -> Iterator[tuple[str, click.Context]]:
    """(full name, context) of every command below `group`, groups included, in help order."""
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        if command is None:
            continue
        inner = click.Context(command, info_name=name, parent=ctx, max_content_width=100, terminal_width=100)
        yield f"{path} {name}", inner
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}", inner)


def command_tree() -> dict[str, click.Context]:
    group = build()
    top = click.Context(group, info_name="zhixun", max_content_width=100, terminal_width=100)
    return {"zhixun": top, **dict(commands(group, "zhixun", top))}


def cli_page(tree: dict[str, click.Context]) -> str:
    parts = ["# 命令行\n\n由 `make docs` 从程序自身的帮助生成，请勿手改。`ZHIXUN_LANG=en` 显示英文。\n"]
    for name, ctx in tree.items():
        parts.append(f"## {name}\n\n```text\n{ctx.command.get_help(ctx)}\n```\n")
    return "\n".join(parts)


def check_cli_page(tree: dict[str, click.Context]) -> Iterator[str]:
    if not CLI_PAGE.exists() or CLI_PAGE.read_text("utf-8") != cli_page(tree):
        yield "docs/cli.md is not what the commands' help says: run `make docs`"


def check_commands(tree: dict[str, click.Context]) -> Iterator[str]:
    """Commands in fenced blocks and inline code of the documents."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    for page in pages:
        where = page.relative_to(ROOT)
        for code in _code(page.read_text("utf-8")):
            for target in re.findall(r"^make ([a-z]+)\b", code):
                if target not in targets:
                    yield f"{where}: `make {target}`: no such target"
            code = re.sub(r"^((?:\S+=\S+ )*)\.venv/bin/", r"\1", code)
            if re.match(r"(\S+=\S+ )*zhixun\s", code):
                yield from (f"{where}: `{code}`: {fault}" for fault in _command_faults(code, tree))


def _code(text: str) -> Iterator[str]:
    fences = re.findall(r"^```[a-z]*\n(.*?)^```", text, re.M | re.S)
    for block in fences:
        for line in block.splitlines():
            for part in re.split(r"\s+(?:&&|\|)\s+", line.strip().removeprefix("$ ")):
                yield part.strip()
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))


def _command_faults(code: str, tree: dict[str, click.Context]) -> Iterator[str]:
    try:
        words = shlex.split(code, comments=True)
    except ValueError as error:
        yield str(error)
        return
    words = words[next(i for i, word in enumerate(words) if word == "zhixun") :]
    name = words.pop(0)
    while isinstance(tree[name].command, click.Group) and words and not words[0].startswith("-"):
        name = f"{name} {words.pop(0)}"
        if name not in tree:
            yield "no such command"
            return
    known = {opt for param in tree[name].command.get_params(tree[name]) for opt in param.opts}
    for word in words:
        if re.match(r"--?[a-z]", word) and word.partition("=")[0] not in known:
            yield f"no such option: {word}"


def check_imports() -> Iterator[str]:
    for room, allowed in MAY_IMPORT.items():
        for file in sorted((ROOT / room).rglob("*.py")):
            for line, module in _imported(file.read_text("utf-8")):
                other = module.partition(".")[0]
                if other in MAY_IMPORT and other != room and other not in allowed:
                    yield f"{file.relative_to(ROOT)}:{line}: {room} must not import {module}"


def _imported(source: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module


def check_messages() -> Iterator[str]:
    keys = set()
    for file in sorted((ROOT / "corpus" / "messages").glob("*.toml")):
        for key, texts in tomllib.loads(file.read_text("utf-8")).items():
            name = f"{file.stem}.{key}"
            keys.add(name)
            if set(texts) != {"zh", "en"} or not all(texts.values()):
                yield f"message {name}: needs zh and en"
            elif len({frozenset(_placeholders(text)) for text in texts.values()}) > 1:
                yield f"message {name}: zh and en have different placeholders"
    for room in MAY_IMPORT:
        for file in sorted((ROOT / room).rglob("*.py")):
            for used in re.findall(r"(?:msg|Error)\(\s*\"([a-z_]+\.[a-z_0-9]+)\"", file.read_text("utf-8")):
                if used not in keys and not any(key.startswith(used) for key in keys if used.endswith("_")):
                    yield f"{file.relative_to(ROOT)}: no message {used}"


def _placeholders(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}


def check_lengths() -> Iterator[str]:
    for folder in (*MAY_IMPORT, "tests", "docs"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            lines = len(file.read_text("utf-8").splitlines())
            if lines > MAX_LINES:
                yield f"{file.relative_to(ROOT)}: {lines} lines, more than {MAX_LINES}"


def main() -> int:
    tree = command_tree()
    if "--write" in sys.argv[1:]:
        CLI_PAGE.write_text(cli_page(tree), "utf-8")
        return 0
    faults = [
        *check_commands(tree),
        *check_cli_page(tree),
        *check_imports(),
        *check_messages(),
        *check_lengths(),
    ]
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"docs/check.py: {len(faults)} faults" if faults else "docs/check.py: ok")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
