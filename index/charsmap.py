"""Writes a code point map in the form that the `Precompiled` normalizer of `tokenizers` reads.

That form is SentencePiece's: the byte length of a double-array trie (darts-clone units of 32
bits), the trie, then the replacements as UTF-8 strings, each ended by a zero byte. A key's value
in the trie is the byte offset of its replacement.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Mapping, Sequence

_LEAF = 1 << 31
_HAS_LEAF = 1 << 8
_MAX_OFFSET = 1 << 21  # what fits a unit without the extension bit

_Node = dict[int, "_Node | int"]  # label -> child; label 0 -> value


def precompiled_charsmap(mapping: Mapping[int, Sequence[int]]) -> str:
    """The map as base64, for `{"type": "Precompiled", "precompiled_charsmap": ...}`."""
    strings = bytearray()
    places: dict[bytes, int] = {}
    root: _Node = {}
    for point, replacement in mapping.items():
        text = "".join(map(chr, replacement)).encode("utf-8")
        if text not in places:
            places[text] = len(strings)
            strings += text + b"\0"
        _insert(root, chr(point).encode("utf-8"), places[text])
    units = _double_array(root)
    trie = struct.pack(f"<{len(units)}I", *units)
    return base64.b64encode(struct.pack("<I", len(trie)) + trie + bytes(strings)).decode("ascii")


def _insert(root: _Node, key: bytes, value: int) -> None:
    node = root
    for byte in key:
        child = node.setdefault(byte, {})
        assert isinstance(child, dict)
        node = child
    node[0] = value


def _double_array(root: _Node) -> list[int]:
    """First-fit placement: the children of a node at `position` stand at `base ^ label`."""
    used = {0}
    units: dict[int, int] = {0: 0}
    taken_bases: set[int] = set()
    waiting: list[tuple[int, _Node]] = [(0, root)]
    first_free = 1
    while waiting:
        position, node = waiting.pop()
        labels = sorted(node)
        while first_free in used:
            first_free += 1
        base = next(
            candidate
            for candidate in range(first_free & ~0xFF or 256, _MAX_OFFSET)
            if candidate not in taken_bases and not any(candidate ^ label in used for label in labels)
        )
        taken_bases.add(base)
        if base ^ position >= _MAX_OFFSET:
            raise ValueError("the normalisation map is too large for a plain double array")
        units[position] |= (base ^ position) << 10 | (_HAS_LEAF if 0 in node else 0)
        for label in labels:
            place, child = base ^ label, node[label]
            used.add(place)
            if isinstance(child, dict):
                units[place] = label
                waiting.append((place, child))
            else:
                units[place] = _LEAF | child
    size = (max(units) | 0xFF) + 1
    # An unused unit must not look like a child: a label no byte has.
    return [units.get(place, _LEAF | 0xFF) for place in range(size)]
