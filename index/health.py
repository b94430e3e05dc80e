"""What `zhixun doctor` asks of this room: is the model whole, do the indexes hold what they should?

Looks only: nothing is unpacked, rebuilt or mended here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from corpus.catalog import Catalog
from index.settings import IndexSettings


@dataclass(frozen=True, slots=True)
class ModelState:
    """`own`: named by setting, not checked; `waiting`: the bundled one, not unpacked yet."""

    state: Literal["ready", "waiting", "damaged", "own"]
    name: str
    folder: Path


@dataclass(frozen=True, slots=True)
class IndexCounts:
    """Rows that the catalog calls for, and rows that the vectors and the postings hold."""

    wanted: int
    vectors: int
    postings: int

    @property
    def agree(self) -> bool:
        return self.wanted == self.vectors == self.postings


def is_waiting(home: Path) -> bool:
    """Whether the bundled model has still to be unpacked. Quick: looks for its folder only."""
    from index.bundled_model import NAME

    return IndexSettings().embedding_model is None and not (home / "models" / NAME).exists()


def model_state(home: Path) -> ModelState:
    """The embedding model under `home`; the bundled one is compared with its checksums."""
    from index.bundled_model import NAME, is_intact

    folder = home / "models" / NAME
    own = IndexSettings().embedding_model
    if own:
        return ModelState("own", own, Path(own))
    if not folder.exists():
        return ModelState("waiting", NAME, folder)
    return ModelState("ready" if is_intact(folder, thorough=True) else "damaged", NAME, folder)


def precision_here(home: Path) -> Literal["fp32", "int8"] | None:
    """In which precision the bundled model runs here; None where another model or engine is set.

    Raises:
        StateError: int8 is set, and this processor or the folder cannot do it.
    """
    from index.bundled_model import NAME
    from index.onnx_engine import chosen_precision

    settings = IndexSettings()
    if settings.embedding_model or settings.embedding_backend == "torch":
        return None
    return chosen_precision(home / "models" / NAME, settings.embedding_precision)


def index_counts(home: Path, catalog: Catalog) -> IndexCounts:
    """Counts rows on both sides; unpacks no model, so call it when `model_state` is not `waiting`.

    Raises:
        StateError: the vectors or the postings cannot be read, or the model cannot be loaded.
    """
    from corpus.model import Visibility
    from index.embedder import open_embedder
    from index.hybrid import HybridIndex
    from index.mark import library_id
    from index.rows import rows

    records = catalog.snapshot().records.values()
    if not records:
        return IndexCounts(0, 0, 0)
    wanted = sum(len(rows(r.doc_id, r.title, catalog.clauses(r.doc_id))) for r in records)
    url = IndexSettings().chroma_url
    index = HybridIndex(home, open_embedder(home / "models"), url, library=library_id(home) if url else None)
    try:
        return IndexCounts(
            wanted,
            sum(index.vectors.count(visibility) for visibility in Visibility),
            sum(index.lexical.count(visibility) for visibility in Visibility),
        )
    finally:
        index.close()
