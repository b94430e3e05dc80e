"""Turns what goes wrong below into what a user can act on."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DatabaseError

from corpus.errors import StateError, ZhixunError

_FULL = ("no space left", "disk is full", "disk quota exceeded")


@contextmanager
def state_errors(home: Path) -> Iterator[None]:
    """Database errors and a full or failing disk become `StateError`; all else passes."""
    try:
        yield
    except ZhixunError:
        raise
    except Exception as error:
        if is_full(error):
            raise StateError("index.disk_full", home=home) from error
        if isinstance(error, DatabaseError):
            raise StateError("catalog.damaged", url=home, reason=error.orig or error) from error
        if isinstance(error, sqlite3.DatabaseError):  # token vectors: a mirror, made anew when missing
            raise StateError("index.tokens_damaged", file=home / "tokens.db", reason=error) from error
        if isinstance(error, OSError):
            raise StateError("index.home_unusable", home=home, reason=error.strerror or error) from error
        raise


def is_full(error: BaseException) -> bool:
    """Whether an error of any library says that the disk is full."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    return any(sign in str(error).lower() for sign in _FULL)
