"""Quotes are verbatim: a cited text stands in its version's text, letter by letter."""

from __future__ import annotations

from agent.state import Span
from corpus.catalog import Catalog


def is_verbatim(span: Span, catalog: Catalog) -> bool:
    """Whether the span's text stands in the text of the version it is cited from."""
    return bool(span.text) and span.text in catalog.text(span.evidence.doc_id)
