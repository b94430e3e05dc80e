"""From clauses to evidence: `Library` opens the state folder, takes files in and searches them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.bench import bench_index
    from index.library import Library
    from index.matching import Matched
    from index.parts import SearchParts, with_parts
    from index.types import Evidence, IngestResult

__all__ = ["Evidence", "IngestResult", "Library", "Matched", "SearchParts", "bench_index", "with_parts"]

_HOMES = {
    "Evidence": "index.types",
    "IngestResult": "index.types",
    "Library": "index.library",
    "Matched": "index.matching",
    "SearchParts": "index.parts",
    "bench_index": "index.bench",
    "with_parts": "index.parts",
}


def __getattr__(name: str) -> Any:
    """Imports a room's module when its name is first used, so that `import index` costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'index' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)
