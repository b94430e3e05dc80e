"""What the indexes were made from: a small file beside them, read when a library is opened."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "index.json"
_NAME = "library.id"


@dataclass(frozen=True, slots=True)
class Mark:
    """fingerprint: of the model and the way of making rows, None: not known; generation: of the catalog
    when they were last written; newer: the catalog has been found older than that, and not mended since;
    building: the fingerprint whose vectors are being made, begun at the catalog's generation `building_at`.
    """

    fingerprint: str | None = None
    generation: int = 0
    newer: bool = False
    building: str | None = None
    building_at: int = 0


def read(home: Path) -> Mark:
    """The mark; an empty one where there is none or it cannot be read."""
    try:
        found = json.loads((home / FILE).read_text("utf-8"))
        return Mark(**{name: found[name] for name in Mark.__slots__ if name in found})
    except (FileNotFoundError, ValueError, TypeError):
        return Mark()


def write(home: Path, mark: Mark) -> None:
    """Replaces the mark at once: a kill leaves the old one or the new one."""
    part = home / f"{FILE}.part"
    part.write_text(json.dumps(asdict(mark)), "utf-8")
    part.replace(home / FILE)


def library_id(home: Path) -> str:
    """The name of this library's collections on a Chroma server, which may hold several libraries; made
    at first use."""
    file = home / _NAME
    try:
        known = file.read_text("utf-8").strip()
    except FileNotFoundError:
        known = ""
    if not known:
        known = uuid.uuid4().hex[:12]
        file.write_text(known, "utf-8")
    return known
