"""Evidence: what search returns and answers are built from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from corpus.model import Validity, Visibility


@dataclass(frozen=True, slots=True)
class Evidence:
    """One unit (article, section, passage, table) with its document's particulars.

    `score` is the fused score in [0, 1] of this query; `dense` the cosine similarity in [-1, 1]
    and `lexical` the BM25 score (>= 0) of the unit, 0 where that side did not return it.
    `probability` that it is relevant, from a search with a second stage (index/calibration.py).
    `validity` is that of the document on the day the search was made for.
    `under`: the clause that this unit of an explanation (解读) retells and stands behind; `copies`:
    documents that repeat the unit's text (index/folding.py).
    """

    clause_id: str
    doc_id: str
    label: str | None
    heading_path: tuple[str, ...]
    text: str
    page: int | None
    title: str
    doc_number: str | None
    issuer: str | None
    validity: Validity
    visibility: Visibility
    score: float
    dense: float = 0.0
    lexical: float = 0.0
    issued_on: date | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    superseded_by: str | None = None
    level: str | None = None
    region: str | None = None
    subject: str | None = None
    sample: str | None = None
    probability: float | None = None
    under: str | None = None
    copies: tuple[str, ...] = ()


Status = Literal["added", "updated", "unchanged", "failed"]


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What became of one file. `clauses` counts the units (articles, sections, tables) of its version."""

    path: Path
    status: Status
    doc_id: str | None = None
    title: str | None = None
    doc_number: str | None = None
    clauses: int = 0
    error: str | None = None  # for the user, in the user's language; None unless failed
