"""Logs: our own warnings as one line on stderr; with their tracebacks in `logs/zhixun.log`."""

from __future__ import annotations

import logging
import os
import sys
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

_ROOMS = ("corpus", "index", "agent", "ui", "evals")
_BYTES, _KEPT = 1_000_000, 3


def home() -> Path:
    """The state folder. Not through `CorpusSettings`: a bad setting may be what is being reported."""
    value = os.environ.get("ZHIXUN_HOME")
    return Path(value) if value else Path.home() / ".zhixun"


def folder() -> Path:
    return home() / "logs"


class _OneLine(logging.Formatter):
    """No traceback on the screen."""

    def format(self, record: logging.LogRecord) -> str:
        return f"{record.levelname.lower()}: {record.getMessage()}"


class _LogFile(RotatingFileHandler):
    """Made with its folder at the first record, so that reading commands write nothing."""

    def _open(self) -> TextIOWrapper:
        folder().mkdir(parents=True, exist_ok=True)
        return super()._open()


def configure() -> None:
    """Our warnings to stderr and to the file, other packages' errors to the file only."""
    logging.raiseExceptions = False  # a log that cannot be written must not print a traceback
    file = _LogFile(folder() / "zhixun.log", maxBytes=_BYTES, backupCount=_KEPT, encoding="utf-8", delay=True)
    file.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.ERROR, handlers=[file], force=True)
    screen = logging.StreamHandler(sys.stderr)
    screen.setFormatter(_OneLine())
    for room in _ROOMS:
        logger = logging.getLogger(room)
        logger.setLevel(logging.WARNING)
        logger.handlers = [screen]
