"""Text as XML can hold it: documents are hostile, and a control character would stop the whole file."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

T = TypeVar("T")

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def printable(value: T) -> T:
    """The value with every text in it, however deep, without the characters that XML forbids."""
    made: T = _clean(value)
    return made


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _UNPRINTABLE.sub("", value) if type(value) is str else value
    if isinstance(value, tuple):
        made = tuple(map(_clean, value))
        return value if all(new is old for new, old in zip(made, value, strict=True)) else made
    if is_dataclass(value) and not isinstance(value, type):
        changed = {
            one.name: new
            for one in fields(value)
            if (new := _clean(old := getattr(value, one.name))) is not old
        }
        return replace(value, **changed) if changed else value
    return value
