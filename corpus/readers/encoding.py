"""From bytes to text: BOM, declared charset, UTF-8, GB18030, and no mojibake."""

from __future__ import annotations

import codecs

from corpus.errors import ReadError
from corpus.messages import msg
from corpus.readers.common import Source

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_GB = {"gb2312", "gbk", "gb18030", "cp936", "x-gbk", "gb_2312-80", "gb_2312", "euc-cn"}
# A page's own word is taken for these only: "iso-8859-1" fits any bytes, and is mostly a default.
_TRUSTED = _GB | {"utf-8", "utf8", "big5", "big5-hkscs"}
_TOLERATED = 0.02  # share of damaged characters among non-ASCII ones, up to which a file is read


def decode(source: Source, declared: str | None = None) -> tuple[str, tuple[str, ...]]:
    """The text of `source`, and warnings.

    A BOM decides; else the declared charset if the bytes obey it; else UTF-8, then GB18030. A few
    damaged characters are tolerated with a warning.

    Raises:
        ReadError: no encoding fits.
    """
    data = source.data
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _tolerant(source, data[len(bom) :], (name,))
    if declared and declared.lower() in _TRUSTED:
        name = "gb18030" if declared.lower() in _GB else declared
        text = _strict(data, name)
        if text is not None:
            return text, ()
    for name in ("utf-8", "gb18030"):
        # a truncated or bit-flipped UTF-8 file can be valid GB18030 mojibake: judge UTF-8 first
        if _damage(data.decode(name, errors="replace")) <= _TOLERATED:
            return _tolerant(source, data, (name,))
    return _tolerant(source, data, ("big5",))


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _damage(text: str) -> float:
    """The share of replacement characters among non-ASCII ones."""
    foreign = sum(1 for char in text if ord(char) > 127)
    return text.count("\ufffd") / foreign if foreign else 0.0


def _tolerant(source: Source, data: bytes, encodings: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    for name in encodings:
        text = data.decode(name, errors="replace")
        count = text.count("\ufffd")
        if not count:
            return text, ()
        # a cut file loses its last character however short it is
        if _damage(text) <= _TOLERATED or (count == 1 and text.endswith("\ufffd")):
            return text, (msg("reader.damaged_characters", count=count),)
    raise ReadError("reader.encoding", name=source.path.name)
