"""How sure a value is, by the place where it was read: 高, 中 or 低.

A place is what `Metadata.put` was told: a code (`signature`, `file name`), a label of the text
(`发文字号：`), a sentence of the text, or 人工更正（…） where staff set the value.
"""

from __future__ import annotations

from collections.abc import Mapping

HIGH, MIDDLE, LOW = "高", "中", "低"

AGREED = "agreed"  # key of `Version.basis`: the fields that two places state alike, set apart by spaces
_NOTES = (AGREED, "issued_month")
_SURER = {LOW: MIDDLE, MIDDLE: HIGH, HIGH: HIGH}
_MIDDLE = ("title", "heading", "issuer", "text")
_LOW = ("words", "file name", "first line")


def confidence(place: str) -> str:
    """高: stated where such texts state it, or set by staff; 中: declared by the file, or concluded
    from another value; 低: guessed from words, the file's name, or a month without its day.

    >>> confidence("signature"), confidence("declared pubdate"), confidence("file name")
    ('高', '中', '低')
    """
    if place in _LOW or place.endswith("(月)"):
        return LOW
    if place in _MIDDLE or place.startswith("declared ") or place.endswith("(推定)"):
        return MIDDLE
    return HIGH


def confidences(basis: Mapping[str, str]) -> dict[str, str]:
    """The same for every field of `Version.basis`; one step surer where two places agree."""
    agreed = basis.get(AGREED, "").split()
    found = {name: confidence(place) for name, place in basis.items() if name not in _NOTES}
    return found | {name: _SURER[found[name]] for name in agreed if name in found}
