"""The one message catalogue: what users read, Chinese first, English second.

One TOML file a room (`reader.toml`, `cli.toml`, `answer.toml`, `web.toml`, ...), each key with
`zh` and `en`. It lives in the lowest package so that every package can speak through it
(docs/decisions/0002). The language is `ZHIXUN_LANG` (zh by default); a server that speaks to several
people at once sets it for the work at hand with `speaking`.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("zh", "en")

_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)


@cache
def _room(name: str) -> dict[str, dict[str, str]]:
    with (Path(__file__).parent / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def language() -> str:
    """The user's language: that of `speaking`, else `ZHIXUN_LANG` if it is one of `LANGUAGES`, else zh."""
    value = _spoken.get() or os.environ.get("ZHIXUN_LANG", "zh").lower()[:2]
    return value if value in LANGUAGES else "zh"


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Messages without a language of their own are in `lang` meanwhile: in this thread and task, and in
    what they start with their context (`asyncio.to_thread`, a route in Starlette's thread pool)."""
    before = _spoken.set(lang)
    try:
        yield
    finally:
        _spoken.reset(before)


def msg(key: str, lang: str | None = None, **params: Any) -> str:
    """The message `room.name` in `lang`, with `{placeholders}` filled.

    Raises:
        KeyError: no such message (a programming error, caught by tests/corpus/test_messages.py).
    """
    room, _, name = key.partition(".")
    text = _room(room)[name][lang or language()]
    return text.format(**params) if params else text
