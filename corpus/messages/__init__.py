"""The one message catalogue: what users read, Chinese first, English second.

One TOML file a room (`reader.toml`, `cli.toml`, `answer.toml`, `web.toml`, ...), each key with
`zh` and `en`. It lives in the lowest package so that every package can speak through it
(docs/decisions/0002). The language is `ZHIXUN_LANG` (zh by default).
"""

from __future__ import annotations

import os
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("zh", "en")


@cache
def _room(name: str) -> dict[str, dict[str, str]]:
    with (Path(__file__).parent / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def language() -> str:
    """The user's language: `ZHIXUN_LANG` if it is one of `LANGUAGES`, else zh."""
    value = os.environ.get("ZHIXUN_LANG", "zh").lower()[:2]
    return value if value in LANGUAGES else "zh"


def msg(key: str, lang: str | None = None, **params: Any) -> str:
    """The message `room.name` in `lang`, with `{placeholders}` filled.

    Raises:
        KeyError: no such message (a programming error, caught by tests/corpus/test_messages.py).
    """
    room, _, name = key.partition(".")
    text = _room(room)[name][lang or language()]
    return text.format(**params) if params else text
