"""What a run of writing is in the midst of: read back after a kill, so that the next start mends it.

A small file under the home names the versions whose rows are being changed. It is there before the
first change and gone after the last.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

NAME = "ingest.journal"


@dataclass(frozen=True, slots=True)
class Entries:
    """`changed`: rows being written, moved or removed. `restaged`: versions that were live before
    and are being written again with the same text; a kill must not lose them."""

    changed: list[str] = field(default_factory=list)
    restaged: list[str] = field(default_factory=list)


class Journal:
    def __init__(self, home: Path) -> None:
        self._path = home / NAME

    def begin(self, changed: Iterable[str], restaged: Iterable[str] = ()) -> None:
        text = json.dumps(asdict(Entries(list(changed), list(restaged))))
        part = self._path.with_suffix(".part")
        with part.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._path)

    def end(self) -> None:
        self._path.unlink(missing_ok=True)

    def read(self) -> Entries | None:
        """None when no run was cut short."""
        try:
            return Entries(**json.loads(self._path.read_text("utf-8")))
        except FileNotFoundError:
            return None
