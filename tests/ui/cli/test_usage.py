"""Mistakes on the command line: a message in the user's language, exit 2, no traceback."""

from __future__ import annotations

import re

import pytest

from corpus.messages import LANGUAGES, msg
from ui.cli.boundary import explain
from ui.cli.main import COMMANDS, build


def usage(*argv: str) -> tuple[str, int]:
    """The message and exit code for a command line that is wrong."""
    try:
        build().main(args=list(argv), prog_name="zhixun", standalone_mode=False)
    except BaseException as error:
        text, code = explain(error)
        return text or "", code
    raise AssertionError(f"{argv} was accepted")


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["ask"], "二者选一"),
        (["ask", "问题", "--batch", "x.jsonl"], "二者选一"),
        (["ask", "贷款", "贴息"], "贴息"),
        (["ask", ""], "问题是空的"),
        (["ask", " \u3000\n"], "问题是空的"),
        (["ask", "问" * 20_000], "8000"),
        (["ask", "问题", "--as-of", "2026-02-30"], "2026-02-30"),
        (["ask", "问题", "--as-of", "20260101"], "年-月-日"),
        (["ask", "问题", "--as-of", "昨天"], "昨天"),
        (["ask", "问题", "--role", "king"], "visitor、official、staff"),
        (["ask", "问题", "--as-of"], "--as-of"),
        (["ask", "--batch", "没有.jsonl"], "没有.jsonl"),
        (["ask", "问题", "--jsn"], "--json"),
        (["search", "x", "-k", "0"], "1 到 1000"),
        (["search", "x", "-k", "十"], "十"),
        (["ingest"], "至少一个"),
        (["ingest", "x", "--visibility", "secret"], "public、internal"),
        (["serve", "--port", "70000"], "65535"),
        (["serve", "--port", "abc"], "abc"),
        (["doc"], "docs"),
        (["eval"], "eval"),
        (["eval", "run"], "至少一个评测集"),
        (["eval", "gate"], "RUN"),
        (["bench", "retrieval"], "--corpus"),
        (["docs", "--json=1"], "--json"),
    ],
)
def test_a_mistake_is_named(argv: list[str], said: str) -> None:
    text, code = usage(*argv)
    assert said in text
    assert code == 2


@pytest.mark.parametrize("argv", [["--nope"], ["ask", "--nope"], ["docs", "--nope", "x"]])
def test_an_unknown_option_points_to_the_help(argv: list[str]) -> None:
    text, code = usage(*argv)
    assert "没有 --nope 这个选项" in text
    assert "--help" in text
    assert code == 2


def test_no_command_shows_the_help() -> None:
    text, code = usage()
    assert all(name in text for name in COMMANDS)
    assert code == 2


def test_english_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIXUN_LANG", "en")
    assert usage("ask", "q", "--as-of", "soon")[0] == "Error: " + msg("cli.bad_date", "en", value="soon")
    assert "No such option: --nope" in usage("ask", "--nope")[0]


HELP = {  # where it is not cli.help_NAME
    "docs": "docs.help",
    "library": "library.help_library",
    "projects": "registry.help_projects",
    "indicators": "registry.help_indicators",
    "programs": "programs.help",
    "brief": "briefing.help",
    "drafts": "briefing.help_drafts",
    "user": "accounts.help",
}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", [*COMMANDS, "eval run", "bench retrieval", "library verify", "docs diff"])
def test_help_is_translated(name: str, lang: str) -> None:
    """In a process of its own: help texts are read when a command is imported."""
    import os
    import subprocess
    import sys

    group, _, command = name.partition(" ")
    key = HELP.get(name) or (
        f"{group}.help_{command}" if group in HELP else f"cli.help_{name.replace(' ', '_')}"
    )
    code = "import sys; from ui.cli.main import main; main(sys.argv[1:])"
    done = subprocess.run(
        [sys.executable, "-c", code, *name.split(), "--help"],
        env=os.environ | {"ZHIXUN_LANG": lang, "COLUMNS": "100"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    page = re.sub(r"\s", "", done.stdout)
    for text in (msg("cli.help_option", lang), msg(key, lang)):
        assert re.sub(r"\s", "", text) in page
