"""Personal data in free text: numbers that name a person or reach one are blotted out before it is kept."""

from __future__ import annotations

import re
import unicodedata

BLOT = "***"
# No \b: between Chinese characters and digits there is none.
_PATTERNS = (
    re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),  # mail
    re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])"),  # identity card
    re.compile(
        r"(?<![0-9A-Za-z])[0-9A-HJ-NP-RTUW-Y]{2}[0-9]{6}[0-9A-HJ-NP-RTUW-Y]{10}(?![0-9A-Za-z])"
    ),  # firm
    re.compile(r"(?<![0-9])[0-9]{4}(?:[ -]?[0-9]{4}){2,3}[ -]?[0-9]{1,4}(?![0-9])"),  # bank card
    re.compile(r"(?<![0-9])(?:\+?86[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}(?![0-9])"),  # mobile
    re.compile(r"(?<![0-9])0[0-9]{2,3}[ -]?[0-9]{7,8}(?![0-9])"),  # telephone
)


def masked(text: str) -> str:
    """The text without telephone, identity, card and credit code numbers and mail addresses."""
    text = unicodedata.normalize("NFKC", text)
    for pattern in _PATTERNS:
        text = pattern.sub(BLOT, text)
    return text


def normalised(question: str) -> str:
    """A question by which equal ones are counted: masked, one spacing, no closing marks, lower case."""
    text = re.sub(r"\s+", " ", masked(question)).strip().lower()
    text = re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", text)
    return text.rstrip(" ?？!！。.,，;；~")
